//! File operations that fail: a clear error, nothing lost, and the next call works.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::super::catalog::file_entry::HEAD_BYTES;
use super::super::disk::fs::{FileSystem, JournalFile, LockGuard, NewFile, Stamp, Stat};
use super::super::disk::os::OsFileSystem;
use super::{job_names, manager, names};
use crate::error::Unresolved;
use crate::{Error, FileStore, FileStoreOptions, ProcessManager, StoreError};

/// Which operation is to fail, and how.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Operation {
    Names,
    Read,
    Create,
    Write,
    Sync,
    Rename,
    Remove,
    SyncDir,
    Lock,
    CreateJournal,
    OpenJournal,
    Append,
    ReadJournal,
    SetLen,
    SyncData,
    Link,
}

type Run = Box<dyn FnOnce() + Send>;

#[derive(Default)]
pub(crate) struct Faults {
    failing: Mutex<Option<(Operation, io::ErrorKind)>>,
    also_failing: Mutex<Option<(Operation, io::ErrorKind)>>,
    hit: AtomicBool,
    data_syncs: AtomicUsize,
    /// What to set as failing once as many renames have been made.
    later: Mutex<Option<(usize, Operation)>>,
    at_next_sync: Mutex<Option<Run>>,
    at_reading: Mutex<Option<(OsString, Run)>>,
    operations: Mutex<Vec<(&'static str, PathBuf)>>,
}

impl Faults {
    fn after_renames(&self, renames: usize, operation: Operation) {
        *self.later.lock().unwrap() = Some((renames, operation));
    }

    fn at_next_sync(&self, run: impl FnOnce() + Send + 'static) {
        *self.at_next_sync.lock().unwrap() = Some(Box::new(run));
    }

    /// Has `run` called before the file of this name is read as a whole.
    pub(crate) fn at_reading(&self, file: &str, run: impl FnOnce() + Send + 'static) {
        *self.at_reading.lock().unwrap() = Some((file.into(), Box::new(run)));
    }

    fn note(&self, name: &'static str, path: &Path) {
        self.operations
            .lock()
            .unwrap()
            .push((name, path.to_owned()));
    }

    /// What was done to which file or directory, in order.
    pub(crate) fn operations(&self) -> Vec<(&'static str, PathBuf)> {
        self.operations.lock().unwrap().clone()
    }

    pub(crate) fn forget_operations(&self) {
        self.operations.lock().unwrap().clear();
    }

    fn renamed(&self) {
        let mut later = self.later.lock().unwrap();
        if let Some((renames, operation)) = &mut *later {
            *renames -= 1;
            if *renames == 0 {
                *self.failing.lock().unwrap() = Some((*operation, io::ErrorKind::Other));
                *later = None;
            }
        }
    }

    fn check(&self, operation: Operation) -> io::Result<()> {
        for failing in [&self.failing, &self.also_failing] {
            if let Some((failing, kind)) = *failing.lock().unwrap()
                && failing == operation
            {
                self.hit.store(true, Ordering::SeqCst);
                return Err(kind.into());
            }
        }
        Ok(())
    }
}

pub(crate) struct FaultyFileSystem(pub(crate) Arc<Faults>);

struct FaultyFile(Box<dyn NewFile>, Arc<Faults>);

impl NewFile for FaultyFile {
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let Err(error) = self.1.check(Operation::Write) {
            // A full disk takes some of it.
            self.0.write_all(bytes.get(..bytes.len() / 2).unwrap())?;
            return Err(error);
        }
        self.0.write_all(bytes)
    }
    fn sync(&mut self) -> io::Result<()> {
        let run = self.1.at_next_sync.lock().unwrap().take();
        if let Some(run) = run {
            run();
        }
        self.1.check(Operation::Sync)?;
        self.0.sync()
    }
    fn stamp(&self) -> io::Result<Stamp> {
        self.0.stamp()
    }
}

struct FaultyJournal(Box<dyn JournalFile>, Arc<Faults>);

