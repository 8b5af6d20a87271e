//! One process in the trash: looking at it where it lies, and taking it away for ever.

use std::sync::Arc;

use super::processes::Processes;
use super::trash::Item;
use crate::store::rules::no_such_process;
use crate::store::{Requester, StoreError, Trashed};
use crate::{Error, Process};

impl Processes {
    /// The process of `item`, as it was when it was deleted.
    pub(crate) fn read_trashed(&self, item: &Trashed) -> Result<Arc<Process>, Error> {
        let process = self.item(item)?.process(&self.shared.dir)?;
        Ok(Arc::new(process))
    }

    /// Takes the process of `item` away for ever.
    pub(crate) fn purge_one(&self, item: &Trashed, requester: &Requester) -> Result<(), Error> {
        // So that none goes that is just being restored.
        let _names = self.lock_names()?;
        requester.check()?;
        let removed = self.item(item)?.remove(&self.shared.dir);
        Ok(removed.map_err(|error| StoreError::io("take it out of the trash", error))?)
    }

    pub(super) fn item(&self, wanted: &Trashed) -> Result<Item, Error> {
        let items = self.trashed()?.into_iter();
        let mut found = items.filter(|item| item.describe().is(wanted));
        let found = found.next();
        found.ok_or_else(|| no_such_process(wanted.name.as_str()))
    }
}
