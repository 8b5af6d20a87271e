//! The words of every refusal.
//!
//! Rules: no prefix, no JSON, no path, no Debug output. Near misses are named. A refusal that
//! misses a task never suggests to make one, or models make doubles. A tool that takes something
//! away never gets another name suggested for that, at most one for its task.

use pm_core::search::{MOST_QUERY_CHARS, QueryProblem};
use pm_core::{Error, ProcessName};

use super::{REFUSAL_CHARS_MAX, Refusal, Situation};
use crate::caller::offer::{Offer, Withheld};
use crate::failure::Failure;
use crate::text::phrases::{quoted, shortened};
use crate::tool::{Effect, Tool};

impl Refusal {
    /// Words why `tool` was refused.
    pub(crate) fn of(
        failure: &Failure,
        tool: &Tool,
        offer: &Offer,
        open: Option<ProcessName>,
    ) -> Self {
        let situation = Situation { tool, offer, open };
        let refusal = situation.word(failure);
        Self {
            next: shortened(&refusal.next, REFUSAL_CHARS_MAX / 2),
            ..refusal
        }
    }
}

impl Situation<'_> {
    fn word(&self, failure: &Failure) -> Refusal {
        match failure {
            Failure::Core(error) => self.core(error),
            Failure::Explained(explained) => {
                self.explained(self.core(&explained.error), &explained.beside)
            }
            Failure::Arguments(problem) => self.argument(problem),
            Failure::NoProcessOpen {
                known,
                having_task,
                task,
            } => self.none_open(known, having_task, task.as_deref()),
            Failure::OpenProcessGone(name) => self.refusal(
                format!(
                    "the open process {} is gone, because someone deleted or renamed it",
                    quoted(name)
                ),
                self.call(
                    "process_list_all",
                    "to see which processes there are",
                    "that the open process is gone",
                ),
            ),
            Failure::TaskElsewhere {
                process,
                elsewhere,
                task,
            } => self
                .elsewhere(process, elsewhere, task)
                .about(Some(process)),
            Failure::NotInTrash { wanted, is_empty } => {
                self.nothing_like_it_in_trash(wanted, *is_empty)
            }
            Failure::Plan(problem) => self.no_plan(problem),
            Failure::PlanDiffers {
                process,
                same,
                differing,
                missing,
            } => self
                .plan_differs(process, same, differing, missing)
                .about(Some(process)),
            Failure::DeletedLast { deleted, changed } => {
                self.deleted_last(deleted, changed.as_ref())
            }
            Failure::RestoredNameTaken {
                deleted,
                existing,
                free,
            } => self.restored_name_taken(deleted, existing, free.as_deref()),
            Failure::Withheld(Withheld::ReadOnly) => self.refusal(
                "this server is for reading only",
                "Tell the user that nothing can be changed here.",
            ),
            Failure::Withheld(Withheld::NotSelected) => self.refusal(
                format!("this server does not offer {}", self.tool.name),
                "Use one of the tools that are listed.",
            ),
            Failure::Withheld(Withheld::NoExportDirectory) => self.refusal(
                "this server was started without a directory to write to",
                "Tell the user to start it with --export-dir.",
            ),
            Failure::Directory(problem) => self.refusal(
                format!("the directory cannot be used: {problem}"),
                self.again("a directory such as \"src\", or without one"),
            ),
            Failure::Query(QueryProblem::Blank) => self.blank("query"),
            Failure::Query(QueryProblem::TooLong { chars }) => {
                self.too_long("query", *chars, MOST_QUERY_CHARS)
            }
            Failure::Query(other) => self.refusal(
                format!("query cannot be used: {other}"),
                self.again("another query"),
            ),
            Failure::Unanswerable(_) | Failure::Panicked => self.refusal(
                "the server itself made a mistake",
                self.call(
                    "process_list_all",
                    "to see what is stored, and tell the user",
                    "that the server made a mistake",
                ),
            ),
        }
    }

    fn core(&self, error: &Error) -> Refusal {
        let refusal = match error {
            Error::Name(error) => self.name(error),
            Error::Process(unresolved) => self.process(unresolved),
            Error::Unusable(problem) => self.unusable(problem),
            Error::Task(process, unresolved) => self.task(process, unresolved),
            Error::Job(within, unresolved) => self.job(within, unresolved),
            Error::Snippet(within, unresolved) => self.snippet(within, unresolved),
            Error::Version(_, problem) => self.version(problem),
            Error::Taken(taken) => self.taken(taken),
            Error::OutOfReach { .. } if self.tool.effect != Effect::TakesBack => {
                self.refusal(error.to_string(), self.again("a name like that"))
            }
            Error::Plan(process, problem) => self.plan(process, problem),
            Error::History(process, problem) => self.history(process, problem),
            Error::Trash(unresolved) => self.trash(unresolved),
            Error::Store(error) => self.store(error),
            // An error that the core got since this was written.
            other => self.refusal(other.to_string(), "Tell the user."),
        };
        refusal.about(error.process())
    }
}
