//! An edit from the moment it was begun: each field that was changed is saved if it still is what it
//! was then, whatever else was changed meanwhile.

use std::sync::{Arc, OnceLock};

use pm_core::error::{ChangedMeanwhile, EditedText};
use pm_core::{Error, Process, ProcessName, Task, TaskName};

use super::field::{Field, JobField};
use super::saves::{self, Save};
use super::sheet::Sheet;
use crate::context::Context;
use crate::stop::Stop;

/// The most characters that are quoted of a text by which somebody else changed a field.
const QUOTED_CHARS_MAX: usize = 60;

/// A process, or a task in one, as it was when an edit of it was begun.
#[derive(Debug, Clone)]
pub(super) struct Begun {
    process: Arc<Process>,
    /// The task, if the edit is of one.
    task: Option<(TaskName, Task)>,
}

impl Begun {
    pub(super) fn of(task: Option<&str>, context: &Context) -> Result<Self, Stop> {
        let Some(task) = task else {
            let found = context.call("task_list", context.inside()?)?;
            let process = context.process_of(&found)?;
            return Ok(Self {
                process,
                task: None,
            });
        };
        let found = context.call("task_details_get", context.inside_task(task)?)?;
        let process = context.process_of(&found)?;
        let task = process.task(found.text("task_name").unwrap_or_default());
        let (name, task) = task.map_err(|error| context.refused("task_details_get", error))?;
        let task = Some((name.clone(), task.clone()));
        Ok(Self { process, task })
    }

    pub(super) fn sheet(&self) -> Sheet {
        match &self.task {
            Some((name, task)) => Sheet::of_task(name, task),
            None => Sheet::of_process(&self.process),
        }
    }

    /// Saves what a sheet says otherwise than this, and answers how much that is: all of it, or
    /// nothing if somebody else has changed one of these fields meanwhile.
    pub(super) fn save(&self, sheet: &Sheet, context: &Context) -> Result<usize, Stop> {
        let saves = self.saves(self.task_name(), sheet);
        if saves.is_empty() {
            return Ok(0);
        }
        let present = context.manager()?.process(self.process.name.as_str());
        let present = present.map_err(|error| context.refused("process_load", error))?;
        if present.created_at != self.process.created_at {
            return Err(Stop::Failed(replaced(&present.name)));
        }
        let mut saves = self.saves(self.name_in(&present)?, sheet);
        let now = |field: &Field| self.value_in(&present, field);
        // What is wanted stands there already.
        saves.retain(
            |save| !matches!(&save.field, Some((field, wanted)) if is_same(now(field).as_deref(), wanted.as_deref())),
        );
        let conflicts = saves.iter().filter_map(|save| save.field.as_ref());
        let conflicts: Vec<String> = conflicts
            .filter(|(field, _)| now(field) != self.value(field))
            .map(|(field, _)| told(field, now(field)))
            .collect();
        if !conflicts.is_empty() {
            return Err(changed("Nothing was saved", &conflicts));
        }
        let calls: Vec<_> = saves.iter().map(|save| save.call.clone()).collect();
        context.rehearse(&calls)?;
        let count = saves.len();
        for (number, save) in saves.into_iter().enumerate() {
            self.make(save, number, context)?;
        }
        Ok(count)
    }

    /// Makes a call if its field is still as it was when it is made.
    fn make(&self, save: Save, number: usize, context: &Context) -> Result<(), Stop> {
        let (tool, arguments) = save.call;
        let Some((field, wanted)) = save.field else {
            context.say(&context.call(tool, arguments)?);
            return Ok(());
        };
        let (begun, met) = (self.clone(), Arc::new(OnceLock::new()));
        let (seen, what) = (Arc::clone(&met), field.clone());
        let check = move |process: &Process| {
            let now = begun.value_in(process, &what);
            let is_fine = now == begun.value(&what) || is_same(now.as_deref(), wanted.as_deref());
            if is_fine && begun.is_in(process) {
                return Ok(());
            }
            // Only the first is told.
            let _ = seen.set(now.clone());
            Err(Error::ChangedMeanwhile(Box::new(ChangedMeanwhile {
                text: EditedText::Process(process.name.clone()),
                now: now.unwrap_or_default(),
                revision: process.revision,
                change: None,
            })))
        };
        let answer = context.call_if(check, tool, arguments);
        if let Some(now) = met.get() {
            let what = match number {
                0 => "Nothing was saved",
                _ => "The rest was not saved",
            };
            return Err(changed(what, &[told(&field, now.clone())]));
        }
        context.say(&answer?);
        Ok(())
    }

