//! What a look at a directory calls the files in it, and how old they are.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::super::disk::names;
use super::super::disk::store_dir::StoreDir;

/// The path of something in the storage directory, as people write it.
pub(super) fn shown_in(dir: &str, name: &OsStr) -> String {
    let name = names::shown(name);
    if dir.is_empty() {
        name
    } else {
        format!("{dir}/{name}")
    }
}

/// How long before `now` a file was last written to; `None` if it is gone.
pub(super) fn age_of(dir: &StoreDir, path: &Path, now: SystemTime) -> Option<Duration> {
    let modified = dir.fs.stat(path).ok()?.stamp.modified_ns;
    let now = now.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_nanos();
    let age = i128::try_from(now).ok()? - modified;
    Some(u64::try_from(age).map_or(Duration::ZERO, Duration::from_nanos))
}

/// The path of a directory in the storage directory.
pub(super) fn below(store_dir: &StoreDir, dir: &str) -> PathBuf {
    store_dir.dir.join(dir)
}
