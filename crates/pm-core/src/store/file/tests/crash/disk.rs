//! The disk of the model: files and directories under inodes, each with what is seen of it and
//! what is durable.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Component, Path};
use std::sync::Arc;

use super::super::super::fs::{FileKind, Stamp, Stat};
use super::content::Content;
use super::names::{NameChangeKind, Names, Why};

/// Names a node of the model for good. Its inode number may be used again, as real ones are.
pub(super) type NodeId = u64;

/// The node of `/`.
pub(super) const ROOT: NodeId = 0;

/// The time of the first operation: long ago, so that a stamp is always settled. The store then
/// believes every equal stamp, and must not be wrong, as each operation has a time of its own.
const FIRST_TIME_NS: i128 = 1_500_000_000_000_000_000;
const TICK_NS: i128 = 1_000;

/// Files and directories; cheap to clone.
#[derive(Clone)]
pub(super) struct Disk {
    pub(super) nodes: BTreeMap<NodeId, Arc<Node>>,
    now_ns: i128,
    moves: u64,
}

/// A file or a directory.
#[derive(Clone)]
pub(super) struct Node {
    pub(super) inode: u64,
    modified_ns: i128,
    changed_ns: i128,
    pub(super) body: Body,
}

#[derive(Clone)]
pub(super) enum Body {
    File(Content),
    Directory(Names),
}

/// What a rename does about a name that is taken.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    Replace,
    Refuse,
}

impl Disk {
    /// A disk with nothing but `/`.
    pub(super) fn new() -> Self {
        let mut disk = Self {
            nodes: BTreeMap::new(),
            now_ns: FIRST_TIME_NS,
            moves: 0,
        };
        disk.add(Body::Directory(Names::default()));
        disk
    }

    /// The same disk after a crash: `bodies` are what each node that is left holds.
    pub(super) fn with_bodies(&self, bodies: BTreeMap<NodeId, Body>) -> Self {
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

    fn add(&mut self, body: Body) -> NodeId {
        let id = self.nodes.keys().next_back().map_or(ROOT, |last| last + 1);
        let used: BTreeSet<u64> = self.named().map(|id| self.nodes[&id].inode).collect();
        let node = Node {
            // The lowest free one, as ext4 does: a replaced file's comes back at once.
            inode: (2..).find(|inode| !used.contains(inode)).unwrap_or(2),
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

    pub(super) fn find(&self, path: &Path) -> io::Result<NodeId> {
        let mut node = ROOT;
        for component in path.components() {
            if let Component::Normal(name) = component {
                let found = self.directory(node)?.seen.get(name);
                node = *found.ok_or(io::ErrorKind::NotFound)?;
            }
        }
        Ok(node)
    }

    pub(super) fn directory(&self, id: NodeId) -> io::Result<&Names> {
        match &self.nodes[&id].body {
            Body::Directory(names) => Ok(names),
            Body::File(_) => Err(io::ErrorKind::NotADirectory.into()),
        }
    }

    pub(super) fn file(&self, id: NodeId) -> io::Result<&Content> {
        match &self.nodes[&id].body {
            Body::File(content) => Ok(content),
            Body::Directory(_) => Err(io::ErrorKind::IsADirectory.into()),
        }
    }

    pub(super) fn stat(&self, id: NodeId) -> Stat {
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
    fn change<T>(&mut self, id: NodeId, change: impl FnOnce(&mut Node) -> T) -> T {
        self.now_ns += TICK_NS;
        let node = Arc::make_mut(self.nodes.get_mut(&id).expect("a node that was found"));
        node.changed_ns = self.now_ns;
        change(node)
    }

    pub(super) fn change_file(&mut self, id: NodeId, change: impl FnOnce(&mut Content)) {
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
    pub(super) fn settle(&mut self, id: NodeId, settle: impl FnOnce(&mut Content)) {
        let node = self.nodes.get_mut(&id).map(Arc::make_mut);
        if let Some(Body::File(content)) = node.map(|node| &mut node.body) {
            settle(content);
        }
    }

    pub(super) fn change_names<T>(
        &mut self,
        id: NodeId,
        change: impl FnOnce(&mut Names) -> T,
    ) -> io::Result<T> {
        self.change(id, |node| match &mut node.body {
            Body::Directory(names) => Ok(change(names)),
            Body::File(_) => Err(io::ErrorKind::NotADirectory.into()),
        })
    }

    /// The directory that a path is in, and the name there.
    fn split<'a>(&self, path: &'a Path) -> io::Result<(NodeId, &'a OsStr)> {
        let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        let above = self.find(path.parent().unwrap_or(Path::new("/")))?;
        Ok((above, name))
    }

    fn free<'a>(&self, path: &'a Path) -> io::Result<(NodeId, &'a OsStr)> {
        let (above, name) = self.split(path)?;
        if self.directory(above)?.seen.contains_key(name) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        Ok((above, name))
    }

    fn set(&mut self, above: NodeId, name: &OsStr, node: NodeId, why: Why) -> io::Result<()> {
        let name = name.to_owned();
        self.change_names(above, |names| {
            names.enter(NameChangeKind::Set { name, node, why });
        })
    }

    pub(super) fn create(&mut self, path: &Path, why: Why) -> io::Result<NodeId> {
        let (above, name) = self.free(path)?;
        let node = self.add(Body::File(Content::default()));
        self.set(above, name, node, why)?;
        Ok(node)
    }

    /// Makes a directory and those above it; says whether any was missing.
    pub(super) fn create_dir_all(&mut self, dir: &Path) -> io::Result<bool> {
        let mut made = false;
        let above: Vec<&Path> = dir.ancestors().collect();
        for path in above
            .into_iter()
            .rev()
            .filter(|path| path.file_name().is_some())
        {
            match self.free(path) {
                Ok((above, name)) => {
                    let node = self.add(Body::Directory(Names::default()));
                    self.set(above, name, node, Why::Created)?;
                    made = true;
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Ok(made)
    }

    pub(super) fn link(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        let node = self.find(from)?;
        let (above, name) = self.free(to)?;
        self.change(node, |_| ());
        self.set(above, name, node, Why::Linked)
    }

    pub(super) fn rename(&mut self, from: &Path, to: &Path, taken: Taken) -> io::Result<()> {
        let node = self.find(from)?;
        let (old_above, old) = self.split(from)?;
        let (new_above, new) = match taken {
            Taken::Replace => self.split(to)?,
            Taken::Refuse => self.free(to)?,
        };
        self.change(node, |_| ());
        if old_above == new_above {
            let (from, to) = (old.to_owned(), new.to_owned());
            let change = NameChangeKind::Rename { from, to, node };
            return self.change_names(old_above, |names| names.enter(change));
        }
        self.moves += 1;
        let number = self.moves;
        self.set(new_above, new, node, Why::Moved(number))?;
        let name = old.to_owned();
        self.change_names(old_above, |names| {
            names.enter(NameChangeKind::MoveOut { name, number });
        })
    }

    pub(super) fn remove(&mut self, path: &Path) -> io::Result<()> {
        let node = self.find(path)?;
        self.file(node)?;
        let (above, name) = self.split(path)?;
        let name: OsString = name.to_owned();
        self.change(node, |_| ());
        self.change_names(above, |names| names.enter(NameChangeKind::Remove { name }))
    }

    /// Makes a directory's names durable, and with each name that has moved out of it the one
    /// that it has elsewhere.
    pub(super) fn sync_dir(&mut self, id: NodeId) -> io::Result<()> {
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
