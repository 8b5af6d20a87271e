//! What the core refuses or cannot do, in words for people, each kind once.

use std::cmp::Reverse;

use http::StatusCode;
use pm_core::error::{
    ChangedMeanwhile, ConflictProblem, HistoryProblem, PlanProblem, Unresolved, VersionProblem,
};
use pm_core::history::LaterChange;
use pm_core::model::UnknownWord;
use pm_core::name::NameError;
use pm_core::store::{Unusable, UnusableKind};
use pm_core::{Claim, Error, ProcessName, StoreError, TaskName};

use super::{Conflict, Gone, Problem, Way, by_whom};
use crate::address;
use crate::form::TAKE_OVER;
use crate::frame::Link;
use crate::moment::exactly;

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match &error {
            Error::Process(unresolved) => {
                let mut problem = Self::unresolved("process", "", unresolved, address::process);
                if let Unresolved::NotFound { wanted, .. } = unresolved {
                    problem.gone = Some(Box::new(Gone::Process(wanted.clone())));
                    problem.ways.push(Way::as_new(
                        "process",
                        wanted,
                        "/new".to_owned(),
                        "description",
                    ));
                }
                problem
            }
            Error::Task(process, unresolved) => {
                let within = format!(" in {process}");
                let at = |name: &str| address::task(process, name);
                let mut problem = Self::unresolved("task", &within, unresolved, at);
                problem.links.push(Link::to_process(process));
                if let Unresolved::NotFound { wanted, .. } = unresolved {
                    problem.gone = Some(Box::new(Gone::Task(process.clone(), wanted.clone())));
                    let address = format!("{}/add", address::process(process));
                    problem
                        .ways
                        .push(Way::as_new("task", wanted, address, "description"));
                }
                problem
            }
            Error::Snippet(within, unresolved) => {
                let at = |name: &str| address::snippet(&within.process, &within.task, name);
                let place = format!(" in {within}");
                let mut problem = Self::unresolved("code", &place, unresolved, at);
                let task = Link::to_task(&within.process, &within.task);
                if let Unresolved::NotFound { wanted, .. } = unresolved {
                    let (process, task_name) = (within.process.clone(), within.task.clone());
                    let gone = Gone::Snippet(process, task_name, wanted.clone());
                    problem.gone = Some(Box::new(gone));
                    let address = format!("{}/add-code", task.address);
                    problem
                        .ways
                        .push(Way::as_new("snippet", wanted, address, "content"));
                }
                problem.links.push(task);
                problem
            }
            Error::Version(within, VersionProblem::NotFound { snippet, .. }) => {
                let code = Link {
                    name: snippet.to_string(),
                    address: address::snippet(&within.process, &within.task, snippet),
                };
                Self {
                    links: vec![code],
                    ..Self::new(StatusCode::NOT_FOUND, sentence(&error.to_string()))
                }
            }
            Error::Plan(process, PlanProblem::Claimed { task, claim }) => {
                Self::claimed(process, task, claim)
            }
            Error::ChangedMeanwhile(changed) => Self::changed_meanwhile(changed),
            Error::Conflict(problem) => Self::conflict(problem),
            Error::Unusable(problem) => Self::unusable(problem),
            Error::Store(error) => Self::store(error),
            Error::Name(error) => Self::from(*error),
            Error::History(process, HistoryProblem::ChangedSince { revision, later }) => {
                Self::in_the_way(process, *revision, later)
            }
            Error::History(process, HistoryProblem::RevisionNotKept { .. }) => {
                let mut problem = Self::new(StatusCode::NOT_FOUND, sentence(&error.to_string()));
                problem.links.push(Link::to_process(process));
                problem
            }
            Error::Taken(_)
            | Error::OutOfReach { .. }
            | Error::Plan(..)
            | Error::History(..)
            | Error::Version(..) => Self::new(StatusCode::CONFLICT, sentence(&error.to_string())),
            _ => Self::new(StatusCode::NOT_FOUND, sentence(&error.to_string())),
        }
    }
}

/// A text that is no name.
impl From<NameError> for Problem {
    fn from(error: NameError) -> Self {
        Self::new(StatusCode::BAD_REQUEST, sentence(&error.to_string()))
    }
}

/// A word that is none of those that are known.
impl From<UnknownWord> for Problem {
    fn from(error: UnknownWord) -> Self {
        Self::new(StatusCode::BAD_REQUEST, sentence(&error.to_string()))
    }
}

