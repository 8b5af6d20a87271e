//! Which tasks of a plan are asked for.

use pm_core::visible::for_name;
use pm_core::{Status, Task, TaskName};

use crate::address::with_query;
use crate::problem::Problem;
use crate::query::Query;

/// Which tasks are asked for: those whose texts hold each word, and whose status is this one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Filter {
    /// The words as they were typed, as far as they are seen.
    pub(super) text: String,
    /// The words in lower case.
    words: Vec<String>,
    /// The status; all of them without one.
    pub(super) status: Option<Status>,
}

impl Filter {
    /// What a query asks for.
    pub(super) fn of(query: &Query) -> Result<Self, Problem> {
        let status = match query.get("status") {
            "" => None,
            word => Some(
                word.parse()
                    .map_err(|_| Problem::unknown_word("status", word, Status::WORDS))?,
            ),
        };
        let text = for_name(query.get("q"));
        let words = text.split_whitespace().map(str::to_lowercase).collect();
        Ok(Self {
            text,
            words,
            status,
        })
    }

    /// Whether all tasks are asked for.
    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty() && self.status.is_none()
    }

    /// Whether a task is asked for.
    pub(super) fn takes(&self, name: &TaskName, task: &Task) -> bool {
        if self.status.is_some_and(|status| status != task.status()) {
            return false;
        }
        if self.words.is_empty() {
            return true;
        }
        let mut text = format!("{name}\n{}", task.description).to_lowercase();
        if let Some(note) = task.status_details().note {
            text.push('\n');
            text.push_str(&note.to_lowercase());
        }
        for label in task.labels() {
            text.push('\n');
            text.push_str(&label.as_str().to_lowercase());
        }
        self.words.iter().all(|word| text.contains(word.as_str()))
    }

    /// The address of a view of the process at `path` that is narrowed in this way.
    pub(super) fn address(&self, path: &str, view: &str, more: &[(&str, &str)]) -> String {
        let status = self.status.map_or("", Status::as_str);
        // What is usual is not said.
        let view = if view == "list" { "" } else { view };
        let mut pairs = vec![
            ("view", view),
            ("status", status),
            ("q", self.text.as_str()),
        ];
        pairs.extend(more);
        with_query(path, &pairs)
    }
}
