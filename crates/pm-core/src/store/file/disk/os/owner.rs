//! The owner and the permissions of a file that takes the place of another.

use std::fs::{File, Metadata, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};

/// What the group may do with a file.
const GROUP: u32 = 0o070;

/// Gives a new file the owner, the group and the permissions of `like`.
///
/// A program that is not the system's own may not give a file away: then it stays the owner, and
/// keeps the group if it is in it. A group that the file did not have gets no permission.
pub(crate) fn make_like(file: &File, like: &Metadata) -> io::Result<()> {
    let own = file.metadata()?;
    let mut mode = like.permissions().mode();
    if (own.uid(), own.gid()) != (like.uid(), like.gid()) {
        let given = fchown(file, Some(like.uid()), Some(like.gid()))
            .or_else(|_| fchown(file, None, Some(like.gid())));
        if given.is_err() && own.gid() != like.gid() {
            mode &= !GROUP;
        }
    }
    file.set_permissions(Permissions::from_mode(mode))
}
