//! Follows tasks through a part of the history: which name each task had at the beginning of that
//! part, and who changed what of it.

use std::collections::HashMap;
use std::sync::Arc;

use super::super::{Edit, Entity, EntryEdit, HistoryEntry};
use super::facts::{ChangedBy, People};
use crate::{Task, TaskName};

/// What happened to tasks. Those that are not in it are as they were.
#[derive(Default)]
pub(super) struct Trail<'a> {
    /// The numbers of tasks by the names that they have at present.
    present: HashMap<TaskName, usize>,
    /// The same by the names that they had at the beginning.
    former: HashMap<TaskName, usize>,
    tasks: Vec<Followed<'a>>,
    /// Those that are not there at the moment, the last to go at the end.
    gone: Vec<Gone<'a>>,
    /// Who changed what is the process's own.
    process: People,
}

/// A task that was changed.
#[derive(Default)]
struct Followed<'a> {
    /// The name at the beginning; `None` if it was not there.
    former: Option<TaskName>,
    /// Who changed what is its own.
    own: People,
    /// Who had a hand in its place.
    arranged: People,
    /// Who changed its snippet versions, by their keys.
    code: HashMap<&'a str, People>,
}

/// A task that went.
struct Gone<'a> {
    name: &'a TaskName,
    number: usize,
    task: &'a Arc<Task>,
    entry: &'a HistoryEntry,
}

/// A task by its names at the beginning and at present, as far as it is there.
pub(super) type Ends<'n> = (Option<&'n TaskName>, Option<&'n TaskName>);

impl<'a> Trail<'a> {
    /// What `entries` changed; they stand oldest first.
    pub(super) fn of(entries: &[&'a HistoryEntry]) -> Self {
        let mut trail = Self::default();
        for entry in entries {
            for edit in entry.patch.iter().flat_map(|patch| &patch.0) {
                trail.follow(edit, entry);
            }
        }
        for gone in std::mem::take(&mut trail.gone) {
            trail.note_whole(gone.number, gone.task, gone.entry);
        }
        trail
    }

    /// The name at the beginning of the task that is called `name` at present, if it was there
    /// then.
    pub(super) fn former_name<'n>(&'n self, name: &'n TaskName) -> Option<&'n TaskName> {
        match self.present.get(name) {
            None => Some(name),
            Some(number) => self.tasks.get(*number)?.former.as_ref(),
        }
    }

    /// The names at the beginning of the tasks that may stand in another place since.
    pub(super) fn arranged(&self) -> impl Iterator<Item = &TaskName> {
        let arranged = self.tasks.iter().filter(|task| !task.arranged.0.is_empty());
        arranged.filter_map(|task| task.former.as_ref())
    }

    /// Who changed what is the process's own.
    pub(super) fn of_process(&self) -> Vec<ChangedBy> {
        self.process.clone().newest_first()
    }

    /// Who changed what is a task's own, and its place as well if that is another one.
    pub(super) fn of_task(&self, task: Ends<'_>, is_moved: bool) -> Vec<ChangedBy> {
        let mut people = People::default();
        if let Some(task) = self.find(task) {
            people.join(&task.own);
            if is_moved {
                people.join(&task.arranged);
            }
        }
        people.newest_first()
    }

    /// Who changed the snippet versions of these keys in a task.
    pub(super) fn of_code<'k>(
        &self,
        task: Ends<'_>,
        keys: impl IntoIterator<Item = &'k String>,
    ) -> Vec<ChangedBy> {
        let mut people = People::default();
        if let Some(task) = self.find(task) {
            let of = |key: &String| task.code.get(key.as_str());
            for changed in keys.into_iter().filter_map(of) {
                people.join(changed);
            }
        }
        people.newest_first()
    }

