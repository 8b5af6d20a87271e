//! Which names the tasks and snippets of a process may have: no two that differ only in case and
//! punctuation.

use super::Process;
use crate::error::Taken;
use crate::{Edit, EntryEdit, Error, Patch, TaskName};

impl Process {
    /// Refuses a task name that is taken, also loosely; `own` is the present name of a task that is
    /// being renamed, which may become another spelling of it.
    pub(super) fn refuse_taken(
        &self,
        name: &TaskName,
        own: Option<&TaskName>,
    ) -> Result<(), Error> {
        if self.tasks.contains_key(name) {
            return Err(self.taken(name, name));
        }
        self.refuse_alike(name, own)
    }

    /// Refuses entries that an applied patch brought back beside others of loosely the same name.
    pub(crate) fn refuse_twins(&self, patch: &Patch) -> Result<(), Error> {
        for edit in &patch.0 {
            match edit {
                Edit::Task(EntryEdit { key: name, .. }) | Edit::RenameTask { new: name, .. }
                    if self.tasks.contains_key(name) =>
                {
                    self.refuse_alike(name, Some(name))?;
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
                        return Err(Error::Taken(Taken::Snippet {
                            within: self.within(task.clone()),
                            wanted: version.name.clone(),
                            existing: existing.clone(),
                        }));
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Refuses a name that another task than `own` has loosely.
    fn refuse_alike(&self, name: &TaskName, own: Option<&TaskName>) -> Result<(), Error> {
        let mut alike = self.tasks.index().alike(name.as_str());
        let other = alike.find(|existing| Some(*existing) != own);
        other.map_or(Ok(()), |existing| Err(self.taken(name, existing)))
    }

    fn taken(&self, wanted: &TaskName, existing: &TaskName) -> Error {
        Error::Taken(Taken::Task {
            process: self.name.clone(),
            wanted: wanted.clone(),
            existing: existing.clone(),
        })
    }
}
