//! The fields of things in the form in which patches speak of them: by name, as JSON text.

use serde_json::value::{RawValue, to_raw_value};

use super::FieldValue;
use crate::model::Record;
use crate::{Job, JobName, Process, ProcessName, SnippetName, SnippetVersion, Task, Timestamp};

/// What has fields.
pub(super) trait Fields: Record {
    /// The value of a known field that holds text; none of the others is ever in a patch as a
    /// field.
    fn text(&self, field: &str) -> Option<&str>;

    /// Gives a known field that holds text a value.
    fn set_text(&mut self, field: &str, text: String);

    /// The value of a field.
    fn value(&self, field: &str) -> Option<FieldValue> {
        if Self::KNOWN.contains(&field) {
            self.text(field).map(value_of)
        } else {
            self.file_fields().get(field).map(ToOwned::to_owned)
        }
    }

    /// Whether a field has this value.
    fn has(&self, field: &str, value: Option<&RawValue>) -> bool {
        if Self::KNOWN.contains(&field) {
            // The texts are compared, as there are several ways to write one down.
            let text = value.and_then(text_of);
            text.is_some() && self.text(field) == text.as_deref()
        } else {
            self.file_fields().get(field).map(RawValue::get) == value.map(RawValue::get)
        }
    }

    /// Whether a field can have this value.
    fn can_have(&self, field: &str, value: Option<&RawValue>) -> bool {
        !Self::KNOWN.contains(&field)
            || (self.text(field).is_some() && value.and_then(text_of).is_some())
    }

    /// Gives a field a value, if it can have it.
    fn set(&mut self, field: &str, value: Option<&RawValue>) {
        if !Self::KNOWN.contains(&field) {
            let value = value.map(ToOwned::to_owned);
            self.file_fields_mut().set(field, value, Self::KNOWN);
        } else if let Some(text) = value.and_then(text_of) {
            self.set_text(field, text);
        }
    }
}

/// Text as the value of a field.
pub(super) fn value_of(text: &str) -> FieldValue {
    // Text can always be written down; the fallback keeps this free of a panic.
    to_raw_value(text).unwrap_or_else(|_| RawValue::NULL.to_owned())
}

fn text_of(value: &RawValue) -> Option<String> {
    serde_json::from_str(value.get()).ok()
}

impl Fields for Process {
    fn text(&self, field: &str) -> Option<&str> {
        match field {
            "process_name" => Some(self.name.as_str()),
            "description" => Some(&self.description),
            "created_at" => Some(self.created_at.as_str()),
            _ => None,
        }
    }

    fn set_text(&mut self, field: &str, text: String) {
        match field {
            "process_name" => self.name = ProcessName::stored(text),
            "description" => self.description = text,
            _ => self.created_at = Timestamp::stored(text),
        }
    }
}

impl Fields for Task {
    fn text(&self, field: &str) -> Option<&str> {
        match field {
            "description" => Some(&self.description),
            "created_at" => Some(self.created_at.as_str()),
            _ => None,
        }
    }

    fn set_text(&mut self, field: &str, text: String) {
        match field {
            "description" => self.description = text,
            _ => self.created_at = Timestamp::stored(text),
        }
    }
}

impl Fields for Job {
    fn text(&self, field: &str) -> Option<&str> {
        match field {
            "name" => Some(self.name.as_str()),
            "description" => Some(&self.description),
            "created_at" => Some(self.created_at.as_str()),
            _ => None,
        }
    }

    fn set_text(&mut self, field: &str, text: String) {
        match field {
            "name" => self.name = JobName::stored(text),
            "description" => self.description = text,
            _ => self.created_at = Timestamp::stored(text),
        }
    }
}

impl Fields for SnippetVersion {
    fn text(&self, field: &str) -> Option<&str> {
        match field {
            "name" => Some(self.name.as_str()),
            "content" => Some(&self.content),
            "created_at" => Some(self.created_at.as_str()),
            _ => None,
        }
    }

    fn set_text(&mut self, field: &str, text: String) {
        match field {
            "name" => self.name = SnippetName::stored(text),
            "content" => self.content = text,
            _ => self.created_at = Timestamp::stored(text),
        }
    }
}
