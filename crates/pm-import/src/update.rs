//! Importing again: brings a process up to what a file says now, and leaves alone what was changed
//! here and not there.
//!
//! Each task carries what it was at the last import ([`marks`]). A part of it (its name, its
//! status…) is taken from the file only if the file says something else than then. Nothing is
//! deleted.

use std::collections::{HashMap, HashSet};

use pm_core::error::Unresolved;
use pm_core::model::{Comment, IMPORTED_AS, Position};
use pm_core::resolve::folded;
use pm_core::{Job, Process, Status, Task, TaskName};

use crate::IMPORTER;
use crate::circles::without_circles;
use crate::marks::{self, IMPORTED_ID, IMPORTED_UPDATED, Part};
use crate::names::numbered;

/// What an update did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Updated {
    /// How many tasks are new.
    pub added: usize,
    /// How many tasks were changed.
    pub changed: usize,
    /// How many tasks say what the file says, or were changed here alone.
    pub unchanged: usize,
    /// Whether the description of the process was changed.
    pub described: bool,
    /// What was changed here as well as in the file, whose word was taken.
    pub overruled: Vec<String>,
    /// What the file says and could not be done.
    pub refused: Vec<String>,
    /// Tasks that were imported once and are no longer in the file; they stay.
    pub gone: Vec<TaskName>,
}

impl Updated {
    /// Whether the process is as it was.
    pub fn is_nothing(&self) -> bool {
        self.added == 0 && self.changed == 0 && !self.described
    }
}

/// Brings `process` up to date with what was imported anew.
pub fn update(process: &mut Process, imported: &Process) -> Updated {
    let mut update = Update {
        matched: matches(process, imported),
        waiting: Vec::new(),
        added: HashSet::new(),
        changed: HashSet::new(),
        done: Updated::default(),
    };
    update.describe(process, imported);
    let mut before: Option<TaskName> = None;
    for (name, task) in &imported.tasks {
        let own = match update.matched.get(name).cloned() {
            Some(own) => update.merge(process, own, (name, task), imported),
            None => update.add(process, (name, task), before.take()),
        };
        update.matched.insert(name.clone(), own.clone());
        before = Some(own);
    }
    update.depend(process, imported);
    let known: HashSet<&TaskName> = update.matched.values().collect();
    let is_gone = |name: &TaskName, task: &Task| {
        !known.contains(name) && marks::raw_field(&task.file_fields, IMPORTED_AS).is_some()
    };
    let gone = process.tasks.iter();
    let gone = gone.filter(|(name, task)| is_gone(name, task));
    let gone = gone.map(|(name, _)| name.clone()).collect();
    let mut done = update.done;
    done.gone = gone;
    done.added = update.added.len();
    done.changed = update.changed.difference(&update.added).count();
    done.unchanged = imported
        .tasks
        .len()
        .saturating_sub(done.added + done.changed);
    done
}

/// The tasks of the process that those of the file are: by id, or else by name.
fn matches(process: &Process, imported: &Process) -> HashMap<TaskName, TaskName> {
    let mut by_id = HashMap::new();
    let mut by_name = HashMap::new();
    for (name, task) in &process.tasks {
        match marks::field(&task.file_fields, IMPORTED_ID) {
            Some(id) => by_id.entry(id.to_lowercase()).or_insert(name),
            None => by_name.entry(folded(name.as_str())).or_insert(name),
        };
    }
    let mut matched = HashMap::new();
    for (name, task) in &imported.tasks {
        let id = marks::field(&task.file_fields, IMPORTED_ID);
        let id = id.and_then(|id| by_id.remove(&id.to_lowercase()));
        if let Some(own) = id.or_else(|| by_name.remove(&folded(name.as_str()))) {
            matched.insert(name.clone(), own.clone());
        }
    }
    matched
}

struct Update {
    /// The task of the process for each of the file.
    matched: HashMap<TaskName, TaskName>,
    /// The tasks of the file that wait for others than when they were last imported.
    waiting: Vec<TaskName>,
    /// Those of the process that are new, and those that were changed.
    added: HashSet<TaskName>,
    changed: HashSet<TaskName>,
    done: Updated,
}

