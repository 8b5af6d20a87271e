//! Edits in their form in a journal, with the paths that they have in the process's file
//! (`docs/storage.md#the-journal`).

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use super::super::format::EntryText;
use crate::{Edit, Entity, EntryEdit, Patch, Position, TaskName};

const TASKS: &str = "tasks";
const JOBS: &str = "jobs";
const CODE: &str = "code";

/// One edit, as a journal has it.
#[derive(Serialize, Deserialize)]
pub(crate) struct EditText {
    /// The path of the place.
    at: Vec<String>,
    /// The value before.
    #[serde(default, deserialize_with = "present")]
    #[serde(skip_serializing_if = "Option::is_none")]
    old: Option<Box<RawValue>>,
    /// The value after.
    #[serde(default, deserialize_with = "present")]
    #[serde(skip_serializing_if = "Option::is_none")]
    new: Option<Box<RawValue>>,
    /// The position of an entry.
    #[serde(default, skip_serializing_if = "PlaceText::is_last")]
    place: PlaceText,
    /// The new name of a task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    renamed: Option<String>,
    /// The order of entries before and after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    order: Option<(Vec<String>, Vec<String>)>,
}

/// The position of an entry among the others of its kind.
#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum PlaceText {
    #[default]
    Last,
    First,
    After(String),
}

impl PlaceText {
    fn is_last(&self) -> bool {
        matches!(self, Self::Last)
    }
}

/// Reads a value that is there, even if it is `null`.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Box<RawValue>>, D::Error> {
    Box::deserialize(deserializer).map(Some)
}

/// The form of a patch in a journal.
pub(crate) fn into_text(patch: &Patch) -> serde_json::Result<Vec<EditText>> {
    patch.0.iter().map(EditText::new).collect()
}

/// Edits as JSON that a person can read.
pub(crate) fn for_people(edits: &[Edit]) -> serde_json::Result<String> {
    let edits: Vec<_> = edits.iter().map(EditText::new).collect::<Result<_, _>>()?;
    serde_json::to_string_pretty(&edits)
}

/// Writes a patch down as a journal has it.
pub(crate) fn write_patch(patch: &Patch) -> serde_json::Result<String> {
    serde_json::to_string(&into_text(patch)?)
}

/// Reads what [`write_patch`] wrote; `Ok(None)` if an edit makes no sense.
pub(crate) fn read_patch(text: &str) -> serde_json::Result<Option<Patch>> {
    serde_json::from_str(text).map(from_text)
}

/// Reads a patch; `None` if it makes no sense.
pub(crate) fn from_text(edits: Vec<EditText>) -> Option<Patch> {
    let edits = edits.into_iter().map(EditText::into_edit);
    edits.collect::<Option<_>>().map(Patch)
}

impl EditText {
    fn new(edit: &Edit) -> serde_json::Result<Self> {
        Ok(match edit {
            Edit::Field {
                entity,
                field,
                old,
                new,
            } => Self {
                old: old.clone(),
                new: new.clone(),
                ..Self::at(entity_path(entity), [field.as_str()])
            },
            Edit::Task(edit) => Self::entry(vec![TASKS.to_owned()], edit)?,
            Edit::Job(task, edit) => Self::entry(collection_path(task, JOBS), edit)?,
            Edit::Code(task, edit) => Self::entry(collection_path(task, CODE), edit)?,
            Edit::RenameTask { old, new } => Self {
                renamed: Some(new.to_string()),
                ..Self::at(vec![TASKS.to_owned()], [old.as_str()])
            },
            Edit::Order {
                entity,
                entries,
                old,
                new,
            } => Self {
                order: Some((old.clone(), new.clone())),
                ..Self::at(entity_path(entity), [entries.as_str()])
            },
        })
    }

