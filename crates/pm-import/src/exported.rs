//! Our own files and exports: a process as it lies in the storage directory, the JSON and the
//! Markdown of `process_export`.

mod line;
mod reader;

use pm_core::store::{UnusableKind, process_from_json};
use pm_core::{Process, Timestamp};
use time::OffsetDateTime;

use self::line::join_names;
use self::reader::Reader;
use crate::json::{Fields, Lines, broken};
use crate::plan::Plan;
use crate::report::{Notes, Report};
use crate::source::Problem;

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
    let mut plan = Reader::of(text).plan;
    let notes = &mut plan.notes;
    notes.lost(HISTORY);
    let names = plan.tasks.iter().map(|task| task.title.clone()).collect();
    for task in &mut plan.tasks {
        task.depends_on = join_names(&task.depends_on, &names);
    }
    plan
}