impl JournalFile for FaultyJournal {
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        if let Err(error) = self.1.check(Operation::Append) {
            self.0
                .write_at(offset, bytes.get(..bytes.len() / 2).unwrap())?;
            return Err(error);
        }
        self.0.write_at(offset, bytes)
    }
    fn read_at(&self, offset: u64, limit: u64) -> io::Result<Vec<u8>> {
        self.1.check(Operation::ReadJournal)?;
        self.0.read_at(offset, limit)
    }
    fn set_len(&mut self, len: u64) -> io::Result<()> {
        self.1.check(Operation::SetLen)?;
        self.0.set_len(len)
    }
    fn sync_data(&mut self) -> io::Result<()> {
        self.1.data_syncs.fetch_add(1, Ordering::SeqCst);
        self.1.check(Operation::SyncData)?;
        self.0.sync_data()
    }
    fn stamp(&self) -> io::Result<Stamp> {
        self.0.stamp()
    }
}

impl FileSystem for FaultyFileSystem {
    fn is_local(&self, dir: &Path) -> bool {
        self.0.note("is_local", dir);
        OsFileSystem.is_local(dir)
    }
    fn create_dir_all(&self, dir: &Path) -> io::Result<()> {
        self.0.note("create_dir_all", dir);
        OsFileSystem.create_dir_all(dir)
    }
    fn names(&self, dir: &Path) -> io::Result<Vec<OsString>> {
        self.0.note("names", dir);
        self.0.check(Operation::Names)?;
        OsFileSystem.names(dir)
    }
    fn stat(&self, path: &Path) -> io::Result<Stat> {
        self.0.note("stat", path);
        OsFileSystem.stat(path)
    }
    fn read(&self, path: &Path, limit: u64) -> io::Result<(Stamp, Vec<u8>)> {
        self.0.note("read", path);
        let is_it =
            |(file, _): &mut (OsString, _)| path.file_name() == Some(file) && limit > HEAD_BYTES;
        let run = self.0.at_reading.lock().unwrap().take_if(is_it);
        if let Some((_, run)) = run {
            run();
        }
        self.0.check(Operation::Read)?;
        OsFileSystem.read(path, limit)
    }
    fn create(&self, path: &Path, like: &Path) -> io::Result<Box<dyn NewFile>> {
        self.0.note("create", path);
        self.0.check(Operation::Create)?;
        Ok(Box::new(FaultyFile(
            OsFileSystem.create(path, like)?,
            Arc::clone(&self.0),
        )))
    }
    fn create_journal(&self, path: &Path) -> io::Result<Box<dyn JournalFile>> {
        self.0.note("create_journal", path);
        self.0.check(Operation::CreateJournal)?;
        let file = OsFileSystem.create_journal(path)?;
        Ok(Box::new(FaultyJournal(file, Arc::clone(&self.0))))
    }
    fn open_journal(&self, path: &Path) -> io::Result<Box<dyn JournalFile>> {
        self.0.note("open_journal", path);
        self.0.check(Operation::OpenJournal)?;
        let file = OsFileSystem.open_journal(path)?;
        Ok(Box::new(FaultyJournal(file, Arc::clone(&self.0))))
    }
    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.0.note("link", from);
        self.0.check(Operation::Link)?;
        OsFileSystem.link(from, to)
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.0.note("rename", from);
        self.0.check(Operation::Rename)?;
        OsFileSystem.rename(from, to)?;
        self.0.renamed();
        Ok(())
    }
    fn rename_to_free_name(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.0.note("rename_to_free_name", from);
        self.0.check(Operation::Rename)?;
        OsFileSystem.rename_to_free_name(from, to)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        self.0.note("remove", path);
        self.0.check(Operation::Remove)?;
        OsFileSystem.remove(path)
    }
    fn remove_dir(&self, dir: &Path) -> io::Result<()> {
        self.0.note("remove_dir", dir);
        self.0.check(Operation::Remove)?;
        OsFileSystem.remove_dir(dir)
    }
    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        self.0.note("sync_dir", dir);
        self.0.check(Operation::SyncDir)?;
        OsFileSystem.sync_dir(dir)
    }
    fn lock(&self, path: &Path) -> io::Result<Box<dyn LockGuard>> {
        self.0.note("lock", path);
        self.0.check(Operation::Lock)?;
        OsFileSystem.lock(path)
    }
    fn open_journal_to_read(&self, path: &Path) -> io::Result<Box<dyn JournalFile>> {
        self.0.note("open_journal_to_read", path);
        self.0.check(Operation::OpenJournal)?;
        OsFileSystem.open_journal_to_read(path)
    }
    fn is_read_only(&self, path: &Path) -> bool {
        OsFileSystem.is_read_only(path)
    }
    fn lock_holder(&self, path: &Path) -> Option<u32> {
        OsFileSystem.lock_holder(path)
    }
    fn try_lock(&self, path: &Path) -> io::Result<Option<Box<dyn LockGuard>>> {
        self.0.note("try_lock", path);
        self.0.check(Operation::Lock)?;
        OsFileSystem.try_lock(path)
    }
}

