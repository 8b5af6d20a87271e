//! The tool for what was deleted: seeing it, and getting it back.

use std::collections::HashSet;
use std::sync::Arc;

use pm_core::error::{Taken, Unresolved};
use pm_core::resolve::folded;
use pm_core::store::Trashed;
use pm_core::{Error, Process, ProcessName};

use crate::answer::{Page, WholeEntry};
use crate::input::arguments::optional_name;
use crate::input::narrowing::{Wish, narrowed, passed};
use crate::text::phrases::named;
use crate::tool::prelude::*;

/// The longest name that gets a number behind it to be free, in characters; a longer one is cut.
const NUMBERED_CHARS_MAX: usize = 190;

/// What the entries of the list are.
const KIND: &str = "deleted processes";

/// How many numbers are tried behind a name that is taken.
const NUMBERS_MAX: u32 = 100;

/// Gets a deleted process back, or lists those that can be restored.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct ProcessRestore {
    name: Option<String>,
    /// if its name is taken
    new_name: Option<String>,
    /// to read on
    after: Option<String>,
}

#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum ProcessRestoreAnswer {
    /// It is back.
    Restored {
        message: String,
        #[serde(flatten)]
        concerned: Concerned,
    },
    /// Those that can be restored.
    Trash {
        message: String,
        trash: Vec<TrashedBody>,
        total: usize,
    },
}

/// A deleted process in a list.
#[derive(Serialize)]
pub(crate) struct TrashedBody {
    name: String,
    deleted_at: String,
    deleted_by: String,
}

impl From<&Trashed> for TrashedBody {
    fn from(item: &Trashed) -> Self {
        Self {
            name: item.name.to_string(),
            deleted_at: item.deleted_at.to_string(),
            deleted_by: item.by.clone(),
        }
    }
}

impl ToolDefinition for ProcessRestore {
    const NAME: &'static str = "process_restore";
    const TITLE: &'static str = "Restore process";
    const DESCRIPTION: &'static str =
        "Get a deleted process back; without a name, list the deleted.";
    const EFFECT: Effect = Effect::AddsOnce;
    const NOTHING: &'static str = "Nothing was restored";
    const REST: &'static str = "Every process, shown or not, can be restored by its name.";

    fn run(self, call: &Call<'_>) -> Result<impl Serialize, Failure> {
        let trash = call.manager.trash()?;
        let exists = |name: &str| trash.iter().any(|item| item.name.as_str() == name);
        let Some(name) = optional_name(self.name.as_deref(), exists) else {
            return listed(call, &trash, self.after.as_deref());
        };
        let new = optional_name(self.new_name.as_deref(), |_| false);
        let new = new.map(str::parse::<ProcessName>).transpose()?;
        let process = restore(call, name, new.as_ref(), &trash)?;
        if call.caller.active().is_none() {
            call.caller.activate(process.name.clone());
        }
        Ok(ProcessRestoreAnswer::Restored {
            message: format!("Restored the process \"{}\".", process.name),
            concerned: Concerned::new(&process, None),
        })
    }
}

/// Those that can be restored, behind the entry that `after` names.
fn listed(
    call: &Call<'_>,
    trash: &[Trashed],
    after: Option<&str>,
) -> Result<ProcessRestoreAnswer, Failure> {
    let keys = keys(trash);
    let (passed, before) = passed(after, keys.iter().map(String::as_str))?;
    let rest = trash.get(passed..).unwrap_or_default();
    let total = trash.len();
    let counts = (rest.len(), total);
    let narrowed = narrowed(KIND, Wish::default(), before.as_deref(), counts);
    let message = narrowed.unwrap_or_else(|| {
        if trash.is_empty() {
            "Nothing was deleted lately.".to_owned()
        } else {
            "Nothing was restored, as no name was given. These can be restored by their names."
                .to_owned()
        }
    });
    let with_key = keys.iter().zip(trash).skip(passed);
    let entries: Vec<_> = with_key
        .map(|(key, item)| WholeEntry {
            after: named(key),
            body: move || TrashedBody::from(item),
        })
        .collect();
    let room = call.room_beside(&ProcessRestoreAnswer::Trash {
        message: message.clone(),
        trash: Vec::new(),
        total,
    });
    let page = Page::of("/trash", &entries, room);
    Ok(ProcessRestoreAnswer::Trash {
        message,
        trash: call.shown(page),
        total,
    })
}

/// What `after` calls each of what was deleted: its name, and when it was deleted if one before it
/// in the list has the same name.
fn keys(trash: &[Trashed]) -> Vec<String> {
    let mut before = HashSet::new();
    let named = trash.iter().map(|item| {
        if before.insert(item.name.as_str()) {
            item.name.to_string()
        } else {
            format!("{} {}", item.name, item.deleted_at)
        }
    });
    named.collect()
}

fn restore(
    call: &Call<'_>,
    name: &str,
    new: Option<&ProcessName>,
    trash: &[Trashed],
) -> Result<Arc<Process>, Failure> {
    call.manager
        .restore_process(name, new)
        .map_err(|error| match error {
            Error::Trash(Unresolved::NotFound { wanted, near }) if near.is_empty() => {
                let is_empty = trash.is_empty();
                Failure::NotInTrash { wanted, is_empty }
            }
            Error::Taken(Taken::Process { existing, .. }) => {
                let known = call.manager.process_names().unwrap_or_default();
                Failure::RestoredNameTaken {
                    deleted: name.to_owned(),
                    free: free_name(existing.as_str(), &known),
                    existing,
                }
            }
            other => other.into(),
        })
}

/// A name like `taken` that no process has.
fn free_name(taken: &str, known: &[ProcessName]) -> Option<String> {
    let known: Vec<_> = known.iter().map(|name| folded(name.as_str())).collect();
    let start: String = taken.chars().take(NUMBERED_CHARS_MAX).collect();
    let mut names = (2..NUMBERS_MAX).map(|number| format!("{start} {number}"));
    names.find(|name| !known.contains(&folded(name)))
}
