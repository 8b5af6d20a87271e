//! Reads JSON objects field by field: known fields into a value, others to the letter, equal
//! keys refused.

use std::fmt;
use std::marker::PhantomData;

use indexmap::IndexMap;
use indexmap::map::Entry;
use serde::de::{Deserialize, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};

use crate::model::{FieldSlot, FileFields, UnknownField};

/// A value that is read from the known fields of an object.
pub(crate) trait FromFields<'de>: Default {
    /// What the object is, with its article; for people.
    const WHAT: &'static str;
    /// The names of the known fields, in the order in which they are written.
    const FIELDS: &'static [&'static str];

    /// Reads the value of `field`, one of [`FIELDS`](Self::FIELDS).
    fn read<A: MapAccess<'de>>(&mut self, field: &str, from: &mut A) -> Result<(), A::Error>;
}

/// Reads a value in whose place `null` may stand: scripts and models write that for a field that
/// they mean to leave out, and so it counts as missing.
pub(crate) fn or_default<'de, T, A>(from: &mut A) -> Result<T, A::Error>
where
    T: Deserialize<'de> + Default,
    A: MapAccess<'de>,
{
    Ok(from.next_value::<Option<T>>()?.unwrap_or_default())
}

/// An object, and how it stood in its file.
#[derive(Default)]
pub(crate) struct Object<T> {
    pub(crate) value: T,
    pub(crate) file_fields: FileFields,
}

impl<'de, T: FromFields<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor(PhantomData))
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: FromFields<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::WHAT)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut value = T::default();
        let mut slots: Vec<FieldSlot> = Vec::with_capacity(T::FIELDS.len());
        while let Some(key) = map.next_key::<String>()? {
            let again = slots.iter().any(|slot| match slot {
                FieldSlot::Known(name) => *name == key,
                FieldSlot::Unknown(field) => field.name == key,
            });
            if again {
                return Err(A::Error::custom(format_args!(
                    "the field {key:?} stands here twice"
                )));
            }
            if let Some(field) = T::FIELDS.iter().copied().find(|field| *field == key) {
                value.read(field, &mut map)?;
                slots.push(FieldSlot::Known(field));
            } else {
                let field = UnknownField::new(&key, map.next_value()?);
                slots.push(FieldSlot::Unknown(field.into()));
            }
        }
        insert_missing(&mut slots, T::FIELDS);
        Ok(Object {
            value,
            file_fields: FileFields::new(slots, T::FIELDS),
        })
    }
}

/// The known fields of an object; passes over the others, which another reader keeps.
#[derive(Default)]
pub(crate) struct Passing<T>(pub(crate) T);

impl<'de, T: FromFields<'de>> Deserialize<'de> for Passing<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PassingVisitor(PhantomData))
    }
}

struct PassingVisitor<T>(PhantomData<T>);

impl<'de, T: FromFields<'de>> Visitor<'de> for PassingVisitor<T> {
    type Value = Passing<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::WHAT)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut value = T::default();
        while let Some(key) = map.next_key::<String>()? {
            match T::FIELDS.iter().find(|field| **field == key) {
                Some(field) => value.read(field, &mut map)?,
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(Passing(value))
    }
}

/// Gives each known field that the file lacks its place: in front of the field that usually
/// follows it.
fn insert_missing(slots: &mut Vec<FieldSlot>, fields: &'static [&'static str]) {
    let place = |slots: &[FieldSlot], field: &str| {
        slots
            .iter()
            .position(|slot| matches!(slot, FieldSlot::Known(name) if *name == field))
    };
    let mut next = slots.len();
    for field in fields.iter().rev() {
        match place(slots, field) {
            Some(index) => next = index,
            None => slots.insert(next, FieldSlot::Known(field)),
        }
    }
}

/// The entries of an object whose keys are names.
pub(crate) struct Entries<T>(pub(crate) IndexMap<String, T>);

impl<T> Default for Entries<T> {
    fn default() -> Self {
        Self(IndexMap::new())
    }
}

impl<'de, T: Deserialize<'de> + Default> Deserialize<'de> for Entries<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntriesVisitor(PhantomData))
    }
}

struct EntriesVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de> + Default> Visitor<'de> for EntriesVisitor<T> {
    type Value = Entries<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with an entry for each name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = IndexMap::new();
        while let Some(key) = map.next_key::<String>()? {
            match entries.entry(key) {
                Entry::Vacant(place) => {
                    place.insert(or_default(&mut map)?);
                }
                // A parser that kept the last of the two would lose the first at the next write.
                Entry::Occupied(first) => {
                    let key = first.key();
                    return Err(A::Error::custom(format_args!("{key:?} stands here twice")));
                }
            }
        }
        Ok(Entries(entries))
    }
}
