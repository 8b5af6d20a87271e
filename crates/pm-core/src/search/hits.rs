//! What was found, the best first, and no more of it than is asked for.

use super::terms::Fit;
use crate::store::Unusable;
use crate::{JobName, ProcessName, SnippetName, TaskName};

/// What was found: the best hits, and how many there are in all.
#[derive(Debug, Clone, Default)]
pub struct SearchHits {
    /// In no order, and some more than are shown.
    kept: Vec<(Rank, SearchHit)>,
    /// The worst that still counts, once there are enough.
    worst: Option<Rank>,
    /// How many are asked for.
    asked: usize,
    /// How many texts hold what is looked for.
    pub total: usize,
    /// Files that may hold it and cannot be used.
    pub problems: Vec<Unusable>,
}

/// A text that holds what is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchHit {
    /// The process that holds it.
    pub process: ProcessName,
    /// Its place in the process.
    pub place: HitPlace,
    /// Which text of that place.
    pub field: HitField,
    /// The line of the text, from 1.
    pub line: usize,
    /// What stands around it, on one line.
    pub excerpt: String,
}

/// The place in a process of something that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum HitPlace {
    /// The process itself.
    Process,
    /// A task.
    Task(TaskName),
    /// A job of a task.
    Job {
        /// The task.
        task: TaskName,
        /// The job.
        job: JobName,
    },
    /// A snippet of a task.
    Snippet {
        /// The task.
        task: TaskName,
        /// The snippet.
        snippet: SnippetName,
        /// The last version that holds it.
        version: usize,
        /// How many versions there are.
        of: usize,
    },
}

/// A kind of thing that can be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum HitKind {
    /// A process.
    Process,
    /// A task.
    Task,
    /// A job of a task.
    Job,
    /// A snippet of a task.
    Code,
}

/// Which text of a place holds it; hits in the first of these are the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum HitField {
    /// Its name.
    Name,
    /// Its description.
    Description,
    /// A note on it.
    Note,
    /// Its code.
    Code,
}

/// What tells the order of hits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    pub(super) field: HitField,
    pub(super) fit: Fit,
    /// 0 for a process, 1 for a task, 2 for what a task holds.
    pub(super) depth: u8,
    /// Whether a later version holds it no more.
    pub(super) is_old: bool,
    pub(super) process: ProcessName,
    /// Its place in the process.
    pub(super) order: usize,
}

impl HitKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Process, Self::Task, Self::Job, Self::Code];

    /// Its name: a word in lower case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Process => "process",
            Self::Task => "task",
            Self::Job => "job",
            Self::Code => "code",
        }
    }
}

impl SearchHits {
    /// The best hits, the best first: no more than [were asked for](super::SearchQuery::at_most).
    pub fn best(&self) -> Vec<SearchHit> {
        let mut kept: Vec<&(Rank, SearchHit)> = self.kept.iter().collect();
        kept.sort_by(|(a, _), (b, _)| a.cmp(b));
        let best = kept.into_iter().take(self.asked);
        best.map(|(_, hit)| hit.clone()).collect()
    }

    /// Keeps `most` of the best, or as many as were asked for before if that is more.
    pub(super) fn keep(&mut self, most: usize) {
        self.asked = self.asked.max(most);
    }

    /// Takes a hit; `hit` is made only if it may be among the best.
    pub(super) fn add(&mut self, rank: Rank, hit: impl FnOnce() -> SearchHit) {
        self.total += 1;
        if self.worst.as_ref().is_none_or(|worst| rank < *worst) {
            self.kept.push((rank, hit()));
            self.shrink();
        }
    }

    /// Joins what was found elsewhere.
    pub(crate) fn join(&mut self, other: Self) {
        self.keep(other.asked);
        self.kept.extend(other.kept);
        self.total += other.total;
        self.problems.extend(other.problems);
        self.shrink();
    }

    /// Lets go of what is no longer among the best, now and then.
    fn shrink(&mut self) {
        if self.kept.len() >= 4 * self.asked {
            self.kept.sort_by(|(a, _), (b, _)| a.cmp(b));
            self.kept.truncate(self.asked);
            self.worst = self.kept.last().map(|(rank, _)| rank.clone());
        }
    }
}
