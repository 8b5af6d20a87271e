//! Who makes a change: in whose name, and in which session.

use std::fmt;
use std::hash::{BuildHasher as _, RandomState};

use twox_hash::XxHash3_64;

use crate::Actor;

/// Who makes a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// In whose name it is made.
    pub actor: Actor,
    /// In which session; `None` if nobody keeps sessions of one actor apart.
    pub session: Option<SessionTag>,
}

/// Tells sessions apart, also those of several servers: a random number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionTag(pub u64);

impl SessionTag {
    /// The tag of a new session.
    pub fn random() -> Self {
        // Each RandomState has fresh random keys.
        Self(RandomState::new().hash_one(std::process::id()))
    }

    /// The tag of a session that outlasts the programs in it, made from the name of that session.
    pub fn lasting(name: &str) -> Self {
        Self(XxHash3_64::oneshot(name.as_bytes()))
    }

    /// Reads a tag as it is displayed: 16 hexadecimal digits; `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        let is_tag = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_tag
            .then(|| u64::from_str_radix(text, 16).ok())?
            .map(Self)
    }
}

impl fmt::Display for SessionTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl From<Actor> for Author {
    fn from(actor: Actor) -> Self {
        Self {
            actor,
            session: None,
        }
    }
}
