//! What can be done with the version of a snippet that a page shows.

use pm_core::model::NumberedVersion;
use pm_core::{Process, TaskName};

use crate::text::fits_a_form;

/// The longest code that can be edited on the page, in bytes.
const MAX_EDITED: usize = 200_000;

/// The forms for a version.
pub(super) struct Forms<'a> {
    /// The snippet's own page, below which changes of it are sent.
    pub(super) address: String,
    pub(super) version: NumberedVersion<'a>,
    /// The code of the last version.
    pub(super) last: &'a str,
}

impl<'a> Forms<'a> {
    /// Those for a version of a task, whose page is at `address`.
    pub(super) fn new(
        process: &'a Process,
        task: &TaskName,
        version: NumberedVersion<'a>,
        address: String,
    ) -> Self {
        let name = version.snippet.name.as_str();
        let last = process.snippet_version(task.as_str(), name, None);
        Self {
            address,
            last: last.map_or("", |(_, last)| last.snippet.content.as_str()),
            version,
        }
    }

    /// The code, if it can be edited on the page.
    pub(super) fn editable(&self) -> Option<&'a str> {
        let content = self.version.snippet.content.as_str();
        let fits = content.len() <= MAX_EDITED && fits_a_form(content);
        fits.then_some(content)
    }

    /// Whether there is a later version.
    pub(super) fn is_former(&self) -> bool {
        self.version.version < self.version.of
    }
}
