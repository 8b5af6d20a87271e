//! The words when a change cannot be taken back, or a former state is not there.

use pm_core::history::LaterChange;
use pm_core::{Error, ProcessName};

use super::{Refusal, Situation};
use crate::text::phrases::{NAMES_MAX, quoted, shortened};

/// How much is said of one change that is in the way, in characters.
const CHANGE_CHARS_MAX: usize = 120;

impl Situation<'_> {
    /// Words the errors about what was.
    pub(super) fn history(&self, error: &Error) -> Refusal {
        match error {
            Error::RevisionNotKept {
                process, newest: 0, ..
            } => self
                .refusal(
                    format!(
                        "nothing is known of earlier changes of the process {}",
                        quoted(process)
                    ),
                    "Tell the user that there is nothing to take back.".into(),
                )
                .about(process),
            Error::RevisionNotKept {
                process,
                revision,
                oldest,
                newest,
            } => {
                let why = format!(
                    "the history of the process {} has no revision {revision}, only {oldest} to \
                     {newest}",
                    quoted(process)
                );
                self.look_at_history(why, process)
            }
            Error::ChangeUnknown { process, revision } => self
                .refusal(
                    format!(
                        "revision {revision} of the process {} was made in its file while nobody \
                         watched, so it is not known what it changed",
                        quoted(process)
                    ),
                    "Tell the user that it cannot be taken back.".into(),
                )
                .about(process),
            Error::ChangedNothing { process, revision } => {
                let process_name = quoted(process);
                let why =
                    format!("revision {revision} of the process {process_name} changed nothing");
                self.look_at_history(why, process)
            }
            Error::NothingToUndo { process, .. } => {
                let why = format!(
                    "you have made no change of the process {} that is left to be taken back",
                    quoted(process)
                );
                self.look_at_history(why, process)
            }
            Error::AlreadyUndone {
                process,
                revision,
                by,
            } => {
                let why = format!(
                    "revision {revision} of the process {} was taken back already, by revision {by}",
                    quoted(process)
                );
                self.look_at_history(why, process)
            }
            Error::ChangedSince {
                process,
                revision,
                later,
            } => self.changed_since(process, *revision, later).about(process),
            Error::RenamedBesides {
                process,
                revision,
                old,
            } => self
                .refusal(
                    format!(
                        "revision {revision} renamed the process from {} and changed more at once",
                        quoted(old)
                    ),
                    "Tell the user that it cannot be taken back at once.".into(),
                )
                .about(process),
            // All others have their words elsewhere.
            other => self.refusal(other.to_string(), "Tell the user.".into()),
        }
    }

    /// Nobody's later change is ever suggested to be taken back as well: that is for the user.
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
            [] => "Tell the user that it cannot be taken back alone.".to_owned(),
            [only] => format!(
                "Ask the user whether revision {} is to be taken back first.",
                only.revision
            ),
            _ => "Ask the user whether all of these are to be taken back first.".to_owned(),
        };
        self.refusal(why, next)
    }

    pub(super) fn not_in_trash(&self, wanted: &str, near: &[ProcessName]) -> Refusal {
        let why = format!("no process {} was deleted lately", quoted(wanted));
        let look = || {
            let tell = "that there is no such process";
            self.call("process_list_all", "to see what there is", tell)
        };
        self.near_miss(why, self.process_parameter(), near, look)
    }

    pub(super) fn nothing_like_it_in_trash(&self, wanted: &str, is_empty: bool) -> Refusal {
        if is_empty {
            return self.refusal(
                format!(
                    "no process {} was deleted lately, nor another",
                    quoted(wanted)
                ),
                "Tell the user that there is nothing to restore.".into(),
            );
        }
        // None that is not like it is suggested: it would come back without anybody's wish.
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
            Some(changed) => self.again(&format!(
                "process {deleted} to get that back, or process {} for the last change there",
                quoted(changed)
            )),
            None => self.again(&format!("process {deleted} to get that back")),
        };
        self.refusal(why, next)
    }

    pub(super) fn restored_name_taken(
        &self,
        deleted: &str,
        existing: &ProcessName,
        free: Option<&str>,
    ) -> Refusal {
        let why = format!("there is a process {} by now", quoted(existing));
        let next = match free {
            Some(free) => self.again(&format!(
                "name {} and new_name {}",
                quoted(deleted),
                quoted(free)
            )),
            None => self.again("another new_name"),
        };
        self.refusal(why, next)
    }

    /// What came since has the name of what would come back.
    pub(super) fn in_the_way(&self, error: &Error) -> Refusal {
        let (kind, existing, process) = match error {
            Error::TaskExists {
                process, existing, ..
            } => ("a task", quoted(existing), Some(process)),
            Error::SnippetExists {
                process, existing, ..
            } => ("code", quoted(existing), Some(process)),
            Error::ProcessExists { existing, .. } => ("a process", quoted(existing), None),
            other => return self.history(other),
        };
        let refusal = self.refusal(
            format!("there is {kind} {existing} by now, in the place of what would come back"),
            format!("Ask the user what is to become of {existing}."),
        );
        match process {
            Some(process) => refusal.about(process),
            None => refusal,
        }
    }

    fn look_at_history(&self, why: String, process: &ProcessName) -> Refusal {
        let how = self.looking(None, process, "to see what there is to take back");
        let next = self.call(
            "process_history",
            &how,
            "that there is nothing to take back",
        );
        self.refusal(why, next).about(process)
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
