//! What becomes of each file that is to be written.

/// What becomes of a file that is there and differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfPresent {
    /// It stays.
    Leave,
    /// It is replaced.
    Replace,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exported {
    /// It is new.
    Written,
    /// It stands in the place of one that differed.
    Replaced,
    /// It was there already, byte for byte.
    Unchanged,
    /// Another one is there and was left.
    Differs,
    /// It could not be written.
    Obstructed(Obstacle),
}

/// Why a file could not be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Obstacle {
    /// A symbolic link is on the way or in its place, and none is followed.
    #[error("{0} is a symbolic link, which is never followed")]
    SymbolicLink(String),
    /// Something that is no directory is on the way.
    #[error("{0} is there and is not a directory")]
    NotADirectory(String),
    /// Something that is no file is in its place.
    #[error("{0} is there and is not a file")]
    NotAFile(String),
    /// A name on the way, or its own, is hidden.
    #[error("the name {0} is hidden, as it begins with a dot")]
    Hidden(String),
    /// The operating system refuses.
    #[error("could not {action}: {reason}")]
    System {
        /// What was to be done, as an infinitive without `to`; names no path.
        action: &'static str,
        /// The operating system's words.
        reason: String,
    },
}
