//! Our own files and exports: a process as it lies in the storage directory, the JSON and the
//! Markdown of `process_export`.

use pm_core::markdown::{self, CodePart, FoundTask, JobPart, NotRead};
use pm_core::model::Comment;
use pm_core::store::{UnusableKind, process_from_json};
use pm_core::{Process, Timestamp};
use time::OffsetDateTime;

use crate::json::{Fields, Lines, broken};
use crate::plan::{Plan, PlannedCode, PlannedJob, PlannedTask, State, Text};
use crate::report::{Notes, Report};
use crate::source::Problem;
use crate::times;

/// Reads a process that stands as JSON in a text: its file, or an answer that has it.
pub(crate) fn from_json(text: &str, stem: &str) -> Result<(Process, Report), Problem> {
    let mut inner = text;
    // An answer as a client keeps it holds the one with the process.
    for field in ["structuredContent", "process_data"] {
        let mut fields = Fields::of(inner).map_err(|error| broken(&error))?;
        inner = fields.take(field).unwrap_or(inner);
    }
    let now = Timestamp::from(OffsetDateTime::now_utc());
    let process = process_from_json(inner, stem, &now).map_err(|problem| Problem::Shape {
        line: Lines::of(text).of_part(inner) + line_of(&problem).saturating_sub(1),
        what: "this is not what a process has there; see docs/storage.md".to_owned(),
    })?;
    let mut notes = Notes::default();
    notes.lost(HISTORY);
    Ok((process, notes.into_report()))
}

fn line_of(problem: &UnusableKind) -> usize {
    match problem {
        UnusableKind::Damaged { line, .. } => *line,
        _ => 1,
    }
}

/// What no file has.
const HISTORY: &str = "the history: the process begins anew at revision 1";

/// Whether an object at the outermost level of a file is a process or an answer with one.
pub(crate) fn is_process(fields: &Fields<'_>) -> bool {
    // An entry for each task, and no tag of Task Master that is called so.
    let tasks = fields.get("tasks").and_then(|tasks| Fields::of(tasks).ok());
    fields.has("process_data")
        || fields.has("structuredContent")
        || fields.has("process_name")
        || tasks.is_some_and(|tasks| !tasks.has("tasks"))
}

/// What stands below the name in the Markdown of a process, and in no other.
fn is_counts(line: &str) -> bool {
    line.starts_with("created: ") && line.contains(" · revision: ") && line.contains(" · tasks: ")
}

/// Whether a text is the Markdown of a process.
pub(crate) fn is_markdown_export(text: &str) -> bool {
    let mut lines = text.lines();
    lines
        .find(|line| !line.trim().is_empty())
        .is_some_and(|line| line.starts_with("# "))
        && lines
            .take_while(|line| !line.starts_with('#'))
            .any(is_counts)
}

/// Reads the Markdown of a process.
pub(crate) fn from_markdown(text: &str) -> Plan {
    let read = markdown::read(text);
    let mut plan = Plan::default();
    plan.notes.lost(HISTORY);
    for not_read in read.not_read {
        say(&not_read, &mut plan.notes);
    }
    let process = read.process;
    cut_fields(&process, &process.part.fields, &mut plan.notes);
    plan.name = process.part.name;
    plan.description = Text::exact(process.part.description);
    plan.fields = process.part.fields;
    for task in read.tasks {
        let task = planned_task(task, &mut plan.notes);
        plan.tasks.push(task);
    }
    plan
}

fn say(not_read: &NotRead, notes: &mut Notes) {
    match not_read {
        NotRead::JobBeforeTasks => notes.lost("a job in front of all tasks"),
        NotRead::CommentsBeforeTasks => notes.lost("comments in front of all tasks"),
        NotRead::CodeBeforeTasks => notes.lost("code in front of all tasks"),
        NotRead::Line(line) => notes.lost(format!("the line {line:?}, which is none of an export")),
        NotRead::Overruled => notes.taken(
            "a text as it is to be read for the exact one beside it, which says something else",
        ),
    }
}

/// Says if the end of a field is missing, unless it stands beside it.
fn cut_fields<T>(found: &markdown::Found<T>, fields: &[(String, String)], notes: &mut Notes) {
    let cut = fields.iter().filter(|(_, json)| json.ends_with("…\""));
    if !found.is_exact("fields") {
        let what = "the end of a long field, which the export cuts";
        notes.lost_all(what, cut.count());
    }
}

fn planned_task(found: FoundTask, notes: &mut Notes) -> PlannedTask {
    cut_fields(&found.task, &found.task.part.fields, notes);
    let task = found.task.part;
    if !task.claim.is_empty() {
        notes.lost("who has a task");
    }
    let mut planned = PlannedTask {
        title: task.name,
        description: Text::exact(task.description),
        state: state(&task.status, task.note),
        priority: task.priority.parse().unwrap_or_default(),
        depends_on: task.depends_on,
        labels: task.labels,
        jobs: found.jobs.into_iter().map(planned_job).collect(),
        fields: task.fields,
        ..PlannedTask::default()
    };
    planned.times.status = times::read(&task.since);
    planned.status_by = task.set_by;
    for comment in found.comments {
        let at = times::read(&comment.at);
        if at.is_none() && !comment.at.is_empty() {
            notes.lost(format!("the time {:?} of a comment", comment.at));
        }
        let (by, text) = (comment.by, comment.text);
        planned.comments.push(Comment { at, by, text });
    }
    for code in found.code {
        planned.code.extend(planned_code(&code, notes));
    }
    planned
}

fn planned_job(job: JobPart) -> PlannedJob {
    PlannedJob {
        title: job.name,
        description: Text::exact(job.description),
        state: state(&job.status, job.note),
        fields: job.fields,
        ..PlannedJob::default()
    }
}

fn planned_code(code: &CodePart, notes: &mut Notes) -> Option<PlannedCode> {
    if !code.version.is_empty() {
        notes.lost("the earlier versions of code, which Markdown does not have");
    }
    if !code.fields.is_empty() {
        notes.lost("a field of a version of code");
    }
    let name = code.name.clone();
    let Some(content) = code.whole_content() else {
        notes.lost(format!("the code \"{name}\", which the export left out"));
        return None;
    };
    Some(PlannedCode { name, content })
}

fn state(status: &str, note: String) -> State {
    let status = status.parse().unwrap_or_default();
    State { status, note }
}
