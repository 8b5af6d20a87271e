//! The words when a task or job cannot be worked on as was asked.

use pm_core::{Claim, Error, TaskName};

use super::missing::SEE;
use super::{Refusal, Situation};
use crate::text::phrases::{either, quoted};
use crate::tool::Effect;

impl Situation<'_> {
    pub(super) fn plan(&self, error: &Error) -> Refusal {
        match error {
            Error::JobNotFound {
                process,
                task,
                wanted,
                near,
            } => {
                if wanted.is_empty() {
                    return self.blank("job_name");
                }
                let why = format!("the task {} has no job {}", quoted(task), quoted(wanted));
                let look = || {
                    let how = self.looking(Some(&either("task_name", &[task])), process, SEE);
                    self.call("task_jobs_list", &how, "that there is no such job")
                };
                self.near_miss(why, "job_name", near, look)
            }
            Error::JobAmbiguous {
                wanted, candidates, ..
            } => self.ambiguous(wanted, "job_name", candidates),
            Error::DependencyNotFound { task, wanted, .. } if !self.takes("depends_on") => {
                self.waits_for_nothing(task, wanted)
            }
            Error::DependencyNotFound {
                process,
                wanted,
                near,
                ..
            } => {
                let why = format!(
                    "depends_on has {}, and the process {} has no such task",
                    quoted(wanted),
                    quoted(process)
                );
                let look = || {
                    let how = self.looking(None, process, SEE);
                    self.call("task_list", &how, "that there is no such task")
                };
                self.near_miss(why, "depends_on", near, look)
            }
            Error::DependencyAmbiguous {
                wanted, candidates, ..
            } => self.ambiguous(wanted, "depends_on", candidates),
            Error::DependencyCycle { cycle, .. } => self.cycle(cycle),
            Error::TaskClaimed { task, claim, .. } => self.claimed(task, claim),
            // The one that is left: no task can be claimed.
            other => self.refusal(other.to_string(), self.again("peek true")),
        }
    }

    fn cycle(&self, cycle: &[TaskName]) -> Refusal {
        let way: Vec<String> = cycle.iter().map(quoted).collect();
        let why = format!("these tasks would wait for each other: {}", way.join(" → "));
        if self.tool.effect == Effect::AddsOnce {
            return self.refusal(why, self.again("a plan without that circle"));
        }
        if !self.takes("depends_on") {
            // Taking back is what would make them.
            return self.refusal(why, "Take back the later change to them first.".to_owned());
        }
        match cycle.get(1) {
            Some(on) if cycle.len() > 2 => self.refusal(
                why,
                self.again(&format!("depends_on without {}", quoted(on))),
            ),
            _ => self.refusal(why, self.again("other tasks in depends_on")),
        }
    }

    fn claimed(&self, task: &TaskName, claim: &Claim) -> Refusal {
        let why = format!(
            "the task {} is claimed by {} until {}",
            quoted(task),
            quoted(&claim.by),
            claim.until
        );
        let take_over = self.again("take_over true only where the user wants that");
        let next = if self.offer.has("task_next") {
            let other = "Call task_next for another task, or";
            let rest = take_over.strip_prefix("Call").unwrap_or(&take_over);
            format!("{other}{rest}")
        } else {
            take_over
        };
        self.refusal(why, next)
    }
}
