//! Each change as it is kept: who made it, when, what it did, and the patch that it left, by which
//! it can be made again or taken back without knowing its purpose.

mod apply;
mod author;
mod commit;
mod compare;
mod difference;
mod edit_text;
mod entries;
mod fields;
mod last_change;
mod last_edit;
mod overlap;
mod overrule;
mod past;
mod patch;
#[cfg(test)]
pub(crate) mod tests;
mod timeline;

use std::fmt;
use std::sync::Arc;

pub use apply::Misfit;
pub use author::{Author, SessionTag};
pub use commit::commit;
#[cfg(test)]
pub(crate) use difference::tests::covering as difference_tests;
pub use difference::{
    ChangedBy, Difference, JobDifference, LastVersion, OtherField, Presence, Replaced,
    SnippetDifference, TaskDifference,
};
pub use edit_text::EditText;
pub use last_change::LastChange;
pub(crate) use last_edit::last_edit;
pub use past::{LaterChange, PastChange};
pub(crate) use past::{Past, Plan};
pub use patch::{Edit, Entity, EntryEdit, FieldValue, Patch};
pub use timeline::TimelineStep;
pub(crate) use timeline::timeline;

use crate::{MAX_NAME_CHARS, ProcessName, Timestamp};

/// Who made a change.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Actor {
    /// A program that gives itself no name.
    #[default]
    Unnamed,
    /// A program, by the name that it gives itself.
    Client {
        /// What it calls itself, such as `llama-ui-mcp`.
        client: Arc<str>,
        /// For whom it works, if it had to prove that.
        principal: Option<Arc<str>>,
    },
    /// A person or program that changed the file itself, such as with an editor.
    Outside,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unnamed => f.write_str("a program"),
            Self::Client {
                client,
                principal: None,
            } => f.write_str(client),
            Self::Client {
                client,
                principal: Some(principal),
            } => write!(f, "{client} ({principal})"),
            Self::Outside => f.write_str("someone outside"),
        }
    }
}

/// The name that an edit gives to the process.
pub(crate) fn renamed_to(edit: &Edit) -> Option<ProcessName> {
    let (_, new) = names(edit)?;
    named(new?)
}

/// The name that an edit takes from the process.
pub(crate) fn renamed_from(edit: &Edit) -> Option<ProcessName> {
    let (old, _) = names(edit)?;
    named(old?)
}

/// The names of the process before and after an edit of them.
fn names(edit: &Edit) -> Option<(Option<&FieldValue>, Option<&FieldValue>)> {
    match edit {
        Edit::Field {
            entity: Entity::Process,
            field,
            old,
            new,
        } if field == "process_name" => Some((old.as_ref(), new.as_ref())),
        _ => None,
    }
}

fn named(value: &FieldValue) -> Option<ProcessName> {
    let name: String = serde_json::from_str(value.get()).ok()?;
    Some(ProcessName::stored(name))
}

/// What a change does, in the words of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// The name of the operation, such as `add_job`.
    pub operation: Arc<str>,
    /// One line for people, such as `added the job "sample" to the task "soil test"`.
    pub summary: String,
    /// The revisions that it takes back, if it is an undo.
    pub undoes: Vec<u64>,
}

/// Quotes a name for a summary: on one line, and cut after as many characters as a name may have.
pub(crate) fn quoted(name: impl AsRef<str>) -> String {
    let on_one_line = |c: char| if c.is_control() { ' ' } else { c };
    let mut chars = name.as_ref().chars();
    let mut text: String = chars
        .by_ref()
        .take(MAX_NAME_CHARS)
        .map(on_one_line)
        .collect();
    if chars.next().is_some() {
        text.push('…');
    }
    format!("\"{text}\"")
}

impl Action {
    /// The operation that puts a process back from the trash.
    pub(crate) const RESTORE: &'static str = "restore_process";

    /// The action of whoever changed a process's file without this crate.
    pub(crate) fn outside() -> Self {
        Self::new("edit_file", "edited the file")
    }

    /// Makes the action of an operation.
    pub fn new(operation: &str, summary: impl Into<String>) -> Self {
        Self {
            operation: operation.into(),
            summary: summary.into(),
            undoes: Vec::new(),
        }
    }
}

/// One change, as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryEntry {
    /// The revision of the process that the change made.
    pub revision: u64,
    /// When it was made.
    pub at: Timestamp,
    /// Who made it.
    pub actor: Actor,
    /// The session in which it was made, if that is known.
    pub session: Option<SessionTag>,
    /// What it did.
    pub action: Action,
    /// What it changed; `None` if that is not known, because the file was changed from outside
    /// while nobody watched.
    pub patch: Option<Patch>,
}
