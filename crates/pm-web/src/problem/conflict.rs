//! A text that somebody else changed while it was edited: theirs, and what differs from it.

use pm_core::error::{ChangedMeanwhile, EditedText};

use crate::diff_lines::DiffLines;
use crate::form::{Form, Stale, checksum, was};

/// What somebody else wrote in the place of what was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Conflict {
    /// The field with the text.
    field: &'static str,
    /// Their text.
    pub(crate) theirs: String,
    /// What differs in the text that was sent.
    pub(crate) difference: Option<DiffLines>,
}

impl Conflict {
    pub(super) fn new(changed: &ChangedMeanwhile) -> Self {
        Self {
            field: match &changed.text {
                EditedText::Code { .. } => "content",
                EditedText::Process(_) | EditedText::Task(_) | EditedText::Job { .. } => {
                    "description"
                }
            },
            theirs: changed.now.clone(),
            difference: None,
        }
    }

    /// A field of a form that somebody else changed.
    pub(super) fn of_field(stale: Stale) -> Self {
        Self {
            field: stale.field,
            theirs: stale.present,
            difference: None,
        }
    }

    /// A form whose sender has seen their text.
    pub(super) fn seen(&self, form: &Form) -> Form {
        let theirs = checksum(&self.theirs).to_string();
        form.clone().with(&was(self.field), theirs)
    }

    /// The same with what differs in the text of a form.
    pub(super) fn against(self, form: &Form) -> Self {
        let mine = form.text(self.field);
        let difference = mine.map(|mine| DiffLines::between(&self.theirs, &mine));
        Self { difference, ..self }
    }
}
