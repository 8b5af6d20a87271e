//! One process: its file, its journal, and the state that they have together.

use std::ffi::OsStr;
use std::io;

use super::super::disk::fs::Stamp;
use super::super::disk::names;
use super::super::disk::store_dir::{A_DIRECTORY, StoreDir, Unavailable};
use super::super::documents::load::missing_fields;
use super::super::documents::load::replayed;
use super::super::format::{claims_to_be_process, read_process};
use super::super::journal::{Checksum, Head, Salvage, Scan, Tail, salvage, scan};
use super::finding::{Finding, FindingKind, WordPlace};
use super::paths::shown_in;
use super::pause::pause;
use crate::store::Revisions;
use crate::store::UnusableKind;
use crate::{Job, Process, ProcessName, reason};

/// What was seen of a process.
pub(crate) struct Seen {
    /// The name of the process, if it can be opened.
    pub(crate) name: Option<ProcessName>,
    /// Whether there is a journal with something in it.
    pub(crate) has_history: bool,
    pub(crate) findings: Vec<Finding>,
    pub(crate) remedy: Remedy,
}

/// What would put a process's files in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// Nothing: they are in order, or only a person can help.
    None,
    /// To make the changes of the journal on the file.
    BringUpToDate,
    /// To take an edit into the journal.
    Adopt,
    /// To begin a new journal with what can be read of this one.
    MendJournal,
    /// To take away a journal that holds nothing at all.
    RemoveJournal,
    /// To do without the journal, which has nothing that can be made on the file.
    SetJournalAside,
}

/// Both files, as far as they can be read.
struct Files {
    json: Result<(Stamp, Vec<u8>), UnusableKind>,
    /// `None` if there is no journal.
    journal: Option<io::Result<Vec<u8>>>,
}

/// A process's file that can be read.
struct Json {
    checksum: Checksum,
    process: Process,
}

/// Examines the process of a file; `None` if it is gone.
pub(crate) fn examine(dir: &StoreDir, file: &OsStr) -> Option<Seen> {
    let seen = look(dir, file)?;
    if seen.findings.is_empty() {
        return Some(seen);
    }
    // Perhaps the file was just being written. If its writers cannot be kept away, it can only be
    // seen in the midst of their work.
    let files = {
        let _pause = pause(dir, &names::lock_id(file));
        Files::read(dir, file)?
    };
    Some(files.judge(file))
}

/// Examines the process of a file as it is this moment.
pub(crate) fn look(dir: &StoreDir, file: &OsStr) -> Option<Seen> {
    Files::read(dir, file).map(|files| files.judge(file))
}

impl Files {
    fn read(dir: &StoreDir, file: &OsStr) -> Option<Self> {
        let json = match dir.read(file) {
            Ok(read) => Ok(read),
            Err(Unavailable::Missing) => return None,
            Err(Unavailable::Problem(kind)) => Err(kind),
            Err(Unavailable::NotKept(error)) => Err(UnusableKind::Unreadable {
                reason: error.to_string(),
            }),
        };
        let journal = dir.journal_path(&names::lock_id(file));
        // The journal is read as a file: opening it as a journal takes the permission to write.
        let journal = match dir.fs.read(&journal, u64::MAX) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            read => Some(read.map(|(_, bytes)| bytes)),
        };
        Some(Self { json, journal })
    }

    fn judge(self, file: &OsStr) -> Seen {
        let scanned = self
            .journal
            .map(|read| read.map(|bytes| (scan(&bytes), bytes)));
        let head = match &scanned {
            Some(Ok((scan, _))) if has_header(&scan.head) => Some(&scan.head),
            _ => None,
        };
        let has_journal = scanned.is_some();
        let has_history = match &scanned {
            Some(Ok((_, bytes))) => !bytes.is_empty(),
            other => other.is_some(),
        };
        let mut is_foreign = matches!(
            self.json,
            Err(UnusableKind::NotARegularFile { what: A_DIRECTORY })
        );
        let json = self.json.and_then(|(stamp, bytes)| {
            let process = read_process(&bytes, &missing_fields(file, &stamp, head));
            is_foreign = process.is_err() && !claims_to_be_process(&bytes);
            let process = process?;
            let checksum = Checksum::of(&bytes);
            Ok(Json { checksum, process })
        });
        let shown = names::shown(file);
        let name = names::journal(&names::lock_id(file));
        let journal = shown_in(".pm/journals", OsStr::new(&name));
        let mut verdict = Verdict {
            file: &shown,
            journal: &journal,
            findings: Vec::new(),
            remedy: Remedy::None,
        };
        let (mut process, checksum) = match json {
            Ok(json) => (Some(json.process), json.checksum),
            Err(_) if is_foreign && !has_journal => {
                verdict.of_file(FindingKind::Foreign);
                (None, Checksum::of(&[]))
            }
            Err(kind) => {
                verdict.of_file(FindingKind::Unusable(kind));
                (None, Checksum::of(&[]))
            }
        };
        match &scanned {
            None => {}
            Some(Err(error)) => {
                let reason = reason(error);
                verdict.of_journal(FindingKind::JournalUnreadable { reason });
                process = None;
            }
            Some(Ok((scan, bytes))) => {
                verdict.judge_journal(scan, bytes, process.as_mut().map(|it| (it, checksum)));
            }
        }
        if let Some(process) = &process {
            verdict.judge_words(process);
        }
        // What cannot be read is for a person to mend before anything else is done.
        let remedy = process.as_ref().map_or(Remedy::None, |_| verdict.remedy);
        Seen {
            name: process.map(|process| process.name),
            has_history,
            findings: verdict.findings,
            remedy,
        }
    }
}

