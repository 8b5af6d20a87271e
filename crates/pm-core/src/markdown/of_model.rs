//! What there is to say of a process and what is in it, in words for people: how far things are,
//! who has them until when, what they wait for.

use std::fmt::Write as _;

use time::UtcOffset;
use time::macros::format_description;

use super::CodeShown;
use super::escape::inline;
use super::parts::{CodePart, CommentPart, JobPart, ProcessPart, TaskPart, UnknownFields, field};
use crate::model::{AT, BY, CLAIM, COMMENTS, Comment, DEPENDS_ON, LABELS, NOTE, PRIORITY, STATUS};
use crate::{
    FileFields, IMPORTED_AS, Job, NumberedVersion, Priority, Process, Progress, Status, Task,
    TaskName, Timestamp,
};

impl ProcessPart {
    pub(super) fn of(process: &Process) -> Self {
        let tasks = || process.tasks.values();
        let jobs: usize = tasks().map(|task| task.jobs.len()).sum();
        let snippets: usize = tasks().map(|task| task.snippet_names().len()).sum();
        Self {
            name: process.name.to_string(),
            description: process.description.clone(),
            progress: progress(Progress::of_tasks(process)),
            counts: vec![
                format!("created: {}", inline(&moment(&process.created_at))),
                format!("revision: {}", process.revision),
                format!("tasks: {}", process.tasks.len()),
                format!("jobs: {jobs}"),
                format!("snippets: {snippets}"),
            ],
            fields: unknown_fields(&process.file_fields, &[]),
        }
    }
}

impl TaskPart {
    /// A claim is told only if it counts at `now`.
    pub(super) fn of(name: &TaskName, task: &Task, now: &Timestamp) -> Self {
        let file = &task.file_fields;
        let details = task.status_details();
        // The fields of the file that this says. One that could not be read is not among them.
        let mut told = Vec::new();
        let mut tell = |field: &'static str, is_told: bool| {
            told.extend(is_told.then_some(field));
        };
        tell(NOTE, details.note.is_some());
        tell(STATUS, file.has_word::<Status>(STATUS));
        tell(AT, details.at.is_some());
        tell(BY, details.by.is_some());
        tell(PRIORITY, file.has_word::<Priority>(PRIORITY));
        tell(DEPENDS_ON, file.has::<Vec<String>>(DEPENDS_ON));
        tell(LABELS, file.has::<Vec<String>>(LABELS));
        tell(COMMENTS, !task.comments().is_empty());
        let claim = claim_words(task, now);
        tell(CLAIM, claim.is_some());
        let was_set = task.status() != Status::Todo || details.at.is_some() || details.by.is_some();
        let priority = task.priority();
        Self {
            name: name.to_string(),
            description: task.description.clone(),
            status: if was_set {
                word(task.status())
            } else {
                String::new()
            },
            since: details.at.as_ref().map(moment).unwrap_or_default(),
            set_by: details.by.unwrap_or_default(),
            claim: claim.unwrap_or_default(),
            priority: if priority == Priority::Normal {
                String::new()
            } else {
                priority.to_string()
            },
            depends_on: task.depends_on(),
            labels: task.labels().iter().map(ToString::to_string).collect(),
            note: details.note.unwrap_or_default(),
            fields: unknown_fields(file, &told),
        }
    }
}

impl JobPart {
    /// Of its status only what it is and why is told.
    pub(super) fn of(job: &Job) -> Self {
        let details = job.status_details();
        let mut told = Vec::new();
        for (field, is_told) in [
            (STATUS, job.file_fields.has_word::<Status>(STATUS)),
            (AT, details.at.is_some()),
            (BY, details.by.is_some()),
            (NOTE, details.note.is_some()),
        ] {
            told.extend(is_told.then_some(field));
        }
        Self {
            name: job.name.to_string(),
            description: job.description.clone(),
            status: match job.status() {
                Status::Todo => String::new(),
                status => word(status),
            },
            note: details.note.unwrap_or_default(),
            fields: unknown_fields(&job.file_fields, &told),
        }
    }
}

impl CommentPart {
    pub(super) fn of(comment: &Comment) -> Self {
        Self {
            at: comment.at.as_ref().map(moment).unwrap_or_default(),
            by: comment.by.clone(),
            text: comment.text.clone(),
        }
    }
}

impl CodePart {
    pub(super) fn of(version: &NumberedVersion<'_>, code: CodeShown) -> Self {
        let NumberedVersion {
            version,
            of,
            snippet,
        } = version;
        let mut part = Self {
            name: snippet.name.to_string(),
            version: match of {
                1 => String::new(),
                _ => format!("{version} of {of}"),
            },
            fields: unknown_fields(&snippet.file_fields, &[]),
            ..Self::default()
        };
        match code {
            CodeShown::Latest => part.set_content(&snippet.content),
            CodeShown::Names => part.bytes = snippet.content.len(),
        }
        part
    }
}

/// A claim with all that the file says in it; one that does not count only if there is more in
/// it than the model knows, and then as it stands, among the fields. `None` if it is not told.
fn claim_words(task: &Task, now: &Timestamp) -> Option<String> {
    let others = task.unknown_claim_fields();
    if let Some(claim) = task.claim_at(now) {
        let (by, until) = (inline(&claim.by), inline(&moment(&claim.until)));
        let others: Vec<_> = others
            .iter()
            .map(|(name, raw)| field(name, raw.get()))
            .collect();
        let others = match others.as_slice() {
            [] => String::new(),
            others => format!(" ({})", others.join(", ")),
        };
        return Some(format!("claimed by {by} until {until}{others}"));
    }
    (task.claim().is_some() && others.is_empty()).then(String::new)
}

/// The fields that the model does not know and that were not told otherwise.
fn unknown_fields(fields: &FileFields, told: &[&str]) -> UnknownFields {
    let unknown = fields.unknown();
    let unknown = unknown.filter(|(name, _)| *name != IMPORTED_AS && !told.contains(name));
    let unknown = unknown.map(|(name, value)| (name.to_owned(), value.get().to_owned()));
    unknown.collect()
}

/// How far tasks are, such as "2 of 6 done, 1 blocked"; empty if none was ever begun.
fn progress(progress: Progress) -> String {
    if progress.is_untouched() {
        return String::new();
    }
    let mut text = format!("{} of {} done", progress.done, progress.all());
    for (count, what) in [
        (progress.in_progress, "in progress"),
        (progress.blocked, "blocked"),
        (progress.cancelled, "cancelled"),
    ] {
        if count > 0 {
            // Writing to a string cannot fail.
            let _ = write!(text, ", {count} {what}");
        }
    }
    text
}

/// A time to the minute; one without a zone as it stands in the file.
fn moment(at: &Timestamp) -> String {
    let format = format_description!("[year]-[month]-[day] [hour]:[minute] UTC");
    let at_utc = at.instant().map(|at| at.to_offset(UtcOffset::UTC));
    let text = at_utc.and_then(|at| at.format(format).ok());
    text.unwrap_or_else(|| at.as_str().to_owned())
}

fn word(status: Status) -> String {
    status.as_str().replace('_', " ")
}
