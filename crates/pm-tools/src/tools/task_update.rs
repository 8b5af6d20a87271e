//! The tool that changes a task's part in the plan.

use pm_core::{OthersClaim, Priority, Progress, Status, TaskUpdate as Update};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Effect, ToolDefinition};
use crate::arguments::{ArgumentProblem, names, optional_name, optional_word};
use crate::call::Call;
use crate::failure::Failure;
use crate::refusal::listed;
use crate::wire::{Concerned, PlanBody, ProgressBody};

/// The arguments that say what to change.
const CHANGES: &[&str] = &["status", "note", "priority", "depends_on", "position"];

/// Changes how far a task is, how much it matters, its place, and what it waits for.
pub(super) struct TaskUpdate;

#[derive(Deserialize, JsonSchema)]
pub(super) struct TaskUpdateParameters {
    /// which task
    task_name: String,
    /// how far it is
    #[schemars(extend("enum" = Status::WORDS))]
    status: Option<String>,
    /// why
    note: Option<String>,
    /// how urgent
    #[schemars(extend("enum" = Priority::WORDS))]
    priority: Option<String>,
    /// tasks to do before it
    depends_on: Option<Vec<String>>,
    /// its place, from 1
    position: Option<u64>,
    /// take it from another
    take_over: Option<bool>,
    /// if the user names one
    process: Option<String>,
}

#[derive(Serialize)]
pub(super) struct TaskUpdateAnswer {
    message: String,
    task_name: String,
    #[serde(flatten)]
    plan: PlanBody,
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<usize>,
    progress: ProgressBody,
    #[serde(flatten)]
    concerned: Concerned,
}

impl ToolDefinition for TaskUpdate {
    const NAME: &'static str = "task_update";
    const TITLE: &'static str = "Update task";
    const DESCRIPTION: &'static str =
        "Mark a task done or blocked, or set its priority, place or dependencies.";
    const EFFECT: Effect = Effect::Replaces;
    const NOTHING: &'static str = "Nothing was changed";
    type Parameters = TaskUpdateParameters;
    type Answer = TaskUpdateAnswer;

    fn run(call: &Call<'_>, parameters: Self::Parameters) -> Result<Self::Answer, Failure> {
        let wanted = &parameters.task_name;
        let chosen = call.process_with(wanted, parameters.process.as_deref())?;
        let exists = |name: &str| chosen.process.task(name).is_ok();
        let depends_on = parameters.depends_on;
        let position = parameters.position.filter(|position| *position > 0);
        let update = Update {
            status: optional_word("status", parameters.status.as_deref())?,
            note: optional_name(parameters.note.as_deref(), |_| false).map(str::to_owned),
            priority: optional_word("priority", parameters.priority.as_deref())?,
            depends_on: depends_on.map(|sent| names(sent, exists)),
            position: position.map(|position| usize::try_from(position).unwrap_or(usize::MAX)),
            others_claim: if parameters.take_over == Some(true) {
                OthersClaim::TakeOver
            } else {
                OthersClaim::Respect
            },
        };
        let nothing = Update {
            others_claim: update.others_claim,
            ..Update::default()
        };
        if update == nothing {
            // What is not there is said before what is missing.
            chosen.process.task(wanted)?;
            return Err(ArgumentProblem::NothingToChange(CHANGES).into());
        }
        let asked = update.status;
        let changed = call.manager.update_task(chosen.name(), wanted, update)?;
        let updated = changed.value;
        let process = &*changed.process;
        if asked == Some(Status::InProgress) {
            call.caller.claimed_in(&process.name, call.manager);
        }
        let (name, task) = process.task(updated.task.as_str())?;
        let progress = Progress::of_tasks(process);

        let jobs = Progress::of_jobs(task);
        let waits = process.unmet_dependencies(task);
        let mut told = vec![match asked {
            Some(Status::Done) => {
                let (done, all) = (progress.done, progress.all());
                format!("The task \"{name}\" is now done ({done} of {all}).")
            }
            Some(status) => format!("The task \"{name}\" is now {status}."),
            None => format!("Updated the task \"{name}\"."),
        }];
        if asked == Some(Status::Done) && jobs.open() + jobs.blocked > 0 {
            let open = jobs.open() + jobs.blocked;
            told.push(format!("Jobs of it that are not done: {open}."));
        }
        if asked == Some(Status::InProgress) && !waits.is_empty() {
            told.push(format!("It waits for {}.", listed(&waits)));
        }
        let mut message = told.join(" ");
        if asked.is_some_and(|status| status != Status::InProgress && status != Status::Todo) {
            message += call.where_offered("task_next", " Call task_next for the next one.");
        }
        Ok(TaskUpdateAnswer {
            message,
            task_name: name.to_string(),
            plan: PlanBody::in_list(task, call.style(), &call.manager.now()),
            position: updated.position,
            progress: progress.into(),
            concerned: chosen.concerned_since(process),
        })
    }
}
