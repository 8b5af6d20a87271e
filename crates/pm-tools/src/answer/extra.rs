//! Fields that the model does not know: a person wrote them into the file, and they go out with the
//! object that holds them, so that they reach the language model.

use pm_core::model::{FileFields, IMPORTED_AS};
use serde_json::{Map, Value};

/// The fields that the model does not know, apart from those whose names an answer needs.
pub(crate) fn extra(fields: &FileFields, reserved: &[&str]) -> Map<String, Value> {
    fields
        .unknown()
        .filter(|(name, _)| !reserved.contains(name) && *name != IMPORTED_AS)
        .map(|(name, value)| {
            // A value that does not parse (nested too deep) is still shown, as its text.
            let parsed = serde_json::from_str(value.get());
            (
                name.to_owned(),
                parsed.unwrap_or_else(|_| value.get().into()),
            )
        })
        .collect()
}
