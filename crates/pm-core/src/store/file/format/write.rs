//! From a process to a file's bytes: pretty-printed with two spaces, as the reference writes it.

use std::io::{self, BufWriter, Write as _};

use serde::ser::{Serialize, SerializeMap as _, Serializer};

use crate::model::{FieldSlot, Record};
use crate::{Job, Process, SnippetVersion, Task};

/// Writes a process down.
///
/// The error is serde's; with these types, whose keys are all text, it does not come up.
pub(crate) fn write_process(process: &Process) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    write_to(process, &mut bytes)?;
    Ok(bytes)
}

/// Writes a process down piece by piece, so that a large one is nowhere in memory as text.
pub(crate) fn write_in_pieces(process: &Process, to: impl io::Write) -> io::Result<()> {
    let mut to = BufWriter::with_capacity(PIECE_BYTES, to);
    write_to(process, &mut to)?;
    to.flush()
}

/// How much is written at a time: nearly all files at once.
const PIECE_BYTES: usize = 64 << 10;

fn write_to(process: &Process, to: &mut impl io::Write) -> io::Result<()> {
    OnDisk(process).serialize(&mut serde_json::Serializer::pretty(&mut *to))?;
    to.write_all(b"\n")
}

/// The form of a value in a file.
pub(crate) struct OnDisk<'a, T>(pub(crate) &'a T);

/// A value that is written as the fields of an object.
pub(crate) trait IntoFields: Record {
    /// Writes the known field `name`.
    fn write<M: serde::ser::SerializeMap>(&self, name: &str, to: &mut M) -> Result<(), M::Error>;
}

impl<T: IntoFields> Serialize for OnDisk<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let slots = self.0.file_fields().slots();
        if slots.is_empty() {
            for field in T::KNOWN {
                self.0.write(field, &mut map)?;
            }
        }
        for slot in slots {
            match slot {
                FieldSlot::Known(field) => self.0.write(field, &mut map)?,
                FieldSlot::Unknown(field) => map.serialize_entry(&field.name, &field.value)?,
            }
        }
        map.end()
    }
}

/// A map from names to values in their form on disk.
struct EntriesOnDisk<'a, E>(&'a E);

impl<'a, E, K, T> Serialize for EntriesOnDisk<'a, E>
where
    &'a E: IntoIterator<Item = (&'a K, &'a T)>,
    K: AsRef<str> + 'a,
    T: IntoFields + 'a,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let entries = self.0.into_iter();
        serializer.collect_map(entries.map(|(name, value)| (name.as_ref(), OnDisk(value))))
    }
}

impl IntoFields for Process {
    fn write<M: serde::ser::SerializeMap>(&self, name: &str, to: &mut M) -> Result<(), M::Error> {
        match name {
            "process_name" => to.serialize_entry(name, self.name.as_str()),
            "description" => to.serialize_entry(name, &self.description),
            "created_at" => to.serialize_entry(name, self.created_at.as_str()),
            "revision" => to.serialize_entry(name, &self.revision),
            _ => to.serialize_entry(name, &EntriesOnDisk(&self.tasks)),
        }
    }
}

impl IntoFields for Task {
    fn write<M: serde::ser::SerializeMap>(&self, name: &str, to: &mut M) -> Result<(), M::Error> {
        match name {
            "description" => to.serialize_entry(name, &self.description),
            "created_at" => to.serialize_entry(name, self.created_at.as_str()),
            "jobs" => to.serialize_entry(name, &EntriesOnDisk(&self.jobs)),
            _ => to.serialize_entry(name, &EntriesOnDisk(&self.code)),
        }
    }
}

impl IntoFields for Job {
    fn write<M: serde::ser::SerializeMap>(&self, name: &str, to: &mut M) -> Result<(), M::Error> {
        match name {
            "name" => to.serialize_entry(name, self.name.as_str()),
            "description" => to.serialize_entry(name, &self.description),
            _ => to.serialize_entry(name, self.created_at.as_str()),
        }
    }
}

impl IntoFields for SnippetVersion {
    fn write<M: serde::ser::SerializeMap>(&self, name: &str, to: &mut M) -> Result<(), M::Error> {
        match name {
            "name" => to.serialize_entry(name, self.name.as_str()),
            "content" => to.serialize_entry(name, &self.content),
            _ => to.serialize_entry(name, self.created_at.as_str()),
        }
    }
}
