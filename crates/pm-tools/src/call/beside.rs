//! What a caller has to know besides the fact that something is missing or that a name is taken.

use pm_core::error::{InTask, Taken, Unresolved};
use pm_core::manager::HistoryQuery;
use pm_core::resolve::is_same;
use pm_core::{Error, Process, ProcessName};

use super::Call;
use crate::failure::{Beside, Explained, Failure};

/// The operation in the history that deletes a task.
const DELETE_TASK: &str = "delete_task";

/// What a failed call was for, as far as that decides how much a refusal says of what exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// It was to read something: the caller may as well read what exists.
    Reads,
    /// It was to take something away: the user may mean something else that exists.
    Deletes,
    /// It was to add a task: what it takes for a process may be a task that exists.
    AddsTask,
    /// Anything else: models that hear what exists make changes that nobody asked for.
    Other,
}

impl Call<'_> {
    /// Adds to a failure what explains it, for a tool of this purpose.
    pub(crate) fn explained(&self, failure: Failure, purpose: Purpose) -> Failure {
        let Failure::Core(error) = failure else {
            return failure;
        };
        match self.beside(&error, purpose) {
            Some(beside) => Failure::Explained(Box::new(Explained { error, beside })),
            None => Failure::Core(error),
        }
    }

    fn beside(&self, error: &Error, purpose: Purpose) -> Option<Beside> {
        let deletes = purpose == Purpose::Deletes;
        match error {
            Error::Taken(Taken::Task {
                process, existing, ..
            }) => {
                let process = self.manager.process(process.as_str()).ok()?;
                let (_, task) = process.task(existing.as_str()).ok()?;
                Some(Beside::Holds {
                    status: task.status(),
                    jobs: task.jobs.len(),
                    codes: task.snippet_names().len(),
                })
            }
            Error::Process(unresolved) => {
                let wanted = missing(unresolved)?;
                let is_task = || self.is_task(wanted, purpose);
                self.in_trash(wanted).or_else(is_task).or_else(|| {
                    let known = || self.manager.process_names().ok();
                    let names = deletes.then(known).flatten()?;
                    there(names.iter().map(ProcessName::as_str))
                })
            }
            Error::Task(process, unresolved) => {
                let wanted = missing(unresolved)?;
                let process = self.manager.process(process.as_str()).ok()?;
                self.deleted_in(&process, wanted)
                    .or_else(|| self.is_process(wanted, deletes))
                    .or_else(|| {
                        let names = process.tasks.iter().map(|(name, _)| name.as_str());
                        let tells = matches!(purpose, Purpose::Reads | Purpose::Deletes);
                        tells.then(|| there(names)).flatten()
                    })
            }
            Error::Job(within, unresolved) if deletes => {
                missing(unresolved)?;
                let process = self.process_within(within)?;
                let (_, task) = process.task(within.task.as_str()).ok()?;
                there(task.jobs.iter().map(|(_, job)| job.name.as_str()))
            }
            Error::Snippet(within, unresolved) if deletes => {
                missing(unresolved)?;
                let process = self.process_within(within)?;
                let (_, task) = process.task(within.task.as_str()).ok()?;
                let names = task.snippet_names();
                there(names.iter().map(pm_core::SnippetName::as_str))
            }
            _ => None,
        }
    }

    fn process_within(&self, within: &InTask) -> Option<std::sync::Arc<Process>> {
        self.manager.process(within.process.as_str()).ok()
    }

    /// A deleted process of this name.
    fn in_trash(&self, wanted: &str) -> Option<Beside> {
        let trash = self.manager.trash().ok()?;
        let found = trash
            .iter()
            .find(|item| is_same(item.name.as_str(), wanted))?;
        Some(Beside::InTrash(found.name.clone()))
    }

    /// The change that deleted a task of this name, if that is the last that happened to it.
    fn deleted_in(&self, process: &Process, wanted: &str) -> Option<Beside> {
        let query = HistoryQuery {
            task: Some(wanted.to_owned()),
            limit: 1,
            ..HistoryQuery::default()
        };
        let page = self.manager.history(&process.name, &query).ok()?;
        let last = page.changes.first()?;
        let is_deletion = &*last.entry.action.operation == DELETE_TASK;
        (is_deletion && last.undone_by.is_none()).then_some(Beside::DeletedIn(last.entry.revision))
    }

    /// A task of the open process that has this name, which no process has: a model that puts
    /// something into a task that it has made may take that task for a process.
    fn is_task(&self, wanted: &str, purpose: Purpose) -> Option<Beside> {
        let open = self
            .caller
            .active()
            .filter(|_| purpose == Purpose::AddsTask)?;
        let process = self.manager.process(open.as_str()).ok()?;
        let (task, _) = process.task(wanted).ok()?;
        Some(Beside::IsTask {
            task: task.clone(),
            process: process.name.clone(),
        })
    }

    /// A process of this name, which no task has.
    fn is_process(&self, wanted: &str, deletes: bool) -> Option<Beside> {
        let process = self.manager.process(wanted).ok()?;
        (!deletes).then(|| Beside::IsProcess(process.name.clone()))
    }
}

/// The name that was asked for, if nothing comes near it.
fn missing<N>(unresolved: &Unresolved<N>) -> Option<&str> {
    match unresolved {
        Unresolved::NotFound { wanted, near } if near.is_empty() && !wanted.trim().is_empty() => {
            Some(wanted)
        }
        _ => None,
    }
}

/// What there is, if there is anything.
fn there<'a>(names: impl Iterator<Item = &'a str>) -> Option<Beside> {
    let mut there: Vec<String> = Vec::new();
    for name in names {
        if there.iter().all(|known| known != name) {
            there.push(name.to_owned());
        }
    }
    (!there.is_empty()).then_some(Beside::There(there))
}
