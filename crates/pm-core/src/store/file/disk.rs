//! The storage directory on the disk: file operations, locks, and the names of everything in it.

pub(crate) mod fs;
pub(crate) mod locks;
pub(crate) mod names;
pub(crate) mod os;
pub(crate) mod passed_time;
pub(crate) mod probes;
pub(crate) mod read_only;
pub(crate) mod staged_file;
pub(crate) mod store_dir;
