//! Operations on whole processes.

use std::sync::Arc;

use super::if_needed::Step;
use super::session::Deed;
use super::{Changed, ProcessManager};
use crate::error::Unresolved;
use crate::history::quoted;
use crate::resolve::resolve;
use crate::store::Listing;
use crate::{Action, Error, Process, ProcessName, TextEdit, Timestamp};

impl ProcessManager {
    /// The bytes of a file that cannot be opened, by the name that it has among the problems of
    /// [`list_processes`](Self::list_processes); `None` if there is no such problem any more.
    pub fn read_unusable(&self, file: &str) -> Result<Option<Vec<u8>>, Error> {
        self.store.read_unusable(file)
    }

    /// Creates a process.
    pub fn create_process(
        &self,
        name: ProcessName,
        description: impl Into<String>,
    ) -> Result<Arc<Process>, Error> {
        self.create_whole(Process::new(name, description.into(), self.now()))
    }

    /// Keeps a process that was made elsewhere, with all that it holds; its revision is 1.
    pub fn create_whole(&self, process: Process) -> Result<Arc<Process>, Error> {
        let created = self.store.create(process, &self.requester())?;
        self.done().note(&created, Deed::Created);
        Ok(created)
    }

    /// Copies the process of exactly this name, with all its tasks, jobs and code as they are at
    /// this moment, under a new name. Nobody has claimed the tasks of the copy, and its history
    /// begins anew, with an entry that says of what it is a copy.
    pub fn copy_process(
        &self,
        process: &ProcessName,
        new: ProcessName,
    ) -> Result<Arc<Process>, Error> {
        let original = self.store.read(process.as_str())?;
        let copy = self.create_whole(original.copied(new, self.now()))?;
        let summary = format!(
            "copied the process {} as it was at revision {}",
            quoted(process),
            original.revision
        );
        let note = move |_: &mut Process, _: &_| Ok(Action::new("copy_process", summary.clone()));
        let noted = self
            .store
            .update(&copy.name, &self.requester(), Box::new(note));
        // The copy is kept even if its history could not say what it is.
        Ok(noted.unwrap_or(copy))
    }

    /// Makes any change of the process of exactly this name, as one change of its history. It may
    /// be applied more than once before it is kept, each time to the newest state.
    pub fn revise<T: Send + 'static>(
        &self,
        process: &ProcessName,
        change: impl FnMut(&mut Process, &Timestamp) -> Result<(T, Action), Error> + Send + 'static,
    ) -> Result<Changed<T>, Error> {
        self.change(process, change)
    }

    /// Opens the process that `wanted` means: exactly, or but for case and punctuation if just one
    /// fits.
    pub fn process(&self, wanted: &str) -> Result<Arc<Process>, Error> {
        let wanted = wanted.trim();
        let refusal = match self.store.read(wanted) {
            Err(refusal @ (Error::Process(_) | Error::Unusable(_))) => refusal,
            outcome => return outcome,
        };
        match (resolve(wanted, self.store.names()?), refusal) {
            (Ok(name), _) => self.store.read(name.as_str()),
            (Err(Unresolved::NotFound { .. }), unusable @ Error::Unusable(_)) => Err(unusable),
            (Err(unresolved), _) => Err(Error::Process(unresolved)),
        }
    }

    /// The names of all processes that can be opened, in a stable order.
    pub fn process_names(&self) -> Result<Vec<ProcessName>, Error> {
        self.store.names()
    }

    /// A summary of every process, and the files that cannot be opened.
    pub fn list_processes(&self) -> Result<Listing, Error> {
        self.store.list()
    }

    /// Gives the process of exactly this name a new name.
    pub fn rename_process(
        &self,
        process: &ProcessName,
        new: &ProcessName,
    ) -> Result<Arc<Process>, Error> {
        let summary = format!("renamed the process {} to {}", quoted(process), quoted(new));
        let action = Action::new("rename_process", summary);
        let renamed = self.store.rename(process, new, &self.requester(), action)?;
        self.made(&renamed, renamed.revision);
        self.done().follow(process, &renamed);
        Ok(renamed)
    }

    /// Describes the process of exactly this name anew, and answers its description before. If it
    /// has that description already, nothing changes and no revision is made.
    ///
    /// [`Error::ChangedMeanwhile`] if its description is not the one from which the edit was made.
    pub fn describe_process(
        &self,
        process: &ProcessName,
        description: impl Into<TextEdit>,
    ) -> Result<Changed<String>, Error> {
        let edit = description.into();
        self.change_if_needed(process, move |process, _| {
            process.refuse_stale_description(&edit)?;
            if process.description == edit.text {
                return Ok(Step::Nothing(edit.text.clone()));
            }
            let old = std::mem::replace(&mut process.description, edit.text.clone());
            let action = Action::new("describe_process", "described the process anew");
            Ok(Step::Made(old, action))
        })
    }

    /// Deletes the process of exactly this name.
    pub fn delete_process(&self, process: &ProcessName) -> Result<(), Error> {
        let deleted = self.store.read(process.as_str());
        self.store.delete(process, &self.requester())?;
        if let Ok(deleted) = deleted {
            self.done().note(&deleted, Deed::Deleted);
        }
        Ok(())
    }
}
