//! A task with all that it holds.

use pm_core::model::Comment;
use pm_core::{Job, Process, Progress, Status, Task, TaskName, Timestamp};

use super::columns::Columns;
use super::line::{Line, Page, Tone};
use super::moment::ago;
use super::process_view::remarks;
use super::shape;

/// Draws a task.
pub(crate) fn task(
    page: &mut Page,
    process: &Process,
    (name, task): (&TaskName, &Task),
    (now, width): (&Timestamp, usize),
) {
    let of = format!("  in {}", process.name);
    page.push(Line::toned(name.as_str(), Tone::Strong).with(&of, Tone::Faint));
    let mut status = shape::status(task.status());
    let details = task.status_details();
    if let Some(at) = &details.at {
        status = status.with(&format!(", {}", ago(at, now)), Tone::Faint);
    }
    if let Some(by) = &details.by {
        status = status.with(&format!(" by {by}"), Tone::Faint);
    }
    let remarks = remarks(process, task, now);
    if !remarks.is_empty() {
        status = status.with(" · ", Tone::Faint).followed_by(remarks);
    }
    for line in status.wrapped(width) {
        page.push(line);
    }
    if let Some(note) = details.note.filter(|_| task.status() != Status::Blocked) {
        page.text(&format!("Note: {note}"), width);
    }
    if !task.description.trim().is_empty() {
        page.gap();
        page.text(&task.description, width);
    }
    jobs(page, task, width);
    code(page, task, (now, width));
    comments(page, &task.comments(), (now, width));
}

/// Draws one job.
pub(crate) fn job(page: &mut Page, job: &Job, width: usize) {
    page.push(Line::toned(job.name.as_str(), Tone::Strong));
    page.push(shape::status(job.status()));
    if !job.description.trim().is_empty() {
        page.gap();
        page.text(&job.description, width);
    }
}

pub(crate) fn jobs(page: &mut Page, task: &Task, width: usize) {
    if task.jobs.is_empty() {
        return;
    }
    let progress = shape::progress(Progress::of_jobs(task));
    heading(page, "Jobs", &progress);
    let mut columns = Columns::default();
    for job in task.jobs.values() {
        let description = job.description.trim().lines().next().unwrap_or_default();
        columns.row(vec![
            shape::status(job.status()),
            Line::of(job.name.as_str()),
            Line::toned(description, Tone::Faint),
        ]);
    }
    columns.put(page, 2, width);
}

fn code(page: &mut Page, task: &Task, (now, width): (&Timestamp, usize)) {
    let versions = task.latest_versions();
    if versions.is_empty() {
        return;
    }
    heading(page, "Code", "");
    let mut columns = Columns::default();
    for version in versions {
        let snippet = version.snippet;
        let lines = snippet.content.lines().count();
        let lines = if lines == 1 {
            "1 line".to_owned()
        } else {
            format!("{lines} lines")
        };
        columns.row(vec![
            Line::of(snippet.name.as_str()),
            Line::of(&format!("version {}", version.version)),
            Line::of(&lines),
            Line::toned(&ago(&snippet.created_at, now), Tone::Faint),
        ]);
    }
    columns.put(page, 2, width);
}

fn comments(page: &mut Page, comments: &[Comment], (now, width): (&Timestamp, usize)) {
    if comments.is_empty() {
        return;
    }
    heading(page, "Comments", "");
    for comment in comments {
        let at = comment.at.as_ref().map(|at| ago(at, now));
        let of: Vec<String> = comment.by.clone().into_iter().chain(at).collect();
        page.indented(2, [Line::toned(&of.join(", "), Tone::Faint)]);
        let mut text = Page::default();
        text.text(&comment.text, width.saturating_sub(2));
        page.append_indented(2, text);
    }
}

fn heading(page: &mut Page, title: &str, what: &str) {
    page.gap();
    let what = if what.is_empty() {
        String::new()
    } else {
        format!("  {what}")
    };
    page.push(Line::of(title).with(&what, Tone::Faint));
}
