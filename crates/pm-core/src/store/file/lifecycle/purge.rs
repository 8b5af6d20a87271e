//! Taking processes away for ever that have been in the trash for as long as is promised.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::super::disk::locks::locked;
use super::super::disk::names::{self, NAMES_LOCK};
use super::super::disk::passed_time;
use super::super::disk::passed_time::A_DAY;
use super::super::disk::store_dir::StoreDir;
use super::trash::{milliseconds, remove_dir};
use crate::Timestamp;
use crate::store::TRASH_AGE;

/// When it looks again if the names were being changed at the time, or it failed.
const LATER: Duration = Duration::from_secs(60 * 60);

/// When the trash is looked through next, by the clock of the store.
pub(crate) struct PurgeTimer(Mutex<OffsetDateTime>);

impl PurgeTimer {
    /// The rhythm of a store that has looked through it just now.
    pub(crate) fn new(now: OffsetDateTime) -> Self {
        Self(Mutex::new(now + A_DAY))
    }

    /// Whether it is time to.
    pub(crate) fn is_due(&self, now: OffsetDateTime) -> bool {
        let next = *locked(&self.0);
        // If the clock was put back, the next time may be years ahead.
        now >= next || now + 2 * A_DAY < next
    }

    /// Takes away the processes that are too old, and says when to do so next.
    pub(crate) fn purge(&self, dir: &StoreDir) {
        let now = dir.clock.now();
        let done = purge_old(dir, now).unwrap_or(false);
        *locked(&self.0) = now + if done { A_DAY } else { LATER };
    }
}

/// Takes away for ever the processes that came into the trash before `time`; answers how many.
pub(crate) fn purge(store_dir: &StoreDir, time: &Timestamp) -> io::Result<usize> {
    let Ok(time) = OffsetDateTime::parse(time.as_str(), &Rfc3339) else {
        return Err(io::ErrorKind::InvalidInput.into());
    };
    let old = before(store_dir, time)?;
    for dir in &old {
        remove_dir(store_dir, dir)?;
    }
    Ok(old.len())
}

/// Takes away the processes that are certain to be too old, one by one, and none while names are
/// being changed: so no call waits for it, and no process goes that is just being restored. Answers
/// whether all of them went; the others are tried again.
pub(crate) fn purge_old(store_dir: &StoreDir, now: OffsetDateTime) -> io::Result<bool> {
    let Some(certain) = passed_time::look(store_dir, now) else {
        return Ok(true);
    };
    for dir in before(store_dir, certain - TRASH_AGE)? {
        let Ok(Some(_names)) = store_dir.try_lock(NAMES_LOCK) else {
            return Ok(false);
        };
        match remove_dir(store_dir, &dir) {
            // Another program was faster.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            outcome => outcome?,
        }
    }
    purge_aside(store_dir, certain - TRASH_AGE)?;
    passed_time::looked_at(store_dir, now, certain);
    Ok(true)
}

/// Takes away the journals that stepped aside before `time`, and whose files did not come back.
fn purge_aside(dir: &StoreDir, time: OffsetDateTime) -> io::Result<()> {
    let journals = dir.journals_dir();
    let names = match dir.fs.names(&journals) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        names => names?,
    };
    let time = milliseconds(time);
    let is_old = |name: &OsString| names::aside_since(name).is_some_and(|since| since < time);
    // A damaged journal is kept until a person deletes it.
    let is_sound = |name: &OsString| names::lock_of_damaged(name).is_none();
    for name in names.iter().filter(|name| is_sound(name) && is_old(name)) {
        match dir.fs.remove(&journals.join(name)) {
            // It has followed its file just now, or another program was faster.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            outcome => outcome?,
        }
    }
    Ok(())
}

/// What came into the trash before `time`.
fn before(dir: &StoreDir, time: OffsetDateTime) -> io::Result<Vec<PathBuf>> {
    let trash = dir.trash_dir();
    let names = match dir.fs.names(&trash) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        names => names?,
    };
    let time = milliseconds(time);
    let is_older = |name: &OsString| {
        // A name that is not of this form is not ours to take away.
        let came = name.to_str().and_then(|name| name.split('-').next());
        let came = came.and_then(|came| came.parse::<i128>().ok());
        came.is_some_and(|came| came < time)
    };
    let old = names.into_iter().filter(is_older);
    Ok(old.map(|name| trash.join(name)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_trash_is_looked_through_once_a_day() {
        let opened = time::macros::datetime!(2026-01-01 00:00 UTC);
        let rhythm = PurgeTimer::new(opened);
        let hours = |hours| opened + time::Duration::hours(hours);
        assert!(!rhythm.is_due(opened));
        assert!(!rhythm.is_due(hours(23)));
        assert!(rhythm.is_due(hours(24)));
        // Also if the clock was put back, but not if it was only corrected.
        assert!(!rhythm.is_due(hours(-1)));
        assert!(rhythm.is_due(hours(-24 * 365)));
    }
}