impl Update {
    fn describe(&mut self, process: &mut Process, imported: &Process) {
        let mark = marks::of_text(&imported.description);
        let was = marks::field(&process.file_fields, IMPORTED_AS);
        if was.as_ref() == Some(&mark) {
            return;
        }
        if process.description != imported.description && !imported.description.is_empty() {
            if was.is_some_and(|was| was != marks::of_text(&process.description)) {
                let what = "the description of the process".to_owned();
                self.done.overruled.push(what);
            }
            process.description.clone_from(&imported.description);
            self.done.described = true;
        }
        if let Some(mark) = marks::raw_field(&imported.file_fields, IMPORTED_AS) {
            process.set_field(IMPORTED_AS, Some(mark.to_owned()));
        }
    }

    /// Adds a task behind the one that is in front of it in the file.
    fn add(
        &mut self,
        process: &mut Process,
        (name, task): (&TaskName, &Task),
        before: Option<TaskName>,
    ) -> TaskName {
        let own = free_name(process, name);
        let position = match before {
            Some(before) => Position::After(before),
            None if process.tasks.is_empty() => Position::Last,
            None => Position::First,
        };
        let mut task = task.clone();
        // What it waits for may be called otherwise here; see `depend`.
        task.set_dependencies(&[]);
        process.tasks.insert_at(own.clone(), task, &position);
        self.waiting.push(name.clone());
        self.added.insert(own.clone());
        own
    }

    /// Takes over what the file says anew, and answers the name that the task has since.
    fn merge(
        &mut self,
        process: &mut Process,
        own: TaskName,
        (name, new): (&TaskName, &Task),
        imported: &Process,
    ) -> TaskName {
        let Some(old) = process.tasks.get(&own).cloned() else {
            return own;
        };
        let mut task = old.clone();
        let mut renamed = None;
        let mut is_changed = false;
        for part in Part::ALL {
            let told = marks::of(imported, name, new, part);
            let now = marks::of(process, &own, &old, part);
            let was = marks::at_import(&old, part);
            if was.as_ref() == Some(&told) || now == told {
                continue;
            }
            match part {
                Part::Name => {
                    renamed = self.rename(process, &own, name);
                    is_changed |= renamed.is_some();
                }
                Part::Description => task.description.clone_from(&new.description),
                Part::Status => {
                    let (status, details) = (new.status(), new.status_details());
                    let at = details.at.unwrap_or_else(|| new.created_at.clone());
                    let by = details.by.as_deref().unwrap_or(IMPORTER);
                    task.set_status(status, &details.note.unwrap_or_default(), &at, by);
                }
                Part::Priority => task.set_priority(new.priority()),
                Part::Dependencies => self.waiting.push(name.clone()),
                Part::Jobs => merge_jobs(&mut task, new),
                Part::Labels => task.set_labels(&new.labels()),
            }
            // Jobs are put together from both.
            if was.is_some_and(|was| was != now) && part != Part::Jobs {
                let what = format!("the {} of the task \"{own}\"", part.as_str());
                self.done.overruled.push(what);
            }
        }
        merge_comments(&mut task, new);
        merge_code(&mut task, new);
        is_changed |= task != old;
        for field in [IMPORTED_ID, IMPORTED_UPDATED, IMPORTED_AS] {
            if let Some(value) = marks::raw_field(&new.file_fields, field) {
                task.set_field(field, Some(value.to_owned()));
            }
        }
        let own = renamed.unwrap_or(own);
        if task != old {
            process.tasks.insert(own.clone(), task);
        }
        if is_changed {
            self.changed.insert(own.clone());
        }
        own
    }

    /// Renames a task, unless its new name is another's here.
    fn rename(
        &mut self,
        process: &mut Process,
        own: &TaskName,
        new: &TaskName,
    ) -> Option<TaskName> {
        if let Ok(renamed) = process.rename_task(own.as_str(), new.clone()) {
            return Some(renamed.new);
        }
        self.done.refused.push(format!(
            "the task \"{own}\" is called \"{new}\" there, which another is called here"
        ));
        None
    }

