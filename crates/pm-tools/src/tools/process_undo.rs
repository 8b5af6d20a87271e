//! The tool that takes back what was done last: a change, a deletion, a new process.

use std::sync::Arc;

use pm_core::error::Unresolved;
use pm_core::manager::{HistoryQuery, TakenBack, Undone};
use pm_core::{Changed, Error, HistoryEntry, Process, ProcessName};

use crate::call::Chosen;
use crate::text::phrases::sentence;
use crate::tool::prelude::*;

/// Takes a change back, or the deletion of a process.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct ProcessUndo {
    /// of another change
    revision: Option<u64>,
    /// if the user names one
    process: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct ProcessUndoAnswer {
    message: String,
    #[serde(flatten)]
    concerned: Concerned,
    undone_revisions: Vec<u64>,
}

impl ToolDefinition for ProcessUndo {
    const NAME: &'static str = "process_undo";
    const TITLE: &'static str = "Undo";
    const DESCRIPTION: &'static str = "Undo (take back) your last change, or a deletion.";
    const EFFECT: Effect = Effect::TakesBack;
    const NOTHING: &'static str = "Nothing was taken back";

    fn run(self, call: &Call<'_>) -> Result<impl Serialize, Failure> {
        let named = call.process_named(self.process.as_deref());
        let (manager, revision) = (call.manager, self.revision);
        if let (None, None) = (named, revision) {
            return undo_last(call);
        }
        let chosen = match (call.process(named), named) {
            (
                Err(Failure::Core(missing @ Error::Process(Unresolved::NotFound { .. }))),
                Some(named),
            ) if revision.is_none() => {
                return restore(call, named, missing);
            }
            (chosen, _) => chosen?,
        };
        let name = chosen.name();
        let undone = match revision {
            Some(revision) => manager.undo(name, revision)?,
            None => manager.undo_own(name)?,
        };
        let concerned = chosen.concerned_since(&undone.process);
        Ok(taken_back(call, name, &undone, concerned))
    }
}

/// Takes back what the caller did last, whichever process that concerns.
fn undo_last(call: &Call<'_>) -> Result<ProcessUndoAnswer, Failure> {
    let Some(last) = call.manager.undo_latest()? else {
        return undo_of_former(call);
    };
    let (message, process) = match last {
        TakenBack::Change { name, undone } => {
            let concerned = Concerned::new(&undone.process, None);
            let is_open = call.caller.active().is_none_or(|open| open == name);
            let mut answer = taken_back(call, &name, &undone, concerned);
            if !is_open {
                let inside = format!(" This was in the process \"{}\".", undone.process.name);
                answer.message.push_str(&inside);
            }
            return Ok(answer);
        }
        TakenBack::Deletion(process) => return Ok(restored(call, &process)),
        TakenBack::Creation(process) => {
            let message = format!(
                "Took back the new process \"{}\": deleted it.",
                process.name
            );
            (message, process)
        }
        TakenBack::Restoration(process) => {
            let message = format!("Deleted the restored process \"{}\" again.", process.name);
            (message, process)
        }
    };
    call.caller.follow(&process.name, None);
    Ok(ProcessUndoAnswer {
        message: message + &call.how_to_restore(&process.name),
        concerned: Concerned::new(&process, None),
        undone_revisions: Vec::new(),
    })
}

/// Takes back, for a caller that has done nothing yet, the last change that a former session of
/// it made in the process that is meant, unless it may have deleted a process since.
fn undo_of_former(call: &Call<'_>) -> Result<ProcessUndoAnswer, Failure> {
    let manager = call.manager;
    let chosen = call.process(None);
    if !manager.has_done_anything() {
        let by = manager.identity().actor().to_string();
        let deleted = manager.trash()?.into_iter().next();
        let deleted = deleted.filter(|deleted| deleted.by == by);
        if let Some(deleted) = deleted {
            let last = match &chosen {
                Ok(chosen) => last_own(call, chosen)?,
                Err(_) => None,
            };
            let is_later = |last: &HistoryEntry| deleted.deleted_at.instant() >= last.at.instant();
            if last.as_deref().is_none_or(is_later) {
                let changed = chosen.ok().filter(|_| last.is_some());
                return Err(Failure::DeletedLast {
                    deleted: deleted.name,
                    changed: changed.map(|chosen| chosen.name().clone()),
                });
            }
        }
    }
    let chosen = chosen?;
    let undone = manager.undo_own(chosen.name())?;
    let concerned = chosen.concerned_since(&undone.process);
    Ok(taken_back(call, chosen.name(), &undone, concerned))
}

/// The last change of a process that is the caller's and stands.
fn last_own(call: &Call<'_>, chosen: &Chosen) -> Result<Option<Arc<HistoryEntry>>, Failure> {
    let is_own = call.manager.own_changes(&chosen.process);
    let page = call
        .manager
        .history(chosen.name(), &HistoryQuery::default())?;
    let standing = page.changes.into_iter().find(|change| {
        change.undone_by.is_none() && change.entry.action.undoes.is_empty() && is_own(&change.entry)
    });
    Ok(standing.map(|change| change.entry))
}

/// What is said of changes that were taken back; the open process follows its name.
fn taken_back(
    call: &Call<'_>,
    name: &ProcessName,
    undone: &Changed<Undone>,
    concerned: Concerned,
) -> ProcessUndoAnswer {
    call.caller.follow(name, Some(&undone.process.name));
    let changes = &undone.value.changes;
    let told = changes.iter().map(|change| sentence(&change.summary));
    ProcessUndoAnswer {
        message: told.collect::<Vec<_>>().join(" "),
        concerned,
        undone_revisions: changes.iter().map(|change| change.entry.revision).collect(),
    }
}

/// Puts a process back that was deleted; `missing` is the refusal if none was.
fn restore(call: &Call<'_>, named: &str, missing: Error) -> Result<ProcessUndoAnswer, Failure> {
    match call.manager.undo_deletion(named) {
        Err(Error::Trash(Unresolved::NotFound { .. })) => Err(missing.into()),
        outcome => Ok(restored(call, &*outcome?)),
    }
}

fn restored(call: &Call<'_>, process: &Process) -> ProcessUndoAnswer {
    if call.caller.active().is_none() {
        call.caller.activate(process.name.clone());
    }
    ProcessUndoAnswer {
        message: format!("Restored the process \"{}\".", process.name),
        concerned: Concerned::new(process, None),
        undone_revisions: Vec::new(),
    }
}
