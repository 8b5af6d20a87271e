//! The words when a name is not there, is taken, or may mean several.

use pm_core::{ProcessName, TaskName};

use super::{Refusal, Situation};
use crate::text::phrases::{NAMES_MAX, either, list, quoted, short};
use crate::tool::Effect;

/// The next step if something would be taken away: no other name is ever suggested.
const ASK: &str = "Ask the user which one is meant.";

/// What a list is called for.
pub(super) const SEE: &str = "to see what there is";

impl Situation<'_> {
    pub(super) fn none_open(&self, known: &[ProcessName], having_task: &[ProcessName]) -> Refusal {
        if known.is_empty() {
            let how = if self.tool.effect == Effect::AddsOnce {
                "with a name first"
            } else {
                "only where the user wants a new process"
            };
            let next = self.call("process_new", how, "that there is no process yet");
            return self.refusal("there is no process yet".into(), next);
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
        let next = if known.len() > NAMES_MAX {
            self.call(
                "process_list_all",
                "first, to see which one is meant",
                "to name the process that is meant",
            )
        } else if self.offer.has("process_load") {
            format!("Call process_load with name {} first.", list(known, "or"))
        } else {
            self.again(&either("process", known))
        };
        self.refusal("no process is open".into(), next)
    }

    pub(super) fn no_process(&self, wanted: &str, near: &[ProcessName]) -> Refusal {
        let parameter = self.process_parameter();
        if wanted.trim().is_empty() {
            return self.blank(parameter);
        }
        let why = format!("there is no process {}", quoted(wanted));
        let look = || self.call("process_list_all", SEE, "that there is no such process");
        self.near_miss(why, parameter, near, look)
    }

    pub(super) fn no_task(
        &self,
        wanted: &str,
        near: &[impl AsRef<str>],
        process: &ProcessName,
    ) -> Refusal {
        if wanted.trim().is_empty() {
            return self.blank(self.task_parameter());
        }
        let why = format!(
            "the process {} has no task {}",
            quoted(process),
            quoted(wanted)
        );
        let look = || {
            let how = self.looking(None, process, SEE);
            self.call("task_list", &how, "that there is no such task")
        };
        self.near_miss(why, self.task_parameter(), near, look)
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
            return self.refusal(why, ASK.into());
        }
        self.refusal(why, self.again(&either("process", &[elsewhere])))
    }

    pub(super) fn no_snippet(
        &self,
        wanted: &str,
        near: &[impl AsRef<str>],
        task: &str,
        process: &ProcessName,
    ) -> Refusal {
        let why = format!("the task {} has no code {}", quoted(task), quoted(wanted));
        let look = || self.reading(task, process, SEE, "that there is no such code");
        Refusal {
            snippet: Some((task.to_owned(), short(wanted))),
            ..self.near_miss(why, "code_name", near, look)
        }
    }

    pub(super) fn task_exists(&self, existing: &str, process: &ProcessName) -> Refusal {
        let why = format!(
            "the process {} already has a task {}",
            quoted(process),
            quoted(existing)
        );
        let next = if self.takes("new_task_name") {
            self.again("another new_task_name")
        } else {
            let tell = "that there is such a task already";
            self.reading(existing, process, "to see it", tell)
        };
        self.refusal(why, next)
    }

    /// What is missing, with the names like it; if something would be taken away, the user
    /// has the choice.
    pub(super) fn near_miss(
        &self,
        why: String,
        parameter: &str,
        near: &[impl AsRef<str>],
        look: impl FnOnce() -> String,
    ) -> Refusal {
        if near.is_empty() {
            return self.refusal(why, look());
        }
        if self.tool.effect.deletes() {
            return self.refusal(format!("{why}, only {}", list(near, "and")), ASK.into());
        }
        self.refusal(why, self.again(&either(parameter, near)))
    }

    pub(super) fn ambiguous(
        &self,
        wanted: &str,
        parameter: &str,
        candidates: &[impl AsRef<str>],
    ) -> Refusal {
        let why = format!("{} may mean {}", quoted(wanted), list(candidates, "or"));
        if self.tool.effect.deletes() {
            return self.refusal(why, ASK.into());
        }
        self.refusal(why, self.again(&either(parameter, candidates)))
    }

    pub(super) fn snippet_exists(&self, task: &str, existing: &str) -> Refusal {
        let (task, existing) = (quoted(task), quoted(existing));
        let why = format!("the task {task} already has code {existing}");
        let how = format!("code_name {existing} to add a version of it");
        let next = if self.offer.has("task_code_update") {
            format!("Call task_code_update with {how}.")
        } else {
            // With the name as it is kept, this one adds a version as well.
            self.again(&how)
        };
        self.refusal(why, next)
    }

    pub(super) fn no_version(&self, snippet: &str, wanted: usize, of: usize) -> Refusal {
        let why = format!("the code {} has no version {wanted}", quoted(snippet));
        let range = match of {
            1 => "1, the only one".to_owned(),
            _ => format!("from 1 to {of}"),
        };
        self.refusal(why, self.again(&format!("a version {range}")))
    }

    /// The next step if a task is to be read.
    fn reading(&self, task: &str, process: &ProcessName, why: &str, or_tell: &str) -> String {
        let how = self.looking(Some(&either("task_name", &[task])), process, why);
        self.call("task_details_get", &how, or_tell)
    }
}
