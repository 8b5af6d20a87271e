//! Fields that no part of a difference tells in words of its own: those that the model does not
//! know, and what stands in others and cannot be read.

use serde_json::value::RawValue;

use super::super::fields::{Fields, value_of};
use crate::model::{
    AT, BY, CLAIM, COMMENTS, DEPENDS_ON, FileFields, LABELS, NOTE, PRIORITY, STATUS,
};
use crate::{Priority, Status};

/// A field that differs, told as it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherField {
    /// Its name in the file.
    pub field: String,
    /// The value at the earlier revision, as JSON; `None` if there was no such field.
    pub former: Option<String>,
    /// The value at the later one.
    pub present: Option<String>,
}

/// The field that says when something was created.
const CREATED_AT: &str = "created_at";

/// The fields that differ, without those in `told` that can be read: the difference has words of
/// its own for them.
pub(super) fn between<T: Fields>(former: &T, present: &T, told: &[&str]) -> Vec<OtherField> {
    let (old, new) = (former.file_fields(), present.file_fields());
    let mut names: Vec<&str> = new.unknown().map(|(name, _)| name).collect();
    let gone = old.unknown().map(|(name, _)| name);
    names.extend(gone.filter(|name| new.get(name).is_none()));
    names.retain(|name| !(told.contains(name) && is_read(old, name) && is_read(new, name)));
    let value = |of: &FileFields, name| of.get(name).map(|value| value.get().to_owned());
    let unknown = names.into_iter().map(|name| OtherField {
        field: name.to_owned(),
        former: value(old, name),
        present: value(new, name),
    });
    let created = |of: &T| of.text(CREATED_AT).map(value_of);
    let created = OtherField {
        field: CREATED_AT.to_owned(),
        former: created(former).map(|value| value.get().to_owned()),
        present: created(present).map(|value| value.get().to_owned()),
    };
    let all = [created].into_iter().chain(unknown);
    all.filter(|it| it.former != it.present).collect()
}

/// Whether a field of the plan says what such a field can say, or nothing.
fn is_read(fields: &FileFields, field: &str) -> bool {
    let value = fields.get(field).map(RawValue::get);
    match field {
        _ if value.is_none_or(|value| value == "null") => true,
        STATUS => fields.has_word::<Status>(field),
        PRIORITY => fields.has_word::<Priority>(field),
        NOTE => fields.has::<String>(field),
        DEPENDS_ON | LABELS => fields.has::<Vec<String>>(field),
        AT | BY | CLAIM | COMMENTS => true,
        _ => false,
    }
}
