//! What differs in the jobs of a task.

use std::collections::HashMap;

use super::facts::{Presence, Replaced};
use super::order::out_of_order;
use super::other_fields::{self, OtherField};
use crate::model::{AT, BY, NOTE, STATUS};
use crate::{FileFields, Job, JobName, Status, Task};

/// What differs in a job.
#[derive(Debug, Clone, PartialEq)]
pub struct JobDifference {
    /// Its key within the task.
    pub key: String,
    /// Its name, at the later revision if it is there.
    pub name: JobName,
    /// The name before, if that was another one.
    pub former_name: Option<JobName>,
    /// Whether it came or went.
    pub presence: Presence,
    /// Its places among the jobs of its task, from 1, if it was moved.
    pub moved: Option<Replaced<usize>>,
    /// What is to be done.
    pub description: Option<Replaced<String>>,
    /// How far it is.
    pub status: Option<Replaced<Status>>,
    /// What is said of its status; without a note, the text is empty.
    pub note: Option<Replaced<String>>,
    /// Fields that are told in no other way.
    pub others: Vec<OtherField>,
}

/// The fields that are told in words of their own, or come with one of these.
const TOLD: &[&str] = &[STATUS, NOTE, AT, BY];

/// The jobs that differ: in their order, and behind them those that are gone. They are told apart
/// by their keys, which stay with them.
pub(super) fn between(old: &Task, new: &Task) -> Vec<JobDifference> {
    let places: HashMap<&String, usize> = old.jobs.keys().zip(1..).collect();
    let place = |key: &String| places.get(key).copied();
    let kept: Vec<usize> = new.jobs.keys().filter_map(place).collect();
    let moved = out_of_order(&kept, |_| false);
    let there = new.jobs.iter().zip(1..).map(|((key, job), present)| {
        let moved = place(key).filter(|former| moved.contains(former));
        let moved = moved.map(|former| Replaced { former, present });
        (key, old.jobs.get(key), Some(job), moved)
    });
    let gone = old
        .jobs
        .iter()
        .map(|(key, job)| (key, Some(job), None, None));
    let gone = gone.filter(|(key, ..)| !new.jobs.contains_key(*key));
    let all = there.chain(gone);
    all.filter_map(|(key, former, present, moved)| {
        JobDifference::between(key, (former, present), moved)
    })
    .collect()
}

impl JobDifference {
    fn between(
        key: &str,
        (former, present): (Option<&Job>, Option<&Job>),
        moved: Option<Replaced<usize>>,
    ) -> Option<Self> {
        let last = present.or(former)?;
        // A job that is not there counts as one that says nothing.
        let nothing = Job {
            description: String::new(),
            file_fields: FileFields::default(),
            ..last.clone()
        };
        let (old, new) = (former.unwrap_or(&nothing), present.unwrap_or(&nothing));
        let note = |job: &Job| job.status_details().note.unwrap_or_default();
        let difference = Self {
            key: key.to_owned(),
            former_name: (old.name != last.name).then(|| old.name.clone()),
            name: last.name.clone(),
            presence: Presence::of(former, present),
            moved,
            description: Replaced::of(&old.description, &new.description),
            status: Replaced::of(&old.status(), &new.status()),
            note: Replaced::of(&note(old), &note(new)),
            others: other_fields::between(old, new, TOLD),
        };
        (!difference.is_empty()).then_some(difference)
    }

    /// Whether nothing differs.
    fn is_empty(&self) -> bool {
        self.presence == Presence::Kept
            && self.former_name.is_none()
            && self.moved.is_none()
            && self.description.is_none()
            && self.status.is_none()
            && self.note.is_none()
            && self.others.is_empty()
    }
}