impl Problem {
    /// A name that means nothing, or more than one thing; `at` is where a name of its kind leads.
    fn unresolved<N: AsRef<str>>(
        what: &str,
        within: &str,
        unresolved: &Unresolved<N>,
        at: impl Fn(&str) -> String,
    ) -> Self {
        let (sentence, names) = match unresolved {
            Unresolved::NotFound { wanted, near } => {
                (format!("There is no {what} “{wanted}”{within}."), near)
            }
            Unresolved::Ambiguous { wanted, candidates } => (
                format!("“{wanted}” may mean more than one {what}{within}."),
                candidates,
            ),
        };
        let links = names.iter().map(|name| Link {
            name: name.as_ref().to_owned(),
            address: at(name.as_ref()),
        });
        Self {
            links: links.collect(),
            ..Self::new(StatusCode::NOT_FOUND, sentence)
        }
    }

    /// A task that somebody else works on. It can be taken from them.
    fn claimed(process: &ProcessName, task: &TaskName, claim: &Claim) -> Self {
        let by = &claim.by;
        let sentence = format!("{by} has the task {task} until {}.", exactly(&claim.until));
        let take_over = Way {
            label: "Take it over".to_owned(),
            name: TAKE_OVER,
            value: by.clone(),
            elsewhere: None,
        };
        Self {
            ways: vec![take_over],
            links: vec![Link::to_task(process, task)],
            ..Self::new(StatusCode::CONFLICT, sentence)
        }
    }

    /// Later changes that touched what a change had touched, which therefore cannot be taken back. The
    /// last one comes first: each of the others may be in the way of those before it.
    pub(crate) fn in_the_way(process: &ProcessName, revision: u64, later: &[LaterChange]) -> Self {
        let mut later: Vec<&LaterChange> = later.iter().collect();
        later.sort_by_key(|change| Reverse(change.revision));
        let told = later.iter().map(|change| {
            let LaterChange {
                revision, summary, ..
            } = change;
            format!("{summary} (revision {revision})")
        });
        let told: Vec<String> = told.collect();
        let first = match told.as_slice() {
            [_] => "Take that back first",
            _ => "Take them back first, in this order",
        };
        let sentence = format!(
            "Revision {revision} cannot be taken back by itself, since what it changed was changed \
             again: {}. {first}.",
            told.join("; ")
        );
        let links = later.iter().map(|change| Link {
            name: format!("Take back revision {}", change.revision),
            address: address::with_query(
                &format!("{}/undo", address::process(process)),
                &[("revision", &change.revision.to_string())],
            ),
        });
        Self {
            links: links.collect(),
            ..Self::new(StatusCode::CONFLICT, sentence)
        }
    }

    /// A text that somebody else changed while it was edited.
    fn changed_meanwhile(changed: &ChangedMeanwhile) -> Self {
        let sentence = by_whom(&sentence(&changed.to_string()), changed.change.as_deref());
        Self {
            conflict: Some(Box::new(Conflict::new(changed))),
            ..Self::new(StatusCode::CONFLICT, sentence)
        }
    }

    /// Changes that did not fit somewhere, and cannot be settled as was asked.
    fn conflict(problem: &ConflictProblem) -> Self {
        let status = match problem {
            ConflictProblem::NotFound { .. } => StatusCode::NOT_FOUND,
            _ => StatusCode::CONFLICT,
        };
        let sentence = match problem {
            ConflictProblem::NotFound { .. } => {
                "These changes are settled already: there is nothing left to apply or to discard."
            }
            ConflictProblem::ProcessGone { .. } => {
                "Nothing was changed: the process of these changes is not there any more."
            }
            ConflictProblem::Unreadable { .. } => {
                "Nothing was changed: the text in which these changes are kept was edited, so that \
                 they cannot be made out."
            }
            ConflictProblem::ChangedMeanwhile { .. } => {
                "Nothing was changed: what the changes are about was changed since you looked. Look \
                 at both texts once more."
            }
        };
        let all = Link {
            name: "The changes that did not fit".to_owned(),
            address: "/status#conflicts".to_owned(),
        };
        Self {
            links: vec![all],
            // It has the checksum of texts that are not there any more.
            is_blind: true,
            ..Self::new(status, sentence)
        }
    }

    fn unusable(problem: &Unusable) -> Self {
        Self {
            is_of_a_file: true,
            links: as_it_is(problem).into_iter().collect(),
            ..Self::new(StatusCode::CONFLICT, unusable(problem))
        }
    }

