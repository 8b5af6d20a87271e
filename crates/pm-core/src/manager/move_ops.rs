//! Operations that give tasks and jobs another place among the others.

use super::if_needed::Step;
use super::{Changed, ProcessManager};
use crate::history::quoted;
use crate::model::Moved;
use crate::{Action, Error, FoundJob, Position, ProcessName, TaskName};

impl ProcessManager {
    /// Moves a task to a position among the others of its process: in front of all, behind all, or
    /// behind the one that a name means, which is found as the task is ([`Process::task`]). Nothing
    /// changes if it stands there already.
    ///
    /// ```
    /// # use pm_core::model::Position;
    /// # use pm_core::{MemoryStore, ProcessManager};
    /// # let manager = ProcessManager::new(MemoryStore::new());
    /// # let garden = manager.create_process("garden".parse()?, "")?.name.clone();
    /// for task in ["soil test", "beds", "water"] {
    ///     manager.add_task(&garden, task.parse()?, "")?;
    /// }
    /// let behind = Position::After("Soil_Test".to_owned());
    /// let moved = manager.move_task(&garden, "water", behind)?.value.1;
    /// assert_eq!((moved.old, moved.new), (3, 2));
    /// # Ok::<(), pm_core::Error>(())
    /// ```
    ///
    /// [`Process::task`]: crate::Process::task
    pub fn move_task(
        &self,
        process: &ProcessName,
        task: &str,
        to: Position<String>,
    ) -> Result<Changed<(TaskName, Moved)>, Error> {
        let task = task.to_owned();
        self.change_if_needed(process, move |process, _| {
            let (name, moved) = process.move_task(&task, &to)?;
            if moved.is_nowhere_else() {
                return Ok(Step::Nothing((name, moved)));
            }
            let summary = format!("moved the task {} {}", quoted(&name), places(moved));
            let action = Action::new("move_task", summary);
            Ok(Step::Made((name, moved), action))
        })
    }

    /// Moves a job to a position among the others of its task; it and the one that it is to follow
    /// are found as in [`update_job`](Self::update_job). Nothing changes if it stands there
    /// already.
    pub fn move_job(
        &self,
        process: &ProcessName,
        task: &str,
        job: &str,
        to: Position<String>,
    ) -> Result<Changed<(FoundJob, Moved)>, Error> {
        let (task, job) = (task.to_owned(), job.to_owned());
        self.change_if_needed(process, move |process, _| {
            let (found, moved) = process.move_job(&task, &job, &to)?;
            if moved.is_nowhere_else() {
                return Ok(Step::Nothing((found, moved)));
            }
            let (task, job) = (quoted(&found.task), quoted(&found.job.name));
            let summary = format!("moved the job {job} of the task {task} {}", places(moved));
            let action = Action::new("move_job", summary);
            Ok(Step::Made((found, moved), action))
        })
    }
}

fn places(Moved { old, new }: Moved) -> String {
    format!("from place {old} to place {new}")
}