/// What is found of one process.
struct Verdict<'a> {
    file: &'a str,
    journal: &'a str,
    findings: Vec<Finding>,
    remedy: Remedy,
}

impl Verdict<'_> {
    fn of_file(&mut self, kind: FindingKind) {
        self.findings.push(Finding::new(self.file, kind));
    }

    fn of_journal(&mut self, kind: FindingKind) {
        self.findings.push(Finding::new(self.journal, kind));
    }

    /// Judges a journal by itself, and with the process of its file, on which its changes are
    /// made.
    fn judge_journal(
        &mut self,
        scan: &Scan,
        bytes: &[u8],
        process: Option<(&mut Process, Checksum)>,
    ) {
        if bytes.is_empty() {
            self.of_journal(FindingKind::JournalEmpty);
            self.remedy = Remedy::RemoveJournal;
            return;
        }
        let end = usize::try_from(scan.head.end).unwrap_or(usize::MAX);
        let rest = bytes.get(end..).unwrap_or_default();
        let behind = salvage(rest);
        let whole = match process {
            Some((process, json)) => self.replay(scan, &behind, process, json),
            None => scan.head.revision,
        };
        if scan.tail != Tail::Damaged && self.remedy == Remedy::SetJournalAside {
            // The journal has no header, and nothing whole behind: the next change writes over it.
            self.remedy = Remedy::None;
        }
        if scan.tail == Tail::Damaged && self.remedy != Remedy::SetJournalAside {
            self.remedy = Remedy::MendJournal;
        }
        match scan.tail {
            Tail::Clean => {}
            Tail::Torn => self.of_journal(FindingKind::JournalTorn {
                bytes: rest.len() as u64,
            }),
            Tail::Damaged => self.of_journal(FindingKind::JournalDamaged {
                whole,
                lost: behind
                    .last
                    .and_then(|last| Revisions::between(whole + 1, last)),
            }),
        }
    }

    /// Says which words of the plan are none of those known.
    fn judge_words(&mut self, process: &Process) {
        let places = process.tasks.iter().flat_map(|(name, task)| {
            let at = move |job: Option<&Job>, word| WordPlace {
                task: name.clone(),
                job: job.map(|job| job.name.clone()),
                word,
            };
            let of_task = task.unread_words().into_iter();
            let of_jobs = task.jobs.values().flat_map(move |job| {
                let words = job.unread_words().into_iter();
                words.map(move |word| at(Some(job), word))
            });
            of_task.map(move |word| at(None, word)).chain(of_jobs)
        });
        let mut places = places;
        if let Some(first) = places.next() {
            let more = places.count();
            self.of_file(FindingKind::UnknownWords { first, more });
        }
    }

    /// Makes the journal's changes on the process, and answers the last revision to be had.
    fn replay(
        &mut self,
        scan: &Scan,
        behind: &Salvage,
        process: &mut Process,
        json: Checksum,
    ) -> u64 {
        let head = &scan.head;
        if let Some(marker) = head.marker_of(json) {
            if replayed(process, marker, &scan.changes) {
                let changes = head.revision - marker.revision;
                if changes > 0 {
                    self.of_file(FindingKind::Behind { changes });
                    self.remedy = Remedy::BringUpToDate;
                }
            } else if let Some(lost) = Revisions::between(process.revision + 1, head.revision) {
                let whole = process.revision;
                self.of_journal(FindingKind::JournalMisfit { whole, lost });
                self.remedy = Remedy::MendJournal;
            }
            return process.revision;
        }
        if let Some(revision) = behind.revision_of(json) {
            // A file that is announced behind the damage has the changes that the journal has lost,
            // and all of those that can still be read.
            self.remedy = Remedy::SetJournalAside;
            return revision;
        }
        if has_header(head) {
            self.remedy = Remedy::Adopt;
            let seen = head.markers.first().map_or(0, |marker| marker.revision);
            let changes = head.revision.saturating_sub(seen);
            self.of_file(FindingKind::EditedUnwatched { changes });
        } else {
            self.remedy = Remedy::SetJournalAside;
        }
        head.revision.max(process.revision)
    }
}

/// Whether a journal has its header. One without it holds nothing that was acknowledged, unless
/// just the header is damaged.
fn has_header(head: &Head) -> bool {
    !head.markers.is_empty()
}
