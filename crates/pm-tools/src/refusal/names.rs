//! The words if a name means nothing, or may mean several things.

use pm_core::error::{InTask, Unresolved, VersionProblem};
use pm_core::resolve::is_same;
use pm_core::{JobName, ProcessName, SnippetName, TaskName};

use super::{ASK, Refusal, Situation, ask_about};
use crate::failure::Beside;
use crate::text::phrases::{NAMES_MAX, either, list, quoted, short};
use crate::tool::Effect;

/// What the call of a list is good for.
const SEE: &str = "to see what there is";

impl Situation<'_> {
    pub(super) fn none_open(
        &self,
        known: &[ProcessName],
        having_task: &[ProcessName],
        task: Option<&str>,
    ) -> Refusal {
        if known.is_empty() {
            let tool = self.tool.name;
            let first = |how| self.call("process_new", how, "that there is no process yet");
            let next = match task.filter(|_| self.tool.effect == Effect::AddsOnce) {
                // Models that are not told to call again stop as soon as the process is made.
                Some(task) if self.offer.has("process_new") => format!(
                    "Create one first: call process_new with its name, then {tool} again with {} \
                     {}.",
                    self.task_parameter(),
                    quoted(task)
                ),
                _ if self.tool.effect == Effect::AddsOnce => first("with a name first"),
                _ => first("only if the user wants a new process"),
            };
            return self.refusal("there is no process yet", next);
        }
        let is_meant = |name: &&ProcessName| task.is_some_and(|task| is_same(name.as_str(), task));
        if self.tool.effect == Effect::Reads
            && let Some(meant) = known.iter().find(is_meant)
        {
            return self.explained(
                self.refusal("no process is open", String::new()),
                &Beside::IsProcess(meant.clone()),
            );
        }
        if !having_task.is_empty() {
            return self.refusal(
                format!(
                    "no process is open, and {} have such a task",
                    list(having_task, "and")
                ),
                self.again_in(having_task),
            );
        }
        let next = if known.len() > NAMES_MAX {
            self.call(
                "process_list_all",
                "first, to see which one is meant",
                "to name the process that is meant",
            )
        } else if self.offer.has("process_load") {
            format!("Call process_load with name {} first.", list(known, "or"))
        } else {
            self.again_in(known)
        };
        self.refusal("no process is open", next)
    }

    pub(super) fn process(&self, unresolved: &Unresolved<ProcessName>) -> Refusal {
        let none = |wanted| format!("there is no process {wanted}");
        match unresolved {
            Unresolved::NotFound { wanted, near }
                if near.is_empty()
                    && !wanted.trim().is_empty()
                    && self.may_do_without_process() =>
            {
                self.without_process(none(quoted(wanted)), wanted)
            }
            _ => {
                let look = self.look_at_processes();
                self.not_blank(unresolved, self.process_parameter(), none, look)
            }
        }
    }

    /// Whether the tool works in the open process if none is named, and there takes nothing away
    /// and changes nothing but a task that is named.
    fn may_do_without_process(&self) -> bool {
        let schema = &self.tool.schema;
        let is_optional = schema.takes("process") && !schema.requires("process");
        let is_of_task = || schema.names().any(|name| name.ends_with("task_name"));
        is_optional
            && match self.tool.effect {
                Effect::Reads | Effect::Claims | Effect::AddsOnce | Effect::AddsEachTime => true,
                Effect::Replaces => is_of_task(),
                Effect::Deletes | Effect::DeletesEachTime | Effect::TakesBack => false,
            }
    }

    /// The words if a process is named that does not exist: models name one because they can. If
    /// none is open, the process may be meant to be made.
    fn without_process(&self, why: String, wanted: &str) -> Refusal {
        let tool = self.tool.name;
        let is_another = |open: &&ProcessName| !is_same(open.as_str(), wanted);
        if let Some(open) = self.open.as_ref().filter(is_another) {
            let why = format!("{why}, and the process {} is open", quoted(open));
            return self.refusal(why, format!("Call {tool} again without process."));
        }
        if self.tool.effect == Effect::Reads || !self.offer.has("process_new") {
            return self.refusal(why, self.look_at_processes());
        }
        let next = format!(
            "Create it first: call process_new with name {}, then {tool} again.",
            quoted(wanted)
        );
        self.refusal(why, next)
    }

    pub(super) fn trash(&self, unresolved: &Unresolved<ProcessName>) -> Refusal {
        let none = |wanted| format!("no process {wanted} was deleted lately");
        let look = self.look_at_processes();
        self.unresolved(unresolved, self.process_parameter(), none, look)
    }

    pub(super) fn task(&self, process: &ProcessName, unresolved: &Unresolved<TaskName>) -> Refusal {
        let none = |wanted| format!("the process {} has no task {wanted}", quoted(process));
        let look = self.look_at_tasks(process);
        let refusal = self.not_blank(unresolved, self.task_parameter(), none, look);
        match unresolved.names() {
            // What is to be deleted has its right name, and only its task is called a little
            // differently.
            [near] if self.deletes_from_a_task() => {
                let with = either(self.task_parameter(), &[near]);
                let tool = self.tool.name;
                // If the condition stands first, small models repeat their call.
                let next = format!("Call {tool} with {with} only if that is meant.");
                Refusal { next, ..refusal }
            }
            _ => refusal,
        }
    }

    /// Whether the tool takes something away that a task holds.
    fn deletes_from_a_task(&self) -> bool {
        let holds = |parameter| self.takes(parameter);
        self.tool.effect.deletes() && ["job_name", "code_name"].into_iter().any(holds)
    }

    pub(super) fn dependency(
        &self,
        process: &ProcessName,
        unresolved: &Unresolved<TaskName>,
    ) -> Refusal {
        let process_name = quoted(process);
        let none = |wanted| {
            format!("depends_on has {wanted}, and the process {process_name} has no such task")
        };
        self.unresolved(unresolved, "depends_on", none, self.look_at_tasks(process))
    }

    pub(super) fn job(&self, within: &InTask, unresolved: &Unresolved<JobName>) -> Refusal {
        let InTask { process, task } = within;
        let none = |wanted| format!("the task {} has no job {wanted}", quoted(task));
        let tell = "that there is no such job";
        let look = self.look_in("task_jobs_list", (process, Some(task)), SEE, tell);
        self.not_blank(unresolved, "job_name", none, look)
    }

    pub(super) fn snippet(&self, within: &InTask, unresolved: &Unresolved<SnippetName>) -> Refusal {
        let InTask { process, task } = within;
        let none = |wanted| format!("the task {} has no code {wanted}", quoted(task));
        let tell = "that there is no such code";
        let look = self.look_in(
            self.offer.reader_of_tasks(),
            (process, Some(task)),
            SEE,
            tell,
        );
        let refusal = self.unresolved(unresolved, "code_name", none, look);
        let snippet = match unresolved {
            Unresolved::NotFound { wanted, .. } => Some((task.to_string(), short(wanted))),
            Unresolved::Ambiguous { .. } => None,
        };
        Refusal { snippet, ..refusal }
    }

    pub(super) fn version(&self, problem: &VersionProblem) -> Refusal {
        match problem {
            VersionProblem::NotFound {
                snippet,
                wanted,
                of,
            } => {
                let range = match of {
                    1 => "1, the only one".to_owned(),
                    _ => format!("from 1 to {of}"),
                };
                self.refusal(
                    format!("the code {} has no version {wanted}", quoted(snippet)),
                    self.again(&format!("a version {range}")),
                )
            }
            // The core takes it for success.
            VersionProblem::Unchanged { snippet, version } => self.refusal(
                format!(
                    "version {version} of the code {} is the same",
                    quoted(snippet)
                ),
                "Tell the user.",
            ),
        }
    }

    pub(super) fn elsewhere(
        &self,
        process: &ProcessName,
        elsewhere: &ProcessName,
        task: &TaskName,
    ) -> Refusal {
        let why = format!(
            "the process {} has no task {}, but the process {} has",
            quoted(process),
            quoted(task),
            quoted(elsewhere)
        );
        if self.tool.effect.deletes() {
            return self.refusal(why, ASK);
        }
        self.refusal(why, self.again_in(&[elsewhere]))
    }

    /// Like [`unresolved`](Self::unresolved), for a parameter that is as good as missing if it is
    /// blank.
    fn not_blank<N: AsRef<str>>(
        &self,
        unresolved: &Unresolved<N>,
        parameter: &str,
        none: impl FnOnce(String) -> String,
        look: String,
    ) -> Refusal {
        match unresolved {
            Unresolved::NotFound { wanted, .. } if wanted.trim().is_empty() => {
                self.blank(parameter)
            }
            _ => self.unresolved(unresolved, parameter, none, look),
        }
    }

    /// The words if `parameter` has a name that does not mean just one: `none` says of the quoted
    /// name that there is none, `look` is the next step if nothing comes near. If something would
    /// be taken away, the user has the choice.
    fn unresolved<N: AsRef<str>>(
        &self,
        unresolved: &Unresolved<N>,
        parameter: &str,
        none: impl FnOnce(String) -> String,
        look: String,
    ) -> Refusal {
        let deletes = self.tool.effect.deletes();
        let why = match unresolved {
            Unresolved::NotFound { wanted, near } => {
                match (none(quoted(wanted)), near.as_slice()) {
                    (why, []) => return self.refusal(why, look),
                    (why, near) if deletes => format!("{why}, only {}", list(near, "and")),
                    (why, _) => why,
                }
            }
            Unresolved::Ambiguous { wanted, candidates } => {
                format!("{} may mean {}", quoted(wanted), list(candidates, "or"))
            }
        };
        if deletes {
            return self.refusal(why, ask_about(unresolved.names()));
        }
        self.refusal(why, self.again(&either(parameter, unresolved.names())))
    }

    fn look_at_processes(&self) -> String {
        self.call("process_list_all", SEE, "that there is no such process")
    }

    fn look_at_tasks(&self, process: &ProcessName) -> String {
        let tell = "that there is no such task";
        self.look_in("task_list", (process, None), SEE, tell)
    }
}
