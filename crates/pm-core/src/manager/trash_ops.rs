//! Operations on deleted processes.

use std::sync::Arc;
use std::time::Duration;

use super::ProcessManager;
use super::session::Deed;
use crate::error::Unresolved;
use crate::history::quoted;
use crate::resolve::resolve;
use crate::store::retention::before;
use crate::store::{StoreNotice, StoreNotices, Trashed};
use crate::{Action, Error, Process, ProcessName, Timestamp};

impl ProcessManager {
    /// What was deleted and can be restored, the last deleted first.
    pub fn trash(&self) -> Result<Vec<Trashed>, Error> {
        self.store.trash()
    }

    /// Puts back the process that was deleted under the name that `wanted` means, exactly or but
    /// for case and punctuation; the last one if there are several. It gets the name `new`, or its
    /// own again, and keeps its history.
    pub fn restore_process(
        &self,
        wanted: &str,
        new: Option<&ProcessName>,
    ) -> Result<Arc<Process>, Error> {
        let restored = self.put_back(wanted, new)?;
        let revision = restored.revision;
        self.done().note(&restored, Deed::Restored(revision));
        Ok(restored)
    }

    /// Puts a process back, without taking note of it as something that can be taken back.
    pub(super) fn put_back(
        &self,
        wanted: &str,
        new: Option<&ProcessName>,
    ) -> Result<Arc<Process>, Error> {
        let name = trashed_name(wanted, &self.trash()?)?;
        let new = new.unwrap_or(&name);
        let mut summary = format!("restored the process {} from the trash", quoted(&name));
        if *new != name {
            summary = format!("{summary} as {}", quoted(new));
        }
        let action = Action::new(Action::RESTORE, summary);
        let restored = self.store.restore(&name, new, &self.requester(), action)?;
        self.done().follow(&name, &restored);
        self.noted(&restored);
        Ok(restored)
    }

    /// Looks at the process that was deleted under the name that `wanted` means, as it was then;
    /// the last one if there are several, or the one that was deleted at `deleted_at`. It stays in
    /// the trash.
    pub fn trashed(
        &self,
        wanted: &str,
        deleted_at: Option<&Timestamp>,
    ) -> Result<(Trashed, Arc<Process>), Error> {
        let item = self.find_trashed(wanted, deleted_at)?;
        let process = self.store.read_trashed(&item).map_err(in_trash)?;
        Ok((item, process))
    }

    /// Takes away for ever the one process that [`trashed`](Self::trashed) looks at, and answers
    /// which that was.
    pub fn purge_trashed(
        &self,
        wanted: &str,
        deleted_at: Option<&Timestamp>,
    ) -> Result<Trashed, Error> {
        let item = self.find_trashed(wanted, deleted_at)?;
        let purged = self.store.purge_one(&item, &self.requester());
        purged.map_err(in_trash)?;
        Ok(item)
    }

    fn find_trashed(&self, wanted: &str, deleted_at: Option<&Timestamp>) -> Result<Trashed, Error> {
        let mut items = self.trash()?;
        let name = trashed_name(wanted, &items)?;
        items.retain(|item| {
            item.name == name && deleted_at.is_none_or(|time| item.deleted_at == *time)
        });
        let last = items.into_iter().next();
        last.ok_or_else(|| Error::Trash(Unresolved::unknown(wanted)))
    }

    /// Takes away for ever the processes that were deleted longer ago than `age`; answers how many.
    pub fn purge_trash(&self, age: Duration) -> Result<usize, Error> {
        self.store.purge(&before(self.store.now(), age).into())
    }

    /// What happened to the files of the process of exactly this name that a person should know of;
    /// each notice is answered once.
    pub fn take_notices(&self, process: &str) -> Vec<StoreNotice> {
        self.told(|notices| notices.take(process))
    }

    /// What happened to the files of the process of exactly this name since the store was opened
    /// that a person should know of, whether it was taken or not. It is left for those who
    /// [`take_notices`](Self::take_notices).
    pub fn look_at_notices(&self, process: &str) -> Vec<StoreNotice> {
        self.told(|notices| notices.look(process))
    }

    /// What callers have to know of the files of the process of exactly this name, for as long as
    /// it is so; answered each time.
    pub fn standing_notices(&self, process: &str) -> Vec<StoreNotice> {
        self.told(|notices| notices.standing(process))
    }

    fn told(&self, of: impl Fn(&dyn StoreNotices) -> Vec<StoreNotice>) -> Vec<StoreNotice> {
        self.store.notices().map(of).unwrap_or_default()
    }
}

/// The name that `wanted` means of those in the trash.
fn trashed_name(wanted: &str, items: &[Trashed]) -> Result<ProcessName, Error> {
    let mut names: Vec<_> = items.iter().map(|item| item.name.clone()).collect();
    names.sort_unstable();
    names.dedup();
    resolve(wanted, names).map_err(Error::Trash)
}

/// A process that is missing is missing in the trash: somebody took it out meanwhile.
fn in_trash(error: Error) -> Error {
    match error {
        Error::Process(unresolved) => Error::Trash(unresolved),
        error => error,
    }
}
