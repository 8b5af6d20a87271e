//! Entries of histories, from the texts in the database.

use std::sync::Arc;

use pm_core::{HistoryEntry, StoreError, codec};

use crate::failure::Words;

/// Reads entries; `action` is an infinitive without `to`.
pub(crate) fn read_entries<'a>(
    action: &'static str,
    entries: impl Iterator<Item = &'a [u8]>,
) -> Result<Vec<Arc<HistoryEntry>>, StoreError> {
    let read = |bytes: &[u8]| {
        let text = std::str::from_utf8(bytes);
        let text = text.map_err(|_| unreadable(action, "an entry is not UTF-8"))?;
        let entry = codec::read_entry(text);
        let entry = entry.map_err(|error| unreadable(action, &error.to_string()))?;
        Ok(Arc::new(entry))
    };
    entries.map(read).collect()
}

/// Says that something in the database is not as it has to be.
pub(crate) fn unreadable(action: &'static str, words: &str) -> StoreError {
    let source = Arc::new(Words(words.to_owned()));
    StoreError::Backend { action, source }
}
