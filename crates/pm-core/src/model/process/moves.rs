//! Other places for tasks and jobs, which are found by their names, as their neighbours are.

use super::{FoundJob, Process};
use crate::model::Moved;
use crate::{Error, Position, TaskName};

impl Process {
    pub(crate) fn move_task(
        &mut self,
        wanted: &str,
        to: &Position<String>,
    ) -> Result<(TaskName, Moved), Error> {
        let name = self.task(wanted)?.0.clone();
        let to = find_neighbour(to, |name| Ok(self.task(name)?.0.clone()))?;
        let moved = self.tasks.move_to(&name, &to);
        Ok((name, moved))
    }

    pub(crate) fn move_job(
        &mut self,
        task: &str,
        wanted: &str,
        to: &Position<String>,
    ) -> Result<(FoundJob, Moved), Error> {
        let (found, mut jobs) = self.found_job(task, wanted)?;
        let to = find_neighbour(to, |name| Ok(self.found_job(task, name)?.0.key))?;
        let moved = jobs.move_to(&found.key, &to);
        // A task that is handed out to be changed counts as touched.
        if !moved.is_nowhere_else() {
            self.task_mut(found.task.as_str())?.1.jobs = jobs;
        }
        Ok((found, moved))
    }
}

fn find_neighbour<K>(
    to: &Position<String>,
    find: impl FnOnce(&str) -> Result<K, Error>,
) -> Result<Position<K>, Error> {
    Ok(match to {
        Position::First => Position::First,
        Position::Last => Position::Last,
        Position::After(name) => Position::After(find(name)?),
    })
}
