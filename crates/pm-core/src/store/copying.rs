//! Copying all that one store keeps into another one, process by process.

use super::rules::refuse_taken;
use super::{Requester, Store, Trashed, WholeProcess};
use crate::error::Taken;
use crate::{Error, ProcessName, Timestamp};

/// A copy of one store into another. Each process is copied whole or not at all, so that a copy
/// that broke off can be begun anew: what is there already is passed over.
pub struct StoreCopy<'a> {
    /// What is read, and left alone.
    pub from: &'a dyn Store,
    /// What is written to.
    pub to: &'a dyn Store,
    /// In whose name.
    pub requester: Requester,
}

/// A process that is to be copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyItem {
    /// Its name.
    pub name: ProcessName,
    /// What the trash says of it, if it is there.
    pub trashed: Option<Trashed>,
}

/// What became of a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CopyOutcome {
    /// It is in the other store as well, or would be.
    Copied {
        /// The number of its tasks.
        tasks: usize,
        /// The number of changes in its history.
        changes: usize,
        /// The checksum of all that was copied, see [`WholeProcess::checksum`].
        checksum: u64,
    },
    /// The other store has the same already.
    AlreadyThere {
        /// The checksum of what is there.
        checksum: u64,
    },
    /// The other store has another process of this name, or one whose name differs only in case and
    /// punctuation.
    Taken(ProcessName),
}

/// What a look at both stores found of a process that was copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// Both have what was copied.
    Same,
    /// The one that was read has something else by now.
    SourceChanged,
    /// The one that was written to has something else.
    CopyDiffers,
}

impl CopyItem {
    /// When it was deleted, if it is in the trash.
    pub fn deleted_at(&self) -> Option<&Timestamp> {
        self.trashed.as_ref().map(|item| &item.deleted_at)
    }

    fn read(&self, store: &dyn Store) -> Result<WholeProcess, Error> {
        match &self.trashed {
            Some(item) => store.read_whole_trashed(item),
            None => store.read_whole(self.name.as_str()),
        }
    }
}

impl StoreCopy<'_> {
    /// All that is to be copied: the processes, and those in the trash, the first deleted first.
    pub fn items(&self) -> Result<Vec<CopyItem>, Error> {
        let there = |name| CopyItem {
            name,
            trashed: None,
        };
        let trashed = |item: Trashed| CopyItem {
            name: item.name.clone(),
            trashed: Some(item),
        };
        let names = self.from.names()?.into_iter().map(there);
        let trash = self.from.trash()?.into_iter().rev().map(trashed);
        Ok(names.chain(trash).collect())
    }

    /// Says what would become of a process, and changes nothing; `before` are those that would be
    /// copied before it.
    pub fn rehearse(&self, item: &CopyItem, before: &[CopyItem]) -> Result<CopyOutcome, Error> {
        let whole = item.read(self.from)?;
        if let Some(outcome) = self.there(item, &whole)? {
            return Ok(outcome);
        }
        if item.trashed.is_none() {
            let before = before.iter().filter(|it| it.trashed.is_none());
            let before = before.map(|it| it.name.clone());
            let names: Vec<_> = before.chain(self.to.names()?).collect();
            if let Some(outcome) = taken(refuse_taken(&names, &item.name, None))? {
                return Ok(outcome);
            }
        }
        copied(&whole)
    }

    /// Copies a process, if it is not there yet.
    pub fn carry(&self, item: &CopyItem) -> Result<CopyOutcome, Error> {
        let whole = item.read(self.from)?;
        if let Some(outcome) = self.there(item, &whole)? {
            return Ok(outcome);
        }
        match taken(self.to.keep_whole(&whole, &self.requester))? {
            Some(outcome) => Ok(outcome),
            None => copied(&whole),
        }
    }

    /// Compares what both stores have by now with the checksum of what was copied.
    pub fn compare(&self, item: &CopyItem, checksum: u64) -> Result<Comparison, Error> {
        let of = |store| match item.read(store) {
            Ok(whole) => Ok(Some(whole.checksum()?)),
            Err(Error::Process(_)) => Ok(None),
            Err(error) => Err(error),
        };
        Ok(if of(self.to)? != Some(checksum) {
            Comparison::CopyDiffers
        } else if of(self.from)? != Some(checksum) {
            Comparison::SourceChanged
        } else {
            Comparison::Same
        })
    }

    /// What becomes of a process if the other store has one in its place; `None` if it has not.
    fn there(&self, item: &CopyItem, whole: &WholeProcess) -> Result<Option<CopyOutcome>, Error> {
        let checksum = whole.checksum()?;
        match item.read(self.to) {
            Ok(found) if found.checksum()? == checksum => {
                Ok(Some(CopyOutcome::AlreadyThere { checksum }))
            }
            Ok(found) => Ok(Some(CopyOutcome::Taken(found.name().clone()))),
            Err(Error::Process(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn copied(whole: &WholeProcess) -> Result<CopyOutcome, Error> {
    Ok(CopyOutcome::Copied {
        tasks: whole.process().tasks.len(),
        changes: whole.history().len(),
        checksum: whole.checksum()?,
    })
}

fn taken(kept: Result<(), Error>) -> Result<Option<CopyOutcome>, Error> {
    match kept {
        Ok(()) => Ok(None),
        Err(Error::Taken(Taken::Process { existing, .. })) => {
            Ok(Some(CopyOutcome::Taken(existing)))
        }
        Err(error) => Err(error),
    }
}
