//! Fields of a file's objects that the model does not know, and the order of all of them.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::value::RawValue;

use super::{IMPORTED_AS, Job, PLAN_FIELDS, Process, SnippetVersion, Task};

/// The fields of a process that the model knows, in the order in which they are usually written.
pub(crate) const PROCESS_FIELDS: &[&str] = &[
    "process_name",
    "description",
    "created_at",
    "revision",
    "tasks",
];
/// Those of a task.
pub(crate) const TASK_FIELDS: &[&str] = &["description", "created_at", "jobs", "code"];
/// Those of a job.
pub(crate) const JOB_FIELDS: &[&str] = &["name", "description", "created_at"];
/// Those of a snippet version.
pub(crate) const SNIPPET_FIELDS: &[&str] = &["name", "content", "created_at"];

/// One field of an object in a file.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum FieldSlot {
    /// A field that the model knows; its value lives in the model.
    Known(&'static str),
    /// A field that it does not know. Boxed, as most are known.
    Unknown(Box<UnknownField>),
}

/// A field that the model does not know.
#[derive(Debug, Clone)]
pub struct UnknownField {
    /// Its name.
    pub name: Cow<'static, str>,
    /// Its value to the letter.
    pub value: Box<RawValue>,
}

impl UnknownField {
    /// Takes a field; no copy is kept of a name that many objects have.
    pub(crate) fn new(name: &str, value: Box<RawValue>) -> Self {
        let mut usual = PLAN_FIELDS.iter().chain([&IMPORTED_AS]);
        let name = match usual.find(|usual| **usual == name) {
            Some(usual) => Cow::Borrowed(*usual),
            None => Cow::Owned(name.to_owned()),
        };
        Self { name, value }
    }
}

/// How an object stood in its file: the order of its fields and those that the model does not
/// know.
///
/// Empty if the object holds just the known fields in their usual order, as nearly all do.
///
/// Equal if the fields that the model does not know are equal to the letter, in any order.
#[derive(Debug, Clone, Default)]
pub struct FileFields(Option<Arc<[FieldSlot]>>);

impl FileFields {
    /// Keeps `slots`, unless they say no more than `usual` does.
    pub(crate) fn new(slots: Vec<FieldSlot>, usual: &[&'static str]) -> Self {
        let as_usual = slots.len() == usual.len()
            && slots
                .iter()
                .zip(usual)
                .all(|(slot, name)| matches!(slot, FieldSlot::Known(known) if known == name));
        Self((!as_usual).then(|| slots.into()))
    }

    /// The fields in the order of the file; empty stands for the usual order.
    pub fn slots(&self) -> &[FieldSlot] {
        self.0.as_deref().unwrap_or_default()
    }

    /// The fields that the model does not know, in order.
    pub fn unknown(&self) -> impl Iterator<Item = (&str, &RawValue)> {
        self.slots().iter().filter_map(|slot| match slot {
            FieldSlot::Known(_) => None,
            FieldSlot::Unknown(field) => Some((&*field.name, &*field.value)),
        })
    }

    /// The value of a field that the model does not know.
    pub(crate) fn get(&self, wanted: &str) -> Option<&RawValue> {
        let mut unknown = self.unknown();
        unknown
            .find(|(name, _)| *name == wanted)
            .map(|(_, value)| value)
    }

    /// Gives a field that the model does not know a value, or takes it away. One that is new
    /// comes behind all others, but for those of the plan, which have a place of their own;
    /// `usual` is the usual order of the known ones.
    pub(crate) fn set(
        &mut self,
        wanted: &str,
        value: Option<Box<RawValue>>,
        usual: &[&'static str],
    ) {
        let mut slots = self.slots().to_vec();
        if slots.is_empty() {
            slots.extend(usual.iter().copied().map(FieldSlot::Known));
        }
        let is_wanted =
            |slot: &FieldSlot| matches!(slot, FieldSlot::Unknown(field) if field.name == wanted);
        let place = slots.iter().position(is_wanted);
        let place = place.unwrap_or_else(|| place_of_new(wanted, &slots));
        let rest = slots.split_off(place);
        let field = value.map(|value| UnknownField::new(wanted, value));
        slots.extend(field.map(|field| FieldSlot::Unknown(field.into())));
        slots.extend(rest.into_iter().filter(|slot| !is_wanted(slot)));
        *self = Self::new(slots, usual);
    }
}

/// The position of a new field. One of the plan stands in front of what a task holds, so that
/// people need not look for it behind pages of code.
fn place_of_new(wanted: &str, slots: &[FieldSlot]) -> usize {
    let Some(number) = PLAN_FIELDS.iter().position(|name| *name == wanted) else {
        return slots.len();
    };
    let earlier = PLAN_FIELDS.get(..number).unwrap_or_default();
    let before = slots.iter().rposition(|slot| match slot {
        FieldSlot::Known(name) => *name == "created_at",
        FieldSlot::Unknown(field) => earlier.contains(&&*field.name),
    });
    before.map_or(slots.len(), |before| before + 1)
}

impl PartialEq for FileFields {
    fn eq(&self, other: &Self) -> bool {
        let same = |(name, value): (&str, &RawValue)| {
            other
                .get(name)
                .is_some_and(|other| other.get() == value.get())
        };
        self.unknown().count() == other.unknown().count() && self.unknown().all(same)
    }
}

impl Eq for FileFields {}

/// A thing that is kept as an object with fields.
pub(crate) trait Record {
    /// The names of the fields that the model knows, in the order in which they are usually
    /// written.
    const KNOWN: &'static [&'static str];

    /// How the object stood in its file.
    fn file_fields(&self) -> &FileFields;

    /// The same, to be changed.
    fn file_fields_mut(&mut self) -> &mut FileFields;
}

macro_rules! records {
    ($($record:ty: $known:expr),+ $(,)?) => {$(
        impl Record for $record {
            const KNOWN: &'static [&'static str] = $known;

            fn file_fields(&self) -> &FileFields {
                &self.file_fields
            }

            fn file_fields_mut(&mut self) -> &mut FileFields {
                &mut self.file_fields
            }
        }
    )+};
}

records! {
    Process: PROCESS_FIELDS,
    Task: TASK_FIELDS,
    Job: JOB_FIELDS,
    SnippetVersion: SNIPPET_FIELDS,
}
