//! The tools that add and read tasks.

use indexmap::IndexMap;
use pm_core::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Effect, ToolDefinition};
use crate::bounded::Ahead;
use crate::call::{Call, Chosen};
use crate::failure::Failure;
use crate::wire::{
    self, Concerned, JobBody, PlanBody, ProgressBody, SnippetBody, TaskBody, TaskSummary, extra,
    progress,
};

/// Adds a task.
pub(super) struct TaskNew;

#[derive(Deserialize, JsonSchema)]
pub(super) struct TaskNewParameters {
    /// its name
    task_name: String,
    /// what to do
    #[serde(default)]
    task_description: String,
    /// if the user names one
    process: Option<String>,
}

#[derive(Serialize)]
pub(super) struct TaskNewAnswer {
    message: String,
    task_name: String,
    task: TaskBody,
    #[serde(flatten)]
    concerned: Concerned,
}

impl ToolDefinition for TaskNew {
    const NAME: &'static str = "task_new";
    const TITLE: &'static str = "New task";
    const DESCRIPTION: &'static str = "Add a task to the process.";
    const EFFECT: Effect = Effect::AddsOnce;
    const NOTHING: &'static str = "Nothing was added";
    type Parameters = TaskNewParameters;
    type Answer = TaskNewAnswer;

    fn run(call: &Call<'_>, parameters: Self::Parameters) -> Result<Self::Answer, Failure> {
        let chosen = call.process(parameters.process.as_deref())?;
        let name: pm_core::TaskName = parameters.task_name.parse().map_err(pm_core::Error::from)?;
        let added =
            call.manager
                .add_task(chosen.name(), name.clone(), parameters.task_description)?;
        Ok(TaskNewAnswer {
            message: format!("Added the task \"{name}\" to \"{}\".", chosen.name()),
            task_name: name.to_string(),
            task: TaskBody::of(&added.value, &call.manager.now()),
            concerned: chosen.concerned_since(&added.process),
        })
    }
}

/// Lists the tasks of a process.
pub(super) struct TaskList;

#[derive(Deserialize, JsonSchema)]
pub(super) struct TaskListParameters {
    /// if the user names one
    process: Option<String>,
}

/// A list of tasks; `task_jobs_list` answers the same where no task is named.
#[derive(Serialize)]
pub(super) struct TaskListAnswer {
    #[serde(flatten)]
    concerned: Concerned,
    task_count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<ProgressBody>,
    tasks: IndexMap<String, TaskSummary>,
}

impl TaskListAnswer {
    pub(super) fn of(chosen: &Chosen, now: &Timestamp) -> Self {
        let tasks = chosen.process.tasks.iter();
        Self {
            concerned: chosen.concerned(),
            task_count: tasks.len(),
            progress: progress(&chosen.process),
            tasks: tasks
                .map(|(name, task)| (name.to_string(), TaskSummary::of(task, now)))
                .collect(),
        }
    }
}

impl ToolDefinition for TaskList {
    const NAME: &'static str = "task_list";
    const TITLE: &'static str = "List tasks";
    const DESCRIPTION: &'static str = "List all tasks of the process.";
    const EFFECT: Effect = Effect::Reads;
    const NOTHING: &'static str = "Nothing was listed";
    const REST: &'static str =
        "Every task, shown or not, can be read: call task_details_get with its task_name.";
    type Parameters = TaskListParameters;
    type Answer = TaskListAnswer;

    fn run(call: &Call<'_>, parameters: Self::Parameters) -> Result<Self::Answer, Failure> {
        let chosen = call.process(parameters.process.as_deref())?;
        Ok(TaskListAnswer::of(&chosen, &call.manager.now()))
    }
}

/// Reads a task with all that it holds.
pub(super) struct TaskDetailsGet;

#[derive(Deserialize, JsonSchema)]
pub(super) struct TaskDetailsGetParameters {
    /// which task
    task_name: String,
    /// if the user names one
    process: Option<String>,
}

#[derive(Serialize)]
pub(super) struct TaskDetailsGetAnswer {
    #[serde(flatten)]
    concerned: Concerned,
    task_name: String,
    task_description: String,
    created_at: String,
    #[serde(flatten)]
    plan: PlanBody,
    jobs: Vec<JobBody>,
    codes: Vec<SnippetBody>,
    #[serde(skip)]
    ahead: Ahead,
    job_count: usize,
    code_count: usize,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

impl ToolDefinition for TaskDetailsGet {
    const NAME: &'static str = "task_details_get";
    const TITLE: &'static str = "Read task";
    const DESCRIPTION: &'static str = "Read one task with its jobs and code.";
    const EFFECT: Effect = Effect::Reads;
    const NOTHING: &'static str = "Nothing was read";
    const REST: &'static str =
        "Call task_code_get with a code_name or task_job_get with a job_name for one of them.";
    type Parameters = TaskDetailsGetParameters;
    type Answer = TaskDetailsGetAnswer;

    fn run(call: &Call<'_>, parameters: Self::Parameters) -> Result<Self::Answer, Failure> {
        /// The fields of the answer, which a field in a file must not replace.
        const RESERVED: &[&str] = &[
            "success",
            "left_out",
            "process_name",
            "revision",
            "note",
            "task_name",
            "task_description",
            "codes",
            "job_count",
            "code_count",
        ];
        let chosen = call.process_with(&parameters.task_name, parameters.process.as_deref())?;
        let (name, task) = chosen.process.task(&parameters.task_name)?;
        let plan = PlanBody::of(task, &call.manager.now());
        let reserved = [RESERVED, &plan.shown()].concat();
        let (jobs, ahead) = wire::jobs(task, call.options.answer_limit);
        Ok(TaskDetailsGetAnswer {
            concerned: chosen.concerned(),
            task_name: name.to_string(),
            task_description: task.description.clone(),
            created_at: task.created_at.to_string(),
            jobs,
            ahead,
            codes: task.code.values().map(Into::into).collect(),
            job_count: task.jobs.len(),
            code_count: task.code.len(),
            extra: extra(&task.file_fields, &reserved),
            plan,
        })
    }

    fn left_out_ahead(answer: &Self::Answer) -> Ahead {
        answer.ahead
    }
}
