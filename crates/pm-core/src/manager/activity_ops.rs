//! What happened in all processes, found without reading the history of every one.

use std::cmp::Reverse;

use time::OffsetDateTime;

use super::ProcessManager;
use crate::history::{LastChange, Past};
use crate::{Error, HistoryEntry, PastChange, ProcessName};

/// Which changes of all processes are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityQuery {
    /// Only those of an actor that is shown by this name.
    pub who: Option<String>,
    /// The most that are answered.
    pub limit: usize,
    /// Of how many processes the history is read at most.
    pub histories_max: usize,
}

/// A change, and the process that it changed.
#[derive(Debug, Clone, PartialEq)]
pub struct ProcessChange {
    /// The name that the process has now.
    pub process: ProcessName,
    /// The change.
    pub change: PastChange,
}

/// The last changes of all processes.
#[derive(Debug, Clone)]
pub struct Activity {
    /// The changes, newest first.
    pub changes: Vec<ProcessChange>,
    /// Whether there are, or may be, older ones that fit the query.
    pub more: bool,
}

/// A change that is among the newest so far.
struct Found {
    at: Option<OffsetDateTime>,
    change: ProcessChange,
}

impl ProcessManager {
    /// The newest changes of all processes, newest first.
    ///
    /// The processes are asked in the order of their last changes, which the list tells, and only
    /// until none can have a change that is newer than those that were found: no more histories are
    /// read than changes are asked for, unless those of one actor alone are wanted.
    pub fn activity(&self, query: &ActivityQuery) -> Result<Activity, Error> {
        let listing = self.store.list()?;
        let last_changes = listing.processes.iter().filter_map(|summary| {
            let last = summary.last_change.as_deref()?;
            Some((last.at.instant(), &summary.name, last))
        });
        let mut processes: Vec<_> = last_changes.collect();
        processes.sort_by_key(|(at, _, _)| Reverse(*at));
        let mut found: Vec<Found> = Vec::new();
        let mut more = processes.len() > query.histories_max;
        for (at, process, last) in processes.into_iter().take(query.histories_max) {
            let is_enough = match query.limit.checked_sub(1) {
                None => true,
                Some(last) => found.get(last).is_some_and(|oldest| at < oldest.at),
            };
            if is_enough {
                more = true;
                break;
            }
            match self.last_of(process, last, query) {
                Ok((changes, has_more)) => {
                    more |= has_more;
                    found.extend(changes);
                }
                // It was deleted or renamed meanwhile, or its file tells nothing.
                Err(Error::Process(_) | Error::Unusable(_)) => {}
                Err(error) => return Err(error),
            }
            found.sort_by_key(|found| Reverse(found.at));
            more |= found.len() > query.limit;
            found.truncate(query.limit);
        }
        let changes = found.into_iter().map(|found| found.change);
        let changes = changes.collect();
        Ok(Activity { changes, more })
    }

    /// The last changes of a process, newest first, and whether there are more.
    fn last_of(
        &self,
        process: &ProcessName,
        last: &LastChange,
        query: &ActivityQuery,
    ) -> Result<(Vec<Found>, bool), Error> {
        // If all actors are wanted, the last changes are enough, and one more.
        let after = match query.who {
            None => last.revision.saturating_sub(query.limit as u64 + 1),
            Some(_) => 0,
        };
        let entries = self.store.history(process.as_str(), after)?;
        let undone = Past::undone_by(&entries);
        let is_wanted = |entry: &HistoryEntry| match &query.who {
            None => true,
            Some(who) => entry.actor.to_string() == *who,
        };
        let mut wanted = entries.iter().rev().filter(|entry| is_wanted(entry));
        let changes = wanted.by_ref().take(query.limit).map(|entry| Found {
            at: entry.at.instant(),
            change: ProcessChange {
                process: process.clone(),
                change: PastChange {
                    entry: entry.clone(),
                    undone_by: undone.get(&entry.revision).copied(),
                },
            },
        });
        let changes = changes.collect();
        Ok((changes, wanted.next().is_some()))
    }
}
