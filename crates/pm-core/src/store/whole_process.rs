//! A process with all that a store keeps of it, on its way into another store.

use std::sync::Arc;

use twox_hash::XxHash3_64;

use super::retention::HISTORY_CHANGES;
use super::{StoreError, Trashed, process_from_json, write_entry, write_process};
use crate::{HistoryEntry, Process, ProcessName, Timestamp};

/// A process with its text, its history and its times, as one store hands it to another.
#[derive(Debug, Clone)]
pub struct WholeProcess {
    process: Arc<Process>,
    text: String,
    updated_at: Timestamp,
    history: Vec<Arc<HistoryEntry>>,
    deletion: Option<Deletion>,
}

/// When a process in the trash was deleted, and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Deletion {
    at: Timestamp,
    by: String,
}

impl WholeProcess {
    /// Puts together what a store knows of a process. What of the history, which stands oldest
    /// first, came after this state is left out, and what is older than any store tells.
    pub fn new(
        process: Arc<Process>,
        mut history: Vec<Arc<HistoryEntry>>,
    ) -> Result<Self, StoreError> {
        let bytes = write_process(&process);
        let bytes = bytes.map_err(|error| StoreError::io("write the process", error))?;
        // A process is written as UTF-8.
        let text = String::from_utf8(bytes).map_err(|_| StoreError::NotApplied)?;
        let oldest = process.revision.saturating_sub(HISTORY_CHANGES as u64);
        history.retain(|entry| entry.revision > oldest && entry.revision <= process.revision);
        let last = history.last().map(|entry| &entry.at);
        Ok(Self {
            updated_at: last.unwrap_or(&process.created_at).clone(),
            process,
            text,
            history,
            deletion: None,
        })
    }

    /// Takes the text that the store has, if it says the same as the process, so that a file keeps
    /// the form that another program gave it.
    #[must_use]
    pub fn in_the_words_of(mut self, text: String) -> Self {
        let nothing = Timestamp::stored("");
        if process_from_json(&text, "", &nothing).is_ok_and(|it| it == *self.process) {
            self.text = text;
        }
        self
    }

    /// Sets when the process was last changed, if not with its last change in the history.
    #[must_use]
    pub fn updated_at_time(mut self, at: Timestamp) -> Self {
        self.updated_at = at;
        self
    }

    /// Puts the process into the trash, as `item` says.
    #[must_use]
    pub fn deleted(mut self, item: &Trashed) -> Self {
        self.deletion = Some(Deletion {
            at: item.deleted_at.clone(),
            by: item.by.clone(),
        });
        self
    }

    /// The process.
    pub fn process(&self) -> &Arc<Process> {
        &self.process
    }

    /// The process as JSON text, in the form that a store had it in.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// When it was last changed.
    pub fn updated_at(&self) -> &Timestamp {
        &self.updated_at
    }

    /// Its last changes, oldest first, as [`Store::history`](super::Store::history) tells them.
    pub fn history(&self) -> &[Arc<HistoryEntry>] {
        &self.history
    }

    /// Its name, when it was deleted and by whom; `None` if it is not in the trash.
    pub fn trashed(&self) -> Option<Trashed> {
        let deletion = self.deletion.as_ref()?;
        Some(Trashed {
            name: self.name().clone(),
            deleted_at: deletion.at.clone(),
            by: deletion.by.clone(),
        })
    }

    /// The name of the process.
    pub fn name(&self) -> &ProcessName {
        &self.process.name
    }

    /// A checksum over the text, every entry of the history, and the time of the deletion. Two
    /// stores that have the same of a process have the same one; it is no protection from an
    /// attacker.
    pub fn checksum(&self) -> Result<u64, StoreError> {
        let mut texts = vec![self.text.clone()];
        for entry in &self.history {
            let text = write_entry(entry);
            texts.push(text.map_err(|error| StoreError::io("write the history", error.into()))?);
        }
        let deleted_at = self.deletion.as_ref().map(|deletion| &deletion.at);
        texts.extend(deleted_at.map(Timestamp::to_string));
        // No JSON text holds a zero byte.
        Ok(XxHash3_64::oneshot(texts.join("\0").as_bytes()))
    }
}
