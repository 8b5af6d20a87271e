//! Which names the tasks and snippets of a process may have: no two that differ only in case and
//! punctuation.

use serde_json::value::RawValue;

use super::Process;
use crate::error::Taken;
use crate::{Edit, Entity, EntryEdit, Error, Patch, SnippetName, TaskName};

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
                Edit::Field {
                    entity: Entity::Code(task, _),
                    field,
                    new: Some(name),
                    ..
                } if field == "name" => self.refuse_merged(task, name, patch)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Refuses a name that an applied patch gave to versions of a snippet beside those of another
    /// one that has it, exactly or loosely.
    fn refuse_merged(&self, task: &TaskName, name: &RawValue, patch: &Patch) -> Result<(), Error> {
        let Ok(name) = serde_json::from_str::<String>(name.get()).map(SnippetName::stored) else {
            return Ok(());
        };
        let code = self.tasks.get(task).map(|task| task.code.index());
        let is_renamed = |key: &String| {
            patch.0.iter().any(
                |edit| matches!(edit, Edit::Field { entity: Entity::Code(_, of), .. } if of == key),
            )
        };
        let another = code.and_then(|index| {
            let mut alike = index.alike(name.as_str());
            let is_another =
                |alike: &&SnippetName| **alike != name || !index.keys_of(alike).all(is_renamed);
            alike.find(is_another)
        });
        match another {
            None => Ok(()),
            Some(existing) => Err(Error::Taken(Taken::Snippet {
                within: self.within(task.clone()),
                wanted: name,
                existing: existing.clone(),
            })),
        }
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
