//! Changes that are being appended to a journal: who reads it sees them a moment before they are
//! durable.

use std::ffi::OsStr;
use std::sync::atomic::Ordering;

use super::super::super::journal::{Known, Line};
use super::super::super::slot::locked;
use super::super::note::{Hint, Note};
use super::Outbox;
use crate::feed::{Origin, ProcessEvent};
use crate::{ProcessName, Timestamp};

/// Changes that are being appended; withdrawn when it is dropped.
pub(in super::super::super) struct Announced<'a> {
    outbox: &'a Outbox,
    file: &'a OsStr,
    events: Vec<ProcessEvent>,
    created_at: Timestamp,
}

impl Outbox {
    /// Takes note of changes that are about to be appended to the journal of a file, whose
    /// process is called `name`; `None` where nobody follows. To be called under the lock of the
    /// process.
    pub(in super::super::super) fn announce<'a>(
        &'a self,
        file: &'a OsStr,
        name: &ProcessName,
        created_at: &Timestamp,
        lines: &[Line],
    ) -> Option<Announced<'a>> {
        if !self.followed.load(Ordering::SeqCst) {
            return None;
        }
        let mut name = name.clone();
        let events: Vec<_> = lines
            .iter()
            .filter_map(|line| match line {
                Line::Change { entry, .. } => Some(ProcessEvent::of(entry, &mut name, Origin::Own)),
                _ => None,
            })
            .collect();
        if let Some(first) = events.first() {
            let mut state = locked(&self.state);
            state.announced.insert(file.to_owned(), first.revision);
        }
        Some(Announced {
            outbox: self,
            file,
            events,
            created_at: created_at.clone(),
        })
    }
}

impl Announced<'_> {
    /// Says that the changes are durable, and what the journal is since.
    pub(in super::super::super) fn durable(mut self, known: &Known) {
        let mut state = locked(&self.outbox.state);
        for event in std::mem::take(&mut self.events) {
            state.push(Note::Appended {
                file: self.file.to_owned(),
                event,
                created_at: self.created_at.clone(),
            });
        }
        state.push(Note::Stands {
            file: self.file.to_owned(),
            journal: known.clone(),
        });
    }
}

impl Drop for Announced<'_> {
    fn drop(&mut self) {
        let mut state = locked(&self.outbox.state);
        state.announced.remove(self.file);
        state.tell_parked(self.file);
        if !self.events.is_empty() {
            // Nobody knows what became of them.
            state.hints.insert(Hint::File(self.file.to_owned()));
        }
        self.outbox.notify(state);
    }
}
