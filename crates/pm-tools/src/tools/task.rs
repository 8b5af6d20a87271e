//! The tools that add and read tasks.

use indexmap::IndexMap;
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
    /// Nothing but what the caller has just sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    task: Option<TaskBody>,
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
            task: call.echo(|style| TaskBody::of(&added.value, style, &call.manager.now())),
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
    pub(super) fn of(call: &Call<'_>, chosen: &Chosen) -> Self {
        let (style, now) = (call.style(), call.manager.now());
        let tasks = chosen.process.tasks.iter();
        Self {
            concerned: chosen.concerned(),
            task_count: tasks.len(),
            progress: progress(&chosen.process),
            tasks: tasks
                .map(|(name, task)| (name.to_string(), TaskSummary::of(task, style, &now)))
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
        Ok(TaskListAnswer::of(call, &chosen))
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
    #[serde(skip_serializing_if = "Option::is_none")]
    task_description: Option<String>,
    created_at: String,
    #[serde(flatten)]
    plan: PlanBody,
    #[serde(skip_serializing_if = "Option::is_none")]
    jobs: Option<Vec<JobBody>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    codes: Option<Vec<SnippetBody>>,
    #[serde(skip)]
    ahead: Ahead,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_count: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code_count: Option<usize>,
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
            "jobs",
            "codes",
            "job_count",
            "code_count",
        ];
        let chosen = call.process_with(&parameters.task_name, parameters.process.as_deref())?;
        let (name, task) = chosen.process.task(&parameters.task_name)?;
        let style = call.style();
        let plan = PlanBody::of(task, style, &call.manager.now());
        let reserved = [RESERVED, &plan.shown()].concat();
        let (jobs, ahead) = wire::jobs(task, style, call.options.answer_limit);
        Ok(TaskDetailsGetAnswer {
            concerned: chosen.concerned(),
            task_name: name.to_string(),
            task_description: style.text(&task.description),
            created_at: style.time(&task.created_at),
            jobs: style.list(jobs.into_iter()),
            ahead,
            codes: style.list(task.code.values().map(|code| SnippetBody::of(code, style))),
            job_count: style.count(task.jobs.len()),
            code_count: style.count(task.code.len()),
            extra: extra(&task.file_fields, &reserved),
            plan,
        })
    }

    fn left_out_ahead(answer: &Self::Answer) -> Ahead {
        answer.ahead
    }
}
