//! Which tasks of a plan are asked for.

use std::collections::BTreeSet;

use pm_core::visible::for_name;
use pm_core::{Priority, Process, Status, Task, TaskName, Timestamp};

use crate::address::with_query;
use crate::lasting::{self, Lasting};
use crate::problem::Problem;
use crate::query::Query;

/// The most names of people that are offered.
const PEOPLE_MAX: usize = 50;

/// What an address says to have those tasks left out that wait for others.
const HIDE: &str = "hide";

/// Which tasks are asked for: those whose texts hold each word, and to which all else applies.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Filter {
    /// The words as they were typed, as far as they are seen.
    pub(super) text: String,
    /// The words in lower case.
    words: Vec<String>,
    /// The status; `None` stands for all of them.
    pub(super) status: Option<Status>,
    /// The priority; `None` stands for any.
    pub(super) priority: Option<Priority>,
    /// Who has the task, or set its status; if empty, anybody.
    pub(super) who: String,
    /// Whether tasks are left out that wait for others.
    pub(super) hides_waiting: bool,
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
        let priority = match query.get("priority") {
            "" => None,
            word => Some(
                word.parse()
                    .map_err(|_| Problem::unknown_word("priority", word, Priority::WORDS))?,
            ),
        };
        let hides_waiting = match query.get("waiting") {
            "" => false,
            HIDE => true,
            other => return Err(Problem::unknown_word("waiting", other, &[HIDE])),
        };
        let text = for_name(query.get("q"));
        let words = text.split_whitespace().map(str::to_lowercase).collect();
        Ok(Self {
            text,
            words,
            status,
            priority,
            who: for_name(query.get("who")),
            hides_waiting,
        })
    }

    /// Whether all tasks are asked for.
    pub(super) fn is_empty(&self) -> bool {
        let is_of_words_alone =
            self.status.is_none() && self.priority.is_none() && self.who.is_empty();
        self.words.is_empty() && is_of_words_alone && !self.hides_waiting
    }

    /// Whether a task of a process is asked for, as it is at `now`.
    pub(super) fn takes(
        &self,
        process: &Process,
        (name, task): (&TaskName, &Task),
        now: &Timestamp,
    ) -> bool {
        let waits = || !task.status().is_over() && !process.unmet_dependencies(task).is_empty();
        if self.status.is_some_and(|status| status != task.status())
            || self.priority.is_some_and(|it| it != task.priority())
            || self.hides_waiting && waits()
        {
            return false;
        }
        let who = self.who.to_lowercase();
        if !who.is_empty() && !people_of(task, now).any(|it| it.to_lowercase().contains(&who)) {
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
        // The usual view is not named.
        let view = if view == "list" { "" } else { view };
        let mut pairs = vec![
            ("view", view),
            ("status", status),
            ("priority", self.priority.map_or("", Priority::as_str)),
            ("who", self.who.as_str()),
            ("waiting", if self.hides_waiting { HIDE } else { "" }),
            ("q", self.text.as_str()),
        ];
        pairs.extend(more);
        with_query(path, &pairs)
    }
}

/// Who has a task, and who set its status, as their names are shown.
fn people_of(task: &Task, now: &Timestamp) -> impl Iterator<Item = String> {
    let holder = task.claim_at(now).map(|claim| {
        // What is shown lasts as long as the claim holds.
        lasting::note(
            claim
                .until
                .instant()
                .map_or(Lasting::NotAtAll, Lasting::Until),
        );
        claim.by
    });
    let both = [holder, task.status_details().by];
    both.into_iter().flatten().map(|name| for_name(&name))
}

/// The names that a filter can be given, as far as there is room for them.
pub(super) fn people(process: &Process, now: &Timestamp) -> Vec<String> {
    let all = process.tasks.values().flat_map(|task| people_of(task, now));
    let all: BTreeSet<String> = all.filter(|name| !name.is_empty()).collect();
    all.into_iter().take(PEOPLE_MAX).collect()
}
