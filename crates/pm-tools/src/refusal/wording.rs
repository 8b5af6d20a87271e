//! The words of every refusal.
//!
//! Rules: no prefix, no JSON, no path, no Debug output. Near misses are named. What misses a
//! task never suggests to make one, or models make doubles. What takes something away never
//! suggests another name to try.

use pm_core::{Error, NameError, NameKind, NameProblem, ProcessName, StoreError};

use super::Refusal;
use crate::arguments::ArgumentProblem;
use crate::failure::Failure;
use crate::options::ServerOptions;
use crate::tools::{Effect, Tool};

/// How many names a sentence holds at most.
const MOST_NAMED: usize = 5;

/// How much of a text that was sent is quoted back, in characters.
const MOST_QUOTED: usize = 80;

/// What was refused.
pub(super) struct Situation<'a> {
    pub(super) tool: &'a Tool,
    pub(super) options: &'a ServerOptions,
}

impl Situation<'_> {
    pub(super) fn word(&self, failure: &Failure) -> Refusal {
        match failure {
            Failure::Core(error) => self.core(error),
            Failure::Arguments(problem) => self.argument(problem),
            Failure::NoProcessOpen { known, having_task } => self.none_open(known, having_task),
            Failure::OpenProcessGone(name) => self.refusal(
                format!(
                    "the open process {} is gone, because someone deleted or renamed it",
                    quoted(name)
                ),
                "Call process_list_all to see which processes there are.".into(),
            ),
            Failure::TaskElsewhere {
                process,
                elsewhere,
                task,
            } => self
                .refusal(
                    format!(
                        "the process {} has no task {}, but the process {} has",
                        quoted(process),
                        quoted(task),
                        quoted(elsewhere)
                    ),
                    self.again(&format!("process {}", quoted(elsewhere))),
                )
                .about(process),
            Failure::ReadOnly => self.refusal(
                "this server is for reading only".into(),
                "Tell the user that nothing can be changed here.".into(),
            ),
            Failure::NotOffered => self.refusal(
                format!("this server does not offer {}", self.tool.name),
                "Use one of the tools that are listed.".into(),
            ),
            Failure::Unanswerable(_) | Failure::Panicked => self.refusal(
                "the server itself made a mistake".into(),
                "Call process_list_all to see what is stored, and tell the user.".into(),
            ),
        }
    }

    fn core(&self, error: &Error) -> Refusal {
        match error {
            Error::Name(error) => self.name(error),
            Error::ProcessNotFound { wanted, near } => self.no_process(wanted, near),
            Error::ProcessAmbiguous { wanted, candidates } => self.refusal(
                format!("{} may mean {}", quoted(wanted), list(candidates, "or")),
                self.again(&either(self.process_parameter(), candidates)),
            ),
            Error::ProcessExists { existing, .. } if self.tool.takes("description") => self
                .refusal(
                    format!("the process {} already exists", quoted(existing)),
                    format!(
                        "Call process_load with name {} to open it.",
                        quoted(existing)
                    ),
                ),
            Error::ProcessExists { existing, .. } => self.refusal(
                format!("the process {} already exists", quoted(existing)),
                self.again("another name"),
            ),
            Error::Unusable(problem) => self.refusal(
                cleaned(&problem.to_string()),
                "Tell the user which file to mend; other processes go on working.".into(),
            ),
            Error::TaskNotFound {
                process,
                wanted,
                near,
            } => self.no_task(wanted, near, process).about(process),
            Error::TaskAmbiguous {
                process,
                wanted,
                candidates,
            } => self
                .refusal(
                    format!("{} may mean {}", quoted(wanted), list(candidates, "or")),
                    self.again(&either(self.task_parameter(), candidates)),
                )
                .about(process),
            Error::TaskExists {
                process, existing, ..
            } => self.task_exists(existing.as_str(), process).about(process),
            Error::SnippetNotFound {
                process,
                task,
                wanted,
                near,
            } => self.no_snippet(wanted, near, task.as_str()).about(process),
            Error::SnippetAmbiguous {
                process,
                wanted,
                candidates,
                ..
            } => self
                .refusal(
                    format!("{} may mean {}", quoted(wanted), list(candidates, "or")),
                    self.again(&either("code_name", candidates)),
                )
                .about(process),
            Error::SnippetExists {
                process,
                task,
                existing,
                ..
            } => self
                .refusal(
                    format!(
                        "the task {} already has code {}",
                        quoted(task),
                        quoted(existing)
                    ),
                    format!(
                        "Call task_code_update with code_name {} to add a version of it.",
                        quoted(existing)
                    ),
                )
                .about(process),
            Error::Store(error) => self.store(error),
        }
    }

    fn none_open(&self, known: &[ProcessName], having_task: &[ProcessName]) -> Refusal {
        if known.is_empty() {
            let next = if self.tool.effect == Effect::AddsOnce {
                "Call process_new with a name first."
            } else {
                "Call process_new only where the user wants a new process."
            };
            return self.refusal("there is no process yet".into(), next.into());
        }
        if !having_task.is_empty() {
            return self.refusal(
                format!(
                    "no process is open, and {} have such a task",
                    list(having_task, "and")
                ),
                self.again(&either("process", having_task)),
            );
        }
        let next = if known.len() > MOST_NAMED {
            "Call process_list_all to see the names, and open the one that is meant.".into()
        } else if self.offered("process_load") {
            format!("Call process_load with name {} first.", list(known, "or"))
        } else {
            self.again(&either("process", known))
        };
        self.refusal("no process is open".into(), next)
    }

    fn no_process(&self, wanted: &str, near: &[ProcessName]) -> Refusal {
        let parameter = self.process_parameter();
        if wanted.trim().is_empty() {
            return self.blank(parameter);
        }
        let why = format!("there is no process {}", quoted(wanted));
        self.near_miss(why, parameter, near, "process_list_all")
    }

    fn no_task(&self, wanted: &str, near: &[impl AsRef<str>], process: &ProcessName) -> Refusal {
        if wanted.trim().is_empty() {
            return self.blank(self.task_parameter());
        }
        let why = format!(
            "the process {} has no task {}",
            quoted(process),
            quoted(wanted)
        );
        self.near_miss(why, self.task_parameter(), near, "task_list")
    }

    fn no_snippet(&self, wanted: &str, near: &[impl AsRef<str>], task: &str) -> Refusal {
        let why = format!("the task {} has no code {}", quoted(task), quoted(wanted));
        let look = format!("task_details_get with task_name {}", quoted(task));
        Refusal {
            snippet: Some((task.to_owned(), shortened(wanted))),
            ..self.near_miss(why, "code_name", near, &look)
        }
    }

    fn task_exists(&self, existing: &str, process: &ProcessName) -> Refusal {
        let why = format!(
            "the process {} already has a task {}",
            quoted(process),
            quoted(existing)
        );
        let next = if self.tool.takes("new_task_name") {
            self.again("another new_task_name")
        } else {
            format!(
                "Call task_details_get with task_name {} to see it.",
                quoted(existing)
            )
        };
        self.refusal(why, next)
    }

    /// What is missing, with the names like it; where something would be taken away, the user
    /// has the choice.
    fn near_miss(
        &self,
        why: String,
        parameter: &str,
        near: &[impl AsRef<str>],
        look: &str,
    ) -> Refusal {
        if near.is_empty() {
            return self.refusal(why, format!("Call {look} to see what there is."));
        }
        if self.tool.effect.deletes() {
            return self.refusal(
                format!("{why}, only {}", list(near, "and")),
                "Ask the user which one is meant.".into(),
            );
        }
        self.refusal(why, self.again(&either(parameter, near)))
    }

    fn name(&self, error: &NameError) -> Refusal {
        let parameter = match error.kind {
            NameKind::Process => "name",
            NameKind::Task if self.tool.takes("new_task_name") => "new_task_name",
            NameKind::Task => "task_name",
            NameKind::Job => "job_name",
            NameKind::Snippet => "code_name",
        };
        match error.problem {
            NameProblem::Blank => self.blank(parameter),
            NameProblem::ControlCharacter { position, .. } => self.refusal(
                format!("character {position} of {parameter} is a line break or another control character"),
                self.again(&format!("a {parameter} on one line")),
            ),
            NameProblem::TooLong { chars } => self.refusal(
                format!(
                    "{parameter} has {chars} characters, and {} are the most",
                    pm_core::MAX_NAME_CHARS
                ),
                self.again(&format!("a shorter {parameter}")),
            ),
        }
    }

    fn blank(&self, parameter: &str) -> Refusal {
        self.refusal(
            format!("{parameter} is blank"),
            self.again(&format!("a {parameter}")),
        )
    }

    fn argument(&self, problem: &ArgumentProblem) -> Refusal {
        let tool = self.tool.name;
        match problem {
            ArgumentProblem::NotAnObject(found) => self.refusal(
                format!("the arguments of {tool} must be a JSON object and came as {found}"),
                self.again("an object of arguments"),
            ),
            ArgumentProblem::Unknown { name, near } => {
                let next = match near.first() {
                    Some(near) => self.again(&format!("{near} in its place")),
                    None => format!("Call {tool} again without it."),
                };
                self.refusal(format!("{tool} has no argument {}", quoted(name)), next)
            }
            ArgumentProblem::Missing(name) => self.refusal(
                format!("{name} is missing"),
                self.again(&format!("a {name}")),
            ),
            ArgumentProblem::WrongType { name, found } => self.refusal(
                format!("{name} must be text and came as {found}"),
                self.again(&format!("{name} as text")),
            ),
            ArgumentProblem::Unfit(_) => self.refusal(
                format!("the arguments do not fit {tool}"),
                self.again("arguments that fit its schema"),
            ),
        }
    }

    fn store(&self, error: &StoreError) -> Refusal {
        let next = match error {
            StoreError::Full => format!(
                "Ask the user to free some space, then call {} again.",
                self.tool.name
            ),
            _ => "Tell the user that the storage needs looking after.".into(),
        };
        self.refusal(cleaned(&error.to_string()), next)
    }

    fn refusal(&self, why: String, next: String) -> Refusal {
        Refusal {
            nothing: self.tool.nothing,
            why,
            next,
            process: None,
            snippet: None,
        }
    }

    /// The same call once more, with something put right.
    fn again(&self, with: &str) -> String {
        format!("Call {} again with {with}.", self.tool.name)
    }

    /// The parameter that names a process.
    fn process_parameter(&self) -> &'static str {
        if self.tool.takes("process") {
            "process"
        } else {
            "name"
        }
    }

    /// The parameter that names a task that exists.
    fn task_parameter(&self) -> &'static str {
        if self.tool.takes("old_task_name") {
            "old_task_name"
        } else {
            "task_name"
        }
    }

    fn offered(&self, tool: &str) -> bool {
        self.options.tools.offers(tool)
    }
}

