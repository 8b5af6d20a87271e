//! Processes that come back from the trash.

use std::io::ErrorKind;
use std::sync::Arc;

use super::super::documents::request::Outcome;
use super::processes::Processes;
use super::trash;
use crate::store::rules::no_such_process;
use crate::store::{Requester, StoreError};
use crate::{Action, Error, Process, ProcessName};

impl Processes {
    /// What is in the trash, the last deleted first.
    pub(crate) fn trashed(&self) -> Result<Vec<trash::Item>, StoreError> {
        trash::items(&self.shared.dir).map_err(|error| StoreError::io("look into the trash", error))
    }

    /// Puts back the process of this name that was deleted last, under the name `new`.
    pub(crate) fn restore(
        &self,
        name: &ProcessName,
        new: &ProcessName,
        requester: &Requester,
        action: Action,
    ) -> Result<Arc<Process>, Error> {
        let names = self.lock_names()?;
        requester.check()?;
        let items = self.trashed()?;
        let item = items.iter().find(|item| item.describe().name == *name);
        let item = item.ok_or_else(|| no_such_process(name.as_str()))?;
        let file = self.at_free_name(&names, new, |writer| match item.restore(writer) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(StoreError::io("put the process back", error).into()),
        })?;
        let document = self.documents.document(file.as_ref());
        let new = new.clone();
        let restored = Box::new(move |process: &mut Process, _: &_| {
            process.name = new.clone();
            Ok(action.clone())
        });
        // From here on the process is back, whether or not anybody waits for the answer.
        let requester = requester.author.clone().into();
        match document.submit(name, &requester, restored) {
            Outcome::Kept(process) => {
                self.shared.damage.has_moved(file.as_ref());
                // The file still has the old name, by which others would know the process.
                match document.checkpoint() {
                    Ok(_) | Err(StoreError::FileReadOnly) => Ok(process),
                    Err(error) => Err(error.into()),
                }
            }
            Outcome::Refused(error) => Err(error),
            Outcome::Moved(_) => Err(StoreError::Contended.into()),
        }
    }
}
