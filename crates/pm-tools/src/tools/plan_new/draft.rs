//! What was sent of a plan, before names are names and dependencies lead somewhere.

use pm_core::{Priority, Status};

/// A task as it was sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct DraftTask {
    /// What others may call it by besides its name: a number or another mark.
    pub(super) ids: Vec<String>,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) status: Status,
    pub(super) priority: Priority,
    /// What it is to wait for: names, numbers or marks, perhaps several with commas in a text.
    pub(super) after: Vec<String>,
    pub(super) jobs: Vec<DraftJob>,
}

/// A job as it was sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct DraftJob {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) status: Status,
}

/// Adds a line to a text.
pub(super) fn add_line(text: &mut String, line: &str) {
    if !text.is_empty() && !line.is_empty() {
        text.push('\n');
    }
    text.push_str(line);
}
