//! Compares a difference with the two states as files have them, to see whether it leaves anything
//! out.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::value::RawValue;

use super::super::{Difference, JobDifference, OtherField, Presence, TaskDifference};
use crate::codec::write_process;
use crate::{Process, Task, TaskName, folded};

type Object = BTreeMap<String, Box<RawValue>>;

/// What no difference tells: claims, and who set a status when.
const UNTOLD: [&str; 3] = ["status_at", "status_by", "claim"];

/// What differs in two states and is not told, and what is told and does not differ.
pub(crate) fn untold(old: &Process, new: &Process, difference: &Difference) -> Vec<String> {
    let mut untold = Vec::new();
    let files = [old, new].map(|process| object(&write_process(process).unwrap()));
    for field in differing(&files[0], &files[1]) {
        let is_told = match field.as_str() {
            "revision" | "tasks" => true,
            "process_name" => difference.name.is_some(),
            "description" => difference.description.is_some(),
            other => is_among(&difference.others, other),
        };
        if !is_told {
            untold.push(format!("the field {field}"));
        }
    }
    let tasks = files.map(|file| entries(&file, "tasks"));
    let mut former = BTreeSet::new();
    for (name, file) in &tasks[1] {
        let found = difference
            .tasks
            .iter()
            .find(|task| task.presence != Presence::Removed && task.name.as_str() == name);
        let before = match found {
            Some(task) if task.presence == Presence::Added => continue,
            Some(task) => task.former_name.as_ref().unwrap_or(&task.name).as_str(),
            None => name,
        };
        if !former.insert(before.to_owned()) {
            untold.push(format!("{before} is said to be two"));
        }
        let Some(before_file) = tasks[0].get(before) else {
            untold.push(format!("{name} is said to have been there"));
            continue;
        };
        let old = old.tasks.get(before).unwrap();
        let new = new.tasks.get(name.as_str()).unwrap();
        let within = WithinTask {
            old,
            new,
            found,
            difference,
        };
        let missing = within.untold(before_file, file).into_iter();
        untold.extend(missing.map(|what| format!("{what} of {name}")));
    }
    for name in tasks[0].keys().filter(|name| !former.contains(*name)) {
        let is_told = difference
            .tasks
            .iter()
            .any(|task| task.presence == Presence::Removed && task.name.as_str() == name);
        if !is_told {
            untold.push(format!("{name} is gone"));
        }
    }
    untold.extend(order(old, new, difference));
    untold
}

/// What is wrong in what is told of the order of tasks.
fn order(old: &Process, new: &Process, difference: &Difference) -> Option<String> {
    let told = |name: &TaskName| {
        let mut there = difference.tasks.iter();
        there.find(|task| task.name == *name && task.presence != Presence::Removed)
    };
    // Without those that were moved, the others stand in the same order.
    let stayed = new.tasks.keys().filter(|name| {
        told(name).is_none_or(|task| task.presence == Presence::Kept && task.moved.is_none())
    });
    let place = |name: &TaskName| {
        let former = told(name).and_then(|task| task.former_name.as_ref());
        let former = former.unwrap_or(name);
        old.tasks.keys().position(|key| key == former)
    };
    let places: Vec<_> = stayed.map(place).collect();
    (!places.is_sorted()).then(|| "the order".to_owned())
}

struct WithinTask<'a> {
    old: &'a Task,
    new: &'a Task,
    found: Option<&'a TaskDifference>,
    difference: &'a Difference,
}

