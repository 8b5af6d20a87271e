//! Which job was meant, if several have its name.

use pm_core::model::{FoundJob, JobMatch};

/// Which of several jobs it was, if there were several of its name.
pub(super) fn one_of_several(found: &FoundJob) -> String {
    match found.by {
        JobMatch::Key | JobMatch::OnlyOne => String::new(),
        JobMatch::NewestOpen { of } => {
            format!(" There were {of} of this name; this was the newest open one.")
        }
        JobMatch::Newest { of } => {
            format!(" There were {of} of this name, none of them open; this was the newest.")
        }
    }
}
