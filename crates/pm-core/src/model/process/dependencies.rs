//! Which tasks wait for which: names that follow their tasks, and no circles.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::Process;
use crate::error::PlanProblem;
use crate::model::DEPENDS_ON;
use crate::resolve::folded;
use crate::{Edit, Entity, EntryEdit, Error, Patch, Status, Task, TaskName};

impl Process {
    /// The tasks that have to be over before `task`, in the order of its file.
    ///
    /// A name in the file that no task has, not even loosely, holds nothing up and is passed
    /// over.
    pub fn dependencies<'a>(
        &'a self,
        task: &Task,
    ) -> impl Iterator<Item = (&'a TaskName, &'a Task)> {
        let names = task.depends_on().into_iter();
        names.filter_map(|name| self.find_task(&name))
    }

    /// Those of the dependencies of `task` that are not over: neither done nor cancelled.
    pub fn unmet_dependencies(&self, task: &Task) -> Vec<&TaskName> {
        let unmet = self
            .dependencies(task)
            .filter(|(_, task)| !task.status().is_over());
        unmet.map(|(name, _)| name).collect()
    }

    /// How many tasks wait for others: those that are neither blocked nor over and depend on one
    /// that is not over.
    ///
    /// The cost grows with the number of tasks, though only those with dependencies are looked
    /// into.
    pub(crate) fn waiting_tasks(&self) -> usize {
        let waits = |task: &&Task| {
            matches!(task.status(), Status::Todo | Status::InProgress)
                && task.has_dependencies_field()
                && self
                    .dependencies(task)
                    .any(|(_, on)| !on.status().is_over())
        };
        self.tasks.values().filter(waits).count()
    }

    /// The way from a task back to itself along its dependencies, that task at both ends; `None` if
    /// there is none. Only an edit of the file by hand can make one.
    pub fn dependency_cycle(&self, task: &TaskName) -> Option<Vec<TaskName>> {
        let first = self.tasks.get(task)?;
        let next = self.dependencies(first).map(|(name, _)| name.clone());
        next.collect::<Vec<_>>()
            .into_iter()
            .find_map(|next| self.cycle_through(task, &next))
    }

    /// The circle that there is, or would be, if `task` depends on `on`.
    fn cycle_through(&self, task: &TaskName, on: &TaskName) -> Option<Vec<TaskName>> {
        let mut came_from: BTreeMap<TaskName, TaskName> = BTreeMap::new();
        let mut seen = BTreeSet::from([on.clone()]);
        let mut waiting = VecDeque::from([on.clone()]);
        while let Some(name) = waiting.pop_front() {
            if name == *task {
                let mut way = vec![name];
                while let Some(before) = way.last().and_then(|name| came_from.get(name)) {
                    way.push(before.clone());
                }
                way.push(task.clone());
                way.reverse();
                return Some(way);
            }
            let found = self.tasks.get(&name).into_iter();
            for (next, _) in found.flat_map(|found| self.dependencies(found)) {
                if seen.insert(next.clone()) {
                    came_from.insert(next.clone(), name.clone());
                    waiting.push_back(next.clone());
                }
            }
        }
        None
    }

    /// Finds the tasks that `wanted` means as dependencies of `task`, each once; refuses a name
    /// that no task has, and a task that would wait for itself.
    pub(super) fn find_dependencies(
        &self,
        task: &TaskName,
        wanted: &[String],
    ) -> Result<Vec<TaskName>, Error> {
        let found = self.name_dependencies(task, wanted)?;
        match found.iter().find_map(|on| self.cycle_through(task, on)) {
            Some(cycle) => Err(self.refused(PlanProblem::Cycle(cycle))),
            None => Ok(found),
        }
    }

    /// Finds the tasks that `wanted` means as dependencies of `task`, each once, whatever those
    /// wait for; refuses a name that no task has.
    pub(super) fn name_dependencies(
        &self,
        task: &TaskName,
        wanted: &[String],
    ) -> Result<Vec<TaskName>, Error> {
        let mut found: Vec<TaskName> = Vec::new();
        for wanted in wanted {
            let name = match self.task(wanted) {
                Ok((name, _)) => name,
                Err(Error::Task(_, on)) => {
                    let task = task.clone();
                    return Err(self.refused(PlanProblem::Dependency { task, on }));
                }
                Err(error) => return Err(error),
            };
            if !found.contains(name) {
                found.push(name.clone());
            }
        }
        Ok(found)
    }

    /// The error for what the plan of this process does not allow.
    pub(crate) fn refused(&self, problem: PlanProblem) -> Error {
        Error::Plan(self.name.clone(), problem)
    }

    /// Lets the dependencies of all tasks follow one that gets another name, or is deleted if `new`
    /// is `None`; to be called while it still has the old one.
    ///
    /// The cost grows with the number of tasks, though only those with dependencies are looked
    /// into.
    pub(crate) fn redirect_dependencies(&mut self, old: &TaskName, new: Option<&TaskName>) {
        let key = folded(old.as_str());
        let means_old = |name: &String| {
            *name == old.as_str()
                || (folded(name) == key
                    && self.find_task(name).is_some_and(|(found, _)| found == old))
        };
        let redirect = |task: &Task| -> Option<Vec<String>> {
            if !task.has_dependencies_field() {
                return None;
            }
            let mut names = task.depends_on();
            if !names.iter().any(means_old) {
                return None;
            }
            match new {
                None => names.retain(|name| !means_old(name)),
                Some(new) => {
                    for name in names.iter_mut().filter(|name| means_old(name)) {
                        new.as_str().clone_into(name);
                    }
                }
            }
            Some(names)
        };
        let found = self.tasks.iter();
        let found = found.filter_map(|(name, task)| Some((name.clone(), redirect(task)?)));
        for (task, names) in found.collect::<Vec<_>>() {
            if let Some(task) = self.tasks.get_mut(&task) {
                task.rewrite_dependencies(&names);
            }
        }
    }

    /// Lets dependencies follow the tasks that `patch`, an undo, has renamed, if other tasks came
    /// to depend on them since the change that it takes back; refuses a patch that has made tasks
    /// wait for each other.
    pub(crate) fn follow_dependencies(&mut self, patch: &Patch) -> Result<(), Error> {
        for edit in &patch.0 {
            if let Edit::RenameTask { old, new } = edit {
                self.redirect_dependencies(old, Some(new));
            }
        }
        for edit in &patch.0 {
            let task = match edit {
                Edit::Field {
                    entity: Entity::Task(task),
                    field,
                    ..
                } if field == DEPENDS_ON => task,
                Edit::Task(EntryEdit {
                    key, new: Some(_), ..
                }) => key,
                _ => continue,
            };
            if let Some(cycle) = self.dependency_cycle(task) {
                return Err(self.refused(PlanProblem::Cycle(cycle)));
            }
        }
        Ok(())
    }
}
