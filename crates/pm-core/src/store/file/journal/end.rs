//! The end of a journal, read without the rest of it: whether the JSON file has all that there is,
//! and the last change.

use std::io;
use std::sync::Arc;

use super::super::disk::fs::JournalFile;
use super::super::disk::store_dir::StoreDir;
use super::checksum::Checksum;
use super::record::Line;
use crate::history::LastChange;

/// How much of a journal is read at first, in bytes: more than some short lines take.
const WINDOW_BYTES: u64 = 2 << 10;

/// How many times as much is read at each further try.
const WINDOW_GROWTH: u64 = 8;

/// The end of a journal beside a JSON file that has all that the journal has.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct QuietEnd {
    /// That file; `None` if there is no journal, and any file has all that there is.
    pub(crate) json: Option<Checksum>,
    /// The revision that it holds.
    pub(crate) revision: u64,
    /// The last change, if this journal has one, and not only the journals before it.
    pub(crate) last: Option<Arc<LastChange>>,
}

/// What is known from the last lines.
#[derive(Debug, PartialEq, Eq)]
enum Said<T> {
    Known(T),
    /// The lines leave it open, or one of them cannot be read.
    Doubtful,
    /// It takes more lines.
    TooFew,
}

/// Reads the end of a journal whose last lines say that the JSON file has all that there is; any
/// doubt is `None`.
pub(crate) fn quiet_end(dir: &StoreDir, lock_id: &str) -> io::Result<Option<QuietEnd>> {
    let file = match dir.fs.open_journal(&dir.journal_path(lock_id)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(Some(QuietEnd::default()));
        }
        file => file?,
    };
    backwards(&*file, quiet)
}

/// The change that made `revision`, if it is the last one of a journal that became history.
pub(super) fn last_change(
    file: &dyn JournalFile,
    revision: u64,
) -> io::Result<Option<Arc<LastChange>>> {
    let change = backwards(file, |lines| {
        for line in lines {
            match line {
                None => return Said::Doubtful,
                Some(Line::Change { entry, .. }) => return Said::Known(LastChange::of(&entry)),
                Some(_) => {}
            }
        }
        Said::TooFew
    })?;
    let change = change.filter(|change| change.revision == revision);
    Ok(change.map(Arc::new))
}

/// Reads lines from the last one on until they are enough for `read`; a line that cannot be read is
/// `None`.
fn backwards<T>(
    file: &dyn JournalFile,
    read: impl Fn(&mut dyn Iterator<Item = Option<Line>>) -> Said<T>,
) -> io::Result<Option<T>> {
    let len = file.stamp()?.len;
    let mut window = WINDOW_BYTES;
    loop {
        let start = len.saturating_sub(window);
        let bytes = file.read_at(start, len - start)?;
        let Some(text) = bytes.strip_suffix(b"\n") else {
            return Ok(None);
        };
        let mut lines = text.rsplit(|byte| *byte == b'\n').peekable();
        let mut whole = std::iter::from_fn(|| {
            let line = lines.next()?;
            // The first of a part of the journal may lack its beginning.
            let is_whole = start == 0 || lines.peek().is_some();
            is_whole.then(|| Line::read(line).map(|read| read.line))
        });
        match read(&mut whole) {
            Said::Known(answer) => return Ok(Some(answer)),
            Said::TooFew if start > 0 => window = window.saturating_mul(WINDOW_GROWTH),
            Said::TooFew | Said::Doubtful => return Ok(None),
        }
    }
}

