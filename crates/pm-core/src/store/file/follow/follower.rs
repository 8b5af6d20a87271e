//! The thread that works for the subscribers of a store: it takes what writers and watchers leave
//! in the outbox, and tells what became of it.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use time::OffsetDateTime;

use super::super::FileStore;
use super::super::cache::Cache;
use super::super::directory::Directory;
use super::super::locks::Turn;
use super::super::naming;
use super::super::place::Place;
use super::super::schedule::Schedule;
use super::SELDOM;
use super::known::Followed;
use super::note::{Hint, Note, Work};
use super::outbox::Outbox;
use super::watch::Watch;
use crate::feed::{Hub, ProcessEvent, ProcessEventKind};
use crate::store::StoreError;
use crate::{ProcessName, Timestamp};

/// Follows what happens in the storage directory.
pub(super) struct Follower {
    pub(super) place: Arc<Place>,
    pub(super) cache: Arc<Cache>,
    pub(super) directory: Arc<Mutex<Directory>>,
    pub(super) naming: Arc<Turn>,
    pub(super) schedule: Arc<Schedule>,
    pub(super) hub: Arc<Hub>,
    pub(super) outbox: Arc<Outbox>,
    pub(super) files: HashMap<OsString, Followed>,
    /// From when on changes are told of.
    pub(super) since: Timestamp,
    watch: Option<Watch>,
    wants_watch: bool,
    poll_interval: Duration,
    /// When the whole directory is looked at next.
    pub(super) survey_at: Instant,
    /// How often that was put off because others were at it.
    pub(super) put_off: u32,
    /// Files that the last look at the directory did not find.
    pub(super) missing: Vec<OsString>,
}

impl Follower {
    /// Takes note of how everything stands.
    pub(super) fn start(store: &FileStore, hub: Arc<Hub>) -> Result<Self, StoreError> {
        let outbox = Arc::clone(&store.place.outbox);
        let mut follower = Self {
            place: Arc::clone(&store.place),
            cache: Arc::clone(&store.cache),
            directory: Arc::clone(&store.directory),
            naming: Arc::clone(&store.naming),
            schedule: Arc::clone(&store.schedule),
            hub,
            outbox,
            files: HashMap::new(),
            since: OffsetDateTime::now_utc().into(),
            watch: None,
            wants_watch: store.watch_directory,
            poll_interval: store.poll_interval,
            survey_at: Instant::now(),
            put_off: 0,
            missing: Vec::new(),
        };
        // First, so that nothing falls between the look and the watch.
        follower.watch_again();
        follower.take_stock()?;
        Ok(follower)
    }

    /// Works until nobody subscribes any more, or the store is closed.
    pub(super) fn run(mut self) {
        while self.round() {}
    }

    /// Waits until there is something to do, and does it; answers whether to go on.
    pub(super) fn round(&mut self) -> bool {
        let Work {
            notes,
            hints,
            overflown,
            closed,
        } = self.outbox.take(self.survey_at);
        if overflown {
            // What was not told is in what is read anew.
            let _ = self.take_stock();
            self.hub.missed();
            return true;
        }
        for note in notes {
            self.told(note);
        }
        if closed || self.outbox.shut_if(|| !self.hub.is_followed()) {
            return false;
        }
        for hint in hints {
            self.follow_up(hint);
        }
        if Instant::now() >= self.survey_at {
            self.survey();
        }
        true
    }

    /// How long to wait until the directory is looked at for no reason.
    pub(super) fn patience(&self) -> Duration {
        let is_told = self.watch.is_some() && self.place.is_local;
        if is_told { SELDOM } else { self.poll_interval }
    }

    /// Watches the directory, where it is not watched.
    pub(super) fn watch_again(&mut self) {
        if self.wants_watch && self.watch.is_none() {
            self.watch = Watch::new(&self.place, &self.outbox);
        }
    }

