//! Finds a process, a task or a snippet that has another name now by a name that it had, for as
//! long as the history knows of that name.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use time::OffsetDateTime;

use super::ProcessManager;
use crate::history::renamed_from;
use crate::resolve::folded;
use crate::{
    Edit, Entity, Error, HistoryEntry, ProcessName, ProcessSummary, SnippetName, SnippetVersion,
    TaskName, Timestamp,
};

/// The most histories that are read to find a process by a former name. What was read is
/// remembered, so that the next search goes on with the other histories.
const HISTORIES_MAX: usize = 50;

/// The former names of the processes whose history was read; shared by all handles over one store.
#[derive(Default)]
pub(super) struct FormerNames(Mutex<HashMap<ProcessName, Known>>);

/// What is known of a process that has this name now.
struct Known {
    /// When it was created: another one may have had the name.
    created_at: Timestamp,
    /// Up to which revision its history was read.
    revision: u64,
    names: Vec<FormerName>,
}

/// A name that a process had, and when it got another.
struct FormerName {
    folded: String,
    until: Option<OffsetDateTime>,
}

impl FormerNames {
    fn lock(&self) -> MutexGuard<'_, HashMap<ProcessName, Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ProcessManager {
    /// The name of the process that had the name `wanted`, but for case and punctuation, and has
    /// another now; of several, the one that had it last. `None` if there is none, or if it is not
    /// found.
    ///
    /// Of many processes, those that changed last are looked into first, and not more than a few
    /// dozen histories are read at once: one that was renamed long ago may take several calls to be
    /// found.
    pub fn process_once_called(&self, wanted: &str) -> Result<Option<ProcessName>, Error> {
        let listing = self.store.list()?;
        let changed = listing.processes.iter().filter_map(|summary| {
            let last = summary.last_change.as_ref()?;
            Some((last.at.instant(), &**summary))
        });
        let mut changed: Vec<_> = changed.collect();
        changed.sort_by_key(|(at, _)| Reverse(*at));
        let mut unread = HISTORIES_MAX;
        let wanted = folded(wanted);
        let mut found = None;
        for (_, summary) in changed {
            if !self.is_read(summary) {
                if unread == 0 {
                    continue;
                }
                unread -= 1;
                self.read_names(summary)?;
            }
            let known = self.former_names.lock();
            let names = known.get(&summary.name).into_iter();
            let mut names = names.flat_map(|known| &known.names);
            let last = names.rfind(|name| name.folded == wanted);
            let until = last.map(|name| (name.until, &summary.name));
            found = found.max(until);
        }
        let mut known = self.former_names.lock();
        if known.len() > listing.processes.len() {
            let names: HashSet<_> = listing.processes.iter().map(|it| &it.name).collect();
            known.retain(|name, _| names.contains(name));
        }
        Ok(found.map(|(_, name)| name.clone()))
    }

    /// Whether all former names of a process are known.
    fn is_read(&self, summary: &ProcessSummary) -> bool {
        let known = self.former_names.lock();
        let known = known.get(&summary.name);
        known.is_some_and(|known| {
            known.created_at == summary.created_at && known.revision >= summary.revision
        })
    }

    /// Takes note of the former names of a process, as far as they are not known.
    fn read_names(&self, summary: &ProcessSummary) -> Result<(), Error> {
        let after = {
            let known = self.former_names.lock();
            let known = known.get(&summary.name);
            let known = known.filter(|known| known.created_at == summary.created_at);
            known.map_or(0, |known| known.revision)
        };
        let entries = match self.store.history(summary.name.as_str(), after) {
            Ok(entries) => entries,
            // It was deleted or renamed meanwhile, or its file tells nothing.
            Err(Error::Process(_) | Error::Unusable(_)) => return Ok(()),
            Err(error) => return Err(error),
        };
        let names = entries.iter().flat_map(|entry| {
            let until = entry.at.instant();
            let names = edits(entry).filter_map(renamed_from);
            names.map(move |name| FormerName {
                folded: folded(name.as_str()),
                until,
            })
        });
        let mut known = self.former_names.lock();
        let known = known.entry(summary.name.clone()).or_insert_with(|| Known {
            created_at: summary.created_at.clone(),
            revision: 0,
            names: Vec::new(),
        });
        if known.created_at != summary.created_at {
            known.created_at = summary.created_at.clone();
            known.names.clear();
        }
        known.names.extend(names);
        known.revision = entries
            .last()
            .map_or(summary.revision, |last| last.revision.max(summary.revision));
        Ok(())
    }

    /// The name of the task of a process that had the name `wanted`, but for case and punctuation,
    /// and has another now; of several, the one that had it last.
    pub fn task_once_called(
        &self,
        process: &ProcessName,
        wanted: &str,
    ) -> Result<Option<TaskName>, Error> {
        let wanted = folded(wanted);
        let mut found: Option<TaskName> = None;
        for entry in self.store.history(process.as_str(), 0)? {
            for edit in edits(&entry) {
                if let Edit::RenameTask { old, new } = edit
                    && (found.as_ref() == Some(old) || folded(old.as_str()) == wanted)
                {
                    found = Some(new.clone());
                }
            }
        }
        let process = self.store.read(process.as_str())?;
        Ok(found.filter(|name| process.tasks.contains_key(name)))
    }

    /// The name of the snippet of exactly this task that had the name `wanted`, but for case and
    /// punctuation, and has another now; of several, the one that had it last.
    pub fn snippet_once_called(
        &self,
        process: &ProcessName,
        task: &TaskName,
        wanted: &str,
    ) -> Result<Option<SnippetName>, Error> {
        let is_wanted = |name: &str| folded(name) == folded(wanted);
        let mut key: Option<String> = None;
        for entry in self.store.history(process.as_str(), 0)? {
            for edit in edits(&entry) {
                match edit {
                    Edit::Field {
                        entity: Entity::Code(_, of),
                        field,
                        old: Some(old),
                        ..
                    } if field == "name" => {
                        let old: Option<String> = serde_json::from_str(old.get()).ok();
                        if old.is_some_and(|old| is_wanted(&old)) {
                            key = Some(of.clone());
                        }
                    }
                    Edit::Code(_, code) => {
                        let is_it = |old: &Arc<SnippetVersion>| {
                            is_wanted(old.name.as_str()) || key.as_ref() == Some(&code.key)
                        };
                        if let Some(old) = code.old.as_ref().filter(|old| is_it(old))
                            && let Some(new) = renamed_version(old, &entry)
                        {
                            key = Some(new);
                        }
                    }
                    _ => {}
                }
            }
        }
        let Some(key) = key else { return Ok(None) };
        let process = self.store.read(process.as_str())?;
        let version = process.tasks.get(task).and_then(|task| task.code.get(&key));
        Ok(version.map(|version| version.name.clone()))
    }
}

/// What a change changed, as far as that is known.
fn edits(entry: &HistoryEntry) -> impl Iterator<Item = &Edit> {
    entry.patch.iter().flat_map(|patch| &patch.0)
}

/// The key of a version after a change that kept it under another name.
fn renamed_version(version: &SnippetVersion, entry: &HistoryEntry) -> Option<String> {
    edits(entry).find_map(|edit| match edit {
        Edit::Code(_, code) => {
            let new = code.new.as_deref()?;
            let is_it = new.content == version.content && new.created_at == version.created_at;
            (is_it && new.name != version.name).then(|| code.key.clone())
        }
        _ => None,
    })
}