/// What the last lines say, from the last one on.
fn quiet(lines: &mut dyn Iterator<Item = Option<Line>>) -> Said<QuietEnd> {
    let json = match lines.next().flatten() {
        Some(Line::Placed { json }) => json,
        Some(Line::Header { revision, json, .. }) => {
            let json = Some(json);
            let last = None;
            return Said::Known(QuietEnd {
                json,
                revision,
                last,
            });
        }
        _ => return Said::Doubtful,
    };
    // What the file in place holds. A change may have been appended while the file was written.
    let mut in_json = None;
    let mut last: Option<LastChange> = None;
    for line in lines {
        let Some(line) = line else {
            return Said::Doubtful;
        };
        let is_first = matches!(line, Line::Header { .. });
        match line {
            Line::Header {
                revision, json: it, ..
            }
            | Line::Checkpoint { revision, json: it }
                if it == json =>
            {
                in_json.get_or_insert(revision);
            }
            Line::Change { entry, json: it } => {
                if it == Some(json) {
                    in_json.get_or_insert(entry.revision);
                }
                last.get_or_insert_with(|| LastChange::of(&entry));
            }
            _ => {}
        }
        match (in_json, &last) {
            (Some(revision), Some(change)) if change.revision > revision => return Said::Doubtful,
            (Some(revision), _) if is_first || last.is_some() => {
                return Said::Known(QuietEnd {
                    json: Some(json),
                    revision,
                    last: last.map(Arc::new),
                });
            }
            (None, _) if is_first => return Said::Doubtful,
            _ => {}
        }
    }
    Said::TooFew
}

#[cfg(test)]
mod tests {
    use super::super::tests::{change, header, json};
    use super::*;

    /// What is made of lines of which as many as there are were read.
    fn of(lines: &[Line]) -> Said<QuietEnd> {
        quiet(&mut lines.iter().rev().cloned().map(Some))
    }

    fn end(name: &str, revision: u64, last: Option<u64>) -> Said<QuietEnd> {
        let last = last.map(|revision| {
            let line = change(revision);
            Arc::new(LastChange::of(line.entry().unwrap()))
        });
        let json = Some(json(name));
        Said::Known(QuietEnd {
            json,
            revision,
            last,
        })
    }

    fn checkpoint(revision: u64, name: &str) -> Line {
        let json = json(name);
        Line::Checkpoint { revision, json }
    }

    fn placed(name: &str) -> Line {
        Line::Placed { json: json(name) }
    }

    #[test]
    fn a_journal_is_quiet_once_the_file_has_its_last_change() {
        let six = [checkpoint(6, "six"), placed("six")];
        let lines = [&[header(4), change(5), change(6)][..], &six].concat();
        assert_eq!(of(&lines), end("six", 6, Some(6)));
        assert_eq!(
            of(&lines[..4]),
            Said::Doubtful,
            "announced and not in place"
        );
        assert_eq!(of(&lines[..3]), Said::Doubtful);
        assert_eq!(of(&lines[..1]), end("base", 4, None));
        // Announced again, by somebody who was ended in between.
        let again = [&lines[..4], &six].concat();
        assert_eq!(of(&again), end("six", 6, Some(6)));
        // The same file as before, written down as an edit that changes nothing.
        let formed = [header(4), checkpoint(4, "formed"), placed("formed")];
        assert_eq!(of(&formed), end("formed", 4, None));
    }

    #[test]
    fn a_change_that_came_while_the_file_was_written_is_not_in_it() {
        let lines = [
            header(4),
            change(5),
            change(6),
            checkpoint(5, "five"),
            placed("five"),
        ];
        assert_eq!(of(&lines), Said::Doubtful);
        let between = [header(4), checkpoint(4, "four"), change(5), placed("four")];
        assert_eq!(of(&between), Said::Doubtful);
    }

    #[test]
    fn lines_that_are_too_few_are_not_taken_for_all() {
        let lines = [header(4), change(5), checkpoint(5, "five"), placed("five")];
        assert_eq!(of(&lines), end("five", 5, Some(5)));
        assert_eq!(of(&lines[2..]), Said::TooFew);
        assert_eq!(of(&[]), Said::Doubtful);
        let damaged = [Some(placed("six")), None, Some(header(4))];
        assert_eq!(quiet(&mut damaged.into_iter()), Said::Doubtful);
    }
}
