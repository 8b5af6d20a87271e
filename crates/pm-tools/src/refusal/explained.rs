//! The words for what a caller has to know besides the fact that something is missing or taken.

use super::{Refusal, Situation, ask_about};
use crate::failure::Beside;
use crate::text::phrases::{listed_up_to, quoted};

/// The most names of what exists that a refusal tells.
const THERE_MAX: usize = 6;

impl Situation<'_> {
    /// Puts into a refusal what explains it. What exists is only suggested to be read: a model
    /// would otherwise take something else away, or add what nobody asked for.
    pub(super) fn explained(&self, refusal: Refusal, beside: &Beside) -> Refusal {
        let takes_away = self.tool.effect.deletes();
        let (more, next) = match beside {
            Beside::There(names) => {
                let there = format!(", only {}", listed_up_to(names, THERE_MAX));
                let next = match names.len() {
                    _ if takes_away => ask_about(names).to_owned(),
                    1 => self.again("this name"),
                    2..=THERE_MAX => self.again("one of these names"),
                    _ => return refusal,
                };
                (there, next)
            }
            Beside::DeletedIn(revision) => {
                let deleted = format!("; it was deleted in revision {revision}");
                let next = if takes_away {
                    "Tell the user that it is gone.".to_owned()
                } else if self.offer.lists("process_undo", "revision") {
                    format!("Call process_undo with revision {revision} to get it back.")
                } else {
                    "Tell the user that it was deleted.".to_owned()
                };
                (deleted, next)
            }
            Beside::InTrash(name) => {
                let how = format!("with name {} to get it back", quoted(name));
                let next = if takes_away {
                    "Tell the user that it is gone.".to_owned()
                } else {
                    self.call("process_restore", &how, "that it was deleted")
                };
                let why = format!("the process {} was deleted", quoted(name));
                return Refusal {
                    why,
                    next,
                    ..refusal
                };
            }
            Beside::IsProcess(name) => {
                let how = format!("with name {} to open it", quoted(name));
                let tell = "that this is a process and no task";
                (
                    format!(", but there is a process {}", quoted(name)),
                    self.call("process_load", &how, tell),
                )
            }
            Beside::IsTask { task, process } => {
                let why = format!(
                    "{} is a task of the process {}, and no process",
                    quoted(task),
                    quoted(process)
                );
                let with = format!("with task_name {}", quoted(task));
                let code_tools = ["task_code_add", "task_code_update"];
                let code_tool = code_tools.into_iter().find(|tool| self.offer.has(tool));
                let next = match (code_tool, self.offer.has("task_job_add")) {
                    (Some(tool), true) => format!(
                        "Call {tool} {with} to store code in it, or task_job_add to add a job to it."
                    ),
                    (Some(tool), false) => format!("Call {tool} {with} to store code in it."),
                    (None, _) => self.call(
                        "task_job_add",
                        &format!("{with} to add a job to it"),
                        "that this is a task",
                    ),
                };
                return Refusal {
                    why,
                    next,
                    ..refusal
                };
            }
            Beside::Holds {
                status,
                jobs,
                codes,
            } => (
                format!(" ({status}; jobs: {jobs}, code: {codes})"),
                if self.takes("new_task_name") {
                    refusal.next.clone()
                } else {
                    "Tell the user that there is such a task already.".to_owned()
                },
            ),
        };
        let why = refusal.why.clone() + &more;
        Refusal {
            why,
            next,
            ..refusal
        }
    }
}
