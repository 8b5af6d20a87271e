//! What a search needs of a file, read without building the process: its texts, which are borrowed
//! from the file unless something in them is escaped.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::defaults::{Defaults, without_mark};
use super::read::name_or;
use crate::search::{EntryTexts, Notes, TaskTexts, Texts};

/// Reads the texts of a process; `None` if the file cannot be read: reading it as a process says
/// more of that. If `may_hit` says no to the name and the JSON of a task, only its name is read.
///
/// What is wrong elsewhere than in the texts is passed over, as in lists.
pub(crate) fn read_texts<'a>(
    bytes: &'a [u8],
    missing: &Defaults,
    may_hit: impl Fn(&str, &[u8]) -> bool,
) -> Option<Texts<'a>> {
    let process: ProcessJson<'a> = serde_json::from_slice(without_mark(bytes)).ok()?;
    let tasks = process.tasks.0.into_iter().map(|(name, json)| {
        if may_hit(&name, json.get().as_bytes()) {
            let task: TaskJson<'a> = serde_json::from_str(json.get()).ok()?;
            Some(task.into_texts(name))
        } else {
            Some(TaskTexts::nothing_but(name))
        }
    });
    Some(Texts {
        name: name_or(
            process.process_name.map(|name| name.0.into_owned()),
            &missing.name,
        ),
        description: process.description.0,
        notes: notes([
            process.note,
            process.notes,
            process.status_note,
            process.labels,
            process.comments,
        ]),
        tasks: tasks.collect::<Option<_>>()?,
    })
}

/// A text that is borrowed if nothing in it is escaped.
#[derive(Default, serde::Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

#[derive(serde::Deserialize)]
struct ProcessJson<'a> {
    #[serde(borrow, default)]
    process_name: Option<Text<'a>>,
    #[serde(borrow, default)]
    description: Text<'a>,
    #[serde(borrow, default)]
    note: Option<&'a RawValue>,
    #[serde(borrow, default)]
    notes: Option<&'a RawValue>,
    #[serde(borrow, default)]
    status_note: Option<&'a RawValue>,
    #[serde(borrow, default)]
    labels: Option<&'a RawValue>,
    #[serde(borrow, default)]
    comments: Option<&'a RawValue>,
    #[serde(borrow, default)]
    tasks: Entries<'a, &'a RawValue>,
}

#[derive(serde::Deserialize)]
struct TaskJson<'a> {
    #[serde(borrow, default)]
    description: Text<'a>,
    #[serde(borrow, default)]
    note: Option<&'a RawValue>,
    #[serde(borrow, default)]
    notes: Option<&'a RawValue>,
    #[serde(borrow, default)]
    status_note: Option<&'a RawValue>,
    #[serde(borrow, default)]
    labels: Option<&'a RawValue>,
    #[serde(borrow, default)]
    comments: Option<&'a RawValue>,
    #[serde(borrow, default)]
    jobs: Entries<'a, JobJson<'a>>,
    #[serde(borrow, default)]
    code: Entries<'a, SnippetJson<'a>>,
}

#[derive(serde::Deserialize)]
struct JobJson<'a> {
    #[serde(borrow, default)]
    name: Option<Text<'a>>,
    #[serde(borrow, default)]
    description: Text<'a>,
    #[serde(borrow, default)]
    note: Option<&'a RawValue>,
    #[serde(borrow, default)]
    notes: Option<&'a RawValue>,
    #[serde(borrow, default)]
    status_note: Option<&'a RawValue>,
    #[serde(borrow, default)]
    labels: Option<&'a RawValue>,
    #[serde(borrow, default)]
    comments: Option<&'a RawValue>,
}

#[derive(serde::Deserialize)]
struct SnippetJson<'a> {
    #[serde(borrow, default)]
    name: Option<Text<'a>>,
    #[serde(borrow, default)]
    content: Text<'a>,
    #[serde(borrow, default)]
    note: Option<&'a RawValue>,
    #[serde(borrow, default)]
    notes: Option<&'a RawValue>,
    #[serde(borrow, default)]
    status_note: Option<&'a RawValue>,
    #[serde(borrow, default)]
    labels: Option<&'a RawValue>,
    #[serde(borrow, default)]
    comments: Option<&'a RawValue>,
}

impl<'a> TaskJson<'a> {
    fn into_texts(self, name: Cow<'a, str>) -> TaskTexts<'a> {
        let jobs = self.jobs.0.into_iter().map(|(key, job)| EntryTexts {
            name: job.name.map_or(key, |name| name.0),
            content: job.description.0,
            notes: notes([
                job.note,
                job.notes,
                job.status_note,
                job.labels,
                job.comments,
            ]),
        });
        let code = self.code.0.into_iter().map(|(key, version)| EntryTexts {
            name: version.name.map_or(key, |name| name.0),
            content: version.content.0,
            notes: notes([
                version.note,
                version.notes,
                version.status_note,
                version.labels,
                version.comments,
            ]),
        });
        TaskTexts {
            name,
            description: self.description.0,
            notes: notes([
                self.note,
                self.notes,
                self.status_note,
                self.labels,
                self.comments,
            ]),
            jobs: jobs.collect(),
            code: code.collect(),
        }
    }
}

fn notes(fields: [Option<&RawValue>; 5]) -> Notes<'_> {
    Notes::new(fields.map(|field| field.map(RawValue::get)))
}

/// The entries of an object whose keys are names, in order.
struct Entries<'a, T>(Vec<(Cow<'a, str>, T)>);

impl<T> Default for Entries<'_, T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de: 'a, 'a, T: Deserialize<'de>> Deserialize<'de> for Entries<'a, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntriesVisitor(PhantomData))
    }
}

struct EntriesVisitor<'a, T>(PhantomData<(&'a str, T)>);

impl<'de: 'a, 'a, T: Deserialize<'de>> Visitor<'de> for EntriesVisitor<'a, T> {
    type Value = Entries<'a, T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with an entry for each name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries: Vec<(Cow<'a, str>, T)> = Vec::new();
        while let Some((key, value)) = map.next_entry::<Text<'de>, T>()? {
            entries.push((key.0, value));
        }
        // A reader refuses a file with two entries of one name.
        let mut names = HashSet::with_capacity(entries.len());
        if entries.iter().all(|(name, _)| names.insert(&**name)) {
            drop(names);
            Ok(Entries(entries))
        } else {
            Err(A::Error::custom("a name stands here twice"))
        }
    }
}
