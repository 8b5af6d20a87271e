//! Whether the caller has made a change already: a client that got no answer sends its call again.

use std::sync::Arc;

use super::ProcessManager;
use crate::{Edit, Error, HistoryEntry, JobName, Process, SnippetName};

/// With how many of the caller's own changes a call is compared.
const OWN_CHANGES_MAX: usize = 20;

/// How many of the last jobs are looked at: new ones stand at the end.
const LAST_JOBS: usize = 100;

/// A change that the caller made before, as it would be made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MadeBefore {
    /// The revision that it made.
    pub revision: u64,
}

impl ProcessManager {
    /// Whether one of the caller's last changes added this job to the task, and the job still
    /// stands there as it was added and is not over.
    ///
    /// Jobs of one name may stand side by side, so that adding one never fails; this tells a call
    /// that was sent again from one that means another job. It costs next to nothing if there is
    /// no such job.
    pub fn added_job_lately(
        &self,
        process: &Process,
        task: &str,
        job: &JobName,
        description: &str,
    ) -> Result<Option<MadeBefore>, Error> {
        let Ok((_, task)) = process.task(task) else {
            return Ok(None);
        };
        let last = task.jobs.iter().rev().take(LAST_JOBS);
        let alike = last.filter(|(_, there)| {
            there.name == *job && there.description == description && !there.status().is_over()
        });
        let keys: Vec<&String> = alike.map(|(key, _)| key).collect();
        if keys.is_empty() {
            return Ok(None);
        }
        self.made_lately(process, |edit| match edit {
            Edit::Job(_, entry) => entry.new.is_some() && keys.contains(&&entry.key),
            _ => false,
        })
    }

    /// Whether one of the caller's last changes deleted the snippet of exactly this name from the
    /// task, which has none of that name since, not even loosely.
    pub fn deleted_snippet_lately(
        &self,
        process: &Process,
        task: &str,
        snippet: &SnippetName,
    ) -> Result<Option<MadeBefore>, Error> {
        let Ok((name, task)) = process.task(task) else {
            return Ok(None);
        };
        if !task.lacks_snippet(snippet) {
            return Ok(None);
        }
        self.made_lately(process, |edit| match edit {
            Edit::Code(task, entry) => {
                let old = entry.old.as_ref().filter(|_| entry.new.is_none());
                task == name && old.is_some_and(|version| version.name == *snippet)
            }
            _ => false,
        })
    }

    /// The newest of the caller's last changes that `made` recognises by one of its edits.
    fn made_lately(
        &self,
        process: &Process,
        made: impl Fn(&Edit) -> bool,
    ) -> Result<Option<MadeBefore>, Error> {
        let is_own = self.own_changes(process);
        let find = |entries: &[Arc<HistoryEntry>]| {
            let own = entries.iter().rev().filter(|entry| is_own(entry));
            let own: Vec<_> = own.take(OWN_CHANGES_MAX).collect();
            let found = own.iter().find(|entry| {
                let patch = entry.patch.as_ref();
                patch.is_some_and(|patch| patch.0.iter().any(&made))
            });
            let revision = found.map(|entry| entry.revision);
            (own.len(), revision)
        };
        let is_enough =
            |(own, found): &(usize, Option<u64>)| *own == OWN_CHANGES_MAX || found.is_some();
        let (_, revision) = self.lately(process, find, is_enough)?;
        Ok(revision.map(|revision| MadeBefore { revision }))
    }
}
