//! A name that means nothing, or more than one thing.

use std::fmt::Display;

/// Why a name does not mean just one of those that there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unresolved<N> {
    /// None has this name, not even loosely.
    NotFound {
        /// The name that was asked for.
        wanted: String,
        /// The most similar names, best first.
        near: Vec<N>,
    },
    /// Several differ from this name only in case and punctuation, or hold it if a part of a name
    /// is enough.
    Ambiguous {
        /// The name that was asked for.
        wanted: String,
        /// The names that it may mean.
        candidates: Vec<N>,
    },
}

impl<N> Unresolved<N> {
    /// The refusal of a name that nothing has and that nothing comes near.
    pub fn unknown(wanted: impl Into<String>) -> Self {
        Self::NotFound {
            wanted: wanted.into(),
            near: Vec::new(),
        }
    }

    /// The names that come near, or that it may mean.
    pub fn names(&self) -> &[N] {
        match self {
            Self::NotFound { near: names, .. }
            | Self::Ambiguous {
                candidates: names, ..
            } => names,
        }
    }

    /// The problem in one line, for things of a `kind`; `place` is what was searched, and `None` if
    /// everything was.
    pub(super) fn told(&self, kind: &str, kinds: &str, place: Option<&dyn Display>) -> String {
        let (line, preposition) = match self {
            Self::NotFound { wanted, .. } => (format!("there is no {kind} {wanted:?}"), "in"),
            Self::Ambiguous { wanted, .. } => {
                (format!("{wanted:?} may mean several {kinds}"), "of")
            }
        };
        match place {
            Some(place) => format!("{line} {preposition} {place}"),
            None => line,
        }
    }
}
