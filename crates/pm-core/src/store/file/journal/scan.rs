//! Reads a journal from its bytes, as far as it is whole.

use std::sync::Arc;

use super::checksum::Checksum;
use super::record::Line;
use crate::history::{LastChange, renamed_to};
use crate::{HistoryEntry, ProcessName, Timestamp};

/// The largest revision that a journal is believed to begin with. No counting comes near it, and
/// from a revision that does there would be none to go on to.
const MOST_REVISION: u64 = u64::MAX / 2;

/// The content of a journal, or of the part behind the point up to which it was known.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    /// The changes, in order.
    pub(crate) changes: Vec<Arc<HistoryEntry>>,
    /// The point behind the last line that is whole and in its place.
    pub(crate) head: Head,
    /// What follows there.
    pub(crate) tail: Tail,
}

/// How far a journal goes: all that is needed to read or write on.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Head {
    /// The offset behind the last line, in bytes.
    pub(crate) end: u64,
    /// The offset behind the last line after which the JSON file had all there was.
    placed: u64,
    /// The checksum of the last line.
    pub(crate) chain: Checksum,
    /// The random number that no other journal has.
    pub(crate) epoch: u64,
    /// The name that the process has after the last change, if the journal tells it.
    pub(crate) process: Option<ProcessName>,
    /// Stands in for the time of creation if the JSON file does not give it: settled with the
    /// journal's first line. `None` if that is an older one, which does not have it.
    pub(crate) created_at: Option<Timestamp>,
    /// The revision that the last change made.
    pub(crate) revision: u64,
    /// The number of changes.
    pub(crate) changes: u64,
    /// The last of them.
    pub(crate) last: Option<Arc<LastChange>>,
    /// The JSON files that hold the process up to a revision: the one that is known to be in
    /// place, and those that were announced since. Never empty in a journal with a header.
    pub(crate) markers: Vec<Marker>,
}

/// A JSON file, and up to which revision it holds the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Marker {
    pub(crate) revision: u64,
    pub(crate) json: Checksum,
}

/// What follows the last line that is whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Tail {
    /// Nothing.
    #[default]
    Clean,
    /// The beginning of a line: a write that was cut short, with which no call was answered, or one
    /// that is going on.
    Torn,
    /// Something with a whole record behind it, or a record that does not belong there. What was
    /// acknowledged may be behind it.
    Damaged,
}

impl Default for Head {
    fn default() -> Self {
        Self {
            end: 0,
            placed: 0,
            chain: Checksum::NONE,
            epoch: 0,
            process: None,
            created_at: None,
            revision: 0,
            changes: 0,
            last: None,
            markers: Vec::new(),
        }
    }
}

impl Head {
    /// The marker of the JSON file with this checksum.
    pub(crate) fn marker_of(&self, json: Checksum) -> Option<Marker> {
        self.markers.iter().rfind(|m| m.json == json).copied()
    }

    /// How many bytes were written since the JSON file had all changes.
    pub(crate) fn pending(&self) -> u64 {
        self.end - self.placed
    }

    /// Takes a line of `len` bytes in; `None` if it does not belong here.
    pub(crate) fn take(&mut self, line: &Line, checksum: Checksum, len: u64) -> Option<()> {
        let end = self.end.checked_add(len)?;
        match line {
            Line::Header {
                epoch,
                process,
                created_at,
                revision,
                json,
                ..
            } => {
                let (revision, json) = (*revision, *json);
                (self.end == 0 && revision <= MOST_REVISION).then_some(())?;
                self.epoch = *epoch;
                self.process = process.as_deref().map(ProcessName::stored);
                self.created_at.clone_from(created_at);
                self.revision = revision;
                self.markers = vec![Marker { revision, json }];
                self.placed = end;
            }
            Line::Change { entry, json } => {
                (entry.revision == self.revision.checked_add(1)?).then_some(())?;
                self.revision = entry.revision;
                self.changes += 1;
                self.last = Some(Arc::new(LastChange::of(entry)));
                let edits = entry.patch.iter().flat_map(|patch| &patch.0);
                if let Some(name) = edits.filter_map(renamed_to).next_back() {
                    self.process = Some(name);
                }
                if let Some(json) = *json {
                    let revision = self.revision;
                    self.markers = vec![Marker { revision, json }];
                    self.placed = end;
                }
            }
            Line::Checkpoint { revision, json } => {
                let (revision, json) = (*revision, *json);
                (revision <= self.revision).then_some(())?;
                self.markers.push(Marker { revision, json });
            }
            Line::Placed { json } => {
                let placed = self.marker_of(*json)?;
                self.markers = vec![placed];
                self.placed = end;
            }
        }
        self.end = end;
        self.chain = checksum;
        Some(())
    }
}

/// Reads a whole journal.
pub(crate) fn scan(bytes: &[u8]) -> Scan {
    scan_on(Head::default(), bytes)
}

/// Reads the lines of a journal behind `head`, at which `bytes` begin.
pub(crate) fn scan_on(head: Head, bytes: &[u8]) -> Scan {
    let mut scan = Scan {
        head,
        ..Scan::default()
    };
    let mut rest = bytes;
    while let Some(length) = rest.iter().position(|byte| *byte == b'\n') {
        let (text, behind) = rest.split_at(length);
        if scan.take(text).is_none() {
            break;
        }
        rest = behind.get(1..).unwrap_or_default();
    }
    scan.tail = tail(rest);
    scan
}

impl Scan {
    fn take(&mut self, text: &[u8]) -> Option<()> {
        let read = Line::read(text)?;
        let is_header = matches!(read.line, Line::Header { .. });
        // A header comes first and nowhere else, and everything else names the line before.
        (is_header == (self.head.end == 0)).then_some(())?;
        let in_place = read.prev.is_none_or(|prev| prev == self.head.chain);
        in_place.then_some(())?;
        self.head
            .take(&read.line, read.checksum, text.len() as u64 + 1)?;
        if let Line::Change { entry, .. } = read.line {
            self.changes.push(entry);
        }
        Some(())
    }
}

/// Tells a write that was cut short from damage: behind the former there is no whole record.
///
/// Records are looked for everywhere, and not just behind line breaks, which may be damaged as
/// well. A last line that lacks nothing but its break was cut short.
fn tail(rest: &[u8]) -> Tail {
    if rest.is_empty() {
        return Tail::Clean;
    }
    let has_break = rest.contains(&b'\n');
    let whole = |start: usize| {
        let text = rest.get(start..).unwrap_or_default();
        let text = text.split(|byte| *byte == b'\n').next();
        text.and_then(Line::read).is_some()
    };
    let starts = Line::may_start_at(rest).filter(|start| *start > 0 || has_break);
    if starts.into_iter().any(whole) {
        Tail::Damaged
    } else {
        Tail::Torn
    }
}
