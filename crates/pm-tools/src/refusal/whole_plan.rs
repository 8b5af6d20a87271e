//! The words if a whole plan cannot be made.

use pm_core::name::{MAX_NAME_CHARS, NameProblem};
use pm_core::{ProcessName, TaskName};

use super::{Refusal, Situation};
use crate::failure::WholePlanProblem;
use crate::text::phrases::{listed, quoted};

impl Situation<'_> {
    pub(super) fn no_plan(&self, problem: &WholePlanProblem) -> Refusal {
        match problem {
            WholePlanProblem::Empty => self.refusal(
                "there is no task in tasks",
                self.again("tasks such as [\"dig: two spades deep\", \"plant\"]"),
            ),
            WholePlanProblem::Name {
                number,
                is_of_job,
                problem,
            } => {
                let whose = if *is_of_job { "a job of task" } else { "task" };
                let (why, next) = match problem {
                    NameProblem::Blank => (
                        "has no name".to_owned(),
                        "a name for it, in front of a colon".to_owned(),
                    ),
                    NameProblem::TooLong { chars } => (
                        format!(
                            "has a name of {chars} characters, and {MAX_NAME_CHARS} are the most"
                        ),
                        "a short name for it, and the rest behind a colon".to_owned(),
                    ),
                    other => (
                        format!("cannot be called so: {other}"),
                        "another name for it".to_owned(),
                    ),
                };
                self.refusal(format!("{whose} {number} {why}"), self.again(&next))
            }
            WholePlanProblem::Twins { first, second } => self.refusal(
                format!(
                    "the plan has two tasks of one name, {} and {}",
                    quoted(first),
                    quoted(second)
                ),
                self.again("another name for one of them"),
            ),
        }
    }

    pub(super) fn plan_differs(
        &self,
        process: &ProcessName,
        same: &[TaskName],
        differing: &[TaskName],
        missing: &[TaskName],
    ) -> Refusal {
        let mut there = Vec::new();
        if !same.is_empty() {
            there.push(format!("{} as planned", listed(same)));
        }
        if !differing.is_empty() {
            there.push(format!("{} with other content", listed(differing)));
        }
        let why = format!(
            "the process {} already has {}",
            quoted(process),
            there.join(", and ")
        );
        let next = if differing.is_empty() && !missing.is_empty() {
            self.again(&format!("only what is missing: {}", listed(missing)))
        } else {
            let how = format!("with process {} to see what there is", quoted(process));
            self.call("task_list", &how, "that there is another plan already")
        };
        self.refusal(why, next)
    }

    /// What a task is to wait for is neither in the plan nor in the process.
    pub(super) fn waits_for_nothing(&self, task: &TaskName, wanted: &str) -> Refusal {
        self.refusal(
            format!(
                "the task {} is to come after {}, and no task is called so",
                quoted(task),
                quoted(wanted)
            ),
            self.again("the names of tasks of the plan in after"),
        )
    }
}
