//! The tool that shows a whole process as one text, as many of its tasks at a time as fit.

use pm_core::markdown::{CodeShown, process_head_markdown, task_section_markdown};
use pm_core::{Process, Task, TaskName, Timestamp};

use crate::answer::{
    AnswerStyle, ListEntry, NOTICE_BYTES, Page, ProcessBody, Shown, TaskBody, WholeEntry,
};
use crate::input::arguments::{ArgumentProblem, optional_name};
use crate::input::narrowing::{Wish, narrowed, passed};
use crate::text::cut::shortened;
use crate::text::json_size::size;
use crate::text::phrases::named;
use crate::tool::prelude::*;

/// Shows a whole process as one text.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct ProcessExport {
    /// markdown (usual) or json
    format: Option<String>,
    /// to read on
    after: Option<String>,
    /// if the user names one
    process: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct ProcessExportAnswer {
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(flatten)]
    concerned: Concerned,
    #[serde(skip_serializing_if = "Option::is_none")]
    markdown: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    process_data: Option<ProcessBody>,
}

impl ToolDefinition for ProcessExport {
    const NAME: &'static str = "process_export";
    const TITLE: &'static str = "Export process";
    const DESCRIPTION: &'static str = "Show the whole process as one text.";
    const EFFECT: Effect = Effect::Reads;
    const NOTHING: &'static str = "Nothing was shown";
    const REST: &'static str = "Call task_details_get for one task.";

    fn run(self, call: &Call<'_>) -> Result<impl Serialize, Failure> {
        let is_markdown = is_markdown(self.format.as_deref())?;
        let chosen = call.process(self.process.as_deref())?;
        let process = &*chosen.process;
        let names = process.tasks.keys().map(TaskName::as_str);
        let (passed, before) = passed(self.after.as_deref(), names)?;
        let counts = (process.tasks.len() - passed, process.tasks.len());
        let mut answer = ProcessExportAnswer {
            message: narrowed("tasks", Wish::default(), before.as_deref(), counts),
            concerned: chosen.concerned(),
            markdown: None,
            process_data: None,
        };
        if is_markdown {
            answer.fill_in_text(call, process, passed);
        } else {
            answer.fill_in_json(call, process, passed);
        }
        Ok(answer)
    }
}

impl ProcessExportAnswer {
    fn fill_in_text(&mut self, call: &Call<'_>, process: &Process, passed: usize) {
        let now = call.manager.now();
        let all = call.room_beside(self).saturating_sub(TOLD_BYTES);
        let head = match passed {
            0 => shortened(process_head_markdown(process), all / 2),
            _ => String::new(),
        };
        let room = all.saturating_sub(size(&head));
        let tasks = process.tasks.iter().skip(passed);
        let sections: Vec<Section<'_>> = tasks
            .map(|(name, task)| Section {
                name,
                task,
                now: &now,
                longest: longest(room, name),
            })
            .collect();
        let page = Page::of("/tasks", &sections, room);
        let shown = sections.iter().take(page.entries.len());
        let cut = shown.filter(|section| section.is_cut()).count();
        let texts = Some(head).filter(|head| !head.is_empty()).into_iter();
        self.markdown = Some(texts.chain(call.shown(page)).collect::<Vec<_>>().join("\n"));
        if cut > 0 {
            let read = call
                .offer
                .lead_to("task_details_get", " Read them with task_details_get.");
            let cut =
                format!("Tasks longer than an answer, shown without their code: {cut}.{read}");
            let told = self.message.take().into_iter().chain([cut]);
            self.message = Some(told.collect::<Vec<_>>().join(" "));
        }
    }

    fn fill_in_json(&mut self, call: &Call<'_>, process: &Process, passed: usize) {
        let now = &call.manager.now();
        self.process_data = Some(ProcessBody::without_tasks(process, AnswerStyle::Recorded));
        let tasks = process.tasks.iter().skip(passed);
        let entries = tasks.map(|(name, task)| WholeEntry {
            after: named(name),
            body: move || {
                let body = TaskBody::of(task, AnswerStyle::Recorded, now);
                (name.to_string(), body)
            },
        });
        let entries: Vec<_> = entries.collect();
        let page = Page::of("/process_data/tasks", &entries, call.room_beside(self));
        if let Some(process) = &mut self.process_data {
            process.take_in(call.shown(page));
        }
    }
}

/// What is kept free for the name of the text and what is told of it, in bytes.
const TOLD_BYTES: usize = 192;

/// What the heading of a task takes besides its name, with the count of what was cut, in bytes.
const HEADING_BYTES: usize = 64;

/// The most bytes that a task may take, so that it fits into an answer of its own; its heading
/// stays in any case.
fn longest(room: usize, task: &TaskName) -> usize {
    let name = size(&task.as_str());
    room.saturating_sub(NOTICE_BYTES + name)
        .max(HEADING_BYTES + name)
}

/// A task as a part of the text.
struct Section<'a> {
    name: &'a TaskName,
    task: &'a Task,
    now: &'a Timestamp,
    /// The most bytes that it may take within JSON, so that it fits into an answer of its own.
    longest: usize,
}

impl Section<'_> {
    fn text(&self, code: CodeShown) -> String {
        task_section_markdown(self.name, self.task, code, self.now)
    }

    /// Whether it does not fit into an answer with its code.
    fn is_cut(&self) -> bool {
        size(&self.text(CodeShown::Latest)) > self.longest
    }
}

impl ListEntry for Section<'_> {
    type Body = String;

    const FORMS: &'static [Shown] = &[Shown::Whole];

    fn body(&self, _: Shown) -> String {
        let whole = self.text(CodeShown::Latest);
        if size(&whole) <= self.longest {
            return whole;
        }
        shortened(self.text(CodeShown::Names), self.longest)
    }

    fn after(&self) -> String {
        named(self.name)
    }
}

fn is_markdown(format: Option<&str>) -> Result<bool, ArgumentProblem> {
    let format = optional_name(format, |_| false).unwrap_or("markdown");
    match format.to_lowercase().as_str() {
        "markdown" | "md" => Ok(true),
        "json" => Ok(false),
        _ => Err(ArgumentProblem::WrongType {
            name: "format".into(),
            wanted: "markdown or json",
            found: "something else",
        }),
    }
}
