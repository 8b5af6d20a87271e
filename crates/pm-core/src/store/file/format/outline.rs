//! What a list needs of a file, read without building the process: entries are counted and passed
//! over.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::defaults::{MOST_REVISION, without_mark};
use super::object::{FromFields, Passing, or_default};
use super::unparsable::problem;
use crate::model::PROCESS_FIELDS;
use crate::model::{STATUS, status_of};
use crate::store::FileProblemKind;
use crate::{Progress, Status};

/// What a list says of a process, as far as its file says it.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    pub(crate) process_name: Option<String>,
    pub(crate) description: String,
    pub(crate) created_at: Option<String>,
    pub(crate) revision: u64,
    pub(crate) counts: Counts,
    has_tasks: bool,
}

impl Outline {
    /// Whether the file says that it is a process.
    pub(crate) fn is_process(&self) -> bool {
        self.process_name.is_some() || self.has_tasks
    }
}

/// How much a process holds.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    pub(crate) tasks: usize,
    pub(crate) jobs: usize,
    pub(crate) code: usize,
    /// How far the tasks are.
    pub(crate) progress: Progress,
}

/// Reads what a list needs.
pub(crate) fn read_outline(bytes: &[u8]) -> Result<Outline, FileProblemKind> {
    let bytes = without_mark(bytes);
    serde_json::from_slice::<Passing<Outline>>(bytes)
        .map(|outline| outline.0)
        .map_err(|error| problem(bytes, &error))
}

impl<'de> FromFields<'de> for Outline {
    const WHAT: &'static str = "a process (an object)";
    const FIELDS: &'static [&'static str] = PROCESS_FIELDS;

    fn read<A: MapAccess<'de>>(&mut self, field: &str, from: &mut A) -> Result<(), A::Error> {
        match field {
            "process_name" => self.process_name = from.next_value()?,
            "description" => self.description = or_default(from)?,
            "created_at" => self.created_at = from.next_value()?,
            "revision" => self.revision = or_default::<u64, _>(from)?.min(MOST_REVISION),
            _ => {
                let counts: Option<Counts> = from.next_value()?;
                self.has_tasks = counts.is_some();
                self.counts = counts.unwrap_or_default();
            }
        }
        Ok(())
    }
}

/// The counts of one task, and how far it is.
#[derive(Default)]
struct TaskCounts {
    jobs: Count,
    code: Count,
    status: Status,
}

impl<'de> FromFields<'de> for TaskCounts {
    const WHAT: &'static str = "a task (an object)";
    const FIELDS: &'static [&'static str] = &["jobs", "code", STATUS];

    fn read<A: MapAccess<'de>>(&mut self, field: &str, from: &mut A) -> Result<(), A::Error> {
        match field {
            "jobs" => self.jobs = or_default(from)?,
            "code" => self.code = or_default(from)?,
            _ => self.status = status_of(from.next_value::<&RawValue>()?),
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Counts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Tasks;

        impl<'de> Visitor<'de> for Tasks {
            type Value = Counts;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with an entry for each task")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Counts, A::Error> {
                let mut counts = Counts::default();
                while map.next_key::<IgnoredAny>()?.is_some() {
                    let task: Passing<TaskCounts> = or_default(&mut map)?;
                    counts.tasks += 1;
                    counts.jobs += task.0.jobs.0;
                    counts.code += task.0.code.0;
                    counts.progress.count(task.0.status);
                }
                Ok(counts)
            }
        }

        deserializer.deserialize_map(Tasks)
    }
}

/// The number of an object's entries.
#[derive(Default)]
struct Count(usize);

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;

        impl<'de> Visitor<'de> for Entries {
            type Value = Count;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with an entry for each name")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Count, A::Error> {
                let mut count = 0;
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {
                    count += 1;
                }
                Ok(Count(count))
            }
        }

        deserializer.deserialize_map(Entries)
    }
}

/// Finds the process's name in the first bytes of its file, which nearly always hold it.
///
/// `None` if it does not stand there, or stands behind something that has to be read whole.
pub(crate) fn name_in_head(head: &[u8]) -> Option<String> {
    struct Name<'a>(&'a mut Option<String>);

    impl<'de> Visitor<'de> for Name<'_> {
        type Value = ();

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a process")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
            while let Some(key) = map.next_key::<String>()? {
                if key == "process_name" {
                    *self.0 = map.next_value()?;
                    // Reading on would fail at the end of the head; the name is all that is asked
                    // for.
                    return Err(A::Error::custom("found"));
                }
                map.next_value::<IgnoredAny>()?;
            }
            Ok(())
        }
    }

    let mut name = None;
    let mut deserializer = serde_json::Deserializer::from_slice(without_mark(head));
    // The outcome is in `name`; an error only says that reading stopped there.
    let _ = deserializer.deserialize_map(Name(&mut name));
    name
}
