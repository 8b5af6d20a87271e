//! The words if something else has the name.

use pm_core::ProcessName;
use pm_core::error::{InTask, Taken};

use super::{Refusal, Situation};
use crate::text::phrases::quoted;
use crate::tool::Effect;

impl Situation<'_> {
    pub(super) fn taken(&self, taken: &Taken) -> Refusal {
        let takes_back = self.tool.effect == Effect::TakesBack;
        match taken {
            Taken::Process { existing, .. } if takes_back => {
                self.in_the_way("a process", existing.as_ref())
            }
            Taken::Task { existing, .. } if takes_back => {
                self.in_the_way("a task", existing.as_ref())
            }
            Taken::Snippet { existing, .. } if takes_back => {
                self.in_the_way("code", existing.as_ref())
            }
            Taken::Process { existing, .. } => {
                let existing = quoted(existing);
                let next = if self.takes("description") {
                    let how = format!("with name {existing} to open it");
                    let tell = "that there is such a process already";
                    self.call("process_load", &how, tell)
                } else {
                    self.again("another name")
                };
                self.refusal(format!("the process {existing} already exists"), next)
            }
            Taken::Task {
                process, existing, ..
            } => {
                let why = format!(
                    "the process {} already has a task {}",
                    quoted(process),
                    quoted(existing)
                );
                let next = if self.takes("new_task_name") {
                    self.again("another new_task_name")
                } else {
                    let (place, tell) = (
                        (process, Some(existing)),
                        "that there is such a task already",
                    );
                    self.look_in(self.offer.reader_of_tasks(), place, "to see it", tell)
                };
                self.refusal(why, next)
            }
            Taken::Snippet {
                within: InTask { task, .. },
                existing,
                ..
            } => {
                let (task, existing) = (quoted(task), quoted(existing));
                let how = format!("code_name {existing} to add a version of it");
                let next = if self.offer.has("task_code_update") {
                    format!("Call task_code_update with {how}.")
                } else {
                    // If it is called with the name as it is kept, this tool adds a version as
                    // well.
                    self.again(&how)
                };
                self.refusal(format!("the task {task} already has code {existing}"), next)
            }
            other => self.refusal(other.to_string(), self.again("another name")),
        }
    }

    /// Something that was made since has the name of what would come back.
    fn in_the_way(&self, kind: &str, existing: &str) -> Refusal {
        let existing = quoted(existing);
        self.refusal(
            format!("there is {kind} {existing} by now, in the place of what would come back"),
            format!("Ask the user what is to become of {existing}."),
        )
    }

    pub(super) fn restored_name_taken(
        &self,
        deleted: &str,
        existing: &ProcessName,
        free: Option<&str>,
    ) -> Refusal {
        let next = match free {
            Some(free) => self.again(&format!(
                "name {} and new_name {}",
                quoted(deleted),
                quoted(free)
            )),
            None => self.again("another new_name"),
        };
        self.refusal(
            format!("there is a process {} by now", quoted(existing)),
            next,
        )
    }
}
