//! Taking back one change, and saying beforehand what that would do.

use std::sync::Arc;

use super::{Changed, ProcessManager};
use crate::error::HistoryProblem;
use crate::history::{Past, Plan};
use crate::store::refuse_taken;
use crate::{Error, HistoryEntry, Patch, Process, ProcessName, StoreError};

/// How often an undo is planned anew because of changes that were made meanwhile.
const UNDO_RETRIES: u32 = 16;

/// What was taken back.
#[derive(Debug, Clone)]
pub struct Undone {
    /// The changes, newest first.
    pub changes: Vec<UndoneChange>,
}

/// A change that was taken back.
#[derive(Debug, Clone)]
pub struct UndoneChange {
    /// The change.
    pub entry: Arc<HistoryEntry>,
    /// What the history says of taking it back: one line for people.
    pub summary: String,
}

impl UndoneChange {
    fn of(plan: &Plan) -> Self {
        Self {
            entry: Arc::clone(&plan.undone),
            summary: plan.action.summary.clone(),
        }
    }
}

impl ProcessManager {
    /// Takes back the change that made `revision`, and leaves all others as they are. That is a
    /// change itself, which can be taken back as well.
    ///
    /// Refused with [`HistoryProblem::ChangedSince`] if a later change touched the same places and
    /// was not itself taken back, and with another [`HistoryProblem`] if the change cannot be taken
    /// back at all. What would come back may be refused, too: a name with [`Error::Taken`], tasks
    /// that would wait for each other with [`Error::Plan`].
    pub fn undo(&self, process: &ProcessName, revision: u64) -> Result<Changed<Undone>, Error> {
        self.with_plan(process, revision, |plan| self.carry_out(process, plan))
    }

    /// Says what [`undo`](Self::undo) would take back at this moment, or why it would be refused,
    /// and changes nothing.
    ///
    /// It does not ask whether the store can be written to.
    pub fn undo_preview(
        &self,
        process: &ProcessName,
        revision: u64,
    ) -> Result<UndoneChange, Error> {
        self.with_plan(process, revision, |plan| {
            let present = self.store.read(process.as_str())?;
            match &plan.rename {
                Some(old) => refuse_taken(&self.store.names()?, old, Some(process))?,
                None => drop(taken_back(&present, plan)?),
            }
            Ok(UndoneChange::of(plan))
        })
    }

    /// Plans to take back the change that made `revision`, and does `work` with the plan; plans
    /// anew if changes came meanwhile that are in its way.
    fn with_plan<T>(
        &self,
        process: &ProcessName,
        revision: u64,
        work: impl Fn(&Plan) -> Result<T, Error>,
    ) -> Result<T, Error> {
        for _ in 0..UNDO_RETRIES {
            let entries = self.history_from(process, revision)?;
            let past = Past::new(process, &entries);
            let plan = past.plan(revision)?;
            match work(&plan) {
                Err(Error::History(_, HistoryProblem::ChangedSince { .. })) => {}
                outcome => return outcome,
            }
            // A change is there that the plan did not know of: one that was made since, or one
            // whose patch is not known.
            let newest = past.newest().unwrap_or(revision);
            if self.store.history(process.as_str(), newest)?.is_empty() {
                return Err(past.misfit(&plan));
            }
        }
        Err(StoreError::Contended.into())
    }

    /// The changes of a process from the one that made `revision` on, which is to be taken back.
    /// All changes if that one is not there, or took earlier ones back itself.
    fn history_from(
        &self,
        process: &ProcessName,
        revision: u64,
    ) -> Result<Vec<Arc<HistoryEntry>>, Error> {
        let from = revision.saturating_sub(1);
        let entries = self.store.history(process.as_str(), from)?;
        let is_it = |first: &Arc<HistoryEntry>| {
            first.revision == revision && first.action.undoes.is_empty()
        };
        if entries.first().is_some_and(is_it) {
            return Ok(entries);
        }
        self.store.history(process.as_str(), 0)
    }

    /// Carries a plan out, if it still fits the state in the store at that moment.
    pub(super) fn carry_out(
        &self,
        process: &ProcessName,
        plan: &Plan,
    ) -> Result<Changed<Undone>, Error> {
        let changes = vec![UndoneChange::of(plan)];
        if let Some(old) = &plan.rename {
            let action = plan.action.clone();
            let renamed = self.store.rename(process, old, &self.requester(), action)?;
            self.made(&renamed, renamed.revision);
            self.done().follow(process, &renamed);
            return Ok(Changed {
                value: Undone { changes },
                revision: Some(renamed.revision),
                process: renamed,
            });
        }
        let plan = plan.clone();
        self.change(process, move |process, _| {
            *process = taken_back(process, &plan)?;
            let changes = changes.clone();
            Ok((Undone { changes }, plan.action.clone()))
        })
    }
}

/// What `process` is without the change that is to be taken back; refused if the plan does not fit
/// it.
fn taken_back(process: &Process, plan: &Plan) -> Result<Process, Error> {
    let changed_since = || {
        let (revision, later) = (plan.undone.revision, Vec::new());
        let problem = HistoryProblem::ChangedSince { revision, later };
        Error::History(process.name.clone(), problem)
    };
    let mut undone = process.clone();
    undone.apply(&plan.patch).map_err(|_| changed_since())?;
    // Another caller was faster.
    if Patch::between(process, &undone).is_empty() {
        return Err(changed_since());
    }
    undone.refuse_twins(&plan.patch)?;
    undone.follow_dependencies(&plan.patch)?;
    undone.drop_idle_claims();
    Ok(undone)
}
