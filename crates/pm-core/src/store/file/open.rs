//! Opening a directory as a store.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::FileStore;
use super::disk::fs::FileSystem;
use super::disk::locks::Locks;
use super::disk::os::OsFileSystem;
use super::disk::probes::{
    LockSupport, OpenProblem, look_for_directory, make_directories, probe_locks, probe_writing,
    sweep,
};
use super::disk::read_only::ReadOnlyFileSystem;
use super::disk::store_dir::StoreDir;
use super::documents::shared::Shared;
use super::follow::{Following, Inbox, Watching};
use super::lifecycle::processes::Processes;
use super::lifecycle::purge;
use crate::clock::{Clock, SystemClock};
use crate::feed::Hub;

/// What a file store may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileStoreOptions {
    /// The largest file that is read, in bytes; larger ones are reported as a problem. 256 MiB
    /// unless set otherwise.
    pub max_file_bytes: u64,
    /// How much content is kept in memory, counted in bytes of the files it came from. 64 MiB
    /// unless set otherwise.
    pub cache_bytes: usize,
    /// Whether a thread of the store's own brings the JSON files up to date. Without it they stay
    /// as they are until [`Store::flush`](crate::Store::flush), or until the store is closed.
    /// `true` unless set otherwise.
    pub checkpoint_in_background: bool,
    /// Whether the operating system is asked to report the writes of others, while there are
    /// subscribers. `true` unless set otherwise.
    pub watch_directory: bool,
    /// How often, while there are subscribers, the directory is looked at for what others wrote, if
    /// the operating system does not report that, as with network file systems. Two seconds unless
    /// set otherwise, and from 20 milliseconds to a day; if it does report, every 30 seconds.
    pub poll_interval: Duration,
    /// Whether nothing at all is written to the directory: no lock, no index, no checkpoint, and
    /// damaged journals stay in their place. Then every change is refused, and the directory must
    /// be there. `false` unless set otherwise.
    pub read_only: bool,
    /// How long a call waits for a lock that another program holds, before it says that nothing was
    /// changed. Ten seconds unless set otherwise.
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

/// A directory that cannot be used as a store.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the directory {} cannot be used: {problem}", dir.display())]
pub struct OpenError {
    /// The directory.
    pub dir: PathBuf,
    /// What is wrong with it.
    pub problem: OpenProblem,
}

impl FileStore {
    /// Opens a directory, which is made if it is missing.
    ///
    /// Cheap whatever the directory holds: no process is read before it is asked for.
    pub fn open(dir: impl Into<PathBuf>) -> Result<Self, OpenError> {
        Self::open_with(dir, FileStoreOptions::default())
    }

    /// Opens a directory with options other than the usual ones.
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
        let mut store_dir = StoreDir {
            // Neither is known of a directory that is not there yet.
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
        };
        let lock_support = if options.read_only {
            look_for_directory(&store_dir).map_err(refuse)?;
            // No lock is taken.
            LockSupport::Working
        } else {
            make_directories(&store_dir).map_err(refuse)?;
            probe_writing(&store_dir).map_err(refuse)?;
            probe_locks(&store_dir).map_err(refuse)?
        };
        store_dir.is_local = store_dir.fs.is_local(&store_dir.dir);
        store_dir.locks_work = lock_support == LockSupport::Working && !options.read_only;
        let names = store_dir.fs.names(&store_dir.dir);
        let names = names.map_err(|error| refuse(OpenProblem::Failed(Arc::new(error))))?;
        let dir = store_dir.journals_dir();
        let stamp = store_dir.fs.stat(&dir).ok().map(|stat| stat.stamp);
        // If they cannot be listed now, the first call that needs one says so.
        let journals = store_dir.fs.names(&dir).unwrap_or_default();
        if lock_support == LockSupport::Working && !options.read_only {
            sweep(&store_dir, &store_dir.dir, &names);
            sweep(&store_dir, &dir, &journals);
        }
        if !options.read_only {
            // What cannot be taken away now is tried again within a day.
            let _ = purge::purge_old(&store_dir, store_dir.clock.now());
        }
        let is_local = store_dir.is_local;
        let shared = Arc::new(Shared::new(store_dir, hub));
        shared.damage.listed(&journals, stamp);
        let in_background = options.checkpoint_in_background && !options.read_only;
        let watching = Watching {
            watch_directory: options.watch_directory,
            poll_interval: options.poll_interval.clamp(SHORTEST_POLL, LONGEST_POLL),
        };
        Ok(Self {
            following: Following::new(inbox, watching),
            processes: Arc::new(Processes::new(shared, options.cache_bytes, in_background)),
            lock_support,
            is_local,
        })
    }
}
