//! Which task comes next, for whom, and what holds up the others.

use super::Process;
use crate::model::{Claimant, StatusChange};
use crate::{Claim, Priority, Status, StatusDetails, Task, TaskName, Timestamp};

/// The task that a caller is to work on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextTask {
    /// Its name.
    pub task: TaskName,
    /// The caller's claim on it that counts now; `None` if it has none, as after a mere look at a
    /// task that is free.
    pub claim: Option<Claim>,
    /// Whether the caller had it already.
    pub had: bool,
}

/// Why an unfinished task is not to be begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holdup {
    /// Another caller works on it.
    Claimed(Claim),
    /// Its status says so.
    Blocked(StatusDetails),
    /// These have to be over first.
    Waits(Vec<TaskName>),
}

/// What is to be done with the task that was picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pick<'a> {
    /// The caller has it, and the claim need not be renewed yet.
    Had(&'a TaskName),
    /// It is the caller's, and the claim is to be written.
    Renew(&'a TaskName),
    /// Nobody has it.
    Free(&'a TaskName),
}

impl Process {
    /// Why a task is not to be begun at the time `now`; `None` if it can be, or is over.
    ///
    /// A dependency that is cancelled holds nothing up, and neither does one that is done.
    pub fn holdup(&self, task: &Task, now: &Timestamp) -> Option<Holdup> {
        match task.status() {
            Status::Done | Status::Cancelled => None,
            Status::Blocked => Some(Holdup::Blocked(task.status_details())),
            Status::Todo | Status::InProgress => {
                if let Some(claim) = task.claim_at(now) {
                    return Some(Holdup::Claimed(claim));
                }
                let waits = self.unmet_dependencies(task);
                (!waits.is_empty()).then(|| Holdup::Waits(waits.into_iter().cloned().collect()))
            }
        }
    }

    /// The done task whose status changed last.
    pub fn finished_last(&self) -> Option<(&TaskName, &Task)> {
        let done = self
            .tasks
            .iter()
            .filter(|(_, task)| task.status() == Status::Done);
        done.max_by_key(|(_, task)| task.status_details().at.and_then(|at| at.instant()))
    }

    /// Picks the next task: the one that the caller has, or else the one of the highest priority
    /// that nothing holds up, the first in order if several have it.
    ///
    /// The cost grows with the number of tasks.
    pub(crate) fn pick_next(&self, claimant: &Claimant, now: &Timestamp) -> Option<Pick<'_>> {
        let mut free: Option<(Priority, &TaskName)> = None;
        for (name, task) in &self.tasks {
            if task.status() == Status::InProgress
                && let Some(claim) = task.claim().filter(|claim| claimant.has(claim))
            {
                // The task is the caller's even if the claim is over, as nobody else took it.
                let renew = claimant.should_renew(&claim, now);
                return Some(if renew {
                    Pick::Renew(name)
                } else {
                    Pick::Had(name)
                });
            }
            let waiting = matches!(task.status(), Status::Todo | Status::InProgress);
            if !waiting {
                continue;
            }
            let priority = task.priority();
            if free.is_none_or(|(best, _)| priority > best) && self.holdup(task, now).is_none() {
                free = Some((priority, name));
            }
        }
        free.map(|(_, name)| Pick::Free(name))
    }

    /// Claims a task that was picked.
    pub(crate) fn claim_task(
        &mut self,
        name: &TaskName,
        claimant: &Claimant,
        now: &Timestamp,
    ) -> Claim {
        let claim = claimant.claim(now);
        if let Some(task) = self.tasks.get_mut(name) {
            task.change_status(StatusChange {
                status: Some(Status::InProgress),
                note: None,
                at: now,
                by: &claimant.by,
            });
            task.set_claim(Some(&claim));
        }
        claim
    }

    /// Renews the claims of the caller on the tasks that a change has touched, if that is worth a
    /// write.
    pub(crate) fn renew_touched(&mut self, claimant: &Claimant, now: &Timestamp) {
        for name in self.tasks.touched_now() {
            let due = |task: &Task| {
                task.status() == Status::InProgress
                    && task.claim().is_some_and(|claim| {
                        claimant.has(&claim) && claimant.should_renew(&claim, now)
                    })
            };
            if self.tasks.get(&name).is_some_and(due)
                && let Some(task) = self.tasks.get_mut(&name)
            {
                task.set_claim(Some(&claimant.claim(now)));
            }
        }
    }

    /// Takes claims out of tasks that a change has touched and that are not in progress: an undo
    /// may have left them.
    pub(crate) fn drop_idle_claims(&mut self) {
        for name in self.tasks.touched_now() {
            let idle = |task: &Task| task.has_claim_field() && task.status() != Status::InProgress;
            if self.tasks.get(&name).is_some_and(idle)
                && let Some(task) = self.tasks.get_mut(&name)
            {
                task.set_claim(None);
            }
        }
    }
}
