//! Operations that work the plan: the next task, claims, and progress.

use std::sync::Arc;

use super::if_needed::Step;
use super::{Changed, ProcessManager};
use crate::error::PlanProblem;
use crate::history::quoted;
use crate::model::Pick;
use crate::{
    Action, Claim, Error, NextTask, Process, ProcessName, Status, StoreError, TaskName, TaskUpdate,
    Timestamp, UpdatedTask,
};

/// How often a task is picked anew because others were faster.
const CLAIM_RETRIES: u32 = 16;

/// Whether the next task is to be claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// The task is the caller's from now on, for the time of a lease.
    Claim,
    /// Nothing changes.
    Peek,
}

impl ProcessManager {
    /// Finds the next task for the caller: the one that it has claimed, or else one that is neither
    /// over, blocked, another caller's nor waiting for others, of the highest priority and the
    /// first in order. With [`Look::Claim`] the task is in progress and the caller's from then on;
    /// no two callers get the same. `None` if there is none, and [`StoreError::Contended`] if
    /// others were faster sixteen times.
    ///
    /// ```
    /// # use pm_core::manager::Look;
    /// # use pm_core::model::TaskUpdate;
    /// # use pm_core::{MemoryStore, ProcessManager, Status};
    /// # let manager = ProcessManager::new(MemoryStore::new()).claiming_as("agent 1");
    /// # let garden = manager.create_process("garden".parse()?, "")?.name.clone();
    /// manager.add_task(&garden, "soil test".parse()?, "Find out what grows here")?;
    /// while let Some(next) = manager.next_task(&garden, Look::Claim)?.value {
    ///     println!("working on {}", next.task);
    ///     let done = TaskUpdate {
    ///         status: Some(Status::Done),
    ///         ..TaskUpdate::default()
    ///     };
    ///     manager.update_task(&garden, next.task.as_str(), done)?;
    /// }
    /// # Ok::<(), pm_core::Error>(())
    /// ```
    pub fn next_task(
        &self,
        process: &ProcessName,
        look: Look,
    ) -> Result<Changed<Option<NextTask>>, Error> {
        let claimant = self.claimant();
        for _ in 0..CLAIM_RETRIES {
            // Most calls that claim nothing end here, without a change that would say nothing.
            let now = self.now();
            let present = self.store.read(process.as_str())?;
            let found = |task: &TaskName, had: bool| {
                let claim = present.tasks.get(task).and_then(|task| task.claim_at(&now));
                let claim = claim.filter(|claim| claimant.has(claim));
                Some(NextTask {
                    task: task.clone(),
                    claim,
                    had,
                })
            };
            let value = match present.pick_next(&claimant, &now) {
                None => None,
                Some(Pick::Had(task)) => found(task, true),
                Some(Pick::Renew(task)) if look == Look::Peek => found(task, true),
                Some(Pick::Free(task)) if look == Look::Peek => found(task, false),
                Some(Pick::Renew(_) | Pick::Free(_)) => match self.claim_next(process) {
                    Err(Error::Plan(_, PlanProblem::NothingToClaim)) => continue,
                    claimed => return claimed,
                },
            };
            return Ok(Changed::nothing(value, present));
        }
        Err(StoreError::Contended.into())
    }

    fn claim_next(&self, process: &ProcessName) -> Result<Changed<Option<NextTask>>, Error> {
        let claimant = self.claimant();
        self.change(process, move |process, now| {
            let (task, had) = match process.pick_next(&claimant, now) {
                Some(Pick::Had(task) | Pick::Renew(task)) => (task.clone(), true),
                Some(Pick::Free(task)) => (task.clone(), false),
                None => return Err(process.refused(PlanProblem::NothingToClaim)),
            };
            let claim = Some(process.claim_task(&task, &claimant, now));
            let action = if had {
                renewed(&task)
            } else {
                Action::new("claim_task", format!("claimed the task {}", quoted(&task)))
            };
            Ok((Some(NextTask { task, claim, had }), action))
        })
    }

    /// Changes a task's part in the plan, all that is given or nothing.
    ///
    /// [`PlanProblem::Claimed`] if its status is to change and another caller has it, unless the
    /// update says to take it over; [`PlanProblem::Dependency`] and [`PlanProblem::Cycle`] for
    /// tasks that it cannot depend on. If the task has all that already, no revision is made.
    pub fn update_task(
        &self,
        process: &ProcessName,
        task: &str,
        update: TaskUpdate,
    ) -> Result<Changed<UpdatedTask>, Error> {
        let task = task.to_owned();
        let claimant = self.claimant();
        self.change_if_needed(process, move |process, now| {
            let before = process.clone();
            let updated = process.update_task(&task, &update, &claimant, now)?;
            let all = std::slice::from_ref(&updated);
            if are_as_before(&before, process, all, &update) {
                return Ok(Step::Nothing(updated));
            }
            let summary = UpdatedTask::summary(all);
            Ok(Step::Made(updated, Action::new("update_task", summary)))
        })
    }

