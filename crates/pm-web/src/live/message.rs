//! The messages that open pages get, as events of a stream: names, and never the texts behind them.

use axum::body::Bytes;
use pm_core::feed::ProcessUpdate;
use pm_core::{FeedItem, ProcessManager, TaskName};
use serde::Serialize;
use time::OffsetDateTime;

/// Which message one is: the messages of one run have one epoch and are numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    epoch: i128,
    pub(super) number: u64,
}

/// What happened to a process.
#[derive(Serialize)]
struct Change<'a> {
    process: &'a str,
    revision: Option<u64>,
    kind: Kind,
    /// The tasks that changed; `None` if it may be any of them.
    tasks: Option<Vec<&'a str>>,
    by: Option<String>,
    /// The same as a sentence.
    summary: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    /// It is new, or has this name now.
    Came,
    Changed,
    /// It was deleted, or has another name now.
    Gone,
}

impl Position {
    /// The beginning of a run.
    pub(super) fn new(manager: &ProcessManager) -> Self {
        let now = manager.now().instant();
        Self {
            epoch: now.map_or(0, OffsetDateTime::unix_timestamp_nanos),
            number: 0,
        }
    }

    /// The number of a message of the same run.
    pub(super) fn number_of(self, id: &str) -> Option<u64> {
        let (epoch, number) = id.split_once('-')?;
        let is_same = i128::from_str_radix(epoch, 16) == Ok(self.epoch);
        is_same.then(|| number.parse().ok()).flatten()
    }

    fn id(self) -> String {
        format!("{:x}-{}", self.epoch, self.number)
    }
}

/// What a stream begins with, so that whatever lies in between passes its head on.
pub(super) fn begin() -> Bytes {
    Bytes::from_static(b":\n\n")
}

/// What shows that a stream is still there.
pub(super) fn ping() -> Bytes {
    Bytes::from_static(b": ping\n\n")
}

/// The message that says to read everything anew.
pub(super) fn resync(at: Position) -> Bytes {
    event(at, "resync", "{}")
}

/// The message about what the feed tells.
pub(super) fn of(item: &FeedItem, at: Position) -> Bytes {
    let FeedItem::Update(update) = item else {
        return resync(at);
    };
    match serde_json::to_string(&Change::of(update)) {
        Ok(change) => event(at, "change", &change),
        Err(error) => {
            tracing::error!(%error, "a change was not put into words");
            resync(at)
        }
    }
}

fn event(at: Position, name: &str, line: &str) -> Bytes {
    format!("id: {}\nevent: {name}\ndata: {line}\n\n", at.id()).into()
}

impl<'a> Change<'a> {
    fn of(update: &'a ProcessUpdate) -> Self {
        let kind = match (update.revision, update.changes_list) {
            (None, _) => Kind::Gone,
            (Some(_), true) => Kind::Came,
            (Some(_), false) => Kind::Changed,
        };
        let by = update.actor.as_ref().map(ToString::to_string);
        let tasks = update.tasks.as_deref();
        let tasks = tasks.filter(|_| kind == Kind::Changed);
        let summary = sentence(update.process.as_str(), kind, tasks, by.as_deref());
        Self {
            process: update.process.as_str(),
            revision: update.revision,
            kind,
            tasks: tasks.map(|tasks| tasks.iter().map(TaskName::as_str).collect()),
            by,
            summary,
        }
    }
}

fn sentence(process: &str, kind: Kind, tasks: Option<&[TaskName]>, by: Option<&str>) -> String {
    let by = by.unwrap_or("somebody");
    match (kind, tasks) {
        (Kind::Came, _) => format!("“{process}” is new, by {by}"),
        (Kind::Gone, _) => format!("“{process}” is gone, by {by}"),
        (Kind::Changed, Some([task])) => format!("{by} changed “{task}” of “{process}”"),
        (Kind::Changed, Some(tasks)) if !tasks.is_empty() => {
            format!("{by} changed {} tasks of “{process}”", tasks.len())
        }
        (Kind::Changed, _) => format!("{by} changed “{process}”"),
    }
}
