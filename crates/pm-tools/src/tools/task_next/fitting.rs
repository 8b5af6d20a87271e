//! As much of a task as fits into a short answer: the names that the next calls need before the
//! texts.

use indexmap::IndexMap;
use pm_core::Task;

use super::answer::{ANSWER_BYTES_MAX, CodeVersion, OpenJob, TaskNextAnswer, TaskToDo};
use crate::answer::SUCCESS_BYTES;
use crate::text::cut::begin;
use crate::text::json_size::size;

/// How much of the description there is in any case, in bytes of JSON.
const DESCRIPTION_BYTES_MIN: usize = 160;

/// What is kept free for the names of snippets while those of jobs are added, in bytes.
const CODES_BYTES: usize = 120;

/// What is kept free for the counts of what is left out, in bytes.
const COUNTS_BYTES: usize = 48;

impl TaskNextAnswer {
    /// Adds what there is to say of `task`, as far as it fits; `rest` says how to get at what
    /// does not.
    pub(super) fn fill(&mut self, task: &Task, rest: &str) {
        let open: Vec<_> = task
            .jobs
            .values()
            .filter(|job| !job.status().is_over())
            .collect();
        let mut versions: IndexMap<&str, usize> = IndexMap::new();
        for version in task.code.values() {
            *versions.entry(version.name.as_str()).or_default() += 1;
        }
        // This is taken away again if all of the task fits after all.
        self.message += rest;
        self.describe(begin(&task.description, DESCRIPTION_BYTES_MIN));

        let free = COUNTS_BYTES + if versions.is_empty() { 0 } else { CODES_BYTES };
        let jobs = open.iter().map(|job| OpenJob {
            name: job.name.to_string(),
            description: String::new(),
        });
        let shown = self.add_while(free, jobs, |to| &mut to.open_jobs);
        let codes = versions.iter().map(|(name, version)| CodeVersion {
            name: (*name).to_owned(),
            version: *version,
        });
        let shown_codes = self.add_while(COUNTS_BYTES, codes, |to| &mut to.codes);
        let (more_jobs, more_codes) = (open.len() - shown, versions.len() - shown_codes);
        if let Some(to) = &mut self.task {
            (to.more_jobs, to.more_codes) = (more_jobs, more_codes);
        }

        let is_whole = self.describe_at_most(&task.description);
        let mut told = 0;
        for (number, job) in open.iter().enumerate().take(shown) {
            if !self.describe_job(number, &job.description) {
                break;
            }
            told += 1;
        }
        let all = is_whole && more_jobs == 0 && more_codes == 0 && told == open.len();
        if all && let Some(without) = self.message.strip_suffix(rest) {
            self.message = without.to_owned();
        }
    }

    /// The size of the answer in bytes of compact JSON.
    pub(super) fn size(&self) -> usize {
        size(self) + SUCCESS_BYTES
    }

    fn describe(&mut self, description: String) {
        if let Some(to) = &mut self.task {
            to.description = description;
        }
    }

    /// Adds one entry after the other to a list until the answer would be too long; answers how
    /// many.
    fn add_while<T>(
        &mut self,
        free: usize,
        entries: impl Iterator<Item = T>,
        list: fn(&mut TaskToDo) -> &mut Vec<T>,
    ) -> usize {
        let mut added = 0;
        for entry in entries {
            let Some(to) = &mut self.task else { break };
            list(to).push(entry);
            if self.size() + free > ANSWER_BYTES_MAX {
                self.task.as_mut().map(|to| list(to).pop());
                break;
            }
            added += 1;
        }
        added
    }

    /// Shows as much of the description as there is room for; answers whether that is all.
    fn describe_at_most(&mut self, description: &str) -> bool {
        let room = ANSWER_BYTES_MAX.saturating_sub(self.size());
        let text = begin(description, DESCRIPTION_BYTES_MIN + room);
        let is_whole = text.len() == description.len();
        self.describe(text);
        if self.size() > ANSWER_BYTES_MAX {
            // There was no room for more than the least.
            self.describe(begin(description, DESCRIPTION_BYTES_MIN));
        }
        is_whole
    }

    /// Describes a job that is shown, if there is room for all of it.
    fn describe_job(&mut self, number: usize, description: &str) -> bool {
        if self.size() + description.len() > ANSWER_BYTES_MAX {
            return false;
        }
        let set = |answer: &mut Self, text: &str| {
            let jobs = answer.task.as_mut().map(|task| &mut task.open_jobs);
            if let Some(job) = jobs.and_then(|jobs| jobs.get_mut(number)) {
                text.clone_into(&mut job.description);
            }
        };
        set(self, description);
        let fits = self.size() <= ANSWER_BYTES_MAX;
        if !fits {
            set(self, "");
        }
        fits
    }
}
