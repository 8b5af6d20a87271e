//! The disk of the model: files and directories under inodes, each with what is seen of it and
//! what is durable.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;

use super::content::Content;
use super::names::{NameChangeKind, Names, Why};
use crate::store::file::disk::fs::{FileKind, Stamp, Stat};

/// Names a node of the model for good. Its inode number may be used again, as real ones are.
pub(crate) type NodeId = u64;

/// The node of `/`.
pub(crate) const ROOT: NodeId = 0;

/// The time of the first operation: long ago, so that a stamp is always settled. The store then
/// believes every equal stamp, and must not be wrong, as each operation has a time of its own.
const FIRST_TIME_NS: i128 = 1_500_000_000_000_000_000;
const TICK_NS: i128 = 1_000;

/// Files and directories; cheap to clone.
#[derive(Clone)]
pub(crate) struct Disk {
    pub(crate) nodes: BTreeMap<NodeId, Arc<Node>>,
    now_ns: i128,
    pub(crate) moves: u64,
}

/// A file or a directory.
#[derive(Clone)]
pub(crate) struct Node {
    pub(crate) inode: u64,
    modified_ns: i128,
    changed_ns: i128,
    pub(crate) body: Body,
}

#[derive(Clone)]
pub(crate) enum Body {
    File(Content),
    Directory(Names),
}

impl Disk {
    /// A disk with nothing but `/`.
    pub(crate) fn new() -> Self {
        let mut disk = Self {
            nodes: BTreeMap::new(),
            now_ns: FIRST_TIME_NS,
            moves: 0,
        };
        disk.add(Body::Directory(Names::default()));
        disk
    }

    /// The same disk after a crash: `bodies` are what each node that is left holds.
    pub(crate) fn with_bodies(&self, bodies: BTreeMap<NodeId, Body>) -> Self {
        let node = |(id, body)| {
            let node = &self.nodes[&id];
            let (inode, modified_ns, changed_ns) = (node.inode, node.modified_ns, node.changed_ns);
            let node = Node {
                inode,
                modified_ns,
                changed_ns,
                body,
            };
            (id, Arc::new(node))
        };
        Self {
            nodes: bodies.into_iter().map(node).collect(),
            now_ns: self.now_ns + 1_000_000_000,
            ..*self
        }
    }

    pub(crate) fn add(&mut self, body: Body) -> NodeId {
        let id = self.nodes.keys().next_back().map_or(ROOT, |last| last + 1);
        let used: BTreeSet<u64> = self.named().map(|id| self.nodes[&id].inode).collect();
        let node = Node {
            // The lowest free one, as ext4 does: a replaced file's comes back at once.
            inode: (2..u64::MAX)
                .find(|inode| !used.contains(inode))
                .unwrap_or(2),
            modified_ns: self.now_ns,
            changed_ns: self.now_ns,
            body,
        };
        self.nodes.insert(id, Arc::new(node));
        id
    }

    /// The nodes that have a name for running programs.
    fn named(&self) -> impl Iterator<Item = NodeId> {
        let directories = self.nodes.values().filter_map(|node| match &node.body {
            Body::Directory(names) => Some(names.seen.values().copied()),
            Body::File(_) => None,
        });
        let root = self.nodes.contains_key(&ROOT).then_some(ROOT);
        root.into_iter().chain(directories.flatten())
    }

    pub(crate) fn directory(&self, id: NodeId) -> io::Result<&Names> {
        match &self.nodes[&id].body {
            Body::Directory(names) => Ok(names),
            Body::File(_) => Err(io::ErrorKind::NotADirectory.into()),
        }
    }

    pub(crate) fn file(&self, id: NodeId) -> io::Result<&Content> {
        match &self.nodes[&id].body {
            Body::File(content) => Ok(content),
            Body::Directory(_) => Err(io::ErrorKind::IsADirectory.into()),
        }
    }

    pub(crate) fn stat(&self, id: NodeId) -> Stat {
        let node = &self.nodes[&id];
        let (kind, len) = match &node.body {
            Body::File(content) => (FileKind::Regular, content.seen.len()),
            Body::Directory(_) => (FileKind::Directory, 0),
        };
        let stamp = Stamp {
            inode: node.inode,
            len: len as u64,
            modified_ns: node.modified_ns,
            changed_ns: node.changed_ns,
        };
        Stat { kind, stamp }
    }

    /// Changes a node, at the next tick of the clock.
    pub(crate) fn change<T>(&mut self, id: NodeId, change: impl FnOnce(&mut Node) -> T) -> T {
        self.now_ns += TICK_NS;
        let node = Arc::make_mut(self.nodes.get_mut(&id).expect("a node that was found"));
        node.changed_ns = self.now_ns;
        change(node)
    }

    pub(crate) fn change_file(&mut self, id: NodeId, change: impl FnOnce(&mut Content)) {
        let now = self.now_ns + TICK_NS;
        self.change(id, |node| {
            node.modified_ns = now;
            match &mut node.body {
                Body::File(content) => change(content),
                Body::Directory(_) => unreachable!("only files are opened"),
            }
        });
    }

    /// Settles what becomes of a file's changes, which shows in no stamp.
    pub(crate) fn settle(&mut self, id: NodeId, settle: impl FnOnce(&mut Content)) {
        let node = self.nodes.get_mut(&id).map(Arc::make_mut);
        if let Some(Body::File(content)) = node.map(|node| &mut node.body) {
            settle(content);
        }
    }

    pub(crate) fn change_names<T>(
        &mut self,
        id: NodeId,
        change: impl FnOnce(&mut Names) -> T,
    ) -> io::Result<T> {
        self.change(id, |node| match &mut node.body {
            Body::Directory(names) => Ok(change(names)),
            Body::File(_) => Err(io::ErrorKind::NotADirectory.into()),
        })
    }

    /// Makes a directory's names durable, and with each name that has moved out of it the one
    /// that it has elsewhere.
    pub(crate) fn sync_dir(&mut self, id: NodeId) -> io::Result<()> {
        let moved = self.change_names(id, Names::sync)?;
        for node in self.nodes.values_mut() {
            let is_half = |why: Why| matches!(why, Why::Moved(number) if moved.contains(&number));
            if let Body::Directory(names) = &mut Arc::make_mut(node).body {
                for change in &mut names.log {
                    let half =
                        matches!(change.kind, NameChangeKind::Set { why, .. } if is_half(why));
                    change.forced |= half;
                }
            }
        }
        Ok(())
    }
}