    fn at<'a>(mut path: Vec<String>, rest: impl IntoIterator<Item = &'a str>) -> Self {
        path.extend(rest.into_iter().map(str::to_owned));
        Self {
            at: path,
            old: None,
            new: None,
            place: PlaceText::Last,
            renamed: None,
            order: None,
        }
    }

    fn entry<K: AsRef<str>, V: EntryText>(
        collection: Vec<String>,
        edit: &EntryEdit<K, V>,
    ) -> serde_json::Result<Self> {
        let text = |value: &Option<Arc<V>>| value.as_deref().map(EntryText::to_text).transpose();
        Ok(Self {
            old: text(&edit.old)?,
            new: text(&edit.new)?,
            place: match &edit.position {
                Position::Last => PlaceText::Last,
                Position::First => PlaceText::First,
                Position::After(key) => PlaceText::After(key.as_ref().to_owned()),
            },
            ..Self::at(collection, [edit.key.as_ref()])
        })
    }

    fn into_edit(self) -> Option<Edit> {
        let path: Vec<&str> = self.at.iter().map(String::as_str).collect();
        if let Some((old, new)) = self.order {
            let (entries, entity) = path.split_last()?;
            return Some(Edit::Order {
                entity: entity_at(entity)?,
                entries: (*entries).to_owned(),
                old,
                new,
            });
        }
        match path.as_slice() {
            [TASKS, task] => match self.renamed {
                Some(new) => Some(Edit::RenameTask {
                    old: TaskName::stored(*task),
                    new: TaskName::stored(new),
                }),
                None => Some(Edit::Task(entry_edit(
                    TaskName::stored(*task),
                    self.old.as_deref(),
                    self.new.as_deref(),
                    self.place,
                    TaskName::stored,
                )?)),
            },
            [TASKS, task, kind @ (JOBS | CODE), key] => {
                let task = TaskName::stored(*task);
                let (old, new) = (self.old.as_deref(), self.new.as_deref());
                let key = (*key).to_owned();
                Some(if *kind == JOBS {
                    Edit::Job(task, entry_edit(key, old, new, self.place, |key| key)?)
                } else {
                    Edit::Code(task, entry_edit(key, old, new, self.place, |key| key)?)
                })
            }
            [entity @ .., field] => Some(Edit::Field {
                entity: entity_at(entity)?,
                field: (*field).to_owned(),
                old: self.old,
                new: self.new,
            }),
            [] => None,
        }
    }
}

fn entry_edit<K, V: EntryText>(
    key: K,
    old: Option<&RawValue>,
    new: Option<&RawValue>,
    place: PlaceText,
    into_key: impl FnOnce(String) -> K,
) -> Option<EntryEdit<K, V>> {
    let value = |text: Option<&RawValue>| match text {
        Some(text) => V::from_text(text).map(|value| Some(Arc::new(value))),
        None => Some(None),
    };
    Some(EntryEdit {
        key,
        old: value(old)?,
        new: value(new)?,
        position: match place {
            PlaceText::Last => Position::Last,
            PlaceText::First => Position::First,
            PlaceText::After(key) => Position::After(into_key(key)),
        },
    })
}

fn collection_path(task: &TaskName, entries: &str) -> Vec<String> {
    [TASKS, task.as_str(), entries].map(str::to_owned).to_vec()
}

fn entity_path(entity: &Entity) -> Vec<String> {
    match entity {
        Entity::Process => Vec::new(),
        Entity::Task(task) => vec![TASKS.to_owned(), task.to_string()],
        Entity::Job(task, key) => [TASKS, task.as_str(), JOBS, key]
            .map(str::to_owned)
            .to_vec(),
        Entity::Code(task, key) => [TASKS, task.as_str(), CODE, key]
            .map(str::to_owned)
            .to_vec(),
    }
}

fn entity_at(path: &[&str]) -> Option<Entity> {
    match path {
        [] => Some(Entity::Process),
        [TASKS, task] => Some(Entity::Task(TaskName::stored(*task))),
        [TASKS, task, JOBS, key] => Some(Entity::Job(TaskName::stored(*task), (*key).to_owned())),
        [TASKS, task, CODE, key] => Some(Entity::Code(TaskName::stored(*task), (*key).to_owned())),
        _ => None,
    }
}
