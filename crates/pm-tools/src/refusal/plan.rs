//! The words if a task or job cannot be worked on as was asked.

use pm_core::error::{PlanProblem, Unresolved};
use pm_core::{Claim, ProcessName, TaskName};

use super::{Refusal, Situation};
use crate::text::phrases::quoted;
use crate::tool::Effect;

impl Situation<'_> {
    pub(super) fn plan(&self, process: &ProcessName, problem: &PlanProblem) -> Refusal {
        match problem {
            PlanProblem::Dependency {
                task,
                on: Unresolved::NotFound { wanted, .. },
            } if !self.takes("depends_on") => self.waits_for_nothing(task, wanted),
            PlanProblem::Dependency { on, .. } => self.dependency(process, on),
            PlanProblem::Cycle(cycle) => self.cycle(cycle),
            PlanProblem::Claimed { task, claim } => self.claimed(task, claim),
            PlanProblem::NothingToClaim => self.refusal(
                format!("no task of {process} can be claimed"),
                self.again_if_listed("peek", "peek true", "Tell the user."),
            ),
        }
    }

    fn cycle(&self, cycle: &[TaskName]) -> Refusal {
        let way: Vec<String> = cycle.iter().map(quoted).collect();
        let why = format!("these tasks would wait for each other: {}", way.join(" → "));
        if self.tool.effect == Effect::AddsOnce {
            return self.refusal(why, self.again("a plan without that circle"));
        }
        if !self.takes("depends_on") {
            // It is taking a change back that would make them wait.
            return self.refusal(why, "Take back the later change to them first.");
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
        let tool = self.tool.name;
        let has_next = self.offer.has("task_next");
        let next = match (has_next, self.offer.lists(tool, "take_over")) {
            (true, true) => format!(
                "Call task_next for another task, or {tool} again with take_over true only where \
                 the user wants that."
            ),
            (true, false) => "Call task_next for another task.".to_owned(),
            (false, true) => self.again("take_over true only where the user wants that"),
            (false, false) => "Tell the user who has it.".to_owned(),
        };
        self.refusal(why, next)
    }
}