    /// Changes the part of several tasks in the plan in the same way, as
    /// [`update_task`](Self::update_task) does with one: of all of them in one change, or of none.
    /// If they are moved, they stand one behind the other, in the order in which they are given. A
    /// task that is given twice counts once; nothing changes if none is given, or if all of them
    /// have all that already.
    pub fn update_tasks(
        &self,
        process: &ProcessName,
        tasks: &[impl AsRef<str>],
        update: TaskUpdate,
    ) -> Result<Changed<Vec<UpdatedTask>>, Error> {
        let tasks: Vec<String> = tasks.iter().map(|task| task.as_ref().to_owned()).collect();
        let claimant = self.claimant();
        self.change_if_needed(process, move |process, now| {
            let before = process.clone();
            let updated = process.update_tasks(&tasks, &update, &claimant, now)?;
            if are_as_before(&before, process, &updated, &update) {
                return Ok(Step::Nothing(updated));
            }
            let summary = UpdatedTask::summary(&updated);
            Ok(Step::Made(updated, Action::new("update_tasks", summary)))
        })
    }

    /// Renews the caller's claim on a task that it works with, if it has one and more than a
    /// quarter of the lease is over. Answers the process after that, if the claim was renewed.
    ///
    /// A change of a task renews its claim by itself; this call is for reads, and for changes that
    /// may come to nothing.
    pub fn renew_claim(
        &self,
        process: &Process,
        task: &str,
    ) -> Result<Option<Arc<Process>>, Error> {
        let claimant = self.claimant();
        let is_due = |process: &Process, now: &Timestamp| {
            let (name, task) = process.task(task).ok()?;
            let claim = task.claim().filter(|claim| claimant.has(claim))?;
            let due = task.status() == Status::InProgress && claimant.should_renew(&claim, now);
            due.then(|| name.clone())
        };
        let Some(name) = is_due(process, &self.now()) else {
            return Ok(None);
        };
        let renewal = self.change(&process.name, move |process, _| {
            // The claim on a task that is touched is renewed with the change.
            if process.tasks.get_mut(&name).is_none() {
                return Err(process.refused(PlanProblem::NothingToClaim));
            }
            Ok(((), renewed(&name)))
        });
        match renewal {
            Ok(changed) => Ok(Some(changed.process)),
            Err(Error::Plan(_, PlanProblem::NothingToClaim)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Lets go of the tasks of a process that the caller has claimed, which stay in progress and
    /// are free for others. Answers how many.
    pub fn release_claims(&self, process: &ProcessName) -> Result<usize, Error> {
        let claimant = self.claimant();
        let held = move |process: &Process| -> Vec<TaskName> {
            let mine = |claim| claimant.has(&claim);
            let tasks = process.tasks.iter();
            let held = tasks.filter(|(_, task)| task.claim().is_some_and(mine));
            held.map(|(name, _)| name.clone()).collect()
        };
        if held(&*self.store.read(process.as_str())?).is_empty() {
            return Ok(0);
        }
        let released = self.change(process, move |process, _| {
            let names = held(process);
            for name in &names {
                if let Some(task) = process.tasks.get_mut(name) {
                    task.set_claim(None);
                }
            }
            let summary = format!("let go of the claimed tasks (tasks: {})", names.len());
            Ok((names.len(), Action::new("release_claims", summary)))
        })?;
        Ok(released.value)
    }

    /// Lets go of a task, whoever has it; the task stays in progress and is free for others.
    /// Answers the claim that it had, whether it is over or not; nothing changes if it had none.
    ///
    /// Claims are in no other change's way, and so taking this back gives nobody the task again.
    pub fn release_claim(
        &self,
        process: &ProcessName,
        task: &str,
    ) -> Result<Changed<Option<(TaskName, Claim)>>, Error> {
        let task = task.to_owned();
        self.change_if_needed(process, move |process, _| {
            let (name, claimed) = process.task(&task)?;
            let Some(claim) = claimed.claim() else {
                return Ok(Step::Nothing(None));
            };
            let name = name.clone();
            if let Some(task) = process.tasks.get_mut(&name) {
                task.set_claim(None);
            }
            let summary = format!(
                "let go of the task {}, claimed by {}",
                quoted(&name),
                quoted(&claim.by)
            );
            let action = Action::new("release_claim", summary);
            Ok(Step::Made(Some((name, claim)), action))
        })
    }

    /// The present time by the store's clock, to hold claims against.
    pub fn now(&self) -> Timestamp {
        self.store.now().into()
    }
}

fn renewed(task: &TaskName) -> Action {
    let summary = format!("renewed the claim on the task {}", quoted(task));
    Action::new("renew_claim", summary)
}

/// Whether an update came to nothing: the tasks had all of it, and stand where they stood.
fn are_as_before(
    before: &Process,
    after: &Process,
    updated: &[UpdatedTask],
    update: &TaskUpdate,
) -> bool {
    let mut names = updated.iter().map(|updated| &updated.task);
    names.all(|name| before.tasks.get(name) == after.tasks.get(name))
        && (update.position.is_none() || before.tasks.keys().eq(after.tasks.keys()))
}
