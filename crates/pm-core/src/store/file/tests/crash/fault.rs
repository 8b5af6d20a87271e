//! What can go wrong with an operation, besides a crash of the machine.

use std::io;

/// What an operation is like, as far as faults can tell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Sort {
    /// It only looks.
    Look,
    /// It takes room on the disk.
    Allocate,
    /// It writes bytes.
    Write,
    /// It makes a file's content durable, for which there may be no room.
    Sync,
    Other,
}

/// What goes wrong, and when.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Fault {
    /// The number of the operation, from 0; also the first, if more of them fail.
    pub(crate) at: usize,
    pub(crate) kind: FaultKind,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum FaultKind {
    /// The device fails, once.
    Broken,
    /// Nothing can be looked at from here to the end of the step: once is not enough if the store
    /// looks again.
    Unreadable,
    /// Nothing can be made durable from here to the end of the step: once is not enough if the
    /// store begins a new journal.
    Unsynced,
    /// The disk is full.
    Full,
    /// Half of the bytes are written; then the disk is full.
    Short,
    /// The program is ended, before the operation, or in the middle of a write.
    Killed,
}

impl Fault {
    /// Whether it comes with an operation.
    pub(crate) fn befalls(self, number: usize, sort: Sort) -> bool {
        let now = match self.kind {
            FaultKind::Unreadable | FaultKind::Unsynced => number >= self.at,
            _ => number == self.at,
        };
        now && self.kind.befalls(sort)
    }
}

impl FaultKind {
    /// Whether an operation can fail like that.
    pub(crate) fn befalls(self, sort: Sort) -> bool {
        match self {
            Self::Broken => true,
            Self::Unreadable => sort == Sort::Look,
            Self::Unsynced => sort == Sort::Sync,
            Self::Full => matches!(sort, Sort::Allocate | Sort::Write | Sort::Sync),
            Self::Short => sort == Sort::Write,
            Self::Killed => sort != Sort::Look,
        }
    }

    /// What the program is told.
    pub(crate) fn error(self) -> io::Error {
        match self {
            Self::Broken | Self::Unreadable | Self::Unsynced => {
                io::Error::other("input/output error")
            }
            Self::Full | Self::Short => io::ErrorKind::StorageFull.into(),
            Self::Killed => ended(),
        }
    }
}

/// What a program is told that has been ended.
pub(crate) fn ended() -> io::Error {
    io::Error::other("the program was ended")
}
