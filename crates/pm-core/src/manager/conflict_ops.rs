//! Operations on changes that did not fit beside an edit made outside: looking into them, and
//! settling which of the two is to count.

use super::if_needed::Step;
use super::{Changed, ProcessManager};
use crate::error::ConflictProblem;
use crate::history::EditText;
use crate::model::TextChecksum;
use crate::store::{Conflict, KeptChanges, no_such_conflict};
use crate::{Action, Error, Patch, Process, Timestamp};

/// Changes that did not fit, beside the process as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictLook {
    /// Which changes.
    pub conflict: Conflict,
    /// When they were kept.
    pub at: Timestamp,
    /// What would be different in the process if they were applied; nothing if it is as they left
    /// it.
    pub differences: Vec<EditText>,
    /// What of them cannot be applied, as its place is not there any more.
    pub unplaced: Vec<EditText>,
    /// Whether they can be made out of the text in which they are kept.
    pub is_readable: bool,
    /// The text in which they are kept.
    pub text: String,
    /// Differs from that of any look that sees something else.
    pub checksum: TextChecksum,
}

impl ConflictLook {
    fn of(conflict: Conflict, kept: KeptChanges, process: Option<&Process>) -> Self {
        let (differences, unplaced) = match (&kept.patch, process) {
            (None, _) => (Vec::new(), Vec::new()),
            (Some(patch), None) => (Vec::new(), of_edits(&patch.without_claims(), None)),
            (Some(patch), Some(present)) => {
                let mut applied = present.clone();
                let unplaced = Patch(applied.overrule(patch));
                let differences = Patch::compared(present, &applied);
                let differences = of_edits(&differences, Some(&applied));
                (differences, of_edits(&unplaced, Some(present)))
            }
        };
        let seen = [kept.text.clone(), written(&differences), written(&unplaced)];
        Self {
            conflict,
            at: kept.at,
            differences,
            unplaced,
            is_readable: kept.patch.is_some(),
            text: kept.text,
            checksum: TextChecksum::of(&seen.join("\n")),
        }
    }

    /// Refuses to go on if something else was seen.
    fn must_be(&self, seen: Option<TextChecksum>) -> Result<(), Error> {
        if seen.is_none_or(|seen| seen == self.checksum) {
            return Ok(());
        }
        let process = self.conflict.process.clone();
        Err(Error::Conflict(ConflictProblem::ChangedMeanwhile {
            process,
        }))
    }
}

impl ProcessManager {
    /// The changes that did not fit beside edits made outside, and wait for a person. Empty for a
    /// store that keeps none.
    pub fn conflicts(&self) -> Result<Vec<Conflict>, Error> {
        self.store.conflicts()
    }

    /// Looks into changes that did not fit: what they would change in the process as it is now.
    pub fn look_into_conflict(&self, conflict: &Conflict) -> Result<ConflictLook, Error> {
        let kept = self.store.read_conflict(conflict)?;
        let process = match &conflict.process {
            Some(name) => Some(self.store.read(name.as_str())?),
            None => None,
        };
        Ok(ConflictLook::of(conflict.clone(), kept, process.as_deref()))
    }

    /// Applies the changes of this name over what stands in their places, as one change of the
    /// history, which can be taken back; then they are settled, unless some of them have no place
    /// any more: those stay until they are discarded.
    ///
    /// If `seen`, the checksum of a look, is given, the call is refused with
    /// [`ConflictProblem::ChangedMeanwhile`] if anything else would be seen now. Other refusals are
    /// [`ConflictProblem::NotFound`], [`ConflictProblem::ProcessGone`] and
    /// [`ConflictProblem::Unreadable`].
    pub fn apply_conflict(
        &self,
        id: &str,
        seen: Option<TextChecksum>,
    ) -> Result<Changed<ConflictLook>, Error> {
        let conflict = self.conflict(id)?;
        let kept = self.store.read_conflict(&conflict)?;
        let problem = |problem: fn(String) -> ConflictProblem| Error::Conflict(problem(id.into()));
        let Some(process) = conflict.process.clone() else {
            return Err(problem(|id| ConflictProblem::ProcessGone { id }));
        };
        let Some(patch) = kept.patch.clone() else {
            return Err(problem(|id| ConflictProblem::Unreadable { id }));
        };
        let settled = conflict.clone();
        let applied = self.change_if_needed(&process, move |process, _| {
            let look = ConflictLook::of(conflict.clone(), kept.clone(), Some(&*process));
            look.must_be(seen)?;
            if look.differences.is_empty() {
                return Ok(Step::Nothing(look));
            }
            process.overrule(&patch);
            let summary = format!(
                "applied the changes that did not fit on the edit of revision {}",
                conflict.revision
            );
            Ok(Step::Made(look, Action::new("apply_conflict", summary)))
        })?;
        if applied.value.unplaced.is_empty() {
            self.store.discard_conflict(&settled, &self.requester())?;
        }
        Ok(applied)
    }

    /// Discards the changes of this name: what stands in their places is to count. What they did is
    /// still in the history, for as long as that keeps it.
    ///
    /// If `seen`, the checksum of a look, is given, the call is refused with
    /// [`ConflictProblem::ChangedMeanwhile`] if anything else would be seen now.
    pub fn discard_conflict(
        &self,
        id: &str,
        seen: Option<TextChecksum>,
    ) -> Result<ConflictLook, Error> {
        let look = self.look_into_conflict(&self.conflict(id)?)?;
        look.must_be(seen)?;
        let requester = self.requester();
        self.store.discard_conflict(&look.conflict, &requester)?;
        Ok(look)
    }

    fn conflict(&self, id: &str) -> Result<Conflict, Error> {
        let mut conflicts = self.conflicts()?.into_iter();
        let conflict = conflicts.find(|conflict| conflict.id == id);
        conflict.ok_or_else(|| no_such_conflict(id))
    }
}

/// Differences as a text; different ones never have the same.
fn written(differences: &[EditText]) -> String {
    let lines = differences.iter().map(|difference| {
        let EditText {
            place,
            present,
            other,
        } = difference;
        format!("{place:?} {present:?} {other:?}\n")
    });
    lines.collect()
}

fn of_edits(patch: &Patch, process: Option<&Process>) -> Vec<EditText> {
    let edits = patch.0.iter();
    edits.map(|edit| EditText::of(edit, process)).collect()
}
