//! A task: a part of a process, with its jobs and code snippets.

use super::ordered::{BySnippetName, Ordered};
use super::{FileFields, Job, SnippetVersion, entry_key, snippet};
use crate::{JobName, Timestamp};

/// A part of a process. Its name is the key under which the process holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    /// What it is about.
    pub description: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// Its jobs by key (`name_time`), in the order in which they were added.
    pub jobs: Ordered<String, Job>,
    /// Its snippet versions by key (`name_time`), oldest first.
    pub code: Ordered<String, SnippetVersion, BySnippetName>,
    /// How it stood in its file.
    pub file_fields: FileFields,
}

/// What adding a job did.
#[derive(Debug, Clone)]
pub struct AddedJob {
    /// The key under which the task keeps the job.
    pub key: String,
    /// The job.
    pub job: Job,
}

impl Task {
    /// Makes a task without jobs or code.
    pub fn new(description: String, created_at: Timestamp) -> Self {
        Self {
            description,
            created_at,
            jobs: Ordered::new(),
            code: Ordered::new(),
            file_fields: FileFields::default(),
        }
    }

    pub(crate) fn is_settled(&self) -> bool {
        self.jobs.is_settled() && self.code.is_settled()
    }

    pub(crate) fn settle(&mut self) {
        self.jobs.settle();
        self.code.settle();
    }

    /// The jobs of the name `wanted`; or else those whose names equal it but for case and
    /// punctuation, or else hold it. In the order in which they were added.
    pub fn jobs_matching(&self, wanted: &str) -> Vec<&Job> {
        snippet::matching(|| self.jobs.values(), wanted, |job| job.name.as_str())
    }

    /// Adds a job. Jobs of one name stand side by side.
    pub(crate) fn add_job(
        &mut self,
        name: JobName,
        description: String,
        now: &Timestamp,
    ) -> AddedJob {
        let key = entry_key(name.as_str(), now, |key| self.jobs.contains_key(key));
        let job = Job {
            name,
            description,
            created_at: now.clone(),
            file_fields: FileFields::default(),
        };
        self.jobs.insert(key.clone(), job.clone());
        AddedJob { key, job }
    }
}
