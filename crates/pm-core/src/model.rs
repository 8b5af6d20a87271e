//! The model: a process holds tasks, a task holds jobs and code snippets.
//!
//! These types know nothing of files or wires. They keep what a file held beyond the fields
//! that they know ([`FileFields`]), so that nothing is lost on the way through.

mod claim;
mod claimed;
mod fields;
mod job;
mod ordered;
mod plan_fields;
mod process;
mod progress;
mod remarks;
mod snippet;
mod status;
mod summary;
mod task;
mod text_edit;
mod versions;
mod whole;

pub(crate) use claim::Claimant;
pub use claim::{Claim, DEFAULT_LEASE, OthersClaim};
pub use claimed::Claims;
pub use fields::{FieldSlot, FileFields, UnknownField};
pub(crate) use fields::{JOB_FIELDS, PROCESS_FIELDS, Record, SNIPPET_FIELDS, TASK_FIELDS};
pub use job::Job;
pub use ordered::{ByFoldedName, BySnippetName, Moved, Ordered, Position};
pub(crate) use ordered::{Index, Key, Unindexed};
pub(crate) use plan_fields::{
    AT, BY, CLAIM, COMMENTS, DEPENDS_ON, LABELS, NOTE, PLAN_FIELDS, PRIORITY, STATUS, StatusChange,
    claim_of, depends_on_of, status_of,
};
pub use plan_fields::{StatusDetails, UnreadWord};
pub(crate) use process::Pick;
pub use process::{
    DescriptionChange, FoundJob, Holdup, JobMatch, JobUpdate, NextTask, PlanThere, PlannedJob,
    PlannedTask, Process, Rename, TaskUpdate, UpdatedTask,
};
pub use progress::Progress;
pub use remarks::Comment;
pub(crate) use remarks::{comment_entries, comments_of};
pub use snippet::{AddedSnippet, DeletedSnippets, SnippetVersion};
pub use status::{Priority, Status, UnknownWord};
pub(crate) use summary::cut;
pub use summary::{DESCRIPTION_CUT_CHARS, ProcessSummary};
pub use task::{AddedJob, Task};
pub use text_edit::{NoChecksum, TextChecksum, TextEdit};
pub use versions::NumberedVersion;
pub use whole::IMPORTED_AS;

use crate::Timestamp;

/// Makes the key under which a job or a snippet version is kept: its name and time, as the
/// reference writes it, made unique if the clock did not tick in between.
fn entry_key(name: &str, at: &Timestamp, taken: impl Fn(&str) -> bool) -> String {
    let key = format!("{name}_{at}");
    if !taken(&key) {
        return key;
    }
    // One of the first n + 1 numbers is free, if there are n entries.
    (2..=u64::MAX)
        .map(|number| format!("{key}_{number}"))
        .find(|candidate| !taken(candidate))
        .unwrap_or(key)
}
