//! The directory of the journals: which belong to a process's file, and which to none.

use std::collections::{BTreeMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::io;
use std::time::SystemTime;

use super::super::disk::names::{self, NAMES_LOCK};
use super::super::disk::store_dir::StoreDir;
use super::super::journal::scan;
use super::finding::{Finding, FindingKind};
use super::history;
use super::history::Segment;
use super::paths::{age_of, shown_in};
use super::pause::pause;

/// What is in the directory.
#[derive(Debug, Default)]
pub(crate) struct Journals {
    /// What belongs together, by the name of its lock.
    groups: BTreeMap<String, Group>,
    /// The locks of those of which there is no process's file.
    orphans: HashSet<String>,
    /// Journals that were damaged.
    set_aside: Vec<OsString>,
    pub(crate) temporary: Vec<OsString>,
}

/// A journal and its past.
#[derive(Debug, Default)]
struct Group {
    /// The journal's name, if there is one.
    journal: Option<String>,
    history: Vec<Segment>,
}

impl Journals {
    /// Lists the directory; empty if there is none.
    pub(crate) fn list(dir: &StoreDir) -> io::Result<Self> {
        let mut journals = Self::default();
        let mut names = match dir.fs.names(&dir.journals_dir()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(journals),
            names => names?,
        };
        names.sort_unstable();
        for name in names {
            journals.enter(name);
        }
        Ok(journals)
    }

    fn enter(&mut self, name: OsString) {
        if names::lock_of_temporary(&name).is_some() {
            self.temporary.push(name);
            return;
        }
        // Every name that the store gives is plain; others are none of its.
        let Some(text) = name.to_str() else { return };
        if let Some(lock_id) = text.strip_suffix(".journal") {
            let group = self.groups.entry(lock_id.to_owned()).or_default();
            group.journal = Some(text.to_owned());
        } else if let Some((lock_id, segment)) = Segment::parse(text) {
            let group = self.groups.entry(lock_id.to_owned()).or_default();
            group.history.push(segment);
        } else if text.ends_with(".damaged") {
            self.set_aside.push(name);
        }
    }

    /// Finds out which journals have no process's file.
    ///
    /// A file that is made, renamed or deleted at the moment gets its journal before it is there,
    /// or keeps it for longer. So the look waits until the work on it is done, and is made anew.
    pub(crate) fn settle_orphans(&mut self, dir: &StoreDir) {
        if !self.find_orphans(dir) {
            return;
        }
        let _pause = pause(dir, NAMES_LOCK);
        if let Ok(fresh) = Self::list(dir) {
            *self = fresh;
            self.find_orphans(dir);
        }
    }

    fn find_orphans(&mut self, dir: &StoreDir) -> bool {
        // If the files cannot be listed any more, nothing is known of orphans.
        let Ok(files) = dir.fs.names(&dir.dir) else {
            return false;
        };
        let owned: HashSet<String> = files
            .iter()
            .filter(|name| names::has_ending(name))
            .map(|name| names::lock_id(name))
            .collect();
        let lock_ids = self.groups.keys();
        self.orphans = lock_ids
            .filter(|id| !owned.contains(*id))
            .cloned()
            .collect();
        !self.orphans.is_empty()
    }

    /// What there is to say of all but the journals of processes, which are examined with them.
    pub(crate) fn findings(&mut self, dir: &StoreDir, now: SystemTime) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (lock_id, group) in &mut self.groups {
            if self.orphans.contains(lock_id) {
                findings.extend(group.orphaned(dir));
            } else if !group.history.is_empty() {
                findings.extend(group.past(dir, lock_id));
            }
        }
        findings.extend(self.set_aside.iter().map(|name| {
            let age = age_of(dir, &dir.journals_dir().join(name), now);
            let age = age.unwrap_or_default();
            Finding::new(
                shown_in(".pm/journals", name),
                FindingKind::JournalSetAside { age },
            )
        }));
        findings
    }
}

impl Group {
    fn orphaned(&self, dir: &StoreDir) -> Vec<Finding> {
        let Some(journal) = &self.journal else {
            let segments = self.history.iter();
            let shown = segments.map(|segment| shown_in(".pm/journals", &segment.name));
            return shown
                .map(|file| Finding::new(file, FindingKind::HistoryOrphaned))
                .collect();
        };
        let read = dir.fs.read(&dir.journals_dir().join(journal), u64::MAX);
        let head = read.ok().map(|(_, bytes)| scan(&bytes).head);
        let changes = head.as_ref().map_or(0, |head| head.changes);
        let process = head.and_then(|head| head.process);
        let file = shown_in(".pm/journals", OsStr::new(journal));
        vec![Finding::new(
            file,
            FindingKind::JournalOrphaned { process, changes },
        )]
    }

    fn past(&mut self, dir: &StoreDir, lock_id: &str) -> Vec<Finding> {
        let findings = history::examine(dir, &mut self.history, self.journal.as_deref());
        if findings.is_empty() {
            return findings;
        }
        // The journal may have become history since the directory was listed.
        let _pause = pause(dir, lock_id);
        let fresh = Journals::list(dir).ok();
        match fresh.and_then(|mut journals| journals.groups.remove(lock_id)) {
            Some(mut fresh) => history::examine(dir, &mut fresh.history, fresh.journal.as_deref()),
            None => Vec::new(),
        }
    }
}
