//! A process's history: the files that its journals became.

use std::ffi::OsString;
use std::io;

use super::super::disk::store_dir::StoreDir;
use super::super::journal::{Head, Tail, scan};
use super::finding::{Finding, FindingKind};
use super::paths::shown_in;
use crate::reason;
use crate::store::Revisions;

/// The ending of a file of history.
const ENDING: &str = ".history";

/// A file of history.
#[derive(Debug)]
pub(crate) struct Segment {
    pub(crate) name: OsString,
    first: u64,
}

impl Segment {
    /// Reads a file's name: what its process's lock is called, and the segment.
    pub(crate) fn parse(name: &str) -> Option<(&str, Self)> {
        let (lock_id, revisions) = name.strip_suffix(ENDING)?.rsplit_once('.')?;
        let (first, last) = revisions.split_once('-')?;
        last.parse::<u64>().ok()?;
        let segment = Self {
            name: name.into(),
            first: first.parse().ok()?,
        };
        Some((lock_id, segment))
    }
}

/// Revisions that one file of history or journal has: those behind `base` up to `last`.
struct Span {
    base: u64,
    last: u64,
}

impl Span {
    fn of(head: &Head) -> Self {
        Self {
            base: head.revision.saturating_sub(head.changes),
            last: head.revision,
        }
    }
}

/// Examines the history of a process; with its journal, if it has one.
pub(crate) fn examine(
    dir: &StoreDir,
    segments: &mut [Segment],
    journal: Option<&str>,
) -> Vec<Finding> {
    segments.sort_unstable_by_key(|segment| segment.first);
    let mut findings = Vec::new();
    let mut spans = Vec::new();
    for segment in segments {
        let shown = shown_in(".pm/journals", &segment.name);
        match dir
            .fs
            .read(&dir.journals_dir().join(&segment.name), u64::MAX)
        {
            // The file was taken away just now, for its age.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => {
                let reason = reason(&error);
                findings.push(Finding::new(
                    shown,
                    FindingKind::HistoryUnreadable { reason },
                ));
            }
            Ok((_, bytes)) => {
                let scan = scan(&bytes);
                if scan.tail == Tail::Damaged || scan.head.markers.is_empty() {
                    findings.push(Finding::new(shown, FindingKind::HistoryDamaged));
                }
                spans.push(Span::of(&scan.head));
            }
        }
    }
    let Some(journal) = journal else {
        return findings;
    };
    if let Ok((_, bytes)) = dir.fs.read(&dir.journals_dir().join(journal), u64::MAX) {
        let head = scan(&bytes).head;
        if !head.markers.is_empty() {
            spans.push(Span::of(&head));
        }
    }
    let gaps = gaps(&spans).map(|gap| {
        Finding::new(
            format!(".pm/journals/{journal}"),
            FindingKind::HistoryGap(gap),
        )
    });
    findings.extend(gaps);
    findings
}

fn gaps(spans: &[Span]) -> impl Iterator<Item = Revisions> {
    let whole = spans.iter().filter(|span| span.last > 0);
    whole
        .clone()
        .zip(whole.skip(1))
        .filter_map(|(span, next)| Revisions::between(span.last + 1, next.base))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_apart_from_its_end() {
        let (lock_id, segment) = Segment::parse("a.1-2.b.17-263.history").unwrap();
        assert_eq!((lock_id, segment.first), ("a.1-2.b", 17));
        assert!(Segment::parse("a.journal").is_none());
        assert!(Segment::parse("a.x-3.history").is_none());
    }

    #[test]
    fn what_overlaps_has_no_gap() {
        let span = |base, last| Span { base, last };
        let found = |spans: &[Span]| {
            gaps(spans)
                .map(|gap| (gap.first, gap.last))
                .collect::<Vec<_>>()
        };
        assert_eq!(found(&[span(0, 5), span(3, 9), span(9, 12)]), []);
        assert_eq!(
            found(&[span(0, 5), span(7, 9), span(12, 12)]),
            [(6, 7), (10, 12)]
        );
    }
}