impl WithinTask<'_> {
    fn untold(&self, old: &Object, new: &Object) -> Vec<String> {
        let mut untold = Vec::new();
        for field in differing(old, new) {
            let is_told = self.found.is_some_and(|task| match field.as_str() {
                "description" => task.description.is_some(),
                "status" => task.status.is_some(),
                "status_note" => task.note.is_some(),
                "priority" => task.priority.is_some(),
                "depends_on" => task.depends_on.is_some(),
                "labels" => task.labels.is_some(),
                "comments" => !task.comments.is_empty() || !task.comments_gone.is_empty(),
                _ => false,
            });
            let is_other = self
                .found
                .is_some_and(|task| is_among(&task.others, &field));
            if !is_told && !is_other && !self.is_the_same(&field) {
                untold.push(format!("the field {field}"));
            }
        }
        untold.extend(self.jobs(&entries(old, "jobs"), &entries(new, "jobs")));
        untold.extend(self.code(&entries(old, "code"), &entries(new, "code")));
        untold
    }

    /// Whether a field that is written in another way says the same.
    fn is_the_same(&self, field: &str) -> bool {
        let Self { old, new, .. } = self;
        match field {
            "jobs" | "code" => true,
            "status" => old.status() == new.status(),
            "status_note" => {
                let note = |task: &Task| task.status_details().note.unwrap_or_default();
                note(old) == note(new)
            }
            "priority" => old.priority() == new.priority(),
            "depends_on" => {
                let renamed = |name: String| {
                    let renamed = self.difference.tasks.iter().find_map(|task| {
                        let former = task.former_name.as_ref()?;
                        let is_it = folded(former.as_str()) == folded(&name);
                        is_it.then(|| task.name.to_string())
                    });
                    renamed.unwrap_or(name)
                };
                old.depends_on()
                    .into_iter()
                    .map(renamed)
                    .eq(new.depends_on())
            }
            "labels" => old.labels() == new.labels(),
            other => UNTOLD.contains(&other),
        }
    }

    fn jobs(&self, old: &BTreeMap<String, Object>, new: &BTreeMap<String, Object>) -> Vec<String> {
        let mut untold = Vec::new();
        let told = |key: &str| {
            let jobs = self.found.iter().flat_map(|task| &task.jobs);
            jobs.into_iter().find(|job| job.key == key)
        };
        for (key, file) in new {
            let (told, before) = (told(key), old.get(key));
            match (told.map(|job| job.presence), before) {
                (Some(Presence::Added), None) => {}
                (None | Some(Presence::Kept), Some(before)) => {
                    for field in differing(before, file) {
                        let is_told = told.is_some_and(|job| is_field_told(job, &field));
                        let status = |task: &Task| task.jobs.get(key).unwrap().status();
                        let is_same = field == "status" && status(self.old) == status(self.new)
                            || UNTOLD.contains(&field.as_str());
                        if !is_told && !is_same {
                            untold.push(format!("{field} of the job {key}"));
                        }
                    }
                }
                _ => untold.push(format!("the job {key}")),
            }
        }
        for key in old.keys().filter(|key| !new.contains_key(*key)) {
            if told(key).map(|job| job.presence) != Some(Presence::Removed) {
                untold.push(format!("the job {key} is gone"));
            }
        }
        untold
    }

    fn code(&self, old: &BTreeMap<String, Object>, new: &BTreeMap<String, Object>) -> Vec<String> {
        let snippets = || self.found.iter().flat_map(|task| &task.snippets);
        let mut untold = Vec::new();
        for (key, file) in new {
            let is_same = old
                .get(key)
                .is_some_and(|before| differing(before, file).is_empty());
            let name = &self.new.code.get(key).unwrap().name;
            let is_told = snippets().any(|it| it.name == *name && it.presence != Presence::Removed);
            if !is_same && !is_told {
                untold.push(format!("the version {key}"));
            }
        }
        for key in old.keys().filter(|key| !new.contains_key(*key)) {
            let name = &self.old.code.get(key).unwrap().name;
            let is_told = snippets().any(|it| it.former_name.as_ref().unwrap_or(&it.name) == name);
            if !is_told {
                untold.push(format!("the version {key} is gone"));
            }
        }
        let names: Vec<_> = snippets().map(|it| (&it.name, it.presence)).collect();
        let distinct: BTreeSet<_> = names
            .iter()
            .map(|(name, it)| (*name, format!("{it:?}")))
            .collect();
        if distinct.len() < names.len() {
            untold.push(format!("a snippet is told twice: {names:?}"));
        }
        untold
    }
}

fn is_field_told(job: &JobDifference, field: &str) -> bool {
    match field {
        "name" => job.former_name.is_some(),
        "description" => job.description.is_some(),
        "status" => job.status.is_some(),
        "status_note" => job.note.is_some(),
        other => is_among(&job.others, other),
    }
}

fn is_among(others: &[OtherField], field: &str) -> bool {
    others.iter().any(|other| other.field == field)
}

fn object(json: &str) -> Object {
    serde_json::from_str(json).unwrap()
}

/// The objects in a field, by their keys.
fn entries(of: &Object, field: &str) -> BTreeMap<String, Object> {
    of.get(field)
        .map(|json| serde_json::from_str(json.get()).unwrap())
        .unwrap_or_default()
}

/// The fields that are not the same to the letter.
fn differing(old: &Object, new: &Object) -> Vec<String> {
    let text = |of: &Object, field: &str| of.get(field).map(|value| value.get().to_owned());
    let fields: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let fields = fields
        .into_iter()
        .filter(|field| text(old, field) != text(new, field));
    fields.cloned().collect()
}
