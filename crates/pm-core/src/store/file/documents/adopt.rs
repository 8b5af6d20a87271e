//! Changes from outside: a person with an editor, or another program, wrote the JSON file. They are
//! made a part of the history, durably.

use std::sync::Arc;

use super::super::disk::store_dir::{Unavailable, WriteFailed};
use super::super::journal::{JournalState, Line};
use super::adoption::Adoption;
use super::conflict;
use super::load::Outside;
use super::staged_process::StagedProcess;
use super::state::Cached;
use super::writer::Writer;
use crate::Process;
use crate::store::StoreError;

impl Writer<'_> {
    /// Makes a revision of an edit from outside, durably.
    pub(crate) fn adopt(&self, outside: Box<Outside>) -> Result<Cached, Unavailable> {
        let adoption = Adoption::of(&outside, self.dir().clock.now().into());
        let base = outside.base().ok_or(Unavailable::Missing)?;
        let not_kept = |error| match error {
            WriteFailed::Stale => Unavailable::NotKept(StoreError::Contended),
            WriteFailed::Failed(error) => Unavailable::NotKept(error),
        };
        if !adoption.misfits.is_empty() {
            // They are kept first: once the edit is a revision, nobody looks for them any more.
            let revision = adoption.process.revision;
            let (misfits, changes) = (&adoption.misfits, adoption.misfitting.clone());
            conflict::keep(&self.shared, self.file(), revision, misfits, changes)
                .map_err(not_kept)?;
        }
        let fresh = if adoption.is_all {
            let known = self.write_down(&base, &outside, &adoption);
            let known = known.map_err(Unavailable::NotKept)?;
            let revision = known.head.revision;
            Cached {
                process: Arc::new(Process {
                    revision,
                    ..adoption.process
                }),
                json: outside.json,
                in_json: revision,
                journal: Some(known),
            }
        } else {
            self.merge(base, &outside, adoption).map_err(not_kept)?
        };
        self.remember(fresh.clone());
        Ok(fresh)
    }

    /// Takes note of a file that holds all there is.
    fn write_down(
        &self,
        base: &Cached,
        outside: &Outside,
        adoption: &Adoption,
    ) -> Result<JournalState, StoreError> {
        let json = outside.json.checksum;
        let lines = if adoption.changes_nothing() {
            let revision = outside.last_revision();
            vec![Line::Checkpoint { revision, json }, Line::Placed { json }]
        } else {
            vec![Line::Change {
                entry: Arc::new(adoption.entry.clone()),
                json: Some(json),
            }]
        };
        self.append(base, lines).map_err(|error| error.error)
    }

    /// Puts the edit and our changes together, in the journal and in the file.
    fn merge(
        &self,
        base: Cached,
        outside: &Outside,
        adoption: Adoption,
    ) -> Result<Cached, WriteFailed> {
        let process = Arc::new(adoption.process);
        let staged = StagedProcess::new(self.dir(), &self.lock_id, self.file(), &process)?;
        if !self.still_holds(&outside.json) {
            return Err(WriteFailed::Stale);
        }
        let lines = vec![
            Line::Change {
                entry: Arc::new(adoption.entry),
                json: None,
            },
            staged.announcement(),
        ];
        let known = self
            .append(&base, lines)
            .map_err(|error| WriteFailed::Failed(error.error))?;
        let base = Cached {
            process,
            journal: Some(known),
            ..base
        };
        self.put_in_place(base, &staged)
    }
}
