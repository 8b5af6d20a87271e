//! Sessions that were ended before their time, and are refused from then on.
//!
//! On the disk each is an empty file in a directory of their own, called as the cookie has the
//! session: making a file is one step, so that several servers can share the directory, and nothing
//! is ever half written. Its name lets nobody in, as the code of the cookie is not in it.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use pm_core::reason;
use time::{Duration, OffsetDateTime};

use super::session::Session;

/// How long a logout is kept after its session would have ended: the clock may be ahead when
/// logouts are cleared away.
const MARGIN: Duration = Duration::DAY;

/// The sessions that were logged out.
///
/// Only those who have the token begin sessions, and at a limited rate, so that the number of
/// sessions that are ended needs no limit of its own.
#[derive(Debug, Default)]
pub struct Logouts {
    /// Which sessions, and when they would have ended.
    ended: Mutex<HashMap<u128, OffsetDateTime>>,
    /// Where they are kept.
    dir: Option<PathBuf>,
}

impl Logouts {
    /// Logouts that are forgotten with the program.
    pub fn in_memory() -> Self {
        Self::default()
    }

    /// Logouts that are kept in a directory of this path. It is made with the first one.
    pub fn kept_in(dir: PathBuf) -> Self {
        let ended = read(&dir).unwrap_or_else(|error| {
            let dir = dir.display();
            let error = reason(&error);
            tracing::warn!(%error, %dir, "who had logged out cannot be read, and may be let in again");
            HashMap::new()
        });
        Self {
            ended: Mutex::new(ended),
            dir: Some(dir),
        }
    }

    /// Whether this session was ended.
    pub(super) fn has(&self, session: &Session) -> bool {
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        ended.contains_key(&session.id)
    }

    /// Ends a session: in memory at once, and on the disk before this returns.
    pub(super) fn add(&self, session: &Session, now: OffsetDateTime) {
        let mut ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        ended.insert(session.id, session.until);
        let over: Vec<(u128, OffsetDateTime)> =
            ended.extract_if(|_, until| *until + MARGIN < now).collect();
        drop(ended);
        let Some(dir) = &self.dir else { return };
        if let Err(error) = write(dir, &file_name(session.id, session.until)) {
            let dir = dir.display();
            let error = reason(&error);
            tracing::warn!(%error, %dir, "a logout is not kept beyond the end of this program");
        }
        for (id, until) in over {
            // A file that stays is cleared away another time.
            let _ = fs::remove_file(dir.join(file_name(id, until)));
        }
    }
}

fn file_name(id: u128, until: OffsetDateTime) -> String {
    format!("{id:032x}.{}", until.unix_timestamp())
}

/// Reads the name of a file; `None` if it is not one of ours.
fn read_name(name: &OsStr) -> Option<(u128, OffsetDateTime)> {
    let (id, until) = name.to_str()?.split_once('.')?;
    let id = u128::from_str_radix(id, 16).ok()?;
    let until = OffsetDateTime::from_unix_timestamp(until.parse().ok()?).ok()?;
    Some((id, until))
}

fn read(dir: &Path) -> io::Result<HashMap<u128, OffsetDateTime>> {
    let files = match fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(HashMap::new()),
        files => files?,
    };
    let mut ended = HashMap::new();
    for file in files {
        ended.extend(read_name(&file?.file_name()));
    }
    Ok(ended)
}

/// Makes a file durably: first the file itself, then its name, then that of the directory.
fn write(dir: &Path, name: &str) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    File::create(dir.join(name))?.sync_all()?;
    sync_dir(dir)?;
    dir.parent().map_or(Ok(()), sync_dir)
}

#[cfg(unix)]
fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

/// Other systems open no directories, and make names durable by themselves.
#[cfg(not(unix))]
fn sync_dir(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOON: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

    fn files(dir: &Path) -> Vec<String> {
        let files = fs::read_dir(dir).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        names.collect()
    }

    #[test]
    fn a_logout_is_remembered_by_the_next_server() {
        let place = tempfile::tempdir().unwrap();
        let dir = place.path().join(".pm").join("logouts");
        let first = Logouts::kept_in(dir.clone());
        assert!(
            !dir.exists(),
            "nothing is written before there is something"
        );
        let (one, other) = (Session::begin(5008, NOON), Session::begin(5008, NOON));
        first.add(&one, NOON);
        assert!(first.has(&one) && !first.has(&other));
        let second = Logouts::kept_in(dir.clone());
        assert!(second.has(&one) && !second.has(&other));
        assert_eq!(files(&dir), [one.to_string()]);
    }

    #[test]
    fn two_servers_share_a_directory() {
        let place = tempfile::tempdir().unwrap();
        let logouts = || Logouts::kept_in(place.path().to_owned());
        let (first, second) = (logouts(), logouts());
        let (one, other) = (Session::begin(5008, NOON), Session::begin(5009, NOON));
        first.add(&one, NOON);
        second.add(&other, NOON);
        let third = logouts();
        assert!(third.has(&one) && third.has(&other));
    }

    #[test]
    fn what_is_long_over_is_cleared_away() {
        let place = tempfile::tempdir().unwrap();
        let logouts = || Logouts::kept_in(place.path().to_owned());
        let one = Session::begin(5008, NOON);
        logouts().add(&one, NOON);
        let soon = one.until + Duration::HOUR;
        let later = logouts();
        later.add(&Session::begin(5008, soon), soon);
        assert!(later.has(&one));
        let late = one.until + MARGIN + Duration::HOUR;
        let last = Session::begin(5008, late);
        later.add(&last, late);
        assert!(!later.has(&one));
        assert_eq!(files(place.path()).len(), 2);
        assert!(logouts().has(&last));
    }

    #[test]
    fn files_of_others_are_left_alone() {
        let place = tempfile::tempdir().unwrap();
        for name in ["README", "x.1", "1.x", "a.b.c"] {
            fs::write(place.path().join(name), "").unwrap();
        }
        let logouts = Logouts::kept_in(place.path().to_owned());
        assert!(logouts.ended.lock().unwrap().is_empty());
        let late = NOON + Duration::DAY * 100;
        logouts.add(&Session::begin(5008, NOON), late);
        assert!(files(place.path()).contains(&"README".to_owned()));
    }

    #[test]
    fn a_disk_that_fails_still_ends_the_session_here() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("file");
        fs::write(&file, "").unwrap();
        let logouts = Logouts::kept_in(file.join("logouts"));
        let session = Session::begin(5008, NOON);
        logouts.add(&session, NOON);
        assert!(logouts.has(&session));
    }
}
