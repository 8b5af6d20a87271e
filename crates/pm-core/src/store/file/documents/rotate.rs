//! A long journal becomes a file of history and a new one begins, so that opening a process never
//! means reading much more than its JSON file.

use super::super::journal::{AppendError, Journal, JournalState, Line, segments};
use super::state::Cached;
use super::writer::Writer;

/// From how many changes on a journal becomes history.
const LONG_CHANGES: u64 = 250;

/// From how many bytes on a journal becomes history.
const LONG_BYTES: u64 = 1 << 20;

impl Writer<'_> {
    /// Begins a new journal if the present one is long, and the JSON file durably holds the
    /// revision `placed.in_json`.
    pub(super) fn rotate_if_long(&self, placed: &Cached) -> Result<(), AppendError> {
        let Some(known) = &placed.journal else {
            return Ok(());
        };
        let head = &known.head;
        if head.changes < LONG_CHANGES && head.end < LONG_BYTES {
            return Ok(());
        }
        let known = self.renew(placed)?;
        self.remember(Cached {
            journal: Some(known),
            ..placed.clone()
        });
        // What cannot be taken away now is tried again the next time.
        let _ = segments::trim(self.dir(), &self.lock_id);
        Ok(())
    }

    /// Begins a new journal with what the JSON file of `base` lacks; the present one becomes a file
    /// of history.
    pub(super) fn renew(&self, base: &Cached) -> Result<JournalState, AppendError> {
        let opened =
            Journal::open(self.dir(), &self.lock_id, None).map_err(AppendError::reading)?;
        let (journal, reading) = opened.ok_or_else(AppendError::stale)?;
        let head = journal.known.head;
        if base.journal.as_ref().is_none_or(|known| known.head != head) {
            return Err(AppendError::stale());
        }
        let lines = reading
            .changes()
            .into_iter()
            .filter(|change| change.revision > base.in_json)
            .map(|entry| Line::Change { entry, json: None })
            .collect();
        let aside = segments::history_path(self.dir(), &self.lock_id, head.changes, head.revision);
        let begins = self.journal_base(base);
        let known = Journal::replace(self.dir(), &self.lock_id, &begins, lines, Some(&aside))?;
        self.has_named(&known, &base.json);
        Ok(known)
    }
}
