//! What tasks and jobs say of the plan: typed views of optional fields, which live among the
//! fields of the file so that files without them stay without them.
//!
//! A value that was written by hand and cannot be read as what it should be is kept as it stands,
//! and counts as missing until it is set to something else.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::de::DeserializeOwned;
use serde_json::value::{RawValue, to_raw_value};

use super::claim::ClaimOnDisk;
use super::{Claim, FileFields, JOB_FIELDS, Job, Priority, Status, TASK_FIELDS, Task};
use crate::{TaskName, Timestamp};

/// The name of the field that holds a status.
pub(crate) const STATUS: &str = "status";
/// The name of the field that holds a claim.
pub(crate) const CLAIM: &str = "claim";
/// The name of the field that holds a note on a status.
pub(crate) const NOTE: &str = "status_note";
/// The name of the field that says when a status was set.
pub(crate) const AT: &str = "status_at";
/// The name of the field that says who set a status.
pub(crate) const BY: &str = "status_by";
/// The name of the field that holds a priority.
pub(crate) const PRIORITY: &str = "priority";
/// The name of the field with the tasks on which a task depends.
pub(crate) const DEPENDS_ON: &str = "depends_on";
/// The name of the field with a task's labels.
pub(crate) const LABELS: &str = "labels";
/// The name of the field with what was left on a task.
pub(crate) const COMMENTS: &str = "comments";

/// The fields of the plan, in the order in which they stand in a file, behind `created_at`.
pub(crate) const PLAN_FIELDS: &[&str] = &[
    STATUS, NOTE, AT, BY, PRIORITY, DEPENDS_ON, LABELS, CLAIM, COMMENTS,
];

/// What is said of a status beside it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StatusDetails {
    /// Why it is so, in the words of a caller.
    pub note: Option<String>,
    /// When it was last changed.
    pub at: Option<Timestamp>,
    /// The name of the caller that set it.
    pub by: Option<String>,
}

/// A word for a status or a priority that is none of those known, as it was written into a file:
/// the usual one counts in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadWord {
    /// The field in which it stands.
    pub field: &'static str,
    /// The word, or the beginning of the value if that is no word.
    pub word: String,
    /// What counts in its place.
    pub counts_as: &'static str,
}

impl fmt::Display for UnreadWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            field,
            word,
            counts_as,
        } = self;
        write!(f, "the {field} {word} counts as {counts_as}")
    }
}

/// The most characters of such a word that are shown.
const MAX_WORD_CHARS: usize = 40;

/// A new status, or a new note on the present one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StatusChange<'a> {
    /// The new status; without one it stays.
    pub(crate) status: Option<Status>,
    /// The new note; an empty one takes the note away. Without one, a status that changes loses the
    /// note on the former status.
    pub(crate) note: Option<&'a str>,
    pub(crate) at: &'a Timestamp,
    pub(crate) by: &'a str,
}

/// Reads a status as a file has it, `raw` being JSON text.
pub(crate) fn status_of(raw: &RawValue) -> Status {
    // Most often a plain word between quotes, which needs no parser.
    let text = raw
        .get()
        .strip_prefix('"')
        .and_then(|t| t.strip_suffix('"'));
    match text {
        Some(text) if !text.contains('\\') => text.parse().unwrap_or_default(),
        _ => {
            let text: Option<String> = serde_json::from_str(raw.get()).ok();
            text.and_then(|text| text.parse().ok()).unwrap_or_default()
        }
    }
}

/// Reads the names of the tasks on which a task depends, as a file has them, `raw` being JSON text.
pub(crate) fn depends_on_of(raw: &RawValue) -> Vec<String> {
    serde_json::from_str(raw.get()).unwrap_or_default()
}

/// Reads a claim as a file has it, whether it is over or not, `raw` being JSON text.
pub(crate) fn claim_of(raw: &RawValue) -> Option<Claim> {
    let claim: ClaimOnDisk<'_> = serde_json::from_str(raw.get()).ok()?;
    claim.parse()
}

impl FileFields {
    fn text(&self, name: &str) -> Option<String> {
        serde_json::from_str(self.get(name)?.get()).ok()
    }

    /// Whether a field can be read as what it should be.
    pub(crate) fn has<T: DeserializeOwned>(&self, name: &str) -> bool {
        let value = self.get(name);
        value.is_some_and(|value| serde_json::from_str::<T>(value.get()).is_ok())
    }

    /// Whether a field holds a word that can be read as what it should be.
    pub(crate) fn has_word<T: FromStr>(&self, name: &str) -> bool {
        self.text(name)
            .is_some_and(|word| word.parse::<T>().is_ok())
    }

    /// What stands in a field that is to hold a word and is none that is known. `null` says
    /// nothing.
    fn unread<T: FromStr>(
        &self,
        field: &'static str,
        counts_as: &'static str,
    ) -> Option<UnreadWord> {
        let raw = self.get(field)?.get();
        if raw == "null" || self.has_word::<T>(field) {
            return None;
        }
        let mut word: String = raw.chars().take(MAX_WORD_CHARS).collect();
        if word.len() < raw.len() {
            word.push('…');
        }
        Some(UnreadWord {
            field,
            word,
            counts_as,
        })
    }

    fn unread_status(&self) -> Option<UnreadWord> {
        self.unread::<Status>(STATUS, Status::default().as_str())
    }

    fn status(&self) -> Status {
        self.get(STATUS).map_or_else(Status::default, status_of)
    }

