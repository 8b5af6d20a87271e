//! What a caller has to know of a process's file besides its call, told with an answer about it:
//! what happened to the file, such as an edit by hand that conflicts, once; and what is still wrong
//! with it, once to every caller.

use pm_core::store::{Revisions, StoreNotice, StoreNoticeKind};
use serde_json::Value;

use crate::call::Call;

/// The most that one answer tells, each in a sentence or two.
const NOTICES_MAX: usize = 3;

/// The most files that are named of those that hold one process.
const COPIES_MAX: usize = 3;

/// The most changes that are named of one conflict.
const CHANGES_MAX: usize = 5;

/// What is to be told of the process that an answer concerns, and was not told before. What has
/// happened is told in one answer alone, and what is still so in one answer to each caller.
pub(crate) fn taken(call: &Call<'_>, answer: &Value) -> Option<String> {
    let name = answer.get("process_name")?.as_str()?;
    let mut notices = call.manager.take_notices(name);
    for notice in call.manager.standing_notices(name) {
        let text = notice.to_string();
        if call.caller.is_news(&text) {
            tracing::warn!("{text}");
            notices.push(notice);
        }
    }
    if notices.is_empty() {
        return None;
    }
    let mut told: Vec<_> = notices.iter().take(NOTICES_MAX).map(sentence).collect();
    let more = notices.len().saturating_sub(NOTICES_MAX);
    if more > 0 {
        told.push(format!("This happened {more} more times."));
    }
    told.push("Tell the user.".into());
    Some(told.join(" "))
}

fn sentence(notice: &StoreNotice) -> String {
    let file = &notice.file;
    match &notice.kind {
        StoreNoticeKind::Conflict { kept, changes } => {
            let more = match changes.len().saturating_sub(CHANGES_MAX) {
                0 => String::new(),
                more => format!("; and {more} more"),
            };
            let named: Vec<_> = changes.iter().take(CHANGES_MAX).cloned().collect();
            format!(
                "Someone edited the file {file} while these changes were made at the same places: \
                 {}{more}. The edited file counts, and the changes are kept in the file {kept}.",
                named.join("; ")
            )
        }
        StoreNoticeKind::Copied { others } => {
            let more = match others.len().saturating_sub(COPIES_MAX) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let named: Vec<_> = others.iter().take(COPIES_MAX).cloned().collect();
            format!(
                "More than one file holds this process: {file} is used, and {}{more} not.",
                named.join(", ")
            )
        }
        StoreNoticeKind::JournalDamaged { lost } => format!(
            "The journal of the file {file} is damaged: {}. Nothing was thrown away; the program \
             pm-mcp-http doctor says what is left.",
            missing(*lost)
        ),
        StoreNoticeKind::JournalSetAside { kept, lost } => format!(
            "The journal of the file {file} was damaged: {}. It is kept as .pm/journals/{kept} in \
             the storage directory; the program pm-mcp-http doctor says what is left.",
            missing(*lost)
        ),
        StoreNoticeKind::FileReadOnly => format!(
            "The file {file} is read-only and was left as it is. The changes are kept, and get \
             into the file once it may be written."
        ),
    }
}

/// What is missing of a damaged journal.
fn missing(lost: Option<Revisions>) -> String {
    match lost {
        None => "what was changed last may be missing".to_owned(),
        Some(Revisions { first, last }) if first == last => {
            format!("change {first} of the process is missing")
        }
        Some(Revisions { first, last }) => {
            format!("the changes {first} to {last} of the process are missing")
        }
    }
}
