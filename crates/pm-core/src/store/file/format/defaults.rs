//! The values for fields that a file does not have, and the limits of those that are believed.

use crate::Timestamp;

/// What stands in for fields that a file does not have.
#[derive(Debug, Clone)]
pub(crate) struct Defaults {
    /// The name of a process: its file's name without the ending.
    pub(crate) name: String,
    /// The time of creation: the one that the journal keeps, or that of the file's last change.
    pub(crate) created_at: Timestamp,
    /// Whether there is a journal, by which a file is a process whatever it says.
    pub(crate) has_journal: bool,
}

/// The largest revision that a file is believed to hold: 2^53 - 1, past which other JSON programs
/// do not count in ones any more. One that claims more, after an edit by hand or by damage, is
/// taken to hold this one, so that there is always another after it.
pub(super) const MOST_REVISION: u64 = (1 << 53) - 1;

/// How much of the reason for a refusal is kept, in characters.
pub(super) const MAX_REASON_CHARS: usize = 200;

/// Drops the byte order mark that some editors put in front.
pub(super) fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}
