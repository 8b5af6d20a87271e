//! Opening a directory as a store: what must hold of it, and cleaning up after dead writers.

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::FileStore;
use super::catalog::Catalog;
use super::disk::fs::FileSystem;
use super::disk::locks::Locks;
use super::disk::names;
use super::disk::os::OsFileSystem;
use super::disk::read_only::ReadOnlyFileSystem;
use super::disk::store_dir::{PRIVATE_DIR, StoreDir, reason};
use super::documents::cache::Documents;
use super::documents::damage::Damage;
use super::documents::notices::Notices;
use super::follow::{Following, Inbox};
use super::lifecycle::background::Schedule;
use super::lifecycle::trash;
use crate::clock::{Clock, SystemClock};
use crate::feed::Hub;

/// What a file store may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileStoreOptions {
    /// The largest file that is read, in bytes; larger ones are reported as a problem. 256 MiB
    /// unless told otherwise.
    pub max_file_bytes: u64,
    /// How much content is kept in memory, counted in bytes of the files it came from. 64 MiB
    /// unless told otherwise.
    pub cache_bytes: usize,
    /// Whether a thread of the store's own brings the JSON files up to date. Without it they
    /// stay as they are until [`Store::flush`](crate::Store::flush), or until the store is
    /// closed. `true` unless told otherwise.
    pub checkpoint_in_background: bool,
    /// Whether the operating system is asked to tell of what others write, while there are
    /// subscribers. `true` unless told otherwise.
    pub watch_directory: bool,
    /// How often, while there are subscribers, the directory is looked at for what others wrote
    /// where the operating system does not tell, as with network file systems. Two seconds unless
    /// told otherwise, and from 20 milliseconds to a day; where it does tell, every 30 seconds.
    pub poll_interval: Duration,
    /// Whether nothing at all is written to the directory: no lock, no index, no checkpoint, and
    /// damaged journals stay where they are. Then every change is refused, and the directory must
    /// be there. `false` unless told otherwise.
    pub read_only: bool,
    /// How long a call waits for what another program keeps locked, before it says that nothing
    /// was changed. Ten seconds unless told otherwise.
    pub lock_patience: Duration,
}

/// The bounds of [`FileStoreOptions::poll_interval`]: neither does a look follow the other without
/// a pause, nor is one put off for ever.
const SHORTEST_POLL: Duration = Duration::from_millis(20);
const LONGEST_POLL: Duration = Duration::from_secs(24 * 60 * 60);

impl Default for FileStoreOptions {
    fn default() -> Self {
        Self {
            max_file_bytes: 256 << 20,
            cache_bytes: 64 << 20,
            checkpoint_in_background: true,
            watch_directory: true,
            poll_interval: Duration::from_secs(2),
            read_only: false,
            lock_patience: Duration::from_secs(10),
        }
    }
}

/// Whether the file system of a directory has locks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockSupport {
    /// A lock that one handle holds keeps others out.
    Working,
    /// It does not; some network file systems and container volumes are like that.
    Missing,
}

/// A directory that cannot be used as a store.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the directory {} cannot be used: {problem}", dir.display())]
pub struct OpenError {
    /// The directory.
    pub dir: PathBuf,
    /// What is wrong with it.
    pub problem: OpenProblem,
}

/// What is wrong with a directory.
#[derive(Debug, Clone)]
pub enum OpenProblem {
    /// Something else has that name.
    NotADirectory,
    /// It is not there, and a store for reading only makes none.
    Missing,
    /// It is not there and cannot be made.
    CannotCreate(Arc<io::Error>),
    /// Files in it cannot be made.
    NotWritable(Arc<io::Error>),
    /// The operating system fails otherwise.
    Failed(Arc<io::Error>),
}

impl fmt::Display for OpenProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotADirectory => f.write_str("it is not a directory"),
            Self::Missing => f.write_str("it is not there, and is not made where it is only read"),
            Self::CannotCreate(error) => write!(f, "it cannot be made ({})", reason(error)),
            Self::NotWritable(error) => write!(f, "it is not writable ({})", reason(error)),
            Self::Failed(error) => f.write_str(&reason(error)),
        }
    }
}