    /// Tells of something that was done here.
    fn told(&mut self, note: Note) {
        match note {
            Note::Appended {
                file,
                event,
                created_at,
            } => self.appended(file, event, created_at),
            Note::Stands { file, journal } => {
                if let Some(followed) = self.files.get_mut(&file)
                    && followed.revision == journal.head.revision
                {
                    followed.seen.journal = Some(journal.stamp);
                    followed.journal = Some(journal);
                }
            }
            Note::Created {
                file,
                event,
                created_at,
                stamp,
            } => {
                self.make_way(&file, &event.process);
                self.gone(&file);
                let mut followed = Followed::new(event.process.clone(), created_at, event.revision);
                followed.seen.file = stamp;
                self.files.insert(file, followed);
                self.hub.tell(event);
            }
            Note::Deleted {
                file,
                event,
                created_at,
            } => self.deleted(&file, event, &created_at),
            Note::Moved { from, to } => {
                if let Some(mut followed) = self.files.remove(&from) {
                    self.gone(&to);
                    followed.seen.settled = false;
                    self.files.insert(to, followed);
                }
            }
        }
    }

    /// Tells of a change that was made here, and of those by others before it.
    fn appended(&mut self, file: OsString, event: ProcessEvent, created_at: Timestamp) {
        let before = event.revision.saturating_sub(1);
        let is_restored = event.kind == ProcessEventKind::Restored;
        let is_another = |followed: &Followed| {
            is_restored || followed.is_replaced_by(&created_at, event.revision)
        };
        if self.files.get(&file).is_some_and(is_another) {
            // By others, of which nothing was heard yet.
            self.gone(&file);
        }
        match self.files.get(&file) {
            Some(followed) if followed.revision < before => {
                let slot = self.cache.slot(&file);
                // What cannot be read is skipped, and said to be.
                let _ = self
                    .revision_told(&slot)
                    .and_then(|_| self.tell_changes(&slot, before, Some(event.revision)));
                self.tell_unknown(&file, before);
            }
            None if !is_restored => self.discover_before(&file, &event, &created_at),
            _ => {}
        }
        let name = event.process.clone();
        if event.kind != ProcessEventKind::Changed {
            self.make_way(&file, &name);
        }
        let followed = self
            .files
            .entry(file)
            .or_insert_with(|| Followed::new(name.clone(), created_at.clone(), event.revision));
        followed.name = name;
        // A file that never said so does from now on.
        followed.created_at = created_at;
        followed.revision = followed.revision.max(event.revision);
        self.hub.tell(event);
    }

    /// Tells that a process was deleted here, and what was done by others before it.
    fn deleted(&mut self, file: &OsStr, event: ProcessEvent, created_at: &Timestamp) {
        let is_known = |followed: &Followed| !followed.is_replaced_by(created_at, event.revision);
        if !self.files.get(file).is_some_and(is_known) {
            self.gone(file);
            self.make_way(file, &event.process);
            let created = ProcessEvent::created(&event.process, event.revision, None);
            self.hub.tell(created);
        }
        self.files.remove(file);
        self.hub.tell(event);
    }

    /// Tells that the process of a file is gone, where there was one.
    pub(super) fn gone(&mut self, file: &OsStr) {
        if let Some(gone) = self.files.remove(file) {
            self.hub.tell(gone.deleted());
        }
    }

    /// Tells that whichever process had a name is gone, before it is told that the process of
    /// `file` has it: no two have the same.
    pub(super) fn make_way(&mut self, file: &OsStr, name: &ProcessName) {
        let mut others = self.files.iter();
        let other = others.find(|(of, other)| *of != file && other.name == *name);
        if let Some(other) = other.map(|(of, _)| of.clone()) {
            self.gone(&other);
        }
    }

    /// Looks at what somebody may have changed.
    fn follow_up(&mut self, hint: Hint) {
        match hint {
            Hint::File(file) => self.look(&file),
            Hint::Journal(lock_id) => {
                let usual = OsString::from(format!("{lock_id}{}", naming::ENDING));
                let file = if self.files.contains_key(&usual) {
                    Some(usual)
                } else {
                    let mut files = self.files.keys();
                    files.find(|file| naming::lock_id(file) == lock_id).cloned()
                };
                if let Some(file) = file {
                    self.look(&file);
                }
            }
            Hint::Directory => self.survey_soon(),
            Hint::Watch => {
                self.watch = None;
                self.watch_again();
                self.survey_soon();
            }
        }
    }
}
