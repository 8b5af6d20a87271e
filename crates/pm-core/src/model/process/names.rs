//! Which names the tasks and snippets of a process may have: no two that differ only in case and
//! punctuation.

use super::Process;
use crate::{Edit, EntryEdit, Error, Patch, TaskName};

impl Process {
    /// Refuses a task name that is taken, also loosely; `own` is the present name of a task that is
    /// being renamed, which may become another spelling of it.
    pub(super) fn refuse_taken(
        &self,
        name: &TaskName,
        own: Option<&TaskName>,
    ) -> Result<(), Error> {
        let exists = |existing: &TaskName| Error::TaskExists {
            process: self.name.clone(),
            wanted: name.clone(),
            existing: existing.clone(),
        };
        if let Some((existing, _)) = self.tasks.get_key_value(name) {
            return Err(exists(existing));
        }
        let mut alike = self.tasks.index().alike(name.as_str());
        match alike.find(|existing| Some(*existing) != own) {
            Some(existing) => Err(exists(existing)),
            None => Ok(()),
        }
    }

    /// Refuses entries that an applied patch brought back beside others of loosely the same name.
    pub(crate) fn refuse_twins(&self, patch: &Patch) -> Result<(), Error> {
        for edit in &patch.0 {
            match edit {
                Edit::Task(EntryEdit { key: name, .. }) | Edit::RenameTask { new: name, .. }
                    if self.tasks.contains_key(name) =>
                {
                    self.refuse_twin_of(name)?;
                }
                Edit::Code(
                    task,
                    EntryEdit {
                        new: Some(version), ..
                    },
                ) => {
                    let code = self.tasks.get(task).map(|task| task.code.index());
                    let mut alike = code
                        .into_iter()
                        .flat_map(|i| i.alike(version.name.as_str()));
                    if let Some(existing) = alike.find(|name| **name != version.name) {
                        return Err(Error::SnippetExists {
                            process: self.name.clone(),
                            task: task.clone(),
                            wanted: version.name.clone(),
                            existing: existing.clone(),
                        });
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn refuse_twin_of(&self, name: &TaskName) -> Result<(), Error> {
        let mut alike = self.tasks.index().alike(name.as_str());
        match alike.find(|existing| *existing != name) {
            Some(existing) => Err(Error::TaskExists {
                process: self.name.clone(),
                wanted: name.clone(),
                existing: existing.clone(),
            }),
            None => Ok(()),
        }
    }
}