    fn status_details(&self) -> StatusDetails {
        StatusDetails {
            note: self.text(NOTE),
            at: self.text(AT).map(Timestamp::stored),
            by: self.text(BY),
        }
    }

    /// Changes the status and its note, and answers the status before and after.
    fn change_status(
        &mut self,
        change: StatusChange<'_>,
        usual: &[&'static str],
    ) -> (Status, Status) {
        let old = self.status();
        let new = change.status.unwrap_or(old);
        if new == old && change.note.is_none() {
            return (old, new);
        }
        if new != old {
            self.put(STATUS, Some(new.as_str()), usual);
        }
        self.put(NOTE, change.note.filter(|note| !note.is_empty()), usual);
        self.put(AT, Some(change.at.as_str()), usual);
        self.put(BY, Some(change.by), usual);
        (old, new)
    }

    pub(super) fn put<T: serde::Serialize + ?Sized>(
        &mut self,
        name: &str,
        value: Option<&T>,
        usual: &[&'static str],
    ) {
        // Nothing here fails to be written down; the fallback keeps this free of a panic.
        let value = value.and_then(|value| to_raw_value(value).ok());
        if value.as_deref().map(RawValue::get) != self.get(name).map(RawValue::get) {
            self.set(name, value, usual);
        }
    }
}

impl Task {
    /// How far it is.
    pub fn status(&self) -> Status {
        self.file_fields.status()
    }

    /// What is said of its status.
    pub fn status_details(&self) -> StatusDetails {
        self.file_fields.status_details()
    }

    /// How much it matters.
    pub fn priority(&self) -> Priority {
        let word = self.file_fields.text(PRIORITY);
        word.and_then(|word| word.parse().ok()).unwrap_or_default()
    }

    /// What its file says of the plan in words that are none of those known.
    pub fn unread_words(&self) -> Vec<UnreadWord> {
        let fields = &self.file_fields;
        let priority = fields.unread::<Priority>(PRIORITY, Priority::default().as_str());
        fields.unread_status().into_iter().chain(priority).collect()
    }

    /// The names of the tasks that have to be over before it, as the file has them; see
    /// [`Process::dependencies`](crate::Process::dependencies) for those that exist.
    pub fn depends_on(&self) -> Vec<String> {
        let names = self.file_fields.get(DEPENDS_ON);
        names.map(depends_on_of).unwrap_or_default()
    }

    /// The claim that stands in the file, whether it is over or not.
    pub fn claim(&self) -> Option<Claim> {
        self.file_fields.get(CLAIM).and_then(claim_of)
    }

    /// The fields of the claim that the model does not know, each as JSON text.
    pub(crate) fn unknown_claim_fields(&self) -> BTreeMap<String, Box<RawValue>> {
        let claim = self.file_fields.get(CLAIM);
        let fields = claim.and_then(|claim| serde_json::from_str(claim.get()).ok());
        let mut fields: BTreeMap<_, _> = fields.unwrap_or_default();
        fields.retain(|name: &String, _| !ClaimOnDisk::FIELDS.contains(&name.as_str()));
        fields
    }

    /// Who works on it at `now`: the claim, if the task is in progress and the claim is not over.
    pub fn claim_at(&self, now: &Timestamp) -> Option<Claim> {
        if self.status() != Status::InProgress {
            return None;
        }
        self.claim().filter(|claim| claim.holds_at(now))
    }

    pub(crate) fn change_status(&mut self, change: StatusChange<'_>) -> (Status, Status) {
        self.file_fields.change_status(change, TASK_FIELDS)
    }

    pub(crate) fn prioritise(&mut self, priority: Priority) {
        if priority != self.priority() {
            let word = Some(priority.as_str());
            self.file_fields.put(PRIORITY, word, TASK_FIELDS);
        }
    }

    pub(crate) fn depend_on(&mut self, names: &[TaskName]) {
        let names: Vec<&str> = names.iter().map(TaskName::as_str).collect();
        let names = (!names.is_empty()).then_some(&names);
        self.file_fields.put(DEPENDS_ON, names, TASK_FIELDS);
    }

    /// Keeps names as they stand, in place of those that [`depends_on`](Self::depends_on) has.
    pub(crate) fn rewrite_dependencies(&mut self, names: &[String]) {
        let names = (!names.is_empty()).then_some(names);
        self.file_fields.put(DEPENDS_ON, names, TASK_FIELDS);
    }

    pub(crate) fn set_claim(&mut self, claim: Option<&Claim>) {
        let claim = claim.map(Claim::on_disk);
        self.file_fields.put(CLAIM, claim.as_ref(), TASK_FIELDS);
    }

    pub(crate) fn has_claim_field(&self) -> bool {
        self.file_fields.get(CLAIM).is_some()
    }

    pub(crate) fn has_dependencies_field(&self) -> bool {
        self.file_fields.get(DEPENDS_ON).is_some()
    }
}

impl Job {
    /// What its file says of the plan in words that are none of those known.
    pub fn unread_words(&self) -> Vec<UnreadWord> {
        self.file_fields.unread_status().into_iter().collect()
    }

    /// How far it is.
    pub fn status(&self) -> Status {
        self.file_fields.status()
    }

    /// What is said of its status.
    pub fn status_details(&self) -> StatusDetails {
        self.file_fields.status_details()
    }

    pub(crate) fn change_status(&mut self, change: StatusChange<'_>) -> (Status, Status) {
        self.file_fields.change_status(change, JOB_FIELDS)
    }
}
