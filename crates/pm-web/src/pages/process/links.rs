//! Which tasks wait for which: those of a plan that are asked for, and what leads from one to another.

use std::collections::{BTreeSet, VecDeque};

use pm_core::{Process, Task, TaskName};

/// Tasks, and which of them waits for which. A task is named by its place among them.
pub(super) struct Links<'a> {
    pub(super) tasks: Vec<(&'a TaskName, &'a Task)>,
    /// Each leads from a task to one that waits for it.
    pub(super) arrows: Vec<(usize, usize)>,
}

impl<'a> Links<'a> {
    /// Those tasks of a process that are `shown`.
    pub(super) fn new(process: &'a Process, shown: impl Fn(&TaskName, &Task) -> bool) -> Self {
        let tasks: Vec<_> = process
            .tasks
            .iter()
            .filter(|(name, task)| shown(name, task))
            .collect();
        let place = |wanted: &TaskName| tasks.iter().position(|(name, _)| *name == wanted);
        let mut arrows = Vec::new();
        for (to, (_, task)) in tasks.iter().enumerate() {
            let on = process.dependencies(task).filter_map(|(on, _)| place(on));
            arrows.extend(on.map(|from| (from, to)));
        }
        Self { tasks, arrows }
    }

    pub(super) fn place(&self, wanted: &TaskName) -> Option<usize> {
        self.tasks.iter().position(|(name, _)| *name == wanted)
    }

    /// The tasks that wait for another or hold one up.
    pub(super) fn linked(&self) -> BTreeSet<usize> {
        let ends = |(from, to): &(usize, usize)| [*from, *to];
        self.arrows.iter().flat_map(ends).collect()
    }

    /// A task, what it waits for and what waits for it, also through others; the nearest first.
    pub(super) fn around(&self, one: usize) -> Vec<usize> {
        let before = self.reached(one, |(from, to)| (to, from));
        let behind = self.reached(one, |(from, to)| (from, to));
        let mut found: Vec<(usize, usize)> = before.into_iter().chain(behind).collect();
        found.sort_by_key(|(_, steps)| *steps);
        let mut seen = BTreeSet::new();
        found.retain(|(other, _)| seen.insert(*other));
        found.into_iter().map(|(other, _)| other).collect()
    }

    /// The tasks to which arrows lead from a task, in this direction, each with how many steps away
    /// it is.
    fn reached(
        &self,
        one: usize,
        direction: fn((usize, usize)) -> (usize, usize),
    ) -> Vec<(usize, usize)> {
        let mut seen = BTreeSet::from([one]);
        let mut found = Vec::new();
        let mut waiting = VecDeque::from([(one, 0)]);
        while let Some((at, steps)) = waiting.pop_front() {
            found.push((at, steps));
            let arrows = self.arrows.iter().copied().map(direction);
            for (_, to) in arrows.filter(|(from, _)| *from == at) {
                if seen.insert(to) {
                    waiting.push_back((to, steps + 1));
                }
            }
        }
        found
    }
}
