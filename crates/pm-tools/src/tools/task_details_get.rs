//! The tool that reads a task.

use pm_core::TaskName;
use serde_json::{Map, Value};

use super::task_list::TaskListAnswer;
use crate::answer::{
    JobBody, ListEntry, ListedJob, ListedSnippet, Page, PlanBody, SnippetBody, extra,
};
use crate::input::narrowing::{Wish, narrowed, passed_keyed};
use crate::input::placeholder::task_meant;
use crate::tool::prelude::*;

/// Reads a task with all that it holds; without its name, lists the tasks if no other tool does.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct TaskDetailsGet {
    task_name: String,
    /// to read on
    after: Option<String>,
    /// if the user names one
    process: Option<String>,
}

#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum TaskDetailsGetAnswer {
    Tasks(TaskListAnswer),
    Task(Box<TaskAnswer>),
    Code(CodeListAnswer),
}

/// A task with all that it holds.
#[derive(Serialize)]
pub(crate) struct TaskAnswer {
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
    #[serde(skip_serializing_if = "Option::is_none")]
    job_count: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code_count: Option<usize>,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

/// The rest of the code of a task, for a caller that reads on.
#[derive(Serialize)]
pub(crate) struct CodeListAnswer {
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(flatten)]
    concerned: Concerned,
    task_name: String,
    code_count: usize,
    codes: Vec<SnippetBody>,
}

impl ToolDefinition for TaskDetailsGet {
    const NAME: &'static str = "task_details_get";
    const TITLE: &'static str = "Read task";
    const DESCRIPTION: &'static str = "Read one task with its jobs and code.";
    const EFFECT: Effect = Effect::Reads;
    const NOTHING: &'static str = "Nothing was read";
    const REST: &'static str =
        "Call task_code_get with a code_name or task_job_get with a job_name for one of them.";
    const REST_IN_SHORT: &'static str = "Call task_code_get with a code_name for one of them.";

    fn run(self, call: &Call<'_>) -> Result<impl Serialize, Failure> {
        self.read(call)
    }
}

impl TaskDetailsGet {
    /// Reads a task from its beginning.
    pub(super) fn of(task_name: String, process: Option<String>) -> Self {
        Self {
            task_name,
            after: None,
            process,
        }
    }

    /// What it answers.
    pub(super) fn read(self, call: &Call<'_>) -> Result<TaskDetailsGetAnswer, Failure> {
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
        let process = self.process.as_deref();
        let chosen = call.process_with(&self.task_name, process)?;
        // If no other tool on offer lists the tasks, a model asks here for those whose names it
        // does not have.
        let lists = !call.offer.has("task_list");
        if lists && task_meant(Some(&self.task_name), &chosen.process).is_none() {
            let after = self.after.as_deref();
            let list = TaskListAnswer::of(call, &chosen, after, None, None)?;
            return Ok(TaskDetailsGetAnswer::Tasks(list));
        }
        let (name, task) = chosen.process.task(&self.task_name)?;
        let style = call.style();
        let mut codes = ListedSnippet::all(task, style);
        let names = codes.iter().map(ListedSnippet::name);
        let passed = passed_keyed(self.after.as_deref(), task.code.keys(), names)?;
        let before = passed.checked_sub(1).and_then(|index| codes.get(index));
        let before = before.map(ListEntry::after);
        codes.drain(..passed);
        let counts = (codes.len(), task.code.len());
        let codes = Page::whole("/codes", &codes);
        if let Some(before) = &before {
            return Ok(TaskDetailsGetAnswer::Code(CodeListAnswer {
                message: narrowed("code versions", Wish::default(), Some(before), counts),
                concerned: chosen.concerned(),
                task_name: name.to_string(),
                code_count: task.code.len(),
                codes: call.shown(codes),
            }));
        }
        let plan = PlanBody::of(task, style, &call.manager.now());
        let reserved = [RESERVED, &plan.shown()].concat();
        let mut answer = TaskAnswer {
            concerned: chosen.concerned(),
            task_name: name.to_string(),
            task_description: style.text(&task.description),
            created_at: style.time(&task.created_at),
            jobs: None,
            codes: None,
            job_count: style.count(task.jobs.len()),
            code_count: style.count(task.code.len()),
            extra: extra(&task.file_fields, &reserved),
            plan,
        };
        answer.codes = style.list(call.shown(codes).into_iter());
        // Contents of code are left out before jobs are.
        let room = call.room_beside(&answer).max(call.offer.answer_limit / 2);
        let read_on = read_jobs_on(call, name, process);
        let room = room.saturating_sub(read_on.as_deref().map_or(0, str::len));
        let page = Page::of("/jobs", &ListedJob::all(task, style), room);
        let page = page.read_on_with(read_on);
        answer.jobs = style.list(call.shown(page).into_iter());
        Ok(TaskDetailsGetAnswer::Task(Box::new(answer)))
    }
}

/// The beginning of the call that reads the jobs of a task on, if it is offered.
fn read_jobs_on(call: &Call<'_>, task: &TaskName, process: Option<&str>) -> Option<String> {
    let process = process.map(str::trim).filter(|process| !process.is_empty());
    let process = process.map_or(String::new(), |process| format!(", process \"{process}\""));
    call.offer
        .lists("task_jobs_list", "after")
        .then(|| format!("Call task_jobs_list with task_name \"{task}\"{process} and"))
}
