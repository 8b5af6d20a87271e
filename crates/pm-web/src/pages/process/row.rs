//! What a plan says of one of its tasks.

use pm_core::{Priority, Progress, Status, Task, TaskName, Timestamp};

use super::head::Head;
use crate::address;
use crate::frame::Link;
use crate::parts::{ClaimMark, StatusMark, count};

/// A task in a list or on a board.
pub(super) struct Row<'a> {
    pub(super) name: &'a TaskName,
    /// What tells its row from others on the page.
    pub(super) id: String,
    /// Its name as in addresses, and as forms send it.
    pub(super) segment: String,
    pub(super) address: String,
    pub(super) status: StatusMark,
    /// Why it has this status.
    pub(super) note: Option<String>,
    /// The word for its priority, unless that is the usual one.
    pub(super) priority: Option<&'static str>,
    /// The tasks that have to be over before it.
    pub(super) waits: Vec<Link>,
    pub(super) claim: Option<ClaimMark>,
    /// How many jobs are done, and of how many.
    pub(super) jobs: Option<(usize, usize)>,
    pub(super) labels: Vec<Link>,
    /// How many comments were left on it, if any.
    pub(super) comments: Option<String>,
    /// How many code snippets it has, if any.
    pub(super) snippets: Option<String>,
}

impl<'a> Row<'a> {
    /// What is said of a task, as it is at `now`.
    pub(super) fn new(
        head: &Head<'_>,
        (name, task): (&'a TaskName, &'a Task),
        now: &Timestamp,
    ) -> Self {
        let process = head.process;
        let jobs = Progress::of_jobs(task);
        let waits = if task.status().is_over() {
            Vec::new()
        } else {
            process.unmet_dependencies(task)
        };
        Self {
            name,
            id: format!("t-{}", address::segment(name.as_str())),
            segment: address::segment(name.as_str()),
            address: head.task_address(name),
            status: StatusMark(task.status()),
            note: task.status_details().note.filter(|note| !note.is_empty()),
            priority: match task.priority() {
                Priority::Normal => None,
                other => Some(other.as_str()),
            },
            waits: waits
                .into_iter()
                .map(|on| Link::below(&head.address, on))
                .collect(),
            claim: task.claim_at(now).map(|claim| ClaimMark::new(claim, now)),
            jobs: (jobs.all() > 0).then_some((jobs.done, jobs.all())),
            labels: Link::to_labels(&head.address, task),
            comments: match task.comments().len() {
                0 => None,
                number => Some(count(number, "comment")),
            },
            snippets: match task.snippet_names().len() {
                0 => None,
                number => Some(count(number, "snippet")),
            },
        }
    }

    /// Whether nothing is left to do.
    pub(super) fn is_over(&self) -> bool {
        matches!(self.status.0, Status::Done | Status::Cancelled)
    }
}
