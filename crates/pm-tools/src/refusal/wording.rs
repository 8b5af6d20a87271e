//! The words of every refusal.
//!
//! Rules: no prefix, no JSON, no path, no Debug output. Near misses are named. What misses a
//! task never suggests to make one, or models make doubles. What takes something away never
//! suggests another name to try.

mod input;
mod missing;
mod phrases;

use pm_core::{Error, ProcessName, StoreError};

pub(crate) use self::phrases::existing;
use self::phrases::quoted;
pub(super) use self::phrases::shortened;
use super::{MOST_SAID, Refusal};
use crate::failure::Failure;
use crate::options::ServerOptions;
use crate::tools::Tool;

/// What was refused.
pub(super) struct Situation<'a> {
    pub(super) tool: &'a Tool,
    pub(super) options: &'a ServerOptions,
    /// The caller's open process.
    pub(super) open: Option<ProcessName>,
}

impl Situation<'_> {
    pub(super) fn word(&self, failure: &Failure) -> Refusal {
        let refusal = self.at_length(failure);
        Refusal {
            next: shortened(&refusal.next, MOST_SAID / 2),
            ..refusal
        }
    }

    fn at_length(&self, failure: &Failure) -> Refusal {
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
            } => self.elsewhere(process, elsewhere, task).about(process),
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
            Error::ProcessAmbiguous { wanted, candidates } => {
                self.ambiguous(wanted, self.process_parameter(), candidates)
            }
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
                problem.to_string(),
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
                .ambiguous(wanted, self.task_parameter(), candidates)
                .about(process),
            Error::TaskExists {
                process, existing, ..
            } => self.task_exists(existing.as_str(), process).about(process),
            Error::SnippetNotFound {
                process,
                task,
                wanted,
                near,
            } => self
                .no_snippet(wanted, near, task.as_str(), process)
                .about(process),
            Error::SnippetAmbiguous {
                process,
                wanted,
                candidates,
                ..
            } => self
                .ambiguous(wanted, "code_name", candidates)
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

    fn store(&self, error: &StoreError) -> Refusal {
        let next = match error {
            StoreError::Full => format!(
                "Ask the user to free some space, then call {} again.",
                self.tool.name
            ),
            StoreError::Contended => format!("Call {} again in a moment.", self.tool.name),
            _ => "Tell the user that the storage needs looking after.".into(),
        };
        self.refusal(error.to_string(), next)
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
