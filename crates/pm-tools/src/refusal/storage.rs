//! The words if the store failed.

use pm_core::store::{Unusable, UnusableKind};
use pm_core::{StoreError, reason};

use super::{Refusal, Situation};

impl Situation<'_> {
    pub(super) fn unusable(&self, problem: &Unusable) -> Refusal {
        let next = if problem.kind == UnusableKind::NotAProcess {
            let how = "for the processes that there are";
            let tell = "that this file is none of the processes";
            self.call("process_list_all", how, tell)
        } else {
            "Tell the user which file to mend; other processes go on working.".to_owned()
        };
        self.refusal(problem.to_string(), next)
    }

    pub(super) fn store(&self, error: &StoreError) -> Refusal {
        let tool = self.tool.name;
        let next = match error {
            StoreError::Uncertain { action, source } => {
                return self.uncertain(format!("could not {action}: {}", reason(source)));
            }
            StoreError::Full => {
                format!("Ask the user to free some space, then call {tool} again.")
            }
            StoreError::TooLarge { .. } => self.again("less text"),
            StoreError::Contended => format!("Call {tool} again in a moment."),
            StoreError::Held { holder, .. } => {
                let who = match holder {
                    Some(holder) => format!("the program with the pid {holder}"),
                    None => "the programs that use the storage".to_owned(),
                };
                format!("Tell the user to look after {who}, then call {tool} again.")
            }
            StoreError::Cancelled => format!("Call {tool} again if it is still wanted."),
            StoreError::FileReadOnly => {
                format!("Ask the user to let the file be written, then call {tool} again.")
            }
            StoreError::ReadOnly => "Tell the user that nothing can be changed here.".into(),
            StoreError::Unreachable { .. } => {
                format!("Tell the user, then call {tool} again once it is there.")
            }
            // Also what the core got since.
            StoreError::Backend { .. } | StoreError::Io { .. } | StoreError::NotApplied | _ => {
                "Tell the user that the storage needs looking after.".into()
            }
        };
        self.refusal(error.to_string(), next)
    }

    /// The change may have been made: the next step is to look, never to try again.
    fn uncertain(&self, why: String) -> Refusal {
        let inside_a_task = ["job_name", "code_name", "new_description", "status"];
        let of_a_process = self.takes("description") && !self.takes("task_name");
        let look = if self.takes("name") || of_a_process {
            "process_list_all"
        } else if self.takes("revision") {
            "process_history"
        } else if inside_a_task.into_iter().any(|name| self.takes(name)) {
            self.offer.reader_of_tasks()
        } else {
            "task_list"
        };
        let next = self.call(
            look,
            "to see before trying again",
            "that it may have been kept or not",
        );
        Refusal {
            nothing: "It is not certain that this was kept",
            repeats: "the same call may do it twice",
            ..self.refusal(why, next)
        }
    }
}
