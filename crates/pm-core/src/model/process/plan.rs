//! Working the plan: a task's status, priority, dependencies and place.

use super::Process;
use crate::error::PlanProblem;
use crate::history::quoted;
use crate::model::{Claimant, Comment, StatusChange};
use crate::name::Label;
use crate::{Error, OthersClaim, Priority, Status, Task, TaskName, Timestamp};

/// What is to change of a task's part in the plan; what is not given stays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TaskUpdate {
    /// Its status. If that is to be in progress, the task is claimed; with any other, the claim
    /// goes.
    pub status: Option<Status>,
    /// A note on the status; an empty one takes the note away. A status that changes without one
    /// loses the note on the former status.
    pub note: Option<String>,
    /// How much it matters.
    pub priority: Option<Priority>,
    /// The names of all tasks that have to be over before it.
    pub depends_on: Option<Vec<String>>,
    /// All of its labels.
    pub labels: Option<Vec<Label>>,
    /// A comment that is left on it, behind the others. A blank text is not left.
    pub comment: Option<String>,
    /// Its place among the tasks, from 1; a number past the end means the last place.
    pub position: Option<usize>,
    /// What is done if another caller has a claim and the status is to change.
    pub others_claim: OthersClaim,
}

/// What updating a task did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdatedTask {
    /// The task's name.
    pub task: TaskName,
    /// The status before.
    pub old_status: Status,
    /// The status after.
    pub status: Status,
    /// Its place after, from 1, if it was to be moved.
    pub position: Option<usize>,
    /// What has changed, for people, but for its place.
    told: String,
}

impl UpdatedTask {
    /// One line for people that says what has changed of tasks that were updated alike.
    pub(crate) fn summary(tasks: &[Self]) -> String {
        let place = |task: &Self| task.position.map(|place| format!("moved to place {place}"));
        let first = tasks.first().into_iter();
        let what: Vec<String> = first
            .flat_map(|task| [task.told.clone()].into_iter().chain(place(task)))
            .filter(|told| !told.is_empty())
            .collect();
        let what = what.join(", ");
        match tasks {
            [only] => format!("updated the task {}: {what}", quoted(&only.task)),
            several => format!("updated {} tasks: {what}", several.len()),
        }
    }
}

impl Process {
    pub(crate) fn update_task(
        &mut self,
        wanted: &str,
        update: &TaskUpdate,
        claimant: &Claimant,
        now: &Timestamp,
    ) -> Result<UpdatedTask, Error> {
        let (name, task) = self.task(wanted)?;
        let name = name.clone();
        if update.status.is_some() && update.others_claim == OthersClaim::Respect {
            self.refuse_claimed(&name, task, claimant, now)?;
        }
        // All that may be refused comes before the first thing that changes.
        let wanted = update.depends_on.as_ref();
        let dependencies = wanted.map(|wanted| self.find_dependencies(&name, wanted));
        let dependencies = dependencies.transpose()?;

        let (_, task) = self.task_mut(name.as_str())?;
        let (old_status, status) = task.change_status(StatusChange {
            status: update.status,
            note: update.note.as_deref(),
            at: now,
            by: &claimant.by,
        });
        match update.status {
            Some(Status::InProgress) => task.set_claim(Some(&claimant.claim(now))),
            Some(_) => task.set_claim(None),
            None => {}
        }
        if let Some(priority) = update.priority {
            task.prioritise(priority);
        }
        if let Some(names) = &dependencies {
            task.depend_on(names);
        }
        if let Some(labels) = &update.labels {
            task.set_labels(labels);
        }
        let comment = update.comment.as_deref().map(str::trim);
        let comment = comment.filter(|text| !text.is_empty());
        if let Some(text) = comment {
            task.add_comment(&Comment {
                at: Some(now.clone()),
                by: Some(claimant.by.clone()),
                text: text.to_owned(),
            });
        }
        let position = update
            .position
            .map(|place| self.place_tasks(std::slice::from_ref(&name), place));

        let mut told: Vec<String> = Vec::new();
        told.extend(update.status.map(|status| status.to_string()));
        if let Some(note) = update.note.as_deref() {
            told.push(if note.is_empty() { "no note" } else { "a note" }.to_owned());
        }
        told.extend(
            update
                .priority
                .map(|priority| format!("priority {priority}")),
        );
        told.extend(dependencies.as_deref().map(|on| match on {
            [] => "depends on nothing".to_owned(),
            [on] => format!("depends on {}", quoted(on)),
            several => format!("depends on {} tasks", several.len()),
        }));
        told.extend(update.labels.as_deref().map(|labels| match labels {
            [] => "no labels".to_owned(),
            [label] => format!("label {}", quoted(label)),
            several => format!("{} labels", several.len()),
        }));
        told.extend(comment.map(|_| "a comment".to_owned()));
        Ok(UpdatedTask {
            task: name,
            old_status,
            status,
            position,
            told: told.join(", "),
        })
    }

    /// Changes the part of several tasks in the plan in the same way: of all, or of none. If they
    /// are moved, they stand one behind the other.
    pub(crate) fn update_tasks(
        &mut self,
        wanted: &[String],
        update: &TaskUpdate,
        claimant: &Claimant,
        now: &Timestamp,
    ) -> Result<Vec<UpdatedTask>, Error> {
        let names = self.find_tasks(wanted)?;
        let in_place = TaskUpdate {
            position: None,
            ..update.clone()
        };
        let mut changed = self.clone();
        let updated = names
            .iter()
            .map(|name| changed.update_task(name.as_str(), &in_place, claimant, now));
        let mut updated: Vec<UpdatedTask> = updated.collect::<Result<_, _>>()?;
        if let Some(place) = update.position {
            let first = changed.place_tasks(&names, place);
            for (task, place) in updated.iter_mut().zip(first..) {
                task.position = Some(place);
            }
        }
        *self = changed;
        Ok(updated)
    }

    /// Moves tasks to a place, from 1, and answers the one that the first of them has then.
    fn place_tasks(&mut self, names: &[TaskName], place: usize) -> usize {
        self.tasks.move_behind(names, place.saturating_sub(1)) + 1
    }

    /// Refuses a change that only the caller with the claim may make.
    fn refuse_claimed(
        &self,
        name: &TaskName,
        task: &Task,
        claimant: &Claimant,
        now: &Timestamp,
    ) -> Result<(), Error> {
        match task.claim_at(now) {
            Some(claim) if !claimant.has(&claim) => {
                let task = name.clone();
                Err(self.refused(PlanProblem::Claimed { task, claim }))
            }
            _ => Ok(()),
        }
    }
}