fn faulty_garden() -> (tempfile::TempDir, ProcessManager, Arc<Faults>) {
    let dir = tempfile::tempdir().unwrap();
    let faults = Arc::new(Faults::default());
    let fs = Box::new(FaultyFileSystem(Arc::clone(&faults)));
    let options = FileStoreOptions {
        checkpoint_in_background: false,
        ..FileStoreOptions::default()
    };
    let store = FileStore::open_on(fs, dir.path().into(), options).unwrap();
    let manager = ProcessManager::new(store);
    for process in ["garden", "shed"] {
        let process = manager
            .create_process(process.parse().unwrap(), "")
            .unwrap();
        manager
            .add_task(&process.name, "soil".parse().unwrap(), "")
            .unwrap();
    }
    (dir, manager, faults)
}

/// Jobs of the garden as a store that is opened now finds them.
fn kept_jobs(dir: &Path) -> Vec<String> {
    job_names(&manager(dir).process("garden").unwrap(), "soil")
}

#[test]
fn whatever_fails_at_a_change_nothing_is_lost_and_the_next_one_is_kept() {
    for operation in [Operation::Append, Operation::SyncData, Operation::Lock] {
        for kind in [io::ErrorKind::StorageFull, io::ErrorKind::Other] {
            let (dir, manager, faults) = faulty_garden();
            let garden = "garden".parse().unwrap();
            let add = |job: &str| manager.add_job(&garden, "soil", job.parse().unwrap(), "");
            add("kept").unwrap();

            *faults.failing.lock().unwrap() = Some((operation, kind));
            let refused = add("refused").unwrap_err();
            assert!(
                faults.hit.load(Ordering::SeqCst),
                "{operation:?} was never tried"
            );
            match (&refused, operation, kind) {
                (Error::Store(StoreError::Uncertain { .. }), Operation::SyncData, _) => {}
                (_, Operation::SyncData, _) => panic!("{kind:?}: {refused:?}"),
                (Error::Store(StoreError::Full), _, io::ErrorKind::StorageFull)
                | (Error::Store(StoreError::Io { .. }), _, io::ErrorKind::Other) => {}
                _ => panic!("{operation:?} {kind:?}: {refused:?}"),
            }
            *faults.failing.lock().unwrap() = None;
            assert_eq!(
                job_names(&manager.process("garden").unwrap(), "soil"),
                ["kept"],
                "{operation:?} {kind:?}"
            );
            add("next").unwrap();
            manager
                .add_job(&"shed".parse().unwrap(), "soil", "j".parse().unwrap(), "")
                .unwrap();
            assert_eq!(kept_jobs(dir.path()), ["kept", "next"], "{operation:?}");
        }
    }
}

#[test]
fn whatever_fails_at_a_checkpoint_no_change_fails_and_the_next_one_is_made() {
    for operation in [
        Operation::Create,
        Operation::Write,
        Operation::Sync,
        Operation::Append,
        Operation::SyncData,
        Operation::Rename,
        Operation::SyncDir,
        Operation::Lock,
    ] {
        for kind in [io::ErrorKind::StorageFull, io::ErrorKind::Other] {
            let (dir, manager, faults) = faulty_garden();
            manager.flush().unwrap();
            let garden = "garden".parse().unwrap();
            let add = |job: &str| manager.add_job(&garden, "soil", job.parse().unwrap(), "");
            add("one").unwrap();

            *faults.failing.lock().unwrap() = Some((operation, kind));
            manager.flush().unwrap_err();
            assert!(
                faults.hit.load(Ordering::SeqCst),
                "{operation:?} was never tried"
            );
            assert_eq!(kept_jobs(dir.path()), ["one"], "{operation:?} {kind:?}");
            *faults.failing.lock().unwrap() = None;
            add("two").unwrap();
            manager.flush().unwrap();
            let text = std::fs::read_to_string(dir.path().join("garden.json")).unwrap();
            assert!(text.contains("two"), "{operation:?} {kind:?}: {text}");
            assert_eq!(kept_jobs(dir.path()), ["one", "two"], "{operation:?}");
            assert_eq!(
                names(dir.path()),
                ["garden.json", "shed.json"],
                "{operation:?}"
            );
        }
    }
}

