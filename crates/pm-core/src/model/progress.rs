//! How far a number of tasks or jobs is, counted by status.

use super::{Job, Process, Status, Task};

/// How many of some tasks or jobs have each status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Those that nobody has begun.
    pub todo: usize,
    /// Those that a caller works on.
    pub in_progress: usize,
    /// Those whose status is blocked; not those that only wait for others.
    pub blocked: usize,
    /// Those that are finished.
    pub done: usize,
    /// Those that will not be done.
    pub cancelled: usize,
}

impl Progress {
    /// How far the tasks of a process are. The cost grows with their number.
    pub fn of_tasks(process: &Process) -> Self {
        process.tasks.values().map(Task::status).collect()
    }

    /// How far the jobs of a task are. The cost grows with their number.
    pub fn of_jobs(task: &Task) -> Self {
        task.jobs.values().map(Job::status).collect()
    }

    /// All that are to be done or are done: without the cancelled ones.
    pub fn all(self) -> usize {
        self.todo + self.in_progress + self.blocked + self.done
    }

    /// Those that can go on: neither blocked nor over.
    pub fn open(self) -> usize {
        self.todo + self.in_progress
    }

    /// Whether none has a status but `todo`, as in a file without statuses.
    pub fn is_untouched(self) -> bool {
        self.in_progress + self.blocked + self.done + self.cancelled == 0
    }

    /// Counts one more.
    pub(crate) fn count(&mut self, status: Status) {
        *self.number(status) += 1;
    }

    /// Counts one less, if there is any.
    pub(crate) fn discount(&mut self, status: Status) {
        let number = self.number(status);
        *number = number.saturating_sub(1);
    }

    fn number(&mut self, status: Status) -> &mut usize {
        match status {
            Status::Todo => &mut self.todo,
            Status::InProgress => &mut self.in_progress,
            Status::Blocked => &mut self.blocked,
            Status::Done => &mut self.done,
            Status::Cancelled => &mut self.cancelled,
        }
    }
}

impl FromIterator<Status> for Progress {
    fn from_iter<I: IntoIterator<Item = Status>>(statuses: I) -> Self {
        let mut progress = Self::default();
        for status in statuses {
            progress.count(status);
        }
        progress
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cancelled_ones_count_for_nothing() {
        let statuses = [
            "todo",
            "in_progress",
            "blocked",
            "done",
            "done",
            "cancelled",
        ];
        let progress: Progress = statuses.iter().map(|s| s.parse().unwrap()).collect();
        assert_eq!((progress.done, progress.all()), (2, 5));
        assert_eq!((progress.open(), progress.blocked), (2, 1));
        assert!(!progress.is_untouched());
        assert!(Progress::from_iter([Status::Todo]).is_untouched());
    }
}
