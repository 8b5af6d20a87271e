//! Single entries of a process (a task, a job, a snippet version) in the form that they have in
//! its file.

use serde_json::value::{RawValue, to_raw_value};

use super::object::{FromFields, Object};
use super::read::{
    JobFields, SnippetFields, TaskFields, into_job, into_snippet_version, into_task,
};
use super::write::{IntoFields, OnDisk};
use crate::{Job, SnippetVersion, Task, Timestamp};

/// An entry that stands in a file by itself.
pub(crate) trait EntryText: Sized {
    /// The text of the entry, as in a process's file but on one line.
    fn to_text(&self) -> serde_json::Result<Box<RawValue>>;

    /// Reads the text of an entry; `None` if it is not one.
    ///
    /// Texts that this crate wrote have all fields: values for those that a file left out were
    /// found when it was read.
    fn from_text(text: &RawValue) -> Option<Self>;
}

fn to_text<T: IntoFields>(entry: &T) -> serde_json::Result<Box<RawValue>> {
    to_raw_value(&OnDisk(entry))
}

fn object<'de, T: FromFields<'de>>(text: &'de RawValue) -> Option<Object<T>> {
    serde_json::from_str(text.get()).ok()
}

fn no_time() -> Timestamp {
    Timestamp::stored("")
}

impl EntryText for Task {
    fn to_text(&self) -> serde_json::Result<Box<RawValue>> {
        to_text(self)
    }

    fn from_text(text: &RawValue) -> Option<Self> {
        Some(into_task(object::<TaskFields>(text)?, &no_time()))
    }
}

impl EntryText for Job {
    fn to_text(&self) -> serde_json::Result<Box<RawValue>> {
        to_text(self)
    }

    fn from_text(text: &RawValue) -> Option<Self> {
        Some(into_job("", object::<JobFields>(text)?, &no_time()))
    }
}

impl EntryText for SnippetVersion {
    fn to_text(&self) -> serde_json::Result<Box<RawValue>> {
        to_text(self)
    }

    fn from_text(text: &RawValue) -> Option<Self> {
        let object = object::<SnippetFields>(text)?;
        Some(into_snippet_version("", object, &no_time()))
    }
}
