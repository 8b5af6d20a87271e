//! What is known of one file of the storage directory, and how it is learned.

use std::ffi::{OsStr, OsString};
use std::sync::Arc;
use std::time::SystemTime;

use super::super::disk::fs::Stamp;
use super::super::disk::names;
use super::super::disk::store_dir::{A_DIRECTORY, Unavailable, modified_at, unreadable_journal};
use super::super::documents::load::{Loaded, missing_fields};
use super::super::format::{claims_to_be_process, name_in_head, name_or, read_outline};
use super::super::journal::{self, Checksum, QuietEnd};
use super::scan::{DirScan, Stamps};
use crate::history::LastChange;
use crate::model::cut;
use crate::store::UnusableKind;
use crate::{ProcessName, ProcessSummary, Timestamp};

/// How much of a file is read to find its process's name.
pub(crate) const HEAD_BYTES: u64 = 4096;

/// One file, as of the last look.
pub(crate) struct FileEntry {
    pub(crate) stamps: Option<Stamps>,
    /// Whether equal stamps prove that the files are unchanged.
    settled: bool,
    pub(crate) content: Content,
    /// The last look that found the file, by its number.
    pub(crate) seen: u64,
    /// The look that found it first; 0 if it was known before.
    pub(crate) came: u64,
}

/// What a look found of a file that was known.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Renewal {
    /// The entry holds what the files say, as their stamps prove.
    Unchanged,
    /// It was read again; it may hold a process of another name.
    Read { renamed: bool },
    /// It is no longer there.
    Gone,
}

/// How much is known of a file.
pub(crate) enum Content {
    /// Only the name was read.
    Named(ProcessName),
    Summary(Arc<ProcessSummary>),
    Problem {
        kind: UnusableKind,
        /// The process's name, if it can still be made out.
        name: Option<ProcessName>,
    },
    /// It does not say that it is a process, and has no journal: a foreign file.
    Foreign(UnusableKind),
}

/// How much of each file is to be known.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// The name of its process, from the first bytes.
    Names,
    /// A summary, for which a changed file is read once.
    Summaries,
}

impl FileEntry {
    /// An entry as the index kept it.
    pub(crate) fn kept(stamps: Stamps, summary: ProcessSummary) -> Self {
        Self {
            stamps: Some(stamps),
            settled: true,
            content: Content::Summary(Arc::new(summary)),
            seen: 0,
            came: 0,
        }
    }

    /// What the index is to keep of an entry: a summary that its stamps prove to be true.
    pub(crate) fn to_keep<'a>(
        &'a self,
        file: &'a OsString,
    ) -> Option<(&'a OsString, &'a Stamps, &'a ProcessSummary)> {
        match (&self.content, &self.stamps) {
            (Content::Summary(summary), Some(stamps)) if self.settled => {
                Some((file, stamps, summary))
            }
            _ => None,
        }
    }

    /// Makes sure that the entry holds what its files say, and enough of it.
    pub(crate) fn renew(&mut self, scan: &mut DirScan<'_>, file: &OsStr, depth: Depth) -> Renewal {
        let deep_enough = depth == Depth::Names || !matches!(self.content, Content::Named(_));
        let unchanged = self.settled
            && deep_enough
            && scan
                .stamps(file)
                .is_ok_and(|stamps| Some(stamps) == self.stamps);
        if unchanged {
            return Renewal::Unchanged;
        }
        let Some(mut fresh) = Self::read(scan, file, depth) else {
            return Renewal::Gone;
        };
        fresh.content.come_from(&self.content);
        let renamed = fresh.content.name() != self.content.name();
        *self = fresh;
        Renewal::Read { renamed }
    }

    /// Whether there is a journal, with something in it.
    pub(crate) fn has_history(&self) -> bool {
        let journal = self.stamps.and_then(|stamps| stamps.journal);
        journal.is_some_and(|journal| journal.len > 0)
    }

    /// Whether equal stamps prove that the files are unchanged.
    pub(crate) fn is_settled(&self) -> bool {
        self.settled
    }

    pub(crate) fn is_summary(&self) -> bool {
        matches!(self.content, Content::Summary(_))
    }

    /// The content of the files; `None` if the process's file is gone.
    pub(crate) fn read(scan: &mut DirScan<'_>, file: &OsStr, depth: Depth) -> Option<Self> {
        let now = SystemTime::now();
        let (stamps, content) = match read(scan, file, depth) {
            Ok((stamps, content)) => (Some(stamps), content),
            Err(Unavailable::Missing) => return None,
            Err(Unavailable::Problem(kind)) => (None, unusable(scan, file, kind)),
            Err(Unavailable::NotKept(error)) => {
                let reason = error.to_string();
                let kind = UnusableKind::Unreadable { reason };
                (None, Content::Problem { kind, name: None })
            }
        };
        if matches!(content, Content::Problem { .. }) {
            let stamp = scan.dir.stamp(file);
            scan.in_flux |= stamp.is_ok_and(|stamp| !stamp.is_settled(now));
        }
        let is_damaged = scan.documents.shared().damage.is_in_place(file);
        Some(Self {
            // A journal shows each change in its length. Of a damaged one nothing is kept for the
            // next start, which has to find it.
            settled: !is_damaged && stamps.is_some_and(|stamps| stamps.file.is_settled(now)),
            stamps,
            content,
            seen: 0,
            came: 0,
        })
    }
}

