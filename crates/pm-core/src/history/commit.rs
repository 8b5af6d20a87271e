//! How a change becomes an entry of the history.

use super::Author;
use crate::{Action, Error, HistoryEntry, Patch, Process, Timestamp};

/// Makes `change` the next revision of `process`, and answers its entry of the history.
///
/// This is the one way in which a change becomes an entry, in every store: the revision counts up
/// by one, the patch says what differs from the state before, and the next patch begins at this
/// state. If `change` refuses, its error is answered and the process is as it was.
///
/// `at` is the time of the change: of its entry, and of the things that it makes.
///
/// ```
/// use pm_core::{Action, Actor, Clock as _, Process, SystemClock, Timestamp, history};
///
/// let now = Timestamp::from(SystemClock.now());
/// let mut garden = Process::new("garden".parse()?, "Plan the garden".into(), now.clone());
/// garden.revision = 1;
/// let entry = history::commit(&mut garden, &Actor::Unnamed.into(), &now, |garden, _| {
///     garden.description = "Plant the garden".into();
///     Ok(Action::new("describe_process", "described the process anew"))
/// })?;
/// assert_eq!((garden.revision, entry.revision), (2, 2));
/// assert_eq!(entry.patch.map(|patch| patch.0.len()), Some(1));
/// # Ok::<(), pm_core::Error>(())
/// ```
pub fn commit(
    process: &mut Process,
    author: &Author,
    at: &Timestamp,
    change: impl FnOnce(&mut Process, &Timestamp) -> Result<Action, Error>,
) -> Result<HistoryEntry, Error> {
    let before = process.clone();
    match change(process, at) {
        Ok(action) => {
            process.revision = before.revision.saturating_add(1);
            let patch = Patch::between(&before, process);
            process.settle();
            Ok(HistoryEntry {
                revision: process.revision,
                at: at.clone(),
                actor: author.actor.clone(),
                session: author.session,
                action,
                patch: Some(patch),
            })
        }
        Err(refusal) => {
            *process = before;
            Err(refusal)
        }
    }
}
