//! The operation that makes a whole plan: in a new process or in one that is there.

use std::sync::Arc;

use super::{Changed, ProcessManager};
use crate::history::quoted;
use crate::{Action, Error, PlannedTask, Process, ProcessName};

impl ProcessManager {
    /// Adds the tasks of a plan to a process, with their jobs and dependencies: all of them in one
    /// change, or none.
    pub fn add_plan(
        &self,
        process: &ProcessName,
        plan: Vec<PlannedTask>,
    ) -> Result<Changed<()>, Error> {
        let claimant = self.claimant();
        self.change(process, move |process, now| {
            process.add_plan(&plan, &claimant, now)?;
            let summary = match plan.as_slice() {
                [only] => format!("added a plan of the task {}", quoted(&only.name)),
                tasks => format!("added a plan of {} tasks", tasks.len()),
            };
            Ok(((), Action::new("add_plan", summary)))
        })
    }

    /// Creates a process with a plan in it: all of it, or nothing. Its revision is 1.
    pub fn create_planned(
        &self,
        name: ProcessName,
        description: impl Into<String>,
        plan: &[PlannedTask],
    ) -> Result<Arc<Process>, Error> {
        let (claimant, now) = (self.claimant(), self.now());
        let mut process = Process::new(name, description.into(), now.clone());
        process.add_plan(plan, &claimant, &now)?;
        self.create_whole(process)
    }
}
