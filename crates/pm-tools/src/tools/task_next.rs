//! The tool that answers what to do now, in few words, whatever the task holds.

mod answer;
mod fitting;
mod standstill;

use pm_core::manager::Look;
use pm_core::model::NextTask;
use pm_core::{Process, Progress, Task, Timestamp};

#[cfg(test)]
pub(crate) use self::answer::ANSWER_BYTES_MAX;
use self::answer::{GLIMPSE_CHARS, TaskNextAnswer, TaskToDo};
use crate::answer::ClaimBody;
use crate::caller::offer::Access;
use crate::text::cut::cut;
use crate::tool::prelude::*;

/// Finds the next task and claims it.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct TaskNext {
    /// only look, claim nothing
    peek: Option<bool>,
    /// if the user names one
    process: Option<String>,
}

impl ToolDefinition for TaskNext {
    const NAME: &'static str = "task_next";
    const TITLE: &'static str = "Next task";
    const DESCRIPTION: &'static str = "Get the next task to work on, and claim it.";
    const DESCRIPTION_FOR_READING: &'static str = "See which task is next, without claiming it.";
    const EFFECT: Effect = Effect::Claims;
    const NOTHING: &'static str = "Nothing was claimed";

    fn run(self, call: &Call<'_>) -> Result<impl Serialize, Failure> {
        let chosen = call.process(self.process.as_deref())?;
        let may_claim = call.offer.access == Access::ReadWrite;
        let look = if self.peek == Some(true) || !may_claim {
            Look::Peek
        } else {
            Look::Claim
        };
        let found = call.manager.next_task(chosen.name(), look)?;
        let process = &*found.process;
        if found
            .value
            .as_ref()
            .is_some_and(|next| next.claim.is_some())
        {
            call.caller.claimed_in(&process.name, call.manager);
        }
        let now = call.manager.now();
        let finished = process.finished_last();
        let mut answer = TaskNextAnswer {
            message: String::new(),
            task: None,
            held_up: Vec::new(),
            more_held_up: 0,
            progress: Progress::of_tasks(process).into(),
            finished_last: finished.map(|(name, _)| cut(name.as_str(), GLIMPSE_CHARS)),
            concerned: chosen.concerned_since(process),
        };
        match found.value {
            Some(next) => answer.hand_out(call, process, &next, &now),
            None => answer.explain(process, &now),
        }
        Ok(answer)
    }
}

impl TaskNextAnswer {
    /// Says which task it is, and as much of it as there is room for.
    fn hand_out(&mut self, call: &Call<'_>, process: &Process, next: &NextTask, now: &Timestamp) {
        let Some(task) = process.tasks.get(&next.task) else {
            return;
        };
        let whose = match (&next.claim, next.had) {
            (None, false) => "This task is next; nothing was claimed.",
            (None, true) => "This task was yours, and nobody has taken it since.",
            (Some(_), false) => "This task is yours now.",
            (Some(_), true) => "You have this task already.",
        };
        self.message.push_str(whose);
        if next.claim.is_some() {
            let finish = " When it is finished, call task_update with status \"done\".";
            self.message += call.offer.lead_to("task_update", finish);
        }
        if !next.had {
            self.message += &earlier_session(call, process, now);
        }
        let priority = task.priority();
        let is_normal = priority == pm_core::Priority::default();
        let note = task.status_details().note;
        self.task = Some(TaskToDo {
            task_name: next.task.to_string(),
            description: String::new(),
            priority: (!is_normal).then(|| priority.as_str()),
            status_note: note.map(|note| cut(&note, GLIMPSE_CHARS)),
            open_jobs: Vec::new(),
            more_jobs: 0,
            codes: Vec::new(),
            more_codes: 0,
            claim: next
                .claim
                .as_ref()
                .map(|claim| ClaimBody::own(claim, call.style())),
        });
        let rest = call
            .offer
            .lead_to("task_details_get", " The rest of it: task_details_get.");
        self.fill(task, rest);
    }
}

/// Which task an earlier session of the same client has claimed: a page that was loaded anew is
/// another session of the same person.
fn earlier_session(call: &Call<'_>, process: &Process, now: &Timestamp) -> String {
    let identity = call.manager.identity();
    let claimed = process.tasks.iter().find_map(|(name, task): (_, &Task)| {
        let claim = task.claim_at(now)?;
        identity.has_elsewhere(&claim).then_some((name, claim))
    });
    let Some((name, claim)) = claimed else {
        return String::new();
    };
    let by = claim.by;
    format!(" \"{name}\" is in progress by {by}, which may be an earlier session of yours.")
}