    fn find(&self, (former, present): Ends<'_>) -> Option<&Followed<'a>> {
        let number = match present {
            Some(name) => self.present.get(name),
            None => self.former.get(former?),
        };
        self.tasks.get(*number?)
    }

    fn follow(&mut self, edit: &'a Edit, entry: &'a HistoryEntry) {
        match edit {
            edit if edit.is_of_a_claim() => {}
            Edit::RenameTask { old, new } => {
                self.note_own(old, entry);
                let number = self.number_of(old);
                self.present.remove(old);
                self.present.insert(new.clone(), number);
            }
            Edit::Task(edit) => self.follow_whole(edit, entry),
            Edit::Code(task, edit) => self.note_code(task, &edit.key, entry),
            Edit::Field { entity, .. } => match entity {
                Entity::Process => self.process.note(entry),
                Entity::Code(task, key) => self.note_code(task, key, entry),
                Entity::Task(task) | Entity::Job(task, _) => self.note_own(task, entry),
            },
            Edit::Job(task, _)
            | Edit::Order {
                entity: Entity::Task(task),
                ..
            } => self.note_own(task, entry),
            Edit::Order { old, .. } => {
                for name in old {
                    let number = self.number_of(&TaskName::stored(name.as_str()));
                    self.note_place(number, entry);
                }
            }
        }
    }

    /// Follows a task that came or went.
    fn follow_whole(&mut self, edit: &'a EntryEdit<TaskName, Task>, entry: &'a HistoryEntry) {
        let name = &edit.key;
        match (&edit.old, &edit.new) {
            (Some(task), None) => {
                let number = self.number_of(name);
                self.present.remove(name);
                self.gone.push(Gone {
                    name,
                    number,
                    task,
                    entry,
                });
            }
            (None, Some(task)) => {
                let went = self.gone.iter().rposition(|gone| gone.name == name);
                let went = went.map(|place| self.gone.remove(place));
                let number = went.as_ref().map(|gone| gone.number);
                let number = number.unwrap_or_else(|| self.begin(None));
                self.present.insert(name.clone(), number);
                self.note_place(number, entry);
                if let Some(gone) = went {
                    // A task that one change took out and put back was only moved.
                    if gone.entry.revision == entry.revision && gone.task == task {
                        return;
                    }
                    self.note_whole(number, gone.task, gone.entry);
                }
                self.note_whole(number, task, entry);
            }
            (old, new) => {
                let number = self.number_of(name);
                for task in old.iter().chain(new) {
                    self.note_whole(number, task, entry);
                }
            }
        }
    }

    /// The number of a task that is there.
    fn number_of(&mut self, name: &TaskName) -> usize {
        if let Some(number) = self.present.get(name) {
            return *number;
        }
        let number = self.begin(Some(name.clone()));
        self.present.insert(name.clone(), number);
        self.former.insert(name.clone(), number);
        number
    }

    fn begin(&mut self, former: Option<TaskName>) -> usize {
        self.tasks.push(Followed {
            former,
            ..Followed::default()
        });
        self.tasks.len() - 1
    }

    fn note_own(&mut self, name: &TaskName, entry: &HistoryEntry) {
        let number = self.number_of(name);
        if let Some(task) = self.tasks.get_mut(number) {
            task.own.note(entry);
        }
    }

    fn note_place(&mut self, number: usize, entry: &HistoryEntry) {
        if let Some(task) = self.tasks.get_mut(number) {
            task.arranged.note(entry);
        }
    }

    fn note_code(&mut self, name: &TaskName, key: &'a str, entry: &HistoryEntry) {
        let number = self.number_of(name);
        if let Some(task) = self.tasks.get_mut(number) {
            task.code.entry(key).or_default().note(entry);
        }
    }

    /// Takes note of a change of all that a task has.
    fn note_whole(&mut self, number: usize, task: &'a Arc<Task>, entry: &HistoryEntry) {
        if let Some(followed) = self.tasks.get_mut(number) {
            followed.own.note(entry);
            for key in task.code.keys() {
                followed.code.entry(key).or_default().note(entry);
            }
        }
    }
}
