//! One call, as a tool sees it: the core, the caller, and the process that is meant.

mod beside;

use std::cell::RefCell;
use std::sync::Arc;

use pm_core::error::Unresolved;
use pm_core::resolve::is_same;
use pm_core::{Error, Process, ProcessManager, ProcessName};
use serde::Serialize;

use crate::answer::{AnswerStyle, Concerned, Page, PageEnd, SUCCESS_BYTES};
use crate::caller::Caller;
use crate::caller::offer::{Access, Offer};
use crate::failure::Failure;
use crate::input::arguments::optional_name;
use crate::input::placeholder::is_no_name;
use crate::text::json_size::size;

pub(crate) use beside::Purpose;

/// How many processes are read to find the one that has a task, if none is open and none
/// is named. A store with more is not searched: reading it all would take longer than asking.
pub(crate) const SEARCHED_PROCESSES_MAX: usize = 100;

/// One call of a tool.
pub(crate) struct Call<'a> {
    /// The core.
    pub(crate) manager: &'a ProcessManager,
    /// Who calls.
    pub(crate) caller: &'a Caller,
    /// What the server offers.
    pub(crate) offer: &'a Offer,
    /// What the answer lacks of the lists of which it shows pages.
    pub(crate) page_ends: RefCell<Vec<PageEnd>>,
}

/// The process that a call is about, and how it was chosen.
pub(crate) struct Chosen {
    /// The process as it was when it was chosen.
    pub(crate) process: Arc<Process>,
    /// What the model has to know of the choice.
    note: Option<String>,
}

impl Chosen {
    fn plainly(process: Arc<Process>) -> Self {
        Self {
            process,
            note: None,
        }
    }

    /// The name of the process.
    pub(crate) fn name(&self) -> &ProcessName {
        &self.process.name
    }

    /// What an answer that changed nothing says of the process.
    pub(crate) fn concerned(&self) -> Concerned {
        self.concerned_since(&self.process)
    }

    /// What an answer says of the process after a change.
    pub(crate) fn concerned_since(&self, changed: &Process) -> Concerned {
        Concerned::new(changed, self.note.clone())
    }
}

