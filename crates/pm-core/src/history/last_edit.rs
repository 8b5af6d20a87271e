//! Which change made a text what it is.

use std::sync::Arc;

use serde_json::value::RawValue;

use super::{Edit, Entity, EntryEdit, HistoryEntry, Past};
use crate::error::{EditedText, InTask};
use crate::{SnippetName, TaskName};

/// The change among `entries`, which stand oldest first, that made `text` what it is at `revision`;
/// `None` if that is not known.
pub(crate) fn last_edit(
    text: &EditedText,
    revision: u64,
    entries: &[Arc<HistoryEntry>],
) -> Option<Arc<HistoryEntry>> {
    let mut trail = Trail::of(text);
    let entries = Past::new(text.process(), entries).entries();
    let until = entries
        .iter()
        .rev()
        .skip_while(|entry| entry.revision > revision);
    for entry in until {
        // A change of which nothing is known may have been the one.
        let patch = entry.patch.as_ref()?;
        for edit in patch.0.iter().rev() {
            if trail.is_made_by(edit) {
                return Some(Arc::clone(entry));
            }
            trail.follow(edit);
        }
    }
    None
}

/// A text that is followed back through the names of the task and the snippet that have it.
struct Trail {
    task: Option<TaskName>,
    what: What,
}

/// What has the text.
enum What {
    /// The process, or the task.
    Itself,
    /// The job of this key.
    Job(String),
    /// The snippet of this name, by the version of this key.
    Code(SnippetName, String),
}

impl Trail {
    fn of(text: &EditedText) -> Self {
        let task = |within: &InTask| Some(within.task.clone());
        match text {
            EditedText::Process(_) => Self {
                task: None,
                what: What::Itself,
            },
            EditedText::Task(within) => Self {
                task: task(within),
                what: What::Itself,
            },
            EditedText::Job { within, key, .. } => Self {
                task: task(within),
                what: What::Job(key.clone()),
            },
            EditedText::Code {
                within,
                snippet,
                key,
            } => Self {
                task: task(within),
                what: What::Code(snippet.clone(), key.clone()),
            },
        }
    }

    /// Whether the edit gave the text its content, or brought what has it.
    fn is_made_by(&self, edit: &Edit) -> bool {
        match (edit, &self.what) {
            (Edit::Task(EntryEdit { key, .. }), _) => self.task.as_ref() == Some(key),
            (Edit::Job(task, entry), What::Job(key)) => self.is_in(task) && entry.key == *key,
            (Edit::Code(task, entry), What::Code(snippet, _)) => {
                let versions = [&entry.old, &entry.new];
                let mut versions = versions.into_iter().flatten();
                self.is_in(task) && versions.any(|version| version.name == *snippet)
            }
            (Edit::Field { entity, field, .. }, what) => match (entity, what) {
                (Entity::Process, What::Itself) => self.task.is_none() && field == "description",
                (Entity::Task(task), What::Itself) => self.is_in(task) && field == "description",
                (Entity::Job(task, of), What::Job(key)) => {
                    self.is_in(task) && of == key && field == "description"
                }
                (Entity::Code(task, of), What::Code(_, key)) => {
                    self.is_in(task) && of == key && field == "content"
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// Goes back past an edit that may have given a name.
    fn follow(&mut self, edit: &Edit) {
        match edit {
            Edit::RenameTask { old, new } if self.is_in(new) => self.task = Some(old.clone()),
            Edit::Field {
                entity: Entity::Code(task, _),
                field,
                old,
                new,
            } if field == "name" && self.is_in(task) => {
                if let What::Code(snippet, _) = &mut self.what
                    && name(new.as_deref()).as_ref() == Some(snippet)
                    && let Some(old) = name(old.as_deref())
                {
                    *snippet = old;
                }
            }
            _ => {}
        }
    }

    fn is_in(&self, task: &TaskName) -> bool {
        self.task.as_ref() == Some(task)
    }
}

fn name(value: Option<&RawValue>) -> Option<SnippetName> {
    let text: String = serde_json::from_str(value?.get()).ok()?;
    Some(SnippetName::stored(text))
}