    fn store(error: &StoreError) -> Self {
        tracing::warn!(%error, "a page could not read or change the store");
        let status = match error {
            StoreError::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            StoreError::FileReadOnly | StoreError::ReadOnly => StatusCode::CONFLICT,
            _ => StatusCode::SERVICE_UNAVAILABLE,
        };
        let sentence = match error {
            StoreError::Held { .. } => {
                "Another program holds what the page needs for longer than it waits. Try again in a \
                 moment."
            }
            StoreError::Uncertain { .. } => {
                "It is not certain whether this was kept. Look at the page before you send it again."
            }
            StoreError::Full => "Nothing was changed: the disk of the server is full.",
            StoreError::TooLarge { .. } => {
                "Nothing was changed: the process would be larger than the server reads."
            }
            StoreError::FileReadOnly | StoreError::ReadOnly => {
                "Nothing was changed: what is kept can only be read."
            }
            StoreError::Contended => {
                "The file kept changing while it was read. Try again in a moment."
            }
            _ => {
                "What is kept cannot be read at present. Try again in a moment; the server's log says why."
            }
        };
        Self::new(status, sentence)
    }
}

/// Says of a file that it cannot be used, and that nobody touches it.
pub(crate) fn unusable(problem: &Unusable) -> String {
    let what = match &problem.kind {
        // The system's own words may say more than a page should.
        UnusableKind::Unreadable { .. } => {
            format!("The file {} cannot be read.", problem.file)
        }
        _ => sentence(&problem.to_string()),
    };
    format!("{what} It is left as it is.")
}

/// Where the file can be downloaded as it is, to be looked at and mended, if it has anything and
/// can be read.
pub(crate) fn as_it_is(problem: &Unusable) -> Option<Link> {
    let is_readable = match &problem.kind {
        UnusableKind::Damaged { .. }
        | UnusableKind::NotAProcess
        | UnusableKind::NotUtf8 { .. }
        | UnusableKind::Conflicted { .. }
        | UnusableKind::Duplicate { .. } => true,
        UnusableKind::Empty
        | UnusableKind::NotARegularFile { .. }
        | UnusableKind::TooLarge { .. }
        | UnusableKind::Unreadable { .. }
        | _ => false,
    };
    is_readable.then(|| Link {
        name: "Download it as it is".to_owned(),
        address: address::unusable(&problem.file),
    })
}

/// Makes a sentence of words that begin small and have no full stop.
pub(crate) fn sentence(words: &str) -> String {
    let mut rest = words.chars();
    let first = rest.next().map(char::to_uppercase);
    let whole: String = first.into_iter().flatten().chain(rest).collect();
    format!("{}.", whole.trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Arc;

    use pm_core::store::Cause;

    use super::*;

    #[test]
    fn what_the_core_refuses_is_a_sentence_without_what_is_inside() {
        let io = |action| StoreError::Io {
            action,
            source: Arc::new(io::Error::other("/home/someone/pm is gone")),
        };
        let secret: Cause = Arc::new(io::Error::other("postgres://user:secret@host"));
        let file = |kind| {
            let file = "a.json".to_owned();
            Error::Unusable(Unusable { file, kind })
        };
        let errors = [
            Error::Store(io("read the directory")),
            Error::Store(StoreError::Unreachable { source: secret }),
            Error::Store(StoreError::Contended),
            Error::Store(StoreError::Held {
                holder: Some(1),
                seconds: 10,
            }),
            file(UnusableKind::Damaged {
                line: 3,
                column: 7,
                reason: "a comma is missing".to_owned(),
            }),
            file(UnusableKind::Unreadable {
                reason: "/home/someone: permission denied".to_owned(),
            }),
            file(UnusableKind::Empty),
        ];
        let told: Vec<String> = errors
            .into_iter()
            .map(|error| {
                let problem = Problem::from(error);
                format!("{}: {}", problem.status.as_u16(), problem.sentence)
            })
            .collect();
        insta::assert_snapshot!(told.join("\n"), @"
        503: What is kept cannot be read at present. Try again in a moment; the server's log says why.
        503: What is kept cannot be read at present. Try again in a moment; the server's log says why.
        503: The file kept changing while it was read. Try again in a moment.
        503: Another program holds what the page needs for longer than it waits. Try again in a moment.
        409: The file a.json is damaged at line 3, column 7: a comma is missing. It is left as it is.
        409: The file a.json cannot be read. It is left as it is.
        409: The file a.json is empty. It is left as it is.
        ");
    }
}
