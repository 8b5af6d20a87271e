//! A process with its tasks.

use pm_core::model::Holdup;
use pm_core::{Priority, Process, Progress, Task, TaskName, Timestamp};

use super::columns::Columns;
use super::line::{Line, Page, Tone};
use super::moment::left;
use super::shape;

/// The most names that a line of a list has.
const NAMES_MAX: usize = 3;

/// Draws the name of a process, what it is about, and how far it is.
pub(crate) fn head(page: &mut Page, process: &Process, width: usize) {
    let progress = shape::progress(Progress::of_tasks(process));
    page.push(Line::toned(process.name.as_str(), Tone::Strong));
    page.text(&process.description, width);
    if !progress.is_empty() {
        page.gap();
        page.push(Line::toned(&progress, Tone::Faint));
    }
}

/// Draws tasks of a process, a line each.
pub(crate) fn tasks<'a>(
    page: &mut Page,
    process: &Process,
    tasks: impl IntoIterator<Item = (&'a TaskName, &'a Task)>,
    (now, width): (&Timestamp, usize),
) {
    let mut columns = Columns::default();
    for (name, task) in tasks {
        columns.row(vec![
            shape::status(task.status()),
            Line::of(name.as_str()),
            remarks(process, task, now),
        ]);
    }
    columns.put(page, 0, width);
}

/// What a list says of a task behind its name.
pub(crate) fn remarks(process: &Process, task: &Task, now: &Timestamp) -> Line {
    let mut told = Vec::new();
    match process.holdup(task, now) {
        Some(Holdup::Claimed(claim)) => {
            let left = left(&claim.until, now);
            told.push(Line::toned(&format!("{}, {left}", claim.by), Tone::Busy));
        }
        Some(Holdup::Blocked(details)) => {
            told.extend(details.note.map(|note| Line::toned(&note, Tone::Bad)));
        }
        Some(Holdup::Waits(names)) => {
            let waits = format!("waits for {}", names_of(&names));
            told.push(Line::toned(&waits, Tone::Faint));
        }
        None => {}
    }
    if task.priority() != Priority::Normal {
        let priority = format!("{} priority", task.priority());
        told.push(Line::of(&priority));
    }
    let jobs = Progress::of_jobs(task);
    if jobs.all() > 0 && !task.status().is_over() {
        let jobs = format!("{} of {} jobs", jobs.done, jobs.all());
        told.push(Line::toned(&jobs, Tone::Faint));
    }
    let labels = task.labels();
    if !labels.is_empty() {
        let labels: Vec<String> = labels.iter().map(|label| format!("#{label}")).collect();
        told.push(Line::toned(&labels.join(" "), Tone::Faint));
    }
    let mut line = Line::default();
    for part in told {
        if !line.is_empty() {
            line = line.with(" · ", Tone::Faint);
        }
        line = line.followed_by(part);
    }
    line
}

/// Some names in quotes, and how many more there are.
pub(crate) fn names_of(names: &[TaskName]) -> String {
    let quoted = names
        .iter()
        .take(NAMES_MAX)
        .map(|name| format!("\"{name}\""));
    let quoted = quoted.collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMES_MAX) {
        0 => quoted,
        more => format!("{quoted} and {more} more"),
    }
}
