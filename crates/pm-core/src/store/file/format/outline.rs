//! What a list needs of a file, read without building the process: entries are counted and passed
//! over.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::defaults::{MOST_REVISION, without_mark};
use super::object::{FromFields, Passing, or_default};
use super::unparsable::problem;
use crate::model::PROCESS_FIELDS;
use crate::model::{CLAIM, Claims, DEPENDS_ON, STATUS, claim_of, depends_on_of, status_of};
use crate::resolve::folded;
use crate::store::UnusableKind;
use crate::{Claim, Progress, Status};

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

/// How much a process holds, and who is at work in it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counts {
    pub(crate) tasks: usize,
    pub(crate) jobs: usize,
    pub(crate) code: usize,
    /// How far the tasks are.
    pub(crate) progress: Progress,
    /// How many tasks wait for others.
    pub(crate) waiting: usize,
    pub(crate) claims: Claims,
}

/// Reads what a list needs.
pub(crate) fn read_outline(bytes: &[u8]) -> Result<Outline, UnusableKind> {
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

/// The counts of one task, how far it is, what it depends on, and who has it.
#[derive(Default)]
struct TaskCounts {
    jobs: Count,
    code: Count,
    status: Status,
    depends_on: Vec<String>,
    claim: Option<Claim>,
}

impl<'de> FromFields<'de> for TaskCounts {
    const WHAT: &'static str = "a task (an object)";
    const FIELDS: &'static [&'static str] = &["jobs", "code", STATUS, DEPENDS_ON, CLAIM];

    fn read<A: MapAccess<'de>>(&mut self, field: &str, from: &mut A) -> Result<(), A::Error> {
        match field {
            "jobs" => self.jobs = or_default(from)?,
            "code" => self.code = or_default(from)?,
            STATUS => self.status = status_of(from.next_value::<&RawValue>()?),
            DEPENDS_ON => self.depends_on = depends_on_of(from.next_value::<&RawValue>()?),
            _ => self.claim = claim_of(from.next_value::<&RawValue>()?),
        }
        Ok(())
    }
}

/// What tasks wait for, by the names that their file gives them: resolved as
/// [`Process::dependencies`](crate::Process::dependencies) does it, which only tasks with
/// dependencies pay for.
#[derive(Default)]
struct Waits<'a> {
    /// All tasks, and whether each is over.
    tasks: Vec<(Name<'a>, bool)>,
    /// The dependencies of each task that is neither blocked nor over.
    depends_on: Vec<Vec<String>>,
}

/// A name as it stands in the file, or without its escapes.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

impl Waits<'_> {
    /// How many tasks wait for one that is not over.
    fn count(self) -> usize {
        if self.depends_on.is_empty() {
            return 0;
        }
        let tasks = self.tasks.iter();
        let exact: HashMap<&str, bool> = tasks.map(|(name, over)| (&*name.0, *over)).collect();
        let mut loose = None;
        let mut is_over = |wanted: &String| {
            let wanted = wanted.trim();
            let found = exact.get(wanted).copied();
            found.or_else(|| {
                let loose = loose.get_or_insert_with(|| self.by_folded_name());
                loose.get(&folded(wanted)).copied().flatten()
            })
        };
        // A name that no task has holds nothing up.
        let mut waits = |names: &&Vec<String>| names.iter().any(|on| is_over(on) == Some(false));
        self.depends_on.iter().filter(|names| waits(names)).count()
    }

    /// Whether the tasks are over, by their names but for case and punctuation; nothing for a name
    /// that several have.
    fn by_folded_name(&self) -> HashMap<String, Option<bool>> {
        let mut found = HashMap::new();
        for (name, over) in &self.tasks {
            let same = found.entry(folded(&name.0));
            same.and_modify(|it| *it = None).or_insert(Some(*over));
        }
        found
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
                let (mut waits, mut claims) = (Waits::default(), Vec::new());
                while let Some(name) = map.next_key::<Name<'de>>()? {
                    let task: Passing<TaskCounts> = or_default(&mut map)?;
                    let task = task.0;
                    counts.tasks += 1;
                    counts.jobs += task.jobs.0;
                    counts.code += task.code.0;
                    counts.progress.count(task.status);
                    waits.tasks.push((name, task.status.is_over()));
                    if task.status == Status::InProgress {
                        claims.extend(task.claim);
                    }
                    let is_open = matches!(task.status, Status::Todo | Status::InProgress);
                    if is_open && !task.depends_on.is_empty() {
                        waits.depends_on.push(task.depends_on);
                    }
                }
                counts.waiting = waits.count();
                counts.claims = claims.into_iter().collect();
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
