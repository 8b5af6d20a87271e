//! What two lists of lines, or of words, have in common, and where they differ.

use std::ops::Range;
use std::time::Instant;

use similar::algorithms::{Capture, Compact, IdentifyDistinct, Replace, myers};
use similar::{DiffOp, group_diff_ops};

/// What two lists have in common, in the order of both.
///
/// Only Myers' algorithm is used, and only on numbers that stand for the texts: the library's own
/// way through texts brings every algorithm for every kind of text, a megabyte of program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    ops: Vec<DiffOp>,
}

/// A stretch of both lists: either the same in both, or what became of the one in the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Where it stands in the old list; empty if only the new list has it.
    pub old: Range<usize>,
    /// Where it stands in the new list; empty if only the old list has it.
    pub new: Range<usize>,
    /// Whether both have the same there.
    pub is_same: bool,
}

impl Comparison {
    /// Compares two lists. The smallest difference is looked for until the time `until`; after that
    /// a larger one will do, as texts of megabytes that have little in common would take minutes.
    pub fn of(old: &[&str], new: &[&str], until: Instant) -> Self {
        let numbers = IdentifyDistinct::<u32>::new(old, 0..old.len(), new, 0..new.len());
        let (old, new) = (numbers.old_lookup(), numbers.new_lookup());
        let mut hook = Compact::new(Replace::new(Capture::new()), old, new);
        let (olds, news) = (numbers.old_range(), numbers.new_range());
        let Ok(()) = myers::diff_deadline(&mut hook, old, olds, new, news, Some(until));
        Self {
            ops: hook.into_inner().into_inner().into_ops(),
        }
    }

    /// How many entries only the new list has.
    pub fn added(&self) -> usize {
        self.apart().map(|piece| piece.new.len()).sum()
    }

    /// How many entries only the old list has.
    pub fn removed(&self) -> usize {
        self.apart().map(|piece| piece.old.len()).sum()
    }

    /// All pieces of both lists, in order.
    pub fn pieces(&self) -> impl Iterator<Item = Piece> {
        self.ops.iter().map(Piece::of)
    }

    /// The places in which the lists differ, each with up to `context` equal entries before and
    /// after it.
    pub fn places(&self, context: usize) -> Vec<Vec<Piece>> {
        let places = group_diff_ops(self.ops.clone(), context).into_iter();
        places
            .map(|place| place.iter().map(Piece::of).collect())
            .collect()
    }

    fn apart(&self) -> impl Iterator<Item = Piece> {
        self.pieces().filter(|piece| !piece.is_same)
    }
}

impl Piece {
    fn of(op: &DiffOp) -> Self {
        Self {
            old: op.old_range(),
            new: op.new_range(),
            is_same: matches!(op, DiffOp::Equal { .. }),
        }
    }
}

/// The lines of a text, each with its end: `\n`, `\r\n` or `\r`.
pub fn lines_of(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let mut lines = Vec::new();
    let mut begin = 0;
    for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
        let is_half = bytes.get(at) == Some(&b'\r') && bytes.get(at + 1) == Some(&b'\n');
        if !is_half {
            lines.extend(text.get(begin..=at));
            begin = at + 1;
        }
    }
    lines.extend(text.get(begin..).filter(|rest| !rest.is_empty()));
    lines
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_line_has_its_end() {
        assert_eq!(lines_of("a\nb\r\nc\rd"), ["a\n", "b\r\n", "c\r", "d"]);
        assert_eq!(lines_of("\r\r\n\n"), ["\r", "\r\n", "\n"]);
        assert_eq!(lines_of(""), [""; 0]);
    }

    proptest! {
        #[test]
        fn the_pieces_are_both_lists_and_what_is_the_same_is(
            old in "[abc\r\n]{0,40}",
            new in "[abc\r\n]{0,40}",
            hurries in any::<bool>(),
        ) {
            let (old, new) = (lines_of(&old), lines_of(&new));
            let time = Duration::from_secs(if hurries { 0 } else { 60 });
            let comparison = Comparison::of(&old, &new, Instant::now() + time);
            let (mut in_old, mut in_new) = (0, 0);
            for piece in comparison.pieces() {
                prop_assert_eq!((piece.old.start, piece.new.start), (in_old, in_new));
                (in_old, in_new) = (piece.old.end, piece.new.end);
                let is_same = old[piece.old.clone()] == new[piece.new.clone()];
                prop_assert!(!piece.is_same || is_same);
            }
            prop_assert_eq!((in_old, in_new), (old.len(), new.len()));
            let grown = comparison.added().wrapping_sub(comparison.removed());
            prop_assert_eq!(grown, new.len().wrapping_sub(old.len()));
        }
    }
}
