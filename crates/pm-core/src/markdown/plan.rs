//! What there is to say of the plan, in words for people: how far things are, who has them until
//! when, what they wait for.

use std::fmt::Write as _;

use time::UtcOffset;
use time::macros::format_description;

use super::{field, inline};
use crate::model::{AT, BY, CLAIM, COMMENTS, Comment, DEPENDS_ON, LABELS, NOTE, PRIORITY, STATUS};
use crate::{FileFields, Job, Priority, Progress, Status, StatusDetails, Task, Timestamp};

/// What is told of a task or a job.
#[derive(Default)]
pub(super) struct Told {
    /// Its status and what else there is, each as a few words.
    pub(super) words: Vec<String>,
    /// What somebody noted of its status.
    pub(super) note: Option<String>,
    /// What was left on it.
    pub(super) comments: Vec<Comment>,
    /// The fields of the file that this says. One that could not be read is not among them.
    fields: Vec<&'static str>,
}

impl Told {
    /// What is told of a task; a claim only if it counts at `now`.
    pub(super) fn of_task(task: &Task, now: &Timestamp) -> Self {
        let mut told = Self::default();
        let details = task.status_details();
        told.note(details.note.as_deref());
        told.task_status(task, &details);
        told.claim(task, now);
        let fields = &task.file_fields;
        if fields.has_word::<Priority>(PRIORITY) {
            told.fields.push(PRIORITY);
        }
        if task.priority() != Priority::Normal {
            told.words.push(format!("priority: {}", task.priority()));
        }
        if fields.has::<Vec<String>>(DEPENDS_ON) {
            told.fields.push(DEPENDS_ON);
        }
        let others: Vec<String> = task.depends_on().iter().map(|name| inline(name)).collect();
        if !others.is_empty() {
            told.words
                .push(format!("depends on: {}", others.join(", ")));
        }
        if fields.has::<Vec<String>>(LABELS) {
            told.fields.push(LABELS);
        }
        let labels: Vec<String> = task
            .labels()
            .iter()
            .map(|label| inline(label.as_str()))
            .collect();
        if !labels.is_empty() {
            told.words.push(format!("labels: {}", labels.join(", ")));
        }
        told.comments = task.comments();
        if !told.comments.is_empty() {
            told.fields.push(COMMENTS);
        }
        told
    }

    /// What is told of a job: of its status only what it is and why.
    pub(super) fn of_job(job: &Job) -> Self {
        let mut told = Self::default();
        told.status_is_told(&job.file_fields);
        if job.status() != Status::Todo {
            told.words.push(word(job.status()));
        }
        let details = job.status_details();
        told.fields.extend(details.at.is_some().then_some(AT));
        told.fields.extend(details.by.is_some().then_some(BY));
        told.note(details.note.as_deref());
        told
    }

    /// Whether this says what stands in the field of this name.
    pub(super) fn says(&self, field: &str) -> bool {
        self.fields.contains(&field)
    }

    fn task_status(&mut self, task: &Task, details: &StatusDetails) {
        self.status_is_told(&task.file_fields);
        let mut words = format!("status: {}", word(task.status()));
        // Writing to a string cannot fail.
        if let Some(at) = &details.at {
            let _ = write!(words, " since {}", moment(at));
            self.fields.push(AT);
        }
        if let Some(by) = &details.by {
            let _ = write!(words, ", set by {}", inline(by));
            self.fields.push(BY);
        }
        if task.status() != Status::Todo || details.at.is_some() || details.by.is_some() {
            self.words.push(words);
        }
    }

    /// Tells a claim that counts, with all that the file says in it. One that does not count is
    /// left to the unknown fields if it holds more than the model knows, and is left out otherwise.
    fn claim(&mut self, task: &Task, now: &Timestamp) {
        let others = task.unknown_claim_fields();
        if let Some(claim) = task.claim_at(now) {
            let (by, until) = (inline(&claim.by), moment(&claim.until));
            let others: Vec<_> = others.iter().map(|(name, raw)| field(name, raw)).collect();
            let others = match others.as_slice() {
                [] => String::new(),
                others => format!(" ({})", others.join(", ")),
            };
            self.words
                .push(format!("claimed by {by} until {until}{others}"));
            self.fields.push(CLAIM);
        } else if task.claim().is_some() && others.is_empty() {
            self.fields.push(CLAIM);
        }
    }

    fn status_is_told(&mut self, fields: &FileFields) {
        if fields.has_word::<Status>(STATUS) {
            self.fields.push(STATUS);
        }
    }

    fn note(&mut self, note: Option<&str>) {
        if let Some(note) = note {
            self.fields.push(NOTE);
            self.note = Some(inline(note)).filter(|note| !note.is_empty());
        }
    }
}

/// How far tasks are, such as "2 of 6 done, 1 blocked"; `None` if none was ever begun.
pub(super) fn progress(progress: Progress) -> Option<String> {
    if progress.is_untouched() {
        return None;
    }
    let mut text = format!("progress: {} of {} done", progress.done, progress.all());
    for (count, what) in [
        (progress.in_progress, "in progress"),
        (progress.blocked, "blocked"),
        (progress.cancelled, "cancelled"),
    ] {
        if count > 0 {
            let _ = write!(text, ", {count} {what}");
        }
    }
    Some(text)
}

/// A time to the minute; one without a zone as it stands in the file.
pub(super) fn moment(at: &Timestamp) -> String {
    let format = format_description!("[year]-[month]-[day] [hour]:[minute] UTC");
    let at_utc = at.instant().map(|at| at.to_offset(UtcOffset::UTC));
    let text = at_utc.and_then(|at| at.format(format).ok());
    text.unwrap_or_else(|| inline(at.as_str()))
}

fn word(status: Status) -> String {
    status.as_str().replace('_', " ")
}