#[test]
fn a_journal_that_cannot_even_be_cut_is_not_appended_to_any_more() {
    let (dir, manager, faults) = faulty_garden();
    let garden = "garden".parse().unwrap();
    let add = |job: &str| manager.add_job(&garden, "soil", job.parse().unwrap(), "");
    add("kept").unwrap();
    let journal = dir.path().join(".pm/journals/garden.journal");
    let inode = || OsFileSystem.stat(&journal).unwrap().stamp.inode;
    let before = inode();
    *faults.also_failing.lock().unwrap() = Some((Operation::SetLen, io::ErrorKind::Other));
    *faults.failing.lock().unwrap() = Some((Operation::SyncData, io::ErrorKind::Other));
    add("uncertain").unwrap_err();
    *faults.failing.lock().unwrap() = None;
    add("next").unwrap();
    assert_ne!(inode(), before);
    let mut jobs = kept_jobs(dir.path());
    jobs.retain(|job| job != "uncertain");
    assert_eq!(jobs, ["kept", "next"]);
}

#[test]
fn a_journal_that_cannot_be_read_is_not_taken_for_none() {
    for operation in [Operation::OpenJournal, Operation::ReadJournal] {
        let (dir, manager, _) = faulty_garden();
        drop(manager);
        let faults = Arc::new(Faults::default());
        let fs = Box::new(FaultyFileSystem(Arc::clone(&faults)));
        let store = FileStore::open_on(fs, dir.path().into(), FileStoreOptions::default()).unwrap();
        let fresh = ProcessManager::new(store);
        *faults.failing.lock().unwrap() = Some((operation, io::ErrorKind::Other));
        let read = fresh.process("garden");
        assert!(matches!(read, Err(Error::Unusable(_))), "{read:?}");
        let garden = "garden".parse().unwrap();
        let added = fresh.add_job(&garden, "soil", "j".parse().unwrap(), "");
        assert!(matches!(added, Err(Error::Unusable(_))), "{added:?}");
        *faults.failing.lock().unwrap() = None;
        assert_eq!(fresh.process("garden").unwrap().revision, 2);
    }
}

#[test]
fn a_failed_creation_leaves_no_file() {
    for operation in [
        Operation::Create,
        Operation::Write,
        Operation::Sync,
        Operation::Rename,
    ] {
        let (dir, manager, faults) = faulty_garden();
        *faults.failing.lock().unwrap() = Some((operation, io::ErrorKind::StorageFull));
        let refused = manager
            .create_process("new".parse().unwrap(), "")
            .unwrap_err();
        assert!(
            matches!(refused, Error::Store(StoreError::Full)),
            "{operation:?}: {refused:?}"
        );
        *faults.failing.lock().unwrap() = None;
        assert_eq!(
            names(dir.path()),
            ["garden.json", "shed.json"],
            "{operation:?}"
        );
        manager.create_process("new".parse().unwrap(), "").unwrap();
    }
}

#[test]
fn a_failed_deletion_or_listing_says_so_and_loses_nothing() {
    let (_dir, manager, faults) = faulty_garden();
    *faults.failing.lock().unwrap() = Some((Operation::Remove, io::ErrorKind::PermissionDenied));
    assert!(manager.delete_process(&"garden".parse().unwrap()).is_err());
    *faults.failing.lock().unwrap() = Some((Operation::Names, io::ErrorKind::Other));
    assert!(manager.list_processes().is_err());
    assert!(manager.health().failure.is_some());
    // A name that is not known yet cannot be looked for, which is not the same as missing.
    assert!(matches!(manager.process("elsewhere"), Err(Error::Store(_))));
    *faults.failing.lock().unwrap() = None;
    assert_eq!(manager.list_processes().unwrap().processes.len(), 2);
    assert!(manager.health().failure.is_none());
}

