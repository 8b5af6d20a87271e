//! What all documents of a store share.

use std::sync::atomic::AtomicUsize;

use super::super::disk::store_dir::StoreDir;
use super::damage::Damage;
use super::notices::Notices;
use crate::feed::Hub;

/// What all documents share: the storage directory, and the notices of its files.
pub(crate) struct Shared {
    /// The directory that holds the files.
    pub(crate) dir: StoreDir,
    /// Damaged journals that lie on the disk.
    pub(crate) damage: Damage,
    /// What happened that people should know of.
    pub(crate) notices: Notices,
    /// The subscribers, who are told of changes once they are durable.
    pub(crate) hub: Hub,
    /// The bytes of the files whose content is in memory.
    pub(crate) held: AtomicUsize,
}

impl Shared {
    /// What the documents of a directory share, of which nothing is known yet.
    pub(crate) fn new(dir: StoreDir, hub: Hub) -> Self {
        Self {
            dir,
            damage: Damage::default(),
            notices: Notices::default(),
            hub,
            held: AtomicUsize::new(0),
        }
    }
}