fn read(
    scan: &mut DirScan<'_>,
    file: &OsStr,
    depth: Depth,
) -> Result<(Stamps, Content), Unavailable> {
    let journal = scan.journal_stamp(file)?;
    let dir = scan.dir;
    let end = match journal {
        None => Some(QuietEnd::default()),
        Some(_) => journal::quiet_end(dir, &names::lock_id(file))
            .map_err(|error| unreadable_journal(&error))?,
    };
    let Some(end) = end else {
        return in_memory(scan, file);
    };
    let in_file = match depth {
        Depth::Names => named(scan, file, journal.as_ref(), end)?,
        Depth::Summaries => summarised(scan, file, journal.as_ref(), end)?,
    };
    match in_file {
        // The journal keeps it.
        InFile {
            says_when_created: false,
            ..
        } if journal.is_some() => in_memory(scan, file),
        InFile { stamp, content, .. } => Ok((
            Stamps {
                file: stamp,
                journal,
            },
            content,
        )),
    }
}

/// What file and journal say together.
fn in_memory(scan: &mut DirScan<'_>, file: &OsStr) -> Result<(Stamps, Content), Unavailable> {
    let document = scan.documents.document(file);
    // Without waiting for a lock or an editor, which would keep everybody from the catalog.
    let (cached, is_edited) = match document.look_at_once()? {
        Loaded::Known(cached) => (*cached, false),
        Loaded::Outside(outside) => (outside.merged(), true),
    };
    let stamps = Stamps {
        file: cached.json.stamp,
        journal: cached.journal.as_ref().map(|known| known.stamp),
    };
    let latest = stamps.journal.as_ref().unwrap_or(&stamps.file);
    let updated_at = modified_at(latest).not_before(&cached.process.created_at);
    let last_change = match &cached.journal {
        _ if is_edited => {
            let edited_at = modified_at(&stamps.file);
            Some(LastChange::outside(cached.process.revision, edited_at).into())
        }
        None => None,
        Some(known) => (known.head.last.clone())
            .or_else(|| scan.change_before_journal(file, known.head.revision)),
    };
    let summary = ProcessSummary::of(&cached.process, updated_at, last_change);
    if is_edited || cached.is_ahead() {
        scan.behind.push(document);
    }
    Ok((stamps, Content::Summary(Arc::new(summary))))
}

