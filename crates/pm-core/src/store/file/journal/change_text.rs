//! An entry of the history in its form in a journal.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::checksum::Checksum;
use super::edits::{EditText, from_text, into_text};
use crate::history::SessionTag;
use crate::{Action, Actor, HistoryEntry, Timestamp};

/// A change; the checksums are those of a journal alone.
#[derive(Serialize, Deserialize)]
pub(crate) struct ChangeText {
    /// The checksum of the line before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) prev: Option<Checksum>,
    revision: u64,
    at: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<ActorText>,
    /// Left out in older journals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session: Option<String>,
    operation: String,
    summary: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    undoes: Vec<u64>,
    /// The checksum of the process's file that holds what the change left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) json: Option<Checksum>,
    /// Left out if it is not known what changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    edits: Option<Vec<EditText>>,
}

/// Who made a change; left out if that is a program without a name.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ActorText {
    Outside,
    #[serde(untagged)]
    Client {
        client: Arc<str>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        principal: Option<Arc<str>>,
    },
}

impl ActorText {
    /// The form of an actor.
    pub(crate) fn new(actor: &Actor) -> Option<Self> {
        match actor {
            Actor::Unnamed => None,
            Actor::Outside => Some(Self::Outside),
            Actor::Client { client, principal } => Some(Self::Client {
                client: Arc::clone(client),
                principal: principal.clone(),
            }),
        }
    }

    /// The actor of a form.
    pub(crate) fn into_actor(text: Option<Self>) -> Actor {
        match text {
            None => Actor::Unnamed,
            Some(Self::Outside) => Actor::Outside,
            Some(Self::Client { client, principal }) => Actor::Client { client, principal },
        }
    }
}

impl ChangeText {
    pub(crate) fn new(entry: &HistoryEntry) -> serde_json::Result<Self> {
        Ok(Self {
            prev: None,
            revision: entry.revision,
            at: entry.at.to_string(),
            by: ActorText::new(&entry.actor),
            session: entry.session.map(|session| session.to_string()),
            operation: entry.action.operation.to_string(),
            summary: entry.action.summary.clone(),
            undoes: entry.action.undoes.clone(),
            json: None,
            edits: entry.patch.as_ref().map(into_text).transpose()?,
        })
    }

    /// The entry; `None` if an edit makes no sense.
    pub(crate) fn into_entry(self) -> Option<HistoryEntry> {
        Some(HistoryEntry {
            revision: self.revision,
            at: Timestamp::stored(self.at),
            actor: ActorText::into_actor(self.by),
            session: self.session.as_deref().and_then(SessionTag::parse),
            action: Action {
                operation: self.operation.into(),
                summary: self.summary,
                undoes: self.undoes,
            },
            patch: match self.edits {
                Some(edits) => Some(from_text(edits)?),
                None => None,
            },
        })
    }
}

/// Writes an entry down as a journal has it, but for the checksums.
pub(crate) fn write_entry(entry: &HistoryEntry) -> serde_json::Result<String> {
    serde_json::to_string(&ChangeText::new(entry)?)
}

/// Reads what [`write_entry`] wrote; `Ok(None)` if an edit makes no sense.
pub(crate) fn read_entry(text: &str) -> serde_json::Result<Option<HistoryEntry>> {
    serde_json::from_str(text).map(ChangeText::into_entry)
}
