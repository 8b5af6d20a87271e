//! What programs do to a disk by paths.

use std::ffi::OsStr;
use std::io;
use std::path::{Component, Path};

use super::content::Content;
use super::disk::{Body, Disk, NodeId, ROOT};
use super::names::{NameChangeKind, Names, Why};

/// What a rename does about a name that is taken.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    Replace,
    Refuse,
}

impl Disk {
    pub(crate) fn find(&self, path: &Path) -> io::Result<NodeId> {
        let mut node = ROOT;
        for component in path.components() {
            if let Component::Normal(name) = component {
                let found = self.directory(node)?.seen.get(name);
                node = *found.ok_or(io::ErrorKind::NotFound)?;
            }
        }
        Ok(node)
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

    pub(crate) fn create(&mut self, path: &Path, why: Why) -> io::Result<NodeId> {
        let (above, name) = self.free(path)?;
        let node = self.add(Body::File(Content::default()));
        self.set(above, name, node, why)?;
        Ok(node)
    }

    /// Makes a directory and those above it; says whether any was missing.
    pub(crate) fn create_dir_all(&mut self, dir: &Path) -> io::Result<bool> {
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

    pub(crate) fn link(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        let node = self.find(from)?;
        let (above, name) = self.free(to)?;
        self.change(node, |_| ());
        self.set(above, name, node, Why::Linked)
    }

    pub(crate) fn rename(&mut self, from: &Path, to: &Path, taken: Taken) -> io::Result<()> {
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

    pub(crate) fn remove(&mut self, path: &Path) -> io::Result<()> {
        let node = self.find(path)?;
        self.file(node)?;
        let (above, name) = self.split(path)?;
        let name = name.to_owned();
        self.change(node, |_| ());
        self.change_names(above, |names| names.enter(NameChangeKind::Remove { name }))
    }

    pub(crate) fn remove_dir(&mut self, path: &Path) -> io::Result<()> {
        let node = self.find(path)?;
        if !self.directory(node)?.seen.is_empty() {
            return Err(io::ErrorKind::DirectoryNotEmpty.into());
        }
        let (above, name) = self.split(path)?;
        let name = name.to_owned();
        self.change_names(above, |names| names.enter(NameChangeKind::Remove { name }))
    }
}
