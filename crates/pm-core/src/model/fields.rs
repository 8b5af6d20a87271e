//! Fields of a file's objects that the model does not know, and the order of all of them.

use std::sync::Arc;

use serde_json::value::RawValue;

/// One field of an object in a file.
#[derive(Debug, Clone)]
pub enum FieldSlot {
    /// A field that the model knows; its value lives in the model.
    Known(&'static str),
    /// A field that it does not know, with its value to the letter.
    Unknown(String, Box<RawValue>),
}

/// How an object stood in its file: the order of its fields and those that the model does not
/// know.
///
/// Empty where the object holds just the known fields in their usual order, which is nearly
/// always.
///
/// Equal where the fields that the model does not know are, to the letter, in whatever order.
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
            FieldSlot::Unknown(name, value) => Some((name.as_str(), &**value)),
        })
    }
}

impl PartialEq for FileFields {
    fn eq(&self, other: &Self) -> bool {
        let value = |wanted: &str| {
            let mut unknown = other.unknown();
            unknown
                .find(|(name, _)| *name == wanted)
                .map(|(_, value)| value.get())
        };
        self.unknown().count() == other.unknown().count()
            && self
                .unknown()
                .all(|(name, is)| value(name) == Some(is.get()))
    }
}

impl Eq for FileFields {}
