//! What is left of a message that cannot be read: its id, and why.

use serde::Serialize;
use serde_json::Number;

/// The id of a request.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(untagged)]
pub enum Id {
    /// A number, as it was written.
    Number(Number),
    /// A text.
    Text(String),
}

/// Why a body has no envelope. The id is that of the request, if one can be made out.
#[derive(Debug)]
pub struct Unread {
    /// What is wrong with it.
    pub why: Why,
    /// The id, as far as it can be made out.
    pub id: Option<Id>,
}

/// What is wrong with a body.
#[derive(Debug, thiserror::Error)]
pub enum Why {
    /// There is nothing in it.
    #[error("the message is empty")]
    Empty,
    /// It is nested too deep to be taken apart.
    #[error("the message is nested deeper than 127 levels")]
    TooDeep,
    /// Nothing was built of it, and nothing will be.
    #[error("the message holds more than {limit} values (option --max-values)")]
    TooManyValues {
        /// The limit.
        limit: usize,
    },
    /// Its bytes were not kept.
    #[error("the message is longer than {limit} bytes")]
    TooLong {
        /// The limit in bytes.
        limit: usize,
    },
    /// A parser would refuse it.
    #[error("the message is no JSON: {0}")]
    NoJson(serde_json::Error),
}