    /// Lets tasks wait for what they wait for in the file, under the names that those have here.
    fn depend(&mut self, process: &mut Process, imported: &Process) {
        let mut is_changed = false;
        for name in std::mem::take(&mut self.waiting) {
            let (Some(own), Some(new)) = (self.matched.get(&name), imported.tasks.get(&name))
            else {
                continue;
            };
            let told = imported.dependencies(new);
            let told = told.filter_map(|(other, _)| self.matched.get(other).cloned());
            let told: Vec<TaskName> = told.collect();
            let Some(task) = process.tasks.get(own) else {
                continue;
            };
            let present = process.dependencies(task).map(|(name, _)| name);
            if present.eq(&told) {
                continue;
            }
            if let Some(task) = process.tasks.get_mut(own) {
                task.set_dependencies(&told);
                self.changed.insert(own.clone());
                is_changed = true;
            }
        }
        if is_changed {
            self.drop_circles(process);
        }
    }

    /// What the file says may close a circle with what was said here.
    fn drop_circles(&mut self, process: &mut Process) {
        let tasks = process.tasks.iter();
        let edges = tasks.map(|(name, task)| {
            let others = process.dependencies(task);
            (name.clone(), others.map(|(name, _)| name.clone()).collect())
        });
        let (kept, dropped) = without_circles(edges.collect());
        let kept: HashMap<TaskName, Vec<TaskName>> = kept.into_iter().collect();
        for (name, other) in dropped {
            if let (Some(task), Some(others)) = (process.tasks.get_mut(&name), kept.get(&name)) {
                task.set_dependencies(others);
            }
            self.done.refused.push(format!(
                "the task \"{name}\" no longer waits for \"{other}\", which waits for it"
            ));
        }
    }
}

/// The name of a new task, with a number if it could be mistaken for another's.
fn free_name(process: &Process, name: &TaskName) -> TaskName {
    let is_free = |name: &TaskName| {
        let found = process.task(name.as_str());
        matches!(
            found,
            Err(pm_core::Error::Task(_, Unresolved::NotFound { .. }))
        )
    };
    let mut names = std::iter::once(name.clone()).chain(numbered(name.as_str()));
    names.find(is_free).unwrap_or_else(|| name.clone())
}

/// Adds what was said there and is not here yet.
fn merge_comments(task: &mut Task, new: &Task) {
    let here = task.comments();
    let is_here = |comment: &Comment| {
        let mut here = here.iter();
        here.any(|known| (&known.by, &known.text) == (&comment.by, &comment.text))
    };
    for comment in new.comments().iter().filter(|it| !is_here(it)) {
        task.add_comment(comment);
    }
}

/// Brings jobs up to date: by id or else by name. If their statuses differ, the one that is further
/// counts, as both may have moved on.
fn merge_jobs(task: &mut Task, new: &Task) {
    let mut own: HashMap<String, Vec<String>> = HashMap::new();
    for (key, job) in task.jobs.iter().rev() {
        own.entry(identity(job)).or_default().push(key.clone());
    }
    for job in new.jobs.values() {
        let key = own.get_mut(&identity(job)).and_then(Vec::pop);
        let Some(key) = key else {
            task.push_job(job.clone());
            continue;
        };
        let Some(old) = task.jobs.get(&key).cloned() else {
            continue;
        };
        let mut merged = old.clone();
        merged.name.clone_from(&job.name);
        merged.description.clone_from(&job.description);
        if progress(job.status()) > progress(merged.status()) {
            let details = job.status_details();
            let at = details.at.unwrap_or_else(|| job.created_at.clone());
            let note = details.note.unwrap_or_default();
            merged.set_status(job.status(), &note, &at, IMPORTER);
        }
        if merged != old {
            task.jobs.insert(key, merged);
        }
    }
}

/// What a job is found by.
fn identity(job: &Job) -> String {
    match marks::field(&job.file_fields, IMPORTED_ID) {
        Some(id) => format!("id {}", id.to_lowercase()),
        None => format!("name {}", folded(job.name.as_str())),
    }
}

fn progress(status: Status) -> u8 {
    match status {
        Status::Todo => 0,
        Status::InProgress | Status::Blocked => 1,
        Status::Done | Status::Cancelled => 2,
    }
}

/// Adds the versions of code that are not here yet.
fn merge_code(task: &mut Task, new: &Task) {
    for (key, version) in &new.code {
        let is_here = |other: &pm_core::SnippetVersion| {
            other.name == version.name && other.content == version.content
        };
        if !task.code.contains_key(key.as_str()) && !task.code.values().any(is_here) {
            task.code.insert(key.clone(), version.clone());
        }
    }
}

#[cfg(test)]
mod tests;
