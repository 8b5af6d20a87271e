//! How long all stores keep what is past: the changes of a process, and a deleted process.

use std::sync::Arc;
use std::time::Duration;

use time::OffsetDateTime;

use crate::{HistoryEntry, Timestamp};

/// How many changes of a process are kept to be looked at and taken back.
pub const HISTORY_CHANGES: usize = 1000;

/// How long they are kept.
pub const HISTORY_AGE: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// How long a deleted process can be restored.
pub const TRASH_AGE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// How many of `entries`, which stand oldest first, are left out of the history at `now`: those
/// over [`HISTORY_CHANGES`], and those that are older than [`HISTORY_AGE`].
pub fn outdated(entries: &[Arc<HistoryEntry>], now: OffsetDateTime) -> usize {
    let over = entries.len().saturating_sub(HISTORY_CHANGES);
    let oldest = Timestamp::from(before(now, HISTORY_AGE));
    let too_old = |entry: &&Arc<HistoryEntry>| entry.at.as_str() < oldest.as_str();
    over + entries.iter().skip(over).take_while(too_old).count()
}

/// The time for [`Store::purge`](super::Store::purge) at `now`: processes that were deleted before
/// it are taken away for ever. A store that purges by itself should be certain of `now`: what a
/// wrong clock takes away is gone for ever.
pub fn trash_begins(now: OffsetDateTime) -> Timestamp {
    before(now, TRASH_AGE).into()
}

/// The time as long before `now` as `age`, or the beginning of all times.
pub(crate) fn before(now: OffsetDateTime, age: Duration) -> OffsetDateTime {
    let age = time::Duration::try_from(age).unwrap_or(time::Duration::MAX);
    now.checked_sub(age).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::{Action, Actor};

    #[test]
    fn changes_are_told_up_to_a_number_and_an_age() {
        let now = datetime!(2026-11-22 12:00 UTC);
        let entry = |age: Duration| {
            Arc::new(HistoryEntry {
                revision: 2,
                at: before(now, age).into(),
                actor: Actor::Unnamed,
                session: None,
                action: Action::new("a", "b"),
                patch: None,
            })
        };
        let (old, young) = (
            entry(HISTORY_AGE + Duration::from_secs(1)),
            entry(HISTORY_AGE),
        );
        let of = |old_ones: usize, young_ones: usize| {
            let mut entries = vec![Arc::clone(&old); old_ones];
            entries.extend(vec![Arc::clone(&young); young_ones]);
            outdated(&entries, now)
        };
        assert_eq!((of(0, 0), of(3, 2), of(3, 0), of(0, 2)), (0, 3, 3, 0));
        assert_eq!(of(0, HISTORY_CHANGES + 2), 2);
        assert_eq!(of(HISTORY_CHANGES, 2), HISTORY_CHANGES);
    }
}