#[test]
fn a_read_error_is_not_a_missing_file() {
    let (dir, _, _) = faulty_garden();
    let faults = Arc::new(Faults::default());
    let fs = Box::new(FaultyFileSystem(Arc::clone(&faults)));
    let store = FileStore::open_on(fs, dir.path().into(), FileStoreOptions::default()).unwrap();
    let fresh = ProcessManager::new(store);
    *faults.failing.lock().unwrap() = Some((Operation::Read, io::ErrorKind::Other));
    let created = fresh.create_process("garden".parse().unwrap(), "");
    assert!(matches!(created, Err(Error::Unusable(_))), "{created:?}");
    assert!(matches!(fresh.process("garden"), Err(Error::Unusable(_))));
    let renamed = fresh.rename_process(&"garden".parse().unwrap(), &"plot".parse().unwrap());
    assert!(matches!(renamed, Err(Error::Unusable(_))), "{renamed:?}");
    *faults.failing.lock().unwrap() = None;
    assert_eq!(manager(dir.path()).process("garden").unwrap().revision, 2);
}

#[test]
fn a_process_is_renamed_also_where_its_file_cannot_be() {
    let (dir, manager, faults) = faulty_garden();
    let (old, new) = ("garden".parse().unwrap(), "allotment".parse().unwrap());
    faults.after_renames(1, Operation::Rename);
    manager.rename_process(&old, &new).unwrap();
    *faults.failing.lock().unwrap() = None;
    assert_eq!(names(dir.path()), ["garden.json", "shed.json"]);
    assert_eq!(manager.process("allotment").unwrap().revision, 3);
    assert!(matches!(
        manager.process("garden"),
        Err(Error::Process(Unresolved::NotFound { .. }))
    ));
}

#[test]
fn a_process_that_could_not_be_read_again_is_not_written() {
    let dir = tempfile::tempdir().unwrap();
    let options = FileStoreOptions {
        max_file_bytes: 2000,
        ..FileStoreOptions::default()
    };
    let manager = ProcessManager::new(FileStore::open_with(dir.path(), options).unwrap());
    let garden = manager
        .create_process("garden".parse().unwrap(), "")
        .unwrap();
    manager
        .add_task(&garden.name, "soil".parse().unwrap(), "")
        .unwrap();
    let add = |bytes: usize| {
        let content = "x".repeat(bytes);
        manager.add_snippet(&garden.name, "soil", "c".parse().unwrap(), content)
    };
    add(500).unwrap();
    let refused = add(1500).unwrap_err();
    assert!(
        matches!(refused, Error::Store(StoreError::TooLarge { limit: 2000 })),
        "{refused:?}"
    );
    assert_eq!(manager.process("garden").unwrap().revision, 3);
    manager.delete_process(&garden.name).unwrap();
}

#[test]
fn an_edit_during_a_checkpoint_is_kept_also_where_somebody_reads_it() {
    let (dir, manager, faults) = faulty_garden();
    let garden = "garden".parse().unwrap();
    manager
        .add_job(&garden, "soil", "j".parse().unwrap(), "")
        .unwrap();
    let path = dir.path().join("garden.json");
    let reader = manager.clone();
    faults.at_next_sync(move || {
        let edited = std::fs::read_to_string(&path).unwrap();
        let edited = edited.replacen("\"description\": \"\"", "\"description\": \"by hand\"", 1);
        std::fs::write(&path, edited).unwrap();
        // What is in memory is the edit from here on.
        assert_eq!(reader.process("garden").unwrap().description, "by hand");
    });
    manager.flush().unwrap();
    for manager in [&manager, &super::manager(dir.path())] {
        let process = manager.process("garden").unwrap();
        assert_eq!(process.description, "by hand");
        assert_eq!(job_names(&process, "soil"), ["j"]);
    }
}

#[test]
fn a_change_costs_one_sync() {
    let (_dir, manager, faults) = faulty_garden();
    let before = faults.data_syncs.load(Ordering::SeqCst);
    manager
        .add_job(&"garden".parse().unwrap(), "soil", "j".parse().unwrap(), "")
        .unwrap();
    assert_eq!(faults.data_syncs.load(Ordering::SeqCst) - before, 1);
}
