//! Operations on deleted processes.

use std::sync::Arc;
use std::time::Duration;

use super::ProcessManager;
use super::session::Deed;
use crate::history::quoted;
use crate::resolve::resolve;
use crate::store::rules::before;
use crate::store::{FileNotice, FileNotices, Trashed};
use crate::{Action, Error, Process, ProcessName};

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
        let mut names: Vec<_> = self.trash()?.into_iter().map(|item| item.name).collect();
        names.sort_unstable();
        names.dedup();
        let name = resolve(wanted, names).map_err(Error::Trash)?;
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

    /// Takes away for ever the processes that were deleted longer ago than `age`; answers how many.
    pub fn purge_trash(&self, age: Duration) -> Result<usize, Error> {
        self.store.purge(&before(self.store.now(), age).into())
    }

    /// What happened to the files of the process of exactly this name that a person should know
    /// of; each is answered once.
    pub fn take_notices(&self, process: &str) -> Vec<FileNotice> {
        self.file_notices(|notices| notices.take(process))
    }

    /// What callers have to know of the files of the process of exactly this name, for as long as
    /// it is so; answered each time.
    pub fn standing_notices(&self, process: &str) -> Vec<FileNotice> {
        self.file_notices(|notices| notices.standing(process))
    }

    fn file_notices(&self, of: impl Fn(&dyn FileNotices) -> Vec<FileNotice>) -> Vec<FileNotice> {
        self.store.file_notices().map(of).unwrap_or_default()
    }
}