impl FileStore {
    /// Opens a directory, which is made where it is missing.
    ///
    /// Cheap whatever the directory holds: no process is read before it is asked for.
    pub fn open(dir: impl Into<PathBuf>) -> Result<Self, OpenError> {
        Self::open_with(dir, FileStoreOptions::default())
    }

    /// Opens a directory with limits other than the usual ones.
    pub fn open_with(
        dir: impl Into<PathBuf>,
        options: FileStoreOptions,
    ) -> Result<Self, OpenError> {
        Self::open_on(Box::new(OsFileSystem), dir.into(), options)
    }

    /// Opens a directory through `fs`.
    pub(crate) fn open_on(
        fs: Box<dyn FileSystem>,
        dir: PathBuf,
        options: FileStoreOptions,
    ) -> Result<Self, OpenError> {
        Self::open_at(Box::new(SystemClock), fs, dir, options)
    }

    /// Opens a directory through `fs`, by another clock.
    pub(crate) fn open_at(
        clock: Box<dyn Clock>,
        fs: Box<dyn FileSystem>,
        dir: PathBuf,
        options: FileStoreOptions,
    ) -> Result<Self, OpenError> {
        let shown = dir.clone();
        let refuse = |problem| OpenError {
            dir: shown.clone(),
            problem,
        };
        let inbox = Arc::new(Inbox::default());
        let deserted = Arc::clone(&inbox);
        let hub = Hub::new(move || deserted.wake());
        let mut place = StoreDir {
            // Not known of a directory that is not there yet.
            is_local: false,
            locks_work: false,
            is_read_only: options.read_only,
            dir,
            fs: if options.read_only {
                Arc::new(ReadOnlyFileSystem(fs))
            } else {
                fs.into()
            },
            clock,
            max_file_bytes: options.max_file_bytes,
            locks: Locks::default(),
            lock_patience: options.lock_patience,
            damage: Damage::default(),
            notices: Notices::default(),
            hub,
        };
        let lock_support = if options.read_only {
            look_for_directory(&place).map_err(refuse)?;
            // None is taken.
            LockSupport::Working
        } else {
            make_directories(&place).map_err(refuse)?;
            probe_writing(&place).map_err(refuse)?;
            probe_locks(&place).map_err(refuse)?
        };
        place.is_local = place.fs.is_local(&place.dir);
        place.locks_work = lock_support == LockSupport::Working && !options.read_only;
        let names = place.fs.names(&place.dir);
        let names = names.map_err(|error| refuse(OpenProblem::Failed(Arc::new(error))))?;
        let dir = place.journals_dir();
        let stamp = place.fs.stat(&dir).ok().map(|stat| stat.stamp);
        // Where they cannot be listed now, whoever needs one says so.
        let journals = place.fs.names(&dir).unwrap_or_default();
        place.damage.listed(&journals, stamp);
        if lock_support == LockSupport::Working && !options.read_only {
            sweep(&place, &place.dir, names);
            sweep(&place, &dir, journals);
        }
        if !options.read_only {
            // What cannot be taken away now is tried again within a day.
            let _ = trash::purge_old(&place, place.clock.now());
        }
        let place = Arc::new(place);
        let in_background = options.checkpoint_in_background && !options.read_only;
        let schedule = Schedule::new(Arc::clone(&place), in_background);
        Ok(Self {
            following: Following::new(inbox),
            is_local: place.is_local,
            naming: Arc::default(),
            schedule: schedule.into(),
            place,
            catalog: Arc::new(Mutex::new(Catalog::default())),
            documents: Arc::new(Documents::new(options.cache_bytes)),
            watch_directory: options.watch_directory,
            poll_interval: options.poll_interval.clamp(SHORTEST_POLL, LONGEST_POLL),
            lock_support,
        })
    }
}

