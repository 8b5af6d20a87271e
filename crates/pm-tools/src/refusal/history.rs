//! The words if a change cannot be taken back, or a former state is not there.

use pm_core::ProcessName;
use pm_core::error::HistoryProblem;
use pm_core::history::LaterChange;

use super::{Refusal, Situation};
use crate::text::phrases::{NAMES_MAX, quoted, shortened};

/// How much is said of one change that is in the way, in characters.
const CHANGE_CHARS_MAX: usize = 120;

impl Situation<'_> {
    pub(super) fn history(&self, process: &ProcessName, problem: &HistoryProblem) -> Refusal {
        let name = quoted(process);
        let (why, next) = match problem {
            HistoryProblem::RevisionNotKept { newest: 0, .. } => (
                format!("nothing is known of earlier changes of the process {name}"),
                Some("Tell the user that there is nothing to take back."),
            ),
            HistoryProblem::RevisionNotKept {
                revision,
                oldest,
                newest,
            } => (
                format!(
                    "the history of the process {name} has no revision {revision}, only {oldest} \
                     to {newest}"
                ),
                None,
            ),
            HistoryProblem::ChangeUnknown { revision } => (
                format!(
                    "revision {revision} of the process {name} was made in its file while nobody \
                     watched, so it is not known what it changed"
                ),
                Some("Tell the user that it cannot be taken back."),
            ),
            HistoryProblem::ChangedNothing { revision } => (
                format!("revision {revision} of the process {name} changed nothing"),
                None,
            ),
            HistoryProblem::NothingToUndo { .. } => (
                format!(
                    "you have made no change of the process {name} that is left to be taken back"
                ),
                None,
            ),
            HistoryProblem::AlreadyUndone { revision, by } => (
                format!(
                    "revision {revision} of the process {name} was taken back already, by revision \
                     {by}"
                ),
                None,
            ),
            HistoryProblem::ChangedSince { revision, later } => {
                return self.changed_since(process, *revision, later);
            }
            HistoryProblem::RenamedBesides { revision, old } => (
                format!(
                    "revision {revision} renamed the process from {} and changed more at once",
                    quoted(old)
                ),
                Some("Tell the user that it cannot be taken back at once."),
            ),
        };
        let look = || {
            let why = "to see what there is to take back";
            let tell = "that there is nothing to take back";
            self.look_in("process_history", (process, None), why, tell)
        };
        self.refusal(why, next.map_or_else(look, str::to_owned))
    }

    /// Never suggests that a later change be taken back as well: the user decides that.
    fn changed_since(
        &self,
        process: &ProcessName,
        revision: u64,
        later: &[LaterChange],
    ) -> Refusal {
        let is_open = self.open.as_ref() == Some(process);
        let what = match revision {
            // The first revision is the process itself; its history begins behind it.
            1 => {
                format!(
                    "the process {} was created and changed since",
                    quoted(process)
                )
            }
            _ if is_open => format!("what revision {revision} changed was changed again"),
            _ => format!(
                "what revision {revision} of the process {} changed was changed again",
                quoted(process)
            ),
        };
        let told: Vec<String> = later.iter().take(NAMES_MAX).map(in_the_way).collect();
        let why = match told.as_slice() {
            [] if revision == 1 => what,
            [] => format!("{what} since"),
            told => {
                let more = match later.len().saturating_sub(told.len()) {
                    0 => String::new(),
                    more => format!(", and {more} more"),
                };
                let told = told.join("; ");
                format!("{what} by {told}{more}")
            }
        };
        let next = match later {
            [] => "Tell the user that it cannot be taken back alone.".into(),
            [only] => format!(
                "Ask the user whether revision {} is to be taken back first.",
                only.revision
            ),
            _ => "Ask the user whether all of these are to be taken back first.".to_owned(),
        };
        self.refusal(why, next)
    }

    pub(super) fn nothing_like_it_in_trash(&self, wanted: &str, is_empty: bool) -> Refusal {
        if is_empty {
            return self.refusal(
                format!(
                    "no process {} was deleted lately, nor another",
                    quoted(wanted)
                ),
                "Tell the user that there is nothing to restore.",
            );
        }
        // No process of another name is suggested: it would come back without anybody's wish.
        let why = format!("no process {} was deleted lately", quoted(wanted));
        let next = format!("Call {} without a name to see what was.", self.tool.name);
        self.refusal(why, next)
    }

    pub(super) fn deleted_last(
        &self,
        deleted: &ProcessName,
        changed: Option<&ProcessName>,
    ) -> Refusal {
        let deleted = quoted(deleted);
        let why = format!(
            "you have done nothing in this session, and before it the process {deleted} was deleted"
        );
        let next = match changed {
            Some(changed) => format!(
                "process {deleted} to get that back, or process {} for the last change there",
                quoted(changed)
            ),
            None => format!("process {deleted} to get that back"),
        };
        let next = self.again_if_listed("process", &next, "Ask the user what is to be taken back.");
        self.refusal(why, next)
    }
}

fn in_the_way(later: &LaterChange) -> String {
    let LaterChange {
        revision,
        actor,
        summary,
    } = later;
    let summary = shortened(summary, CHANGE_CHARS_MAX);
    format!(
        "revision {revision} of {}: {summary}",
        shortened(&actor.to_string(), 40)
    )
}
