//! The words of every refusal.
//!
//! Rules: no prefix, no JSON, no path, no Debug output. Near misses are named. What misses a
//! task never suggests to make one, or models make doubles. What takes something away never
//! suggests another name to try.

use pm_core::search::{MOST_QUERY_CHARS, QueryProblem};
use pm_core::store::FileProblemKind;
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
            Failure::Arguments(problem) => self.argument(problem),
            Failure::NoProcessOpen { known, having_task } => self.none_open(known, having_task),
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
            } => self.elsewhere(process, elsewhere, task).about(process),
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
                .about(process),
            Failure::DeletedLast { deleted, changed } => {
                self.deleted_last(deleted, changed.as_ref())
            }
            Failure::RestoredNameTaken {
                deleted,
                existing,
                free,
            } => self.restored_name_taken(deleted, existing, free.as_deref()),
            Failure::Withheld(Withheld::ReadOnly) => self.refusal(
                "this server is for reading only".into(),
                "Tell the user that nothing can be changed here.".into(),
            ),
            Failure::Withheld(Withheld::NotSelected) => self.refusal(
                format!("this server does not offer {}", self.tool.name),
                "Use one of the tools that are listed.".into(),
            ),
            Failure::Withheld(Withheld::NoExportDirectory) => self.refusal(
                "this server was started without a directory to write to".into(),
                "Tell the user to start it with --export-dir.".into(),
            ),
            Failure::Directory(problem) => self.refusal(
                format!("the directory cannot be used: {problem}"),
                self.again("a directory such as \"src\", or without one"),
            ),
            Failure::Query(QueryProblem::Blank) => self.blank("query"),
            Failure::Query(QueryProblem::TooLong { chars }) => self.refusal(
                format!("query has {chars} characters, and {MOST_QUERY_CHARS} are the most"),
                self.again("a shorter query"),
            ),
            Failure::Unanswerable(_) | Failure::Panicked => self.refusal(
                "the server itself made a mistake".into(),
                self.call(
                    "process_list_all",
                    "to see what is stored, and tell the user",
                    "that the server made a mistake",
                ),
            ),
        }
    }

    fn core(&self, error: &Error) -> Refusal {
        match error {
            Error::Name(error) => self.name(error),
            Error::ProcessNotFound { wanted, near } => self.no_process(wanted, near),
            Error::ProcessAmbiguous { wanted, candidates }
            | Error::TrashAmbiguous { wanted, candidates } => {
                self.ambiguous(wanted, self.process_parameter(), candidates)
            }
            Error::ProcessExists { .. }
            | Error::TaskExists { .. }
            | Error::SnippetExists { .. }
                if self.tool.effect == Effect::TakesBack =>
            {
                self.in_the_way(error)
            }
            Error::ProcessExists { existing, .. } if self.takes("description") => self.refusal(
                format!("the process {} already exists", quoted(existing)),
                self.call(
                    "process_load",
                    &format!("with name {} to open it", quoted(existing)),
                    "that there is such a process already",
                ),
            ),
            Error::ProcessExists { existing, .. } => self.refusal(
                format!("the process {} already exists", quoted(existing)),
                self.again("another name"),
            ),
            Error::Unusable(problem) if problem.kind == FileProblemKind::NotAProcess => self
                .refusal(
                    problem.to_string(),
                    self.call(
                        "process_list_all",
                        "for the processes that there are",
                        "that this file is none of the processes",
                    ),
                ),
            Error::Unusable(problem) => self.refusal(
                problem.to_string(),
                "Tell the user which file to mend; other processes go on working.".into(),
            ),
            Error::TaskNotFound {
                process,
                wanted,
                near,
            } => self.no_task(wanted, near, process).about(process),
            Error::TaskAmbiguous {
                process,
                wanted,
                candidates,
            } => self
                .ambiguous(wanted, self.task_parameter(), candidates)
                .about(process),
            Error::TaskExists {
                process, existing, ..
            } => self.task_exists(existing.as_str(), process).about(process),
            Error::SnippetNotFound {
                process,
                task,
                wanted,
                near,
            } => self
                .no_snippet(wanted, near, task.as_str(), process)
                .about(process),
            Error::SnippetAmbiguous {
                process,
                wanted,
                candidates,
                ..
            } => self
                .ambiguous(wanted, "code_name", candidates)
                .about(process),
            Error::SnippetExists {
                process,
                task,
                existing,
                ..
            } => self
                .snippet_exists(task.as_str(), existing.as_str())
                .about(process),
            Error::VersionNotFound {
                process,
                snippet,
                wanted,
                of,
                ..
            } => self
                .no_version(snippet.as_str(), *wanted, *of)
                .about(process),
            Error::JobNotFound { process, .. }
            | Error::JobAmbiguous { process, .. }
            | Error::DependencyNotFound { process, .. }
            | Error::DependencyAmbiguous { process, .. }
            | Error::DependencyCycle { process, .. }
            | Error::TaskClaimed { process, .. }
            | Error::NothingToClaim { process } => self.plan(error).about(process),
            Error::NotInTrash { wanted, near } => self.not_in_trash(wanted, near),
            Error::Store(error) => self.store(error),
            history => self.history(history),
        }
    }
}
