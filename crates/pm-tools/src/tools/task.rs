//! The tools that add and read tasks.

use std::mem::take;

use indexmap::IndexMap;
use pm_core::{Task, TaskName};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Effect, ToolDefinition};
use crate::bounded::{Page, PageEnd};
use crate::call::{Call, Chosen};
use crate::failure::Failure;
use crate::listing::{named, narrowed, passed, wanted};
use crate::wire::{
    Concerned, JobBody, ListedJob, ListedTask, PlanBody, ProgressBody, SnippetBody, TaskBody,
    TaskSummary, extra, progress,
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
    /// to read on
    after: Option<String>,
    /// open, closed, done…
    status: Option<String>,
    /// if the user names one
    process: Option<String>,
}

/// A list of tasks; `task_jobs_list` answers the same where no task is named.
#[derive(Serialize)]
pub(super) struct TaskListAnswer {
    /// Said only where a part of the list was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(flatten)]
    concerned: Concerned,
    task_count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<ProgressBody>,
    tasks: IndexMap<String, TaskSummary>,
    #[serde(skip)]
    pub(super) end: PageEnd,
}

impl TaskListAnswer {
    pub(super) fn of(
        call: &Call<'_>,
        chosen: &Chosen,
        after: Option<&str>,
        status: Option<&str>,
    ) -> Result<Self, Failure> {
        let tasks = &chosen.process.tasks;
        let wanted = wanted(status)?;
        let passed = passed(after, tasks.keys().map(TaskName::as_str))?;
        let (style, now) = (call.style(), call.manager.now());
        let is_wanted = |task: &Task| wanted.is_none_or(|wanted| wanted.fits(task.status()));
        let entries = tasks.iter().skip(passed);
        let entries = entries.filter(|(_, task)| is_wanted(task));
        let entries: Vec<ListedTask<'_>> = entries
            .map(|(name, task)| ListedTask {
                name,
                task,
                style,
                now: &now,
            })
            .collect();
        let before = passed
            .checked_sub(1)
            .and_then(|place| tasks.keys().nth(place));
        let before = before.map(named);
        let counts = (entries.len(), tasks.len());
        let mut answer = Self {
            message: narrowed("tasks", wanted, before.as_deref(), counts),
            concerned: chosen.concerned(),
            task_count: tasks.len(),
            progress: progress(&chosen.process),
            tasks: IndexMap::new(),
            end: PageEnd::default(),
        };
        let page = Page::of("/tasks", &entries, call.room_beside(&answer));
        answer.tasks = page.entries.into_iter().collect();
        answer.end = page.end;
        Ok(answer)
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
        let (after, status) = (parameters.after.as_deref(), parameters.status.as_deref());
        TaskListAnswer::of(call, &chosen, after, status)
    }

    fn page_end(answer: &mut Self::Answer) -> PageEnd {
        take(&mut answer.end)
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
    end: PageEnd,
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
        let process = parameters.process.as_deref();
        let chosen = call.process_with(&parameters.task_name, process)?;
        let (name, task) = chosen.process.task(&parameters.task_name)?;
        let style = call.style();
        let plan = PlanBody::of(task, style, &call.manager.now());
        let reserved = [RESERVED, &plan.shown()].concat();
        let mut answer = TaskDetailsGetAnswer {
            concerned: chosen.concerned(),
            task_name: name.to_string(),
            task_description: style.text(&task.description),
            created_at: style.time(&task.created_at),
            jobs: None,
            codes: style.list(task.code.values().map(|code| SnippetBody::of(code, style))),
            end: PageEnd::default(),
            job_count: style.count(task.jobs.len()),
            code_count: style.count(task.code.len()),
            extra: extra(&task.file_fields, &reserved),
            plan,
        };
        // Contents of code go before jobs do.
        let room = call.room_beside(&answer).max(call.offer.answer_limit / 2);
        let read_on = read_jobs_on(call, name, process);
        let room = room.saturating_sub(read_on.as_deref().map_or(0, str::len));
        let page = Page::of("/jobs", &ListedJob::all(task, style), room);
        answer.jobs = style.list(page.entries.into_iter());
        answer.end = page.end.read_on_with(read_on);
        Ok(answer)
    }

    fn page_end(answer: &mut Self::Answer) -> PageEnd {
        take(&mut answer.end)
    }
}

/// The beginning of the call that reads the jobs of a task on, where it is offered.
fn read_jobs_on(call: &Call<'_>, task: &TaskName, process: Option<&str>) -> Option<String> {
    let process = process.map(str::trim).filter(|process| !process.is_empty());
    let process = process.map_or(String::new(), |process| format!(", process \"{process}\""));
    call.offer
        .has("task_jobs_list")
        .then(|| format!("Call task_jobs_list with task_name \"{task}\"{process} and"))
}
