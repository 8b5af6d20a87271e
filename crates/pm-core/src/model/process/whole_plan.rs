//! A whole plan at once: tasks in their order, with jobs and dependencies, all of them or none.

use std::collections::{HashMap, VecDeque};

use super::Process;
use crate::error::PlanProblem;
use crate::model::{Claimant, StatusChange};
use crate::{Error, JobName, Priority, Status, Task, TaskName, Timestamp};

/// A task that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedTask {
    /// Its name.
    pub name: TaskName,
    /// What it is about.
    pub description: String,
    /// How far it is from the start.
    pub status: Status,
    /// How much it matters.
    pub priority: Priority,
    /// The names of the tasks that have to be over before it: of the same plan, or of the process.
    pub depends_on: Vec<String>,
    /// Its jobs, in order.
    pub jobs: Vec<PlannedJob>,
}

/// A job of a task that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedJob {
    /// Its name.
    pub name: JobName,
    /// What is to be done.
    pub description: String,
    /// How far it is from the start.
    pub status: Status,
}

/// What a process has of a plan already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlanThere {
    /// None of its tasks.
    Nothing,
    /// All of it: every task with its description, its jobs and its dependencies.
    All,
    /// Some of its tasks, or tasks of those names that hold something else.
    Some {
        /// Those that are as planned.
        same: Vec<TaskName>,
        /// Those that hold something else.
        differing: Vec<TaskName>,
    },
}

impl PlannedTask {
    /// Makes a task without anything besides its name.
    pub fn new(name: TaskName) -> Self {
        Self {
            name,
            description: String::new(),
            status: Status::default(),
            priority: Priority::default(),
            depends_on: Vec::new(),
            jobs: Vec::new(),
        }
    }

    /// Whether `task` holds what was planned; progress made since, and additions to it, do not
    /// count.
    fn is_made_as(&self, process: &Process, task: &Task) -> bool {
        let has_job = |job: &PlannedJob| {
            task.jobs
                .values()
                .any(|there| there.name == job.name && there.description == job.description)
        };
        let depends = |name: &String| match process.task(name) {
            Ok((name, _)) => process.dependencies(task).any(|(there, _)| there == name),
            Err(_) => false,
        };
        task.description == self.description
            && self.jobs.iter().all(has_job)
            && self.depends_on.iter().all(depends)
    }
}

impl Process {
    /// What of a plan is there already.
    pub fn has_of_plan(&self, plan: &[PlannedTask]) -> PlanThere {
        let (mut same, mut differing) = (Vec::new(), Vec::new());
        for planned in plan {
            match self.task(planned.name.as_str()) {
                Ok((name, task)) if planned.is_made_as(self, task) => same.push(name.clone()),
                Ok((name, _)) => differing.push(name.clone()),
                Err(_) => {}
            }
        }
        if same.is_empty() && differing.is_empty() {
            PlanThere::Nothing
        } else if same.len() == plan.len() {
            PlanThere::All
        } else {
            PlanThere::Some { same, differing }
        }
    }

    /// Adds the tasks of a plan behind those that are there. If that is refused, some of them may
    /// have been added, so the caller drops the process.
    pub(crate) fn add_plan(
        &mut self,
        plan: &[PlannedTask],
        claimant: &Claimant,
        now: &Timestamp,
    ) -> Result<(), Error> {
        let status = |status| StatusChange {
            status: Some(status),
            note: None,
            at: now,
            by: &claimant.by,
        };
        for planned in plan {
            let description = planned.description.clone();
            self.add_task(planned.name.clone(), description, now)?;
            let (_, task) = self.task_mut(planned.name.as_str())?;
            if planned.status != Status::default() {
                task.change_status(status(planned.status));
            }
            if planned.priority != Priority::default() {
                task.prioritise(planned.priority);
            }
            for job in &planned.jobs {
                let added = task.add_job(job.name.clone(), job.description.clone(), now);
                if job.status != Status::default() {
                    let change = status(job.status);
                    task.jobs
                        .change(&added.key, |job| job.change_status(change));
                }
            }
        }
        for planned in plan.iter().filter(|planned| !planned.depends_on.is_empty()) {
            let names = self.name_dependencies(&planned.name, &planned.depends_on)?;
            let (_, task) = self.task_mut(planned.name.as_str())?;
            task.depend_on(&names);
        }
        self.refuse_circles(plan)
    }

    /// Refuses tasks of a plan that wait for each other. Its cost grows with their number alone.
    fn refuse_circles(&self, plan: &[PlannedTask]) -> Result<(), Error> {
        // How many of the plan each still waits for, and who waits for it.
        let mut open: HashMap<&TaskName, usize> = HashMap::new();
        let mut waiting: HashMap<&TaskName, Vec<&TaskName>> = HashMap::new();
        let planned: Vec<_> = plan
            .iter()
            .filter_map(|planned| self.tasks.get_key_value(&planned.name))
            .collect();
        open.extend(planned.iter().map(|(name, _)| (*name, 0)));
        for (name, task) in &planned {
            for (on, _) in self.dependencies(task) {
                if open.contains_key(on) {
                    *open.entry(*name).or_default() += 1;
                    waiting.entry(on).or_default().push(*name);
                }
            }
        }
        let free = open.iter().filter(|(_, count)| **count == 0);
        let mut free: VecDeque<&TaskName> = free.map(|(name, _)| *name).collect();
        while let Some(done) = free.pop_front() {
            open.remove(done);
            for name in waiting.remove(done).into_iter().flatten() {
                if let Some(count) = open.get_mut(name) {
                    *count -= 1;
                    if *count == 0 {
                        free.push_back(name);
                    }
                }
            }
        }
        // What is left is in a circle, or waits for one.
        let left = plan
            .iter()
            .filter(|planned| open.contains_key(&planned.name));
        let mut cycles = left.filter_map(|planned| self.dependency_cycle(&planned.name));
        cycles
            .next()
            .map_or(Ok(()), |cycle| Err(self.refused(PlanProblem::Cycle(cycle))))
    }
}
