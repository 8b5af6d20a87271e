//! Fields of a task that somebody else changed while a form with them was open: such a form is refused,
//! and the refusal says by whom and when.

use std::sync::Arc;

use pm_core::manager::HistoryQuery;
use pm_core::{HistoryEntry, Process, ProcessManager, Task, TaskName};

use crate::form::Form;
use crate::problem::Problem;

/// How many changes of a task are looked through for the one that changed a field.
const LOOKED_AT_MAX: usize = 20;

/// A field of a form, and what it shows of a task.
pub(super) type Field<'a> = (&'static str, &'a dyn Fn(&Task) -> Option<String>);

/// Refuses a form with a text for one of these fields that would be written over another one than the
/// form began with.
pub(super) fn refuse_stale(
    (manager, form): (&ProcessManager, &Form),
    (process, task): (&Process, &str),
    fields: &[Field<'_>],
) -> Result<(), Problem> {
    let (name, task) = process.task(task)?;
    for (field, shown) in fields {
        let Some(present) = shown(task) else {
            continue;
        };
        form.refuse_stale(field, &present).map_err(|stale| {
            let is_other = |task: &Task| shown(task).is_some_and(|before| before != present);
            let change = last_change(manager, (process, name), is_other);
            Problem::stale(stale, change.as_deref())
        })?;
    }
    Ok(())
}

/// The last change before which the task was different, as `is_other` tells; `None` if the history
/// does not say.
fn last_change(
    manager: &ProcessManager,
    (process, task): (&Process, &TaskName),
    is_other: impl Fn(&Task) -> bool,
) -> Option<Arc<HistoryEntry>> {
    let query = HistoryQuery {
        task: Some(task.to_string()),
        limit: LOOKED_AT_MAX,
        ..HistoryQuery::default()
    };
    let changes = manager.history(&process.name, &query).ok()?.changes;
    let mut entries = changes.into_iter().map(|change| change.entry);
    entries.find(|entry| {
        let before = entry.revision.saturating_sub(1);
        let before = manager.process_at(&process.name, before);
        before.is_ok_and(|before| before.task(task.as_str()).is_ok_and(|(_, it)| is_other(it)))
    })
}
