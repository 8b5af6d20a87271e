//! Repairing one process: its journal is put in order, then its file.

use std::ffi::OsStr;
use std::io;
use std::sync::Arc;

use super::super::disk::names;
use super::super::documents::checkpoint::Checkpoint;
use super::super::documents::document::Document;
use super::super::documents::shared::Shared;
use super::super::documents::state::Cached;
use super::super::documents::writer::Writer;
use super::super::journal::segments;
use super::process;
use super::process::Remedy;
use super::repairs::{Repair, RepairKind};
use crate::Error;
use crate::store::{StoreError, StoreNoticeKind};

/// A process that is being repaired.
pub(crate) struct Mending {
    document: Document,
    done: Vec<RepairKind>,
}

impl Mending {
    pub(crate) fn of(shared: &Arc<Shared>, file: &OsStr) -> Self {
        Self {
            document: Document::new(file, Arc::clone(shared)),
            done: Vec::new(),
        }
    }

    /// Repairs it, and says what was done.
    pub(crate) fn outcome(mut self, remedy: Remedy) -> Vec<Repair> {
        let before = self.set_aside();
        let mended = self.mend(remedy).and_then(|()| self.bring_up_to_date());
        let file = self.document.file();
        let mut set_aside = self.set_aside();
        set_aside.retain(|kept| !before.contains(kept));
        let set_aside = set_aside.into_iter();
        let set_aside = set_aside.map(|kept| RepairKind::SetAside { kept });
        let notices = self.document.shared().notices.take(file).into_iter();
        let conflicts = notices.filter_map(|notice| match notice.kind {
            StoreNoticeKind::Conflict { kept, changes } => Some(RepairKind::Conflict {
                kept,
                changes: changes.len(),
            }),
            _ => None,
        });
        let told = set_aside.chain(conflicts);
        let failed = mended.err().map(RepairKind::Failed);
        let kinds = told.chain(self.done).chain(failed);
        let repair = |kind| Repair {
            file: names::shown(file),
            kind,
        };
        kinds.map(repair).collect()
    }

    /// Puts the journal in order. What was seen without the lock is looked at again under it: it
    /// may have been mended meanwhile.
    fn mend(&mut self, remedy: Remedy) -> Result<(), Error> {
        let writer = self.document.lock(self.document.dir().deadline())?;
        let seen = process::look(writer.dir(), writer.file());
        if seen.is_none_or(|seen| seen.remedy != remedy) || remedy == Remedy::BringUpToDate {
            return Ok(());
        }
        if remedy == Remedy::RemoveJournal {
            let removed = writer
                .dir()
                .fs
                .remove(&writer.dir().journal_path(&writer.lock_id));
            removed
                .and_then(|()| writer.dir().sync_journals())
                .map_err(|error| StoreError::io("remove the journal", error))?;
            self.done.push(RepairKind::EmptyJournalRemoved);
            return Ok(());
        }
        if remedy == Remedy::SetJournalAside {
            set_journal_aside(&writer)
                .map_err(|error| StoreError::io("set the journal aside", error))?;
            return Ok(());
        }
        // This look takes an edited file into the history.
        let look = writer.look();
        let cached = look.map_err(|absent| absent.refusal(self.document.file()))?;
        if remedy == Remedy::Adopt {
            self.done.push(RepairKind::Adopted);
        } else {
            // Nothing is appended: since the journal is damaged, appending begins a new one.
            let begun = writer.append(&cached, Vec::new());
            begun.map_err(|failed| failed.error)?;
            self.document.forget();
        }
        Ok(())
    }

    /// The journals of the process that were damaged and are kept.
    fn set_aside(&self) -> Vec<String> {
        let document = &self.document;
        document
            .shared()
            .damage
            .set_aside(document.dir(), &document.lock_id)
    }

    fn bring_up_to_date(&mut self) -> Result<(), Error> {
        let is_behind = |cached: Cached| cached.is_ahead();
        if !self.document.look().is_ok_and(is_behind) {
            return Ok(());
        }
        match self.document.checkpoint()? {
            Checkpoint::Done => self.done.push(RepairKind::BroughtUpToDate),
            // Another program does it, which is no failure of this one.
            Checkpoint::Busy => {}
        }
        Ok(())
    }
}

/// Gives a journal that is of no more use the name of a damaged one.
fn set_journal_aside(writer: &Writer<'_>) -> io::Result<()> {
    let dir = writer.dir();
    let journal = dir.journal_path(&writer.lock_id);
    let aside = segments::damaged_journal(dir, &writer.lock_id);
    dir.link_or_copy(&journal, &aside)?;
    // Both names are durable before the first one goes.
    dir.sync_journals()?;
    dir.fs.remove(&journal)?;
    dir.sync_journals()
}