/// What is to be made of a file that cannot even be read.
fn unusable(scan: &mut DirScan<'_>, file: &OsStr, kind: UnusableKind) -> Content {
    let is_foreign = match kind {
        UnusableKind::NotARegularFile { what } => what == A_DIRECTORY,
        UnusableKind::TooLarge { .. } => {
            let head = scan.dir.fs.read(&scan.dir.path(file), HEAD_BYTES);
            head.is_ok_and(|(_, head)| !claims_to_be_process(&head))
        }
        _ => false,
    };
    // A read error is never taken for a missing journal.
    if is_foreign && matches!(scan.journal_stamp(file), Ok(None)) {
        Content::Foreign(kind)
    } else {
        Content::Problem { kind, name: None }
    }
}

/// What a file says by itself.
struct InFile {
    stamp: Stamp,
    content: Content,
    /// Whether it says when its process was created, as far as that is wanted.
    says_when_created: bool,
}

fn named(
    scan: &mut DirScan<'_>,
    file: &OsStr,
    journal: Option<&Stamp>,
    end: QuietEnd,
) -> Result<InFile, Unavailable> {
    let (stamp, head) = scan.dir.read_head(file, HEAD_BYTES)?;
    match name_in_head(&head) {
        Some(name) => {
            let stem = missing_fields(file, &stamp, None).name;
            Ok(InFile {
                stamp,
                content: Content::Named(name_or(Some(name), &stem)),
                says_when_created: true,
            })
        }
        None => summarised(scan, file, journal, end),
    }
}

fn summarised(
    scan: &mut DirScan<'_>,
    file: &OsStr,
    journal: Option<&Stamp>,
    end: QuietEnd,
) -> Result<InFile, Unavailable> {
    let (stamp, bytes) = scan.dir.read(file)?;
    let unusable = |content| InFile {
        stamp,
        content,
        says_when_created: true,
    };
    let outline = match read_outline(&bytes) {
        Ok(outline) if journal.is_none() && !outline.is_process() => {
            return Ok(unusable(Content::Foreign(UnusableKind::NotAProcess)));
        }
        Ok(outline) => outline,
        Err(kind) if journal.is_none() && !claims_to_be_process(&bytes) => {
            return Ok(unusable(Content::Foreign(kind)));
        }
        Err(kind) => {
            let name = name_in_head(&bytes).map(|name| name_or(Some(name), ""));
            return Ok(unusable(Content::Problem { kind, name }));
        }
    };
    let missing = missing_fields(file, &stamp, None);
    let says_when_created = outline.created_at.is_some();
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
        progress: outline.counts.progress,
        waiting: outline.counts.waiting,
        claims: outline.counts.claims,
        last_change: match end.json {
            None => None,
            Some(json) if json == Checksum::of(&bytes) => {
                (end.last).or_else(|| scan.change_before_journal(file, end.revision))
            }
            // It was edited since, which the next one to read the process writes down.
            Some(_) => {
                let revision = end.revision.saturating_add(1);
                Some(LastChange::outside(revision, modified_at(&stamp)).into())
            }
        },
    };
    Ok(InFile {
        stamp,
        content: Content::Summary(Arc::new(summary)),
        says_when_created,
    })
}

impl Content {
    pub(crate) fn name(&self) -> Option<&ProcessName> {
        match self {
            Self::Named(name) => Some(name),
            Self::Summary(summary) => Some(&summary.name),
            Self::Problem { .. } | Self::Foreign(_) => None,
        }
    }

    /// Takes note of what the file held before: one that is damaged since has the process that it
    /// had, even if nothing in it says so any more.
    fn come_from(&mut self, before: &Self) {
        let name_before = match before {
            Self::Problem { name, .. } => name.as_ref(),
            content => content.name(),
        };
        let was_process = !matches!(before, Self::Foreign(_));
        match self {
            Self::Problem { name, .. } if name.is_none() => *name = name_before.cloned(),
            Self::Foreign(kind) if was_process && *kind != UnusableKind::NotAProcess => {
                *self = Self::Problem {
                    kind: kind.clone(),
                    name: name_before.cloned(),
                };
            }
            _ => {}
        }
    }
}
