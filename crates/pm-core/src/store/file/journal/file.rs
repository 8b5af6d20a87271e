//! A journal's file: reading what others appended, appending, and putting a new journal in the
//! place of one that cannot be used.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::super::disk::fs::{JournalFile, Stamp};
use super::super::disk::names;
use super::super::disk::store_dir::{PRIVATE_DIR, StoreDir};
use super::checksum::Checksum;
use super::record::Line;
use super::scan::{Head, Marker, Scan, Tail, scan, scan_on};
use crate::store::StoreError;
use crate::{HistoryEntry, ProcessName, Timestamp};

/// An open journal.
pub(crate) struct Journal {
    pub(crate) file: Box<dyn JournalFile>,
    pub(crate) known: JournalState,
}

/// What is known of a journal; its stamp tells whether that still holds.
#[derive(Debug, Clone)]
pub(crate) struct JournalState {
    pub(crate) head: Head,
    pub(crate) stamp: Stamp,
    /// Whether it can be appended to, once what follows its head is cut off.
    pub(crate) tail: Tail,
}

impl JournalState {
    /// Whether there is no header, and so nothing that can be read.
    pub(crate) fn is_headless(&self) -> bool {
        self.head.markers.is_empty()
    }
}

/// What a journal begins with: how the process stands in its JSON file.
pub(crate) struct Base<'a> {
    /// The JSON file's name.
    pub(crate) file: &'a OsStr,
    /// What that file holds.
    pub(crate) marker: Marker,
    pub(crate) process: &'a ProcessName,
    pub(crate) created_at: &'a Timestamp,
}

/// Why a journal was not written.
#[derive(Debug)]
pub(crate) struct AppendError {
    pub(crate) error: StoreError,
    /// The epoch of the journal that must not be used any more, because it is not known how much of
    /// it is durable; `None` if the journal can be used.
    pub(crate) broken: Option<u64>,
}

/// Nothing was written.
impl From<StoreError> for AppendError {
    fn from(error: StoreError) -> Self {
        Self {
            error,
            broken: None,
        }
    }
}

impl AppendError {
    /// The journal could not be read.
    pub(crate) fn reading(error: io::Error) -> Self {
        Self {
            error: StoreError::io("read the journal", error),
            broken: None,
        }
    }

    /// The names of the file and the journal could not be made durable; nothing was written.
    pub(crate) fn naming(error: io::Error) -> Self {
        Self {
            error: StoreError::io("make the journal's name durable", error),
            broken: None,
        }
    }

    /// The journal is not the one that was looked at.
    pub(crate) fn stale() -> Self {
        Self {
            error: StoreError::Contended,
            broken: None,
        }
    }
}

impl StoreDir {
    /// The directory of the journals.
    pub(crate) fn journals_dir(&self) -> PathBuf {
        self.dir.join(PRIVATE_DIR).join("journals")
    }

    /// The path of the journal of the process file that has this lock.
    pub(crate) fn journal_path(&self, lock_id: &str) -> PathBuf {
        self.journals_dir().join(names::journal(lock_id))
    }