    fn task_name(&self) -> Option<&TaskName> {
        self.task.as_ref().map(|(name, _)| name)
    }

    fn saves(&self, task: Option<&TaskName>, sheet: &Sheet) -> Vec<Save> {
        // Not the fields themselves, which have more than a sheet shows.
        let (before, process) = (self.sheet().untouched(), &self.process.name);
        match task {
            Some(task) => saves::of_task((process, task), &before, sheet),
            None => saves::of_process(process, &before, sheet),
        }
    }

    /// Whether a process is this one, or has this task, and none that was made under the name since.
    fn is_in(&self, process: &Process) -> bool {
        let is_there = self.task.is_none() || self.task_in(process).is_some();
        is_there && process.created_at == self.process.created_at
    }

    /// What the task is called in a later state of the process.
    fn name_in<'p>(&self, process: &'p Process) -> Result<Option<&'p TaskName>, Stop> {
        let Some((name, _)) = &self.task else {
            return Ok(None);
        };
        let found = self.task_in(process).map(|(name, _)| Some(name));
        found.ok_or_else(|| Stop::Failed(gone(name, &process.name)))
    }

    /// The task in a later state of the process, in which it may have another name.
    fn task_in<'p>(&self, process: &'p Process) -> Option<(&'p TaskName, &'p Task)> {
        let (name, begun) = self.task.as_ref()?;
        let is_it = |task: &Task| task.created_at == begun.created_at;
        let same = process.tasks.get_key_value(name);
        if let Some(same) = same.filter(|(_, task)| is_it(task)) {
            return Some(same);
        }
        // Tasks that were made in one call have one time.
        if self.process.tasks.values().filter(|it| is_it(it)).count() > 1 {
            return None;
        }
        let mut others = process.tasks.iter().filter(|(other, task)| {
            is_it(task) && !self.process.tasks.contains_key(other.as_str())
        });
        let other = others.next();
        other.filter(|_| others.next().is_none())
    }

    /// What a field was when the edit was begun.
    fn value(&self, field: &Field) -> Option<String> {
        match &self.task {
            Some((name, task)) => field.of_task(name, task),
            None => field.of_process(&self.process),
        }
    }

    /// What a field is in a later state of the process.
    fn value_in(&self, process: &Process, field: &Field) -> Option<String> {
        if self.task.is_none() {
            return field.of_process(process);
        }
        let (name, task) = self.task_in(process)?;
        field.of_task(name, task)
    }
}

/// Whether two texts are the same on a sheet, which has no spaces at their ends.
fn is_same(now: Option<&str>, wanted: Option<&str>) -> bool {
    now.map(str::trim) == wanted.map(str::trim)
}

fn gone(task: &TaskName, process: &ProcessName) -> String {
    format!(
        "Nothing was saved: meanwhile somebody else deleted the task \"{task}\" of \"{process}\", or \
         renamed it."
    )
}

fn replaced(process: &ProcessName) -> String {
    format!(
        "Nothing was saved: meanwhile somebody else deleted the process \"{process}\" and made another \
         of this name."
    )
}

/// What somebody else did to a field.
fn told(field: &Field, now: Option<String>) -> String {
    match (field, now) {
        (Field::Job(_, JobField::Whole), Some(_)) => format!("{field}"),
        (_, None) => format!("{field}, which is gone"),
        (_, Some(now)) => {
            let now = match field {
                Field::After | Field::Labels => now.replace('\n', ", "),
                _ => now,
            };
            let mut short: String = now.chars().take(QUOTED_CHARS_MAX).collect();
            if short.len() < now.len() {
                short.push('…');
            }
            format!("{field}, which is now {short:?}")
        }
    }
}

fn changed(what: &str, fields: &[String]) -> Stop {
    let fields = fields.join("; ");
    Stop::Failed(format!(
        "{what}: meanwhile somebody else changed {fields}. Look at it, and edit again."
    ))
}
