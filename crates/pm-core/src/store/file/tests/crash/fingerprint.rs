//! Tells disks apart, so that none is tried twice.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::disk::{Body, Disk, ROOT};

/// Tells disks apart by their names and contents, but for lock files, which hold nothing.
pub(crate) fn fingerprint(disk: &Disk) -> u64 {
    let mut hasher = DefaultHasher::new();
    let mut left = vec![ROOT];
    while let Some(id) = left.pop() {
        match &disk.nodes[&id].body {
            Body::File(content) => content.seen.hash(&mut hasher),
            Body::Directory(names) => {
                for (name, node) in &names.seen {
                    if !name.as_encoded_bytes().ends_with(b".lock") {
                        (id, name, node).hash(&mut hasher);
                        left.push(*node);
                    }
                }
            }
        }
    }
    hasher.finish()
}