    /// Stamps the journal; `None` if there is none.
    pub(crate) fn journal_stamp(&self, lock_id: &str) -> io::Result<Option<Stamp>> {
        match self.fs.stat(&self.journal_path(lock_id)) {
            Ok(stat) => Ok(Some(stat.stamp)),
            // Only this answer means that there is none.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Makes changes of names among the journals durable.
    pub(crate) fn sync_journals(&self) -> io::Result<()> {
        self.fs.sync_dir(&self.journals_dir())
    }
}

impl Journal {
    /// Opens the journal and reads it, or just what was appended since `known`; `None` if there is
    /// none. The changes are all that it holds, or those appended since.
    pub(crate) fn open(
        dir: &StoreDir,
        lock_id: &str,
        known: Option<&JournalState>,
    ) -> io::Result<Option<(Self, Reading)>> {
        let file = match dir.fs.open_journal(&dir.journal_path(lock_id)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let stamp = file.stamp()?;
        if let Some(known) = known.filter(|known| known.stamp == stamp) {
            let known = known.clone();
            return Ok(Some((Self { file, known }, Reading::Further(Vec::new()))));
        }
        if let Some(known) = known.filter(|known| known.stamp.inode == stamp.inode) {
            let behind = file.read_at(known.head.end, u64::MAX)?;
            let Scan {
                changes,
                head,
                tail,
            } = scan_on(known.head.clone(), &behind);
            // A line that names the one before proves that this is still the same journal, and
            // not another one with a number that the file system used again.
            if head.end > known.head.end {
                let known = JournalState { head, stamp, tail };
                return Ok(Some((Self { file, known }, Reading::Further(changes))));
            }
        }
        let Scan {
            changes,
            head,
            tail,
        } = scan(&file.read_at(0, u64::MAX)?);
        let known = JournalState { head, stamp, tail };
        Ok(Some((Self { file, known }, Reading::Whole(changes))))
    }

    /// Makes a journal for a JSON file, with its first lines, in the place of the journal that was
    /// there, if any; that one keeps the name `aside`, if one is given.
    pub(crate) fn replace(
        store_dir: &StoreDir,
        lock_id: &str,
        base: &Base<'_>,
        lines: Vec<Line>,
        aside: Option<&Path>,
    ) -> Result<JournalState, AppendError> {
        let unchanged = |action| {
            move |error| AppendError {
                error: StoreError::io(action, error),
                broken: None,
            }
        };
        let dir = store_dir.journals_dir();
        store_dir
            .make_private(&dir)
            .map_err(unchanged("make the directory of the journals"))?;
        let path = store_dir.journal_path(lock_id);
        let temporary = dir.join(names::temporary_name(lock_id));
        let made = store_dir
            .fs
            .create_journal(&temporary)
            .map_err(unchanged("make the journal"))
            .and_then(|journal| {
                let mut journal = Self::empty(journal).map_err(unchanged("make the journal"))?;
                let header = Line::Header {
                    epoch: names::random(),
                    file: names::shown(base.file),
                    process: Some(base.process.to_string()),
                    created_at: Some(base.created_at.clone()),
                    revision: base.marker.revision,
                    json: base.marker.json,
                };
                let lines: Vec<_> = std::iter::once(header).chain(lines).collect();
                // Nobody has seen it: if it fails, no journal is broken.
                journal
                    .append(&lines, Durable::Now)
                    .map_err(|failed| AppendError::from(failed.error))?;
                if let Some(aside) = aside {
                    store_dir
                        .link_or_copy(&path, aside)
                        .and_then(|()| store_dir.sync_journals())
                        .map_err(unchanged("keep the journal so far"))?;
                }
                store_dir
                    .fs
                    .rename(&temporary, &path)
                    .map_err(unchanged("name the journal"))?;
                Ok(journal)
            });
        let journal = made.inspect_err(|_| {
            // If this fails, too, the next sweep takes it.
            let _ = store_dir.fs.remove(&temporary);
        })?;
        let epoch = journal.known.head.epoch;
        let uncertain = |error| AppendError {
            error: StoreError::Uncertain {
                action: "make the journal's name durable",
                source: Arc::new(error),
            },
            broken: Some(epoch),
        };
        store_dir
            .sync_journals()
            .and_then(|()| journal.file.stamp())
            .map(|stamp| JournalState {
                stamp,
                ..journal.known
            })
            .map_err(uncertain)
    }

    /// Makes everybody take the journal for damaged, as nothing else tells them that it must not be
    /// used any more: a whole record is written behind an empty line, where none belongs.
    pub(crate) fn spoil(&mut self) {
        let record = Line::Placed {
            json: Checksum::NONE,
        };
        let mut bytes = vec![b'\n'];
        if record.write(Checksum::NONE, &mut bytes).is_ok() {
            let _ = self.file.write_at(self.known.head.end, &bytes);
        }
    }

    /// A journal that is open already and about which nothing new is known.
    pub(crate) fn left_open(file: Box<dyn JournalFile>, known: JournalState) -> Self {
        Self { file, known }
    }

    fn empty(file: Box<dyn JournalFile>) -> io::Result<Self> {
        let stamp = file.stamp()?;
        let known = JournalState {
            head: Head::default(),
            stamp,
            tail: Tail::Clean,
        };
        Ok(Self { file, known })
    }

    /// Appends lines, over whatever torn line follows the last whole one.
    pub(crate) fn append(&mut self, lines: &[Line], durable: Durable) -> Result<(), AppendError> {
        self.append_if(lines, durable, |_| Ok(()))
    }

    /// Appends lines like [`append`](Self::append), if `fits` says that there is room for so many
    /// bytes.
    pub(crate) fn append_if(
        &mut self,
        lines: &[Line],
        durable: Durable,
        fits: impl Fn(u64) -> Result<(), StoreError>,
    ) -> Result<(), AppendError> {
        let mut head = self.known.head.clone();
        let mut bytes = Vec::new();
        for line in lines {
            let start = bytes.len();
            let checksum = line
                .write(head.chain, &mut bytes)
                .map_err(|error| AppendError {
                    error: StoreError::io("write the journal", error.into()),
                    broken: None,
                })?;
            // A line that is made here always belongs here.
            let _ = head.take(line, checksum, (bytes.len() - start) as u64);
        }
        fits(bytes.len() as u64)?;
        self.write(&bytes)?;
        if durable == Durable::Now
            && let Err(error) = self.file.sync_data()
        {
            // What the system failed to write it takes for written from now on, so that trying
            // again would prove nothing: the lines go. If they cannot, they are no more than the
            // rest of a journal that is not used any more.
            let _ = self.file.set_len(self.known.head.end);
            return Err(AppendError {
                error: StoreError::Uncertain {
                    action: "make the journal durable",
                    source: Arc::new(error),
                },
                broken: Some(self.known.head.epoch),
            });
        }
        self.known.head = head;
        self.known.tail = Tail::Clean;
        if let Ok(stamp) = self.file.stamp() {
            self.known.stamp = stamp;
        }
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), AppendError> {
        let Head { end, epoch, .. } = self.known.head;
        let failed = |error, is_broken: bool| AppendError {
            error: StoreError::io("write the journal", error),
            broken: is_broken.then_some(epoch),
        };
        if self.known.tail != Tail::Clean {
            self.file
                .set_len(end)
                .map_err(|error| failed(error, true))?;
            self.known.tail = Tail::Clean;
        }
        self.file.write_at(end, bytes).map_err(|error| {
            // No call was answered with these lines, and the next writer cuts a torn one off.
            let cut = self.file.set_len(end);
            self.known.tail = Tail::Torn;
            failed(error, cut.is_err())
        })
    }
}

/// What was read of a journal.
pub(crate) enum Reading {
    /// All that it holds.
    Whole(Vec<Arc<HistoryEntry>>),
    /// What was appended since it was last read.
    Further(Vec<Arc<HistoryEntry>>),
}

impl Reading {
    /// The changes that were read.
    pub(crate) fn changes(self) -> Vec<Arc<HistoryEntry>> {
        match self {
            Self::Whole(changes) | Self::Further(changes) => changes,
        }
    }
}

/// When the lines must be durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durable {
    /// Before the call is answered.
    Now,
    /// With the next lines that must be.
    Later,
}
