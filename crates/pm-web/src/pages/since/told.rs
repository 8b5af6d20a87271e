//! What differs in a task or a job, in words: a line for each field that is short, and the lines of
//! each that is a text.

use std::borrow::Cow;

use pm_core::history::{JobDifference, OtherField, Presence, Replaced, TaskDifference};

use super::room::Room;
use crate::diff_lines::DiffLines;
use crate::parts::word;

/// A field, and what it says before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fact {
    pub(super) what: String,
    pub(super) former: String,
    pub(super) present: String,
}

/// A text that another one has replaced.
#[derive(Debug)]
pub(super) struct TextChange {
    pub(super) what: &'static str,
    /// What differs, unless it is too much.
    pub(super) lines: Option<DiffLines>,
}

/// What differs in a job.
pub(super) struct JobPart {
    pub(super) name: String,
    /// Whether it came or went.
    pub(super) mark: Option<&'static str>,
    pub(super) facts: Vec<Fact>,
    pub(super) description: Option<TextChange>,
}

impl Fact {
    fn new(what: &str, former: impl Into<String>, present: impl Into<String>) -> Self {
        Self {
            what: what.to_owned(),
            former: former.into(),
            present: present.into(),
        }
    }

    fn of<T>(
        what: &str,
        replaced: Option<&Replaced<T>>,
        words: impl Fn(&T) -> String,
    ) -> Option<Self> {
        let Replaced { former, present } = replaced?;
        Some(Self::new(what, words(former), words(present)))
    }

    /// A name that was another one.
    pub(super) fn renamed<N: ToString>(former: Option<&N>, present: &N) -> Option<Self> {
        Some(Self::new("name", former?.to_string(), present.to_string()))
    }

    /// Fields that only a file has, as they stand in it.
    pub(super) fn others(others: &[OtherField]) -> impl Iterator<Item = Self> {
        let value = |value: &Option<String>| value.clone().unwrap_or_default();
        others
            .iter()
            .map(move |it| Self::new(&it.field, value(&it.former), value(&it.present)))
    }

    /// What differs in a task, apart from its texts.
    pub(super) fn of_task(task: &TaskDifference) -> Vec<Self> {
        let known = [
            Self::renamed(task.former_name.as_ref(), &task.name),
            Self::of("place", task.moved.as_ref(), ToString::to_string),
            Self::of("status", task.status.as_ref(), |it| word(*it).to_owned()),
            Self::of("note", task.note.as_ref(), Clone::clone),
            Self::of("priority", task.priority.as_ref(), |it| {
                it.as_str().to_owned()
            }),
            Self::of("waits for", task.depends_on.as_ref(), |names| {
                names.join(", ")
            }),
            Self::of("labels", task.labels.as_ref(), |labels| {
                let labels: Vec<&str> = labels.iter().map(AsRef::as_ref).collect();
                labels.join(", ")
            }),
        ];
        let known = known.into_iter().flatten();
        let facts = known.chain(Self::others(&task.others));
        facts.map(|fact| fact.of_what_is(task.presence)).collect()
    }

    fn of_job(job: &JobDifference) -> Vec<Self> {
        let known = [
            Self::renamed(job.former_name.as_ref(), &job.name),
            Self::of("place", job.moved.as_ref(), ToString::to_string),
            Self::of("status", job.status.as_ref(), |it| word(*it).to_owned()),
            Self::of("note", job.note.as_ref(), Clone::clone),
        ];
        let known = known.into_iter().flatten();
        let facts = known.chain(Self::others(&job.others));
        facts.map(|fact| fact.of_what_is(job.presence)).collect()
    }

    /// What is not there says nothing, not even that it is still to be done.
    fn of_what_is(mut self, presence: Presence) -> Self {
        match presence {
            Presence::Added => self.former.clear(),
            Presence::Removed => self.present.clear(),
            Presence::Kept => {}
        }
        self
    }
}

impl TextChange {
    pub(super) fn new(
        what: &'static str,
        text: Option<&Replaced<String>>,
        room: &mut Room,
    ) -> Option<Self> {
        let Replaced { former, present } = text?;
        let (old, new) = (whole_lines(former), whole_lines(present));
        let lines = if old == new {
            room.lines(former, present)
        } else {
            room.lines(&old, &new)
        };
        Some(Self { what, lines })
    }
}

impl JobPart {
    pub(super) fn new(job: &JobDifference, room: &mut Room) -> Self {
        Self {
            name: job.name.to_string(),
            mark: mark(job.presence),
            facts: Fact::of_job(job),
            description: TextChange::new("description", job.description.as_ref(), room),
        }
    }
}

/// A text with an end of its last line: whether that has one is of no interest, unless nothing else
/// differs.
fn whole_lines(text: &str) -> Cow<'_, str> {
    if text.is_empty() || text.ends_with('\n') {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(format!("{text}\n"))
    }
}

/// Says of what is not at both revisions whether it came or went.
pub(super) fn mark(presence: Presence) -> Option<&'static str> {
    match presence {
        Presence::Added => Some("new"),
        Presence::Removed => Some("gone"),
        Presence::Kept => None,
    }
}