impl Refusal {
    fn about(self, process: &ProcessName) -> Self {
        Self {
            process: Some(process.to_string()),
            ..self
        }
    }
}

/// Quotes a name, cut where it is long and without what would break the line.
pub(super) fn quoted(name: impl AsRef<str>) -> String {
    format!("\"{}\"", shortened(name.as_ref()))
}

fn shortened(text: &str) -> String {
    let mut short: String = cleaned(text).chars().take(MOST_QUOTED).collect();
    if text.chars().nth(MOST_QUOTED).is_some() {
        short.push('…');
    }
    short
}

/// Puts everything on one line.
fn cleaned(text: &str) -> String {
    let on_one_line = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().map(on_one_line).collect()
}

fn either(parameter: &str, names: &[impl AsRef<str>]) -> String {
    format!("{parameter} {}", list(names, "or"))
}

/// Lists names: `"a", "b" or "c"`.
pub(crate) fn list(names: &[impl AsRef<str>], last: &str) -> String {
    let quoted: Vec<String> = names.iter().take(MOST_NAMED).map(quoted).collect();
    match quoted.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((end, front)) => format!("{} {last} {end}", front.join(", ")),
    }
}

/// Says which names a task holds where none was found: no refusal, and worded like one.
pub(crate) fn existing<'a>(
    kind: &str,
    wanted: &str,
    task: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    let (wanted, task) = (quoted(wanted), quoted(task));
    if names.is_empty() {
        return format!("The task {task} has no {kind} at all.");
    }
    let more = names.len().saturating_sub(MOST_NAMED);
    let and_more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    let joiner = if more > 0 { "," } else { "and" };
    format!(
        "The task {task} has no {kind} {wanted}; it has {}{and_more}.",
        list(&names, joiner)
    )
}
