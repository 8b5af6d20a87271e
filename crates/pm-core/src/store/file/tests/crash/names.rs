//! A directory's names: what running programs see, and the changes that no sync has made durable.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};

use super::disk::NodeId;

/// What a directory holds.
#[derive(Clone, Default)]
pub(crate) struct Names {
    /// What running programs see.
    pub(crate) seen: BTreeMap<OsString, NodeId>,
    /// What is on the disk whatever happens.
    pub(crate) durable: BTreeMap<OsString, NodeId>,
    /// What has been done since, in order.
    pub(crate) log: Vec<NameChange>,
}

/// A change to a directory. A crash keeps it whole or not at all.
#[derive(Clone, Debug)]
pub(crate) struct NameChange {
    pub(crate) kind: NameChangeKind,
    /// The other half of it stands in another directory, and was made durable there.
    pub(crate) forced: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum NameChangeKind {
    Set {
        name: OsString,
        node: NodeId,
        why: Why,
    },
    Remove {
        name: OsString,
    },
    Rename {
        from: OsString,
        to: OsString,
        node: NodeId,
    },
    /// Half of a rename into another directory; never kept without the other half.
    MoveOut {
        name: OsString,
        number: u64,
    },
}

/// Why a name came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    Created,
    Linked,
    /// The other half of the rename of this number.
    Moved(u64),
    /// A lock file was missing. It never holds anything.
    Locked,
}

impl Names {
    /// Names that are all on the disk.
    pub(crate) fn durable(names: BTreeMap<OsString, NodeId>) -> Self {
        Self {
            seen: names.clone(),
            durable: names,
            log: Vec::new(),
        }
    }

    pub(crate) fn enter(&mut self, kind: NameChangeKind) {
        kind.apply(&mut self.seen);
        let forced = false;
        self.log.push(NameChange { kind, forced });
    }

    /// Makes durable what is pending, and returns the renames into other directories among it.
    pub(crate) fn sync(&mut self) -> Vec<u64> {
        self.durable.clone_from(&self.seen);
        let log = std::mem::take(&mut self.log);
        let moves = log.iter().filter_map(|change| match change.kind {
            NameChangeKind::MoveOut { number, .. } => Some(number),
            _ => None,
        });
        moves.collect()
    }

    /// The names that differ between what is seen and what is durable, and how.
    pub(crate) fn pending(&self) -> Vec<(&OsStr, &'static str)> {
        let names: BTreeSet<&OsString> = self.seen.keys().chain(self.durable.keys()).collect();
        let differing = names.into_iter().filter_map(|name| {
            let how = match (self.durable.get(name), self.seen.get(name)) {
                (None, Some(_)) => "new",
                (Some(_), None) => "gone",
                (Some(old), Some(new)) if old != new => "replaced",
                _ => return None,
            };
            Some((name.as_os_str(), how))
        });
        differing.collect()
    }

    /// Adds to `chosen` (one for each change of the log) what the chosen changes build on: those
    /// before them to the same names. Changes to different names are kept in any order.
    pub(crate) fn close(&self, chosen: &mut [bool]) {
        let mut touched: BTreeSet<&OsStr> = BTreeSet::new();
        for (place, change) in self.log.iter().enumerate().rev() {
            let names = change.kind.names();
            chosen[place] |= change.forced || names.iter().any(|name| touched.contains(name));
            if chosen[place] {
                touched.extend(names);
            }
        }
    }

    /// What the directory holds after a crash that kept the chosen changes.
    pub(crate) fn survive(&self, chosen: &[bool]) -> BTreeMap<OsString, NodeId> {
        let mut names = self.durable.clone();
        for (change, _) in self.log.iter().zip(chosen).filter(|(_, chosen)| **chosen) {
            change.kind.apply(&mut names);
        }
        names
    }
}

impl NameChangeKind {
    fn names(&self) -> Vec<&OsStr> {
        match self {
            Self::Set { name, .. } | Self::Remove { name } | Self::MoveOut { name, .. } => {
                vec![name]
            }
            Self::Rename { from, to, .. } => vec![from, to],
        }
    }

    fn apply(&self, names: &mut BTreeMap<OsString, NodeId>) {
        match self {
            Self::Set { name, node, .. } => {
                names.insert(name.clone(), *node);
            }
            Self::Remove { name } | Self::MoveOut { name, .. } => {
                names.remove(name);
            }
            Self::Rename { from, to, node } => {
                names.remove(from);
                names.insert(to.clone(), *node);
            }
        }
    }
}
