//! What happened to a process's file besides the call, told with the next answer about it: by
//! people with an editor, or by damage.

use pm_core::{FileNotice, FileNoticeKind, ProcessManager};
use serde_json::Value;

/// The most that one answer tells, each in a sentence or two.
const MOST_TOLD: usize = 3;

/// The most files that are named of those that hold one process.
const MOST_COPIES: usize = 3;

/// The most changes that are named of one conflict.
const MOST_CHANGES: usize = 5;

/// What is to be told of the process that an answer concerns, and was told in no answer before.
pub(crate) fn taken(manager: &ProcessManager, answer: &Value) -> Option<String> {
    let name = answer.get("process_name")?.as_str()?;
    let notices = manager.take_notices(name);
    if notices.is_empty() {
        return None;
    }
    let mut told: Vec<_> = notices.iter().take(MOST_TOLD).map(sentence).collect();
    let more = notices.len().saturating_sub(MOST_TOLD);
    if more > 0 {
        told.push(format!("This happened {more} more times."));
    }
    told.push("Tell the user.".into());
    Some(told.join(" "))
}

fn sentence(notice: &FileNotice) -> String {
    let file = &notice.file;
    match &notice.kind {
        FileNoticeKind::Conflict { kept, changes } => {
            let more = match changes.len().saturating_sub(MOST_CHANGES) {
                0 => String::new(),
                more => format!("; and {more} more"),
            };
            let named: Vec<_> = changes.iter().take(MOST_CHANGES).cloned().collect();
            format!(
                "Someone edited the file {file} while these changes were made at the same places: \
                 {}{more}. The edited file counts, and the changes are kept in the file {kept}.",
                named.join("; ")
            )
        }
        FileNoticeKind::Copied { others } => {
            let more = match others.len().saturating_sub(MOST_COPIES) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let named: Vec<_> = others.iter().take(MOST_COPIES).cloned().collect();
            format!(
                "More than one file holds this process: {file} is used, and {}{more} not.",
                named.join(", ")
            )
        }
        FileNoticeKind::JournalSetAside { kept } => format!(
            "The journal of the file {file} was damaged and is kept as .pm/journals/{kept}. The \
             last good state counts, and later changes are not in it."
        ),
    }
}
