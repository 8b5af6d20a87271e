//! What differs in a task.

use super::facts::{ChangedBy, Presence, Replaced};
use super::of_code::{self, SnippetDifference};
use super::of_job::{self, JobDifference};
use super::other_fields::{self, OtherField};
use super::trail::{Ends, Trail};
use crate::model::{COMMENTS, Comment, PLAN_FIELDS, comment_entries};
use crate::name::Label;
use crate::resolve::folded;
use crate::{Priority, Status, Task, TaskName};

/// What differs in a task. A task that came or went is compared with one that has nothing in it.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskDifference {
    /// Its name, at the later revision if it is there.
    pub name: TaskName,
    /// The name before, if that was another one.
    pub former_name: Option<TaskName>,
    /// Whether it came or went.
    pub presence: Presence,
    /// Its places in the plan, from 1, if it was moved: others that came or went do not move it.
    pub moved: Option<Replaced<usize>>,
    /// What it is about.
    pub description: Option<Replaced<String>>,
    /// How far it is.
    pub status: Option<Replaced<Status>>,
    /// What is said of its status; without a note, the text is empty.
    pub note: Option<Replaced<String>>,
    /// How much it matters.
    pub priority: Option<Replaced<Priority>>,
    /// What it depends on, all by the names that they have at the later revision.
    pub depends_on: Option<Replaced<Vec<String>>>,
    /// Its labels.
    pub labels: Option<Replaced<Vec<Label>>>,
    /// What was left on it.
    pub comments: Vec<Comment>,
    /// What had been left on it and is there no more.
    pub comments_gone: Vec<Comment>,
    /// Fields that are told in no other way.
    pub others: Vec<OtherField>,
    /// The jobs that differ: in their order, and behind them those that are gone.
    pub jobs: Vec<JobDifference>,
    /// The snippets that differ: in their order, and behind them those that are gone.
    pub snippets: Vec<SnippetDifference>,
    /// Who changed it, but for its snippets, the last one first.
    pub changed_by: Vec<ChangedBy>,
}

/// A task and its name.
pub(super) type Named<'a> = (&'a TaskName, &'a Task);

/// The new names of tasks, by which others depend on them.
pub(super) struct Names<'a>(Vec<(&'a TaskName, &'a TaskName)>);

impl<'a> Names<'a> {
    /// Takes of the former and present names those that differ.
    pub(super) fn new(names: impl Iterator<Item = (&'a TaskName, &'a TaskName)>) -> Self {
        Self(
            names
                .filter(|(former, present)| former != present)
                .collect(),
        )
    }

    /// What a former name is called at present.
    fn at_present(&self, former: String) -> String {
        let is_it = |(name, _): &&(&TaskName, &TaskName)| folded(name.as_str()) == folded(&former);
        match self.0.iter().find(is_it) {
            Some((_, present)) => present.to_string(),
            None => former,
        }
    }
}

impl TaskDifference {
    /// What differs, if anything does.
    pub(super) fn between(
        former: Option<Named<'_>>,
        present: Option<Named<'_>>,
        moved: Option<Replaced<usize>>,
        (names, trail): (&Names<'_>, &Trail<'_>),
    ) -> Option<Self> {
        let (name, last) = present.or(former)?;
        let ends: Ends<'_> = (former.map(|(name, _)| name), present.map(|(name, _)| name));
        let is_renamed = ends.0.is_some_and(|former| former != name);
        let is_shared = former.is_some_and(|(_, former)| std::ptr::eq(former, last));
        if is_shared && present.is_some() && !is_renamed && moved.is_none() {
            return None;
        }
        // A task that is not there counts as one that says nothing.
        let nothing = Task::new(String::new(), last.created_at.clone());
        let old = former.map_or(&nothing, |(_, task)| task);
        let new = present.map_or(&nothing, |(_, task)| task);
        let note = |task: &Task| task.status_details().note.unwrap_or_default();
        let depends_on = old.depends_on().into_iter();
        let depends_on: Vec<String> = depends_on.map(|name| names.at_present(name)).collect();
        let (comments, comments_gone) = comments(old, new);
        let difference = Self {
            name: name.clone(),
            former_name: ends.0.filter(|_| is_renamed).cloned(),
            presence: Presence::of(former.as_ref(), present.as_ref()),
            description: Replaced::of(&old.description, &new.description),
            status: Replaced::of(&old.status(), &new.status()),
            note: Replaced::of(&note(old), &note(new)),
            priority: Replaced::of(&old.priority(), &new.priority()),
            depends_on: Replaced::of(&depends_on, &new.depends_on()),
            labels: Replaced::of(&old.labels(), &new.labels()),
            comments,
            comments_gone,
            others: other_fields::between(old, new, PLAN_FIELDS),
            jobs: of_job::between(old, new),
            snippets: of_code::between(old, new, (ends, trail)),
            changed_by: trail.of_task(ends, moved.is_some()),
            moved,
        };
        (!difference.is_empty()).then_some(difference)
    }

    /// Whether nothing differs but, perhaps, in its snippets.
    pub fn is_of_snippets_alone(&self) -> bool {
        self.presence == Presence::Kept
            && self.former_name.is_none()
            && self.moved.is_none()
            && self.description.is_none()
            && self.status.is_none()
            && self.note.is_none()
            && self.priority.is_none()
            && self.depends_on.is_none()
            && self.labels.is_none()
            && self.comments.is_empty()
            && self.comments_gone.is_empty()
            && self.others.is_empty()
            && self.jobs.is_empty()
    }

    fn is_empty(&self) -> bool {
        self.is_of_snippets_alone() && self.snippets.is_empty()
    }
}

/// The comments that came, and those that went.
fn comments(old: &Task, new: &Task) -> (Vec<Comment>, Vec<Comment>) {
    (only_in(new, old), only_in(old, new))
}

/// The comments of a task that another state of it does not have, to the letter.
fn only_in(task: &Task, other: &Task) -> Vec<Comment> {
    let entries = |task: &Task| {
        let field = task.file_fields.get(COMMENTS);
        field.map_or_else(Vec::new, |json| comment_entries(json.get()))
    };
    let mut others = entries(other);
    let mut only = Vec::new();
    for (entry, comment) in entries(task).iter().zip(task.comments()) {
        let same = others.iter().position(|other| other.get() == entry.get());
        match same {
            Some(place) => drop(others.swap_remove(place)),
            None => only.push(comment),
        }
    }
    only
}