/// Sees to it that there is a directory to be read.
fn look_for_directory(place: &StoreDir) -> Result<(), OpenProblem> {
    match std::fs::metadata(&place.dir) {
        Ok(metadata) if metadata.is_dir() => Ok(()),
        Ok(_) => Err(OpenProblem::NotADirectory),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(OpenProblem::Missing),
        Err(error) => Err(OpenProblem::Failed(Arc::new(error))),
    }
}

pub(crate) fn make_directories(place: &StoreDir) -> Result<(), OpenProblem> {
    if let Ok(metadata) = std::fs::metadata(&place.dir)
        && !metadata.is_dir()
    {
        return Err(OpenProblem::NotADirectory);
    }
    // A new directory is only as durable as its name in the one above, and so on up.
    let above: Vec<&Path> = place
        .dir
        .ancestors()
        .take_while(|dir| !dir.as_os_str().is_empty() && !dir.exists())
        .filter_map(Path::parent)
        .map(|dir| {
            if dir.as_os_str().is_empty() {
                Path::new(".")
            } else {
                dir
            }
        })
        .collect();
    place
        .fs
        .create_dir_all(&place.dir)
        .and_then(|()| above.iter().try_for_each(|dir| place.fs.sync_dir(dir)))
        .map_err(|error| OpenProblem::CannotCreate(Arc::new(error)))?;
    place
        .fs
        .create_dir_all(&place.locks_dir())
        .and_then(|()| place.fs.create_dir_all(&place.journals_dir()))
        // Also where they are there: whoever made them may not have come this far.
        .and_then(|()| place.sync_private())
        .map_err(|error| OpenProblem::NotWritable(Arc::new(error)))?;
    keep_out_of_git(place);
    Ok(())
}

/// Has Git pass over the private directory, unless somebody said something else there: what is in
/// it is of no use elsewhere, and changes all the time.
fn keep_out_of_git(place: &StoreDir) {
    let path = place.dir.join(PRIVATE_DIR).join(".gitignore");
    if place.fs.stat(&path).is_ok() {
        return;
    }
    // Where it cannot be written nothing is lost, and the next start tries again.
    if let Ok(mut file) = place.fs.create(&path, &path) {
        let _ = file.write_all(b"*\n");
    }
}

/// Finds out now whether files can be made, and not at the first change.
fn probe_writing(place: &StoreDir) -> Result<(), OpenProblem> {
    let probe = place.path(names::temporary_name("@probe"));
    place
        .fs
        .create(&probe, &probe)
        .map_err(|error| OpenProblem::NotWritable(Arc::new(error)))?;
    match place.fs.remove(&probe) {
        // Another store that was opened just now may have swept it.
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(OpenProblem::NotWritable(Arc::new(error)))
        }
        _ => Ok(()),
    }
}

/// Finds out whether a lock that one handle holds keeps another one out.
pub(crate) fn probe_locks(place: &StoreDir) -> Result<LockSupport, OpenProblem> {
    let path = place.locks_dir().join("@probe.lock");
    let held = place.fs.lock(&path);
    let second = place.fs.try_lock(&path);
    match (held, second) {
        (Ok(_held), Ok(None)) => Ok(LockSupport::Working),
        (Ok(_held), Ok(Some(_))) => Ok(LockSupport::Missing),
        (Err(error), _) | (_, Err(error)) => Err(OpenProblem::NotWritable(Arc::new(error))),
    }
}

/// Removes temporary files whose writers are dead: those whose lock nobody holds. Not to be
/// called where locks keep nobody out.
pub(crate) fn sweep(place: &StoreDir, dir: &Path, names: Vec<OsString>) {
    for name in names {
        let Some(lock_id) = names::lock_of_temporary(&name) else {
            continue;
        };
        let lock = place.locks_dir().join(format!("{lock_id}.lock"));
        // What cannot be removed now is tried again at the next look; it is in nobody's way.
        if let Ok(Some(_guard)) = place.fs.try_lock(&lock) {
            let _ = place.fs.remove(&dir.join(&name));
        }
    }
}
