//! The tool that lists the tasks of a process.

use indexmap::IndexMap;
use pm_core::TaskName;

use crate::answer::{ListedTask, Page, ProgressBody, TaskSummaryBody, progress};
use crate::call::Chosen;
use crate::input::arguments::optional_name;
use crate::input::narrowing::{Wish, narrowed, passed, wanted};
use crate::tool::prelude::*;

/// Lists the tasks of a process.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct TaskList {
    /// to read on
    after: Option<String>,
    /// open, closed, done…
    status: Option<String>,
    label: Option<String>,
    /// if the user names one
    process: Option<String>,
}

/// A list of tasks; `task_jobs_list` answers the same if no task is named.
#[derive(Serialize)]
pub(crate) struct TaskListAnswer {
    /// Said only if a part of the list was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(flatten)]
    concerned: Concerned,
    task_count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<ProgressBody>,
    tasks: IndexMap<String, TaskSummaryBody>,
}

impl TaskListAnswer {
    pub(crate) fn of(
        call: &Call<'_>,
        chosen: &Chosen,
        after: Option<&str>,
        status: Option<&str>,
        label: Option<&str>,
    ) -> Result<Self, Failure> {
        let tasks = &chosen.process.tasks;
        let (passed, before) = passed(after, tasks.keys().map(TaskName::as_str))?;
        let (style, now) = (call.style(), call.manager.now());
        let is_label = |label: &str| tasks.values().any(|task| task.has_label(label));
        let wish = Wish {
            status: wanted(status)?,
            label: optional_name(label, is_label),
        };
        let entries = tasks.iter().skip(passed);
        let entries = entries.filter(|(_, task)| wish.fits(task));
        let entries: Vec<ListedTask<'_>> = entries
            .map(|(name, task)| ListedTask {
                name,
                task,
                style,
                now: &now,
            })
            .collect();
        let counts = (entries.len(), tasks.len());
        let mut answer = Self {
            message: narrowed("tasks", wish, before.as_deref(), counts),
            concerned: chosen.concerned(),
            task_count: tasks.len(),
            progress: progress(&chosen.process),
            tasks: IndexMap::new(),
        };
        let page = Page::of("/tasks", &entries, call.room_beside(&answer));
        answer.tasks = call.shown(page).into_iter().collect();
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

    fn run(self, call: &Call<'_>) -> Result<impl Serialize, Failure> {
        let chosen = call.process(self.process.as_deref())?;
        let (after, status) = (self.after.as_deref(), self.status.as_deref());
        TaskListAnswer::of(call, &chosen, after, status, self.label.as_deref())
    }
}