impl Call<'_> {
    /// Which fields the answer has.
    pub(crate) fn style(&self) -> AnswerStyle {
        self.offer.style
    }

    /// The room that an answer has for its list, in bytes; `answer` is all of it but the list.
    pub(crate) fn room_beside(&self, answer: &impl Serialize) -> usize {
        let taken = size(answer) + SUCCESS_BYTES;
        self.offer.answer_limit.saturating_sub(taken)
    }

    /// The entries of the page that the answer shows; what it lacks is told with the answer.
    pub(crate) fn shown<B>(&self, page: Page<B>) -> Vec<B> {
        self.page_ends.borrow_mut().push(page.end);
        page.entries
    }

    /// What repeats what the caller has just sent; lean answers do without.
    pub(crate) fn echo<T>(&self, body: impl FnOnce(AnswerStyle) -> T) -> Option<T> {
        match self.style() {
            AnswerStyle::Lean => None,
            style @ AnswerStyle::Recorded => Some(body(style)),
        }
    }

    /// What an answer says if something was lost that can be brought back, as a sentence behind
    /// another; nothing if the tool for that is not offered.
    pub(crate) fn how_to_undo(&self) -> &'static str {
        self.offer
            .lead_to("process_undo", " Undo with process_undo.")
    }

    /// The same for the deletion of a process.
    pub(crate) fn how_to_restore(&self, process: &ProcessName) -> String {
        if self.offer.has("process_restore") {
            format!(" Undo with process_restore and name \"{process}\".")
        } else if !self.offer.lists("process_undo", "process") {
            self.how_to_undo().to_owned()
        } else {
            format!(" Undo with process_undo and process \"{process}\".")
        }
    }

    /// Chooses the process for a call that is about no task that exists already.
    pub(crate) fn process(&self, named: Option<&str>) -> Result<Chosen, Failure> {
        self.choose(named, None)
    }

    /// Chooses the process for a call that adds a task.
    pub(crate) fn process_for(
        &self,
        new_task: &str,
        named: Option<&str>,
    ) -> Result<Chosen, Failure> {
        // If both names are that of a task that exists, the caller means to put something into it.
        // It stays the name of the process, so that the refusal can say what it is.
        let is_there = |name: &&str| is_same(new_task, name) && self.has_open_task(new_task);
        let named = match named.filter(is_there) {
            Some(task) => Some(task),
            None => self.named_beside(new_task, named),
        };
        let chosen = self.choose(named, None);
        chosen.map_err(|failure| match failure {
            Failure::NoProcessOpen {
                known, having_task, ..
            } => Failure::NoProcessOpen {
                known,
                having_task,
                task: Some(new_task.to_owned()),
            },
            other => other,
        })
    }

    /// The name of the process in a call about a task. The task's own name in that place says
    /// nothing, unless a process is called so as well.
    fn named_beside<'n>(&self, task: &str, named: Option<&'n str>) -> Option<&'n str> {
        let is_process = |name: &str| self.manager.process(name).is_ok();
        named.filter(|name| !is_same(task, name) || is_process(name))
    }

    /// Chooses the process for a call about a task. A caller that reads or changes a task that it
    /// has claimed is at work on it, and so prolongs its claim, whatever comes of the call.
    pub(crate) fn process_with(&self, task: &str, named: Option<&str>) -> Result<Chosen, Failure> {
        let mut chosen = self.choose(named, Some(task))?;
        let may_write = self.offer.access == Access::ReadWrite;
        // A claim that cannot be prolonged is no reason to refuse what was asked for.
        if may_write && let Ok(Some(since)) = self.manager.renew_claim(&chosen.process, task) {
            chosen.process = since;
        }
        Ok(chosen)
    }

    /// Whether the open process has a task of this name.
    fn has_open_task(&self, name: &str) -> bool {
        let open = self.caller.active();
        let open = open.and_then(|open| self.manager.process(open.as_str()).ok());
        open.is_some_and(|process| process.task(name).is_ok())
    }

    /// Chooses the process for a call that may be about a task.
    pub(crate) fn process_of(
        &self,
        task: Option<&str>,
        named: Option<&str>,
    ) -> Result<Chosen, Failure> {
        match task {
            Some(task) => self.process_with(task, named),
            None => self.process(named),
        }
    }

    /// Whether there is a process of just this name.
    pub(crate) fn has_process(&self, name: &str) -> bool {
        let process = self.manager.process(name);
        process.is_ok_and(|process| process.name.as_str() == name)
    }

    /// The name of a process that was sent, if one is meant: not a filler, and not a word for the
    /// open one, unless a process is called so.
    pub(crate) fn process_named<'n>(&self, sent: Option<&'n str>) -> Option<&'n str> {
        let named = optional_name(sent, |name| self.has_process(name));
        named.filter(|name| !is_no_name(name) || self.manager.process(name).is_ok())
    }

    /// Chooses the process that is named or open, and none besides: for what must not happen
    /// to a process that nobody has pointed at.
    pub(crate) fn process_pointed_at(&self, named: Option<&str>) -> Result<Chosen, Failure> {
        match self.pointed_at(named)? {
            Some(chosen) => Ok(chosen),
            None => Err(Failure::NoProcessOpen {
                known: self.manager.process_names()?,
                having_task: Vec::new(),
                task: None,
            }),
        }
    }

    /// Says whether another process has the task that `failure` misses, if just one has.
    pub(crate) fn look_elsewhere(&self, failure: Failure) -> Failure {
        let Failure::Core(Error::Task(process, Unresolved::NotFound { wanted, near })) = &failure
        else {
            return failure;
        };
        if !near.is_empty() || wanted.is_empty() {
            return failure;
        }
        let mut known = self.manager.process_names().unwrap_or_default();
        known.retain(|name| name != process);
        let found = self.having_task(&known, wanted).unwrap_or_default();
        match found.as_slice() {
            [only] => match only.task(wanted) {
                Ok((task, _)) => Failure::TaskElsewhere {
                    process: process.clone(),
                    elsewhere: only.name.clone(),
                    task: task.clone(),
                },
                Err(_) => failure,
            },
            _ => failure,
        }
    }

    fn choose(&self, named: Option<&str>, task: Option<&str>) -> Result<Chosen, Failure> {
        let named = task.map_or(named, |task| self.named_beside(task, named));
        match self.pointed_at(named)? {
            Some(chosen) => Ok(chosen),
            None => self.unambiguous(task),
        }
    }

    fn pointed_at(&self, named: Option<&str>) -> Result<Option<Chosen>, Failure> {
        if let Some(named) = self.process_named(named) {
            let process = self.manager.process(named)?;
            self.caller.named(&process.name);
            return Ok(Some(Chosen::plainly(process)));
        }
        let Some(active) = self.caller.active() else {
            return Ok(None);
        };
        match self.manager.process(active.as_str()) {
            Ok(process) if process.name == active => {
                let note = self.caller.used_open().map(|other| {
                    format!(
                        "This is the open process, opened some time ago; \"{other}\" was used \
                         since."
                    )
                });
                Ok(Some(Chosen { process, note }))
            }
            // A process that is only named alike is another one: never guessed.
            Ok(_) | Err(Error::Process(_)) => Err(Failure::OpenProcessGone(active)),
            Err(error) => Err(error.into()),
        }
    }

    /// The only process there is, or the only one that has the task.
    fn unambiguous(&self, task: Option<&str>) -> Result<Chosen, Failure> {
        let known = self.manager.process_names()?;
        if let [only] = known.as_slice() {
            return Ok(Chosen {
                process: self.manager.process(only.as_str())?,
                note: Some(
                    "No process is open; this one was used because it is the only one.".into(),
                ),
            });
        }
        let task = task.filter(|task| !task.trim().is_empty());
        let mut having = task
            .and_then(|task| self.having_task(&known, task))
            .unwrap_or_default();
        if having.len() == 1
            && let Some(process) = having.pop()
        {
            return Ok(Chosen {
                process,
                note: Some(
                    "No process is open; this one was used because no other has such a task."
                        .into(),
                ),
            });
        }
        Err(Failure::NoProcessOpen {
            known,
            having_task: having.iter().map(|process| process.name.clone()).collect(),
            task: task.map(str::to_owned),
        })
    }

    /// The processes among `known` that have a task of this name, also loosely.
    ///
    /// One that cannot be opened is passed over, as no call can be about it. `None` if nobody can
    /// say: there are too many processes to read, or the store fails.
    fn having_task(&self, known: &[ProcessName], task: &str) -> Option<Vec<Arc<Process>>> {
        if known.len() > SEARCHED_PROCESSES_MAX {
            return None;
        }
        let mut having = Vec::new();
        for name in known {
            let process = match self.manager.process(name.as_str()) {
                Ok(process) => process,
                Err(Error::Unusable(_) | Error::Process(Unresolved::NotFound { .. })) => continue,
                Err(_) => return None,
            };
            if matches!(
                process.task(task),
                Ok(_) | Err(Error::Task(_, Unresolved::Ambiguous { .. }))
            ) {
                having.push(process);
            }
        }
        Some(having)
    }
}
