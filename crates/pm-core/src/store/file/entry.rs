//! What is known of one file of the storage directory, and how it is learned.

use std::ffi::{OsStr, OsString};
use std::time::SystemTime;

use super::format::{name_in_head, name_or, read_outline};
use super::fs::Stamp;
use super::place::{Absent, Place, missing_fields, modified_at};
use crate::model::cut;
use crate::store::FileProblemKind;
use crate::{ProcessName, ProcessSummary, Timestamp};

/// How much of a file is read to find its process's name.
const HEAD_BYTES: u64 = 4096;

/// One file, as of the last look.
pub(super) struct Entry {
    stamp: Option<Stamp>,
    /// Whether an equal stamp proves that the file is unchanged.
    settled: bool,
    /// Whether the last look summed the file up.
    pub(super) fresh: bool,
    pub(super) content: Content,
}

/// How much is known of a file.
pub(super) enum Content {
    /// Only the name was read.
    Named(ProcessName),
    Summary(ProcessSummary),
    Problem {
        kind: FileProblemKind,
        /// The process's name, where it can still be made out.
        name: Option<ProcessName>,
    },
}

/// How much of each file is to be known.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// The name of its process, from the first bytes.
    Names,
    /// A summary, for which a changed file is read once.
    Summaries,
}

impl Entry {
    /// An entry as the index kept it.
    pub(super) fn kept(stamp: Stamp, summary: ProcessSummary) -> Self {
        let content = Content::Summary(summary);
        Self {
            stamp: Some(stamp),
            settled: true,
            fresh: false,
            content,
        }
    }

    /// What the index is to keep of an entry: a summary that its stamp proves to be true.
    pub(super) fn to_keep<'a>(
        &'a self,
        file: &'a OsString,
    ) -> Option<(&'a OsString, &'a Stamp, &'a ProcessSummary)> {
        match (&self.content, &self.stamp) {
            (Content::Summary(summary), Some(stamp)) if self.settled => {
                Some((file, stamp, summary))
            }
            _ => None,
        }
    }

    /// The entry if its file is unchanged and it says enough, or what the file says now; `None`
    /// where the file is gone.
    pub(super) fn renewed(self, place: &Place, file: &OsStr, depth: Depth) -> Option<Self> {
        let deep_enough = depth == Depth::Names || !matches!(self.content, Content::Named(_));
        let unchanged = self.settled
            && deep_enough
            && place
                .stamp(file)
                .is_ok_and(|stamp| Some(stamp) == self.stamp);
        if unchanged {
            return Some(Self {
                fresh: false,
                ..self
            });
        }
        let known_as = match self.content {
            Content::Problem { name, .. } => name,
            Content::Named(name) => Some(name),
            Content::Summary(summary) => Some(summary.name),
        };
        let mut entry = Self::read(place, file, depth)?;
        // Damaged since: its process is still the one that it was.
        if let Content::Problem {
            name: name @ None, ..
        } = &mut entry.content
        {
            *name = known_as;
        }
        Some(entry)
    }

    /// What a file says; `None` where it is gone.
    pub(super) fn read(place: &Place, file: &OsStr, depth: Depth) -> Option<Self> {
        let now = SystemTime::now();
        let read = match depth {
            Depth::Names => named(place, file),
            Depth::Summaries => summarised(place, file),
        };
        let (stamp, content) = match read {
            Ok((stamp, content)) => (Some(stamp), content),
            Err(Absent::Missing) => return None,
            Err(Absent::Problem(kind)) => (None, Content::Problem { kind, name: None }),
        };
        Some(Self {
            settled: stamp.is_some_and(|stamp| stamp.is_settled(now)),
            fresh: matches!(content, Content::Summary(_)),
            stamp,
            content,
        })
    }
}

fn named(place: &Place, file: &OsStr) -> Result<(Stamp, Content), Absent> {
    let (stamp, head) = place.read_head(file, HEAD_BYTES)?;
    match name_in_head(&head) {
        Some(name) => {
            let stem = missing_fields(file, &stamp).name;
            Ok((stamp, Content::Named(name_or(Some(name), &stem))))
        }
        None => summarised(place, file),
    }
}

fn summarised(place: &Place, file: &OsStr) -> Result<(Stamp, Content), Absent> {
    let (stamp, bytes) = place.read(file)?;
    let outline = match read_outline(&bytes) {
        Ok(outline) => outline,
        Err(kind) => {
            let name = name_in_head(&bytes).map(|name| name_or(Some(name), ""));
            return Ok((stamp, Content::Problem { kind, name }));
        }
    };
    let missing = missing_fields(file, &stamp);
    let created_at = outline
        .created_at
        .map_or(missing.created_at, Timestamp::stored);
    let summary = ProcessSummary {
        name: name_or(outline.process_name, &missing.name),
        description: cut(&outline.description),
        updated_at: modified_at(&stamp).not_before(&created_at),
        created_at,
        revision: outline.revision,
        tasks: outline.counts.tasks,
        jobs: outline.counts.jobs,
        code: outline.counts.code,
    };
    Ok((stamp, Content::Summary(summary)))
}

impl Content {
    pub(super) fn name(&self) -> Option<&ProcessName> {
        match self {
            Self::Named(name) => Some(name),
            Self::Summary(summary) => Some(&summary.name),
            Self::Problem { .. } => None,
        }
    }
}
