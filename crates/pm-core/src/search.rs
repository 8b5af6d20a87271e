//! Looking for something in processes: what is asked, what is found, and which hits are best.

mod fold;
mod hits;
mod look;
mod sieve;
mod terms;
#[cfg(test)]
mod tests;
mod texts;

use std::str::FromStr;

pub use hits::{HitField, HitKind, HitPlace, SearchHit, SearchHits};
pub(crate) use texts::{EntryTexts, Notes, TaskTexts, Texts};

use self::fold::fold;
use self::sieve::Sieve;
use self::terms::Terms;
use crate::store::Reach;

/// The longest text that can be looked for, in characters.
pub const MOST_QUERY_CHARS: usize = 300;

/// How many hits are kept unless more are asked for.
pub const USUAL_HITS: usize = 20;

/// The most hits that can be asked for.
pub const MOST_HITS: usize = 200;

/// Something to look for: words, all of which must stand in one text (a name, a description, a
/// note, a version of code) or in the name, the description and the notes of one thing together; in
/// any order, whole or as parts of words.
///
/// Texts are the same if they would be the same as names ([`folded`](crate::resolve::folded)),
/// except that punctuation counts: upper and lower case are one, and so are a letter and its accent
/// as one character or two.
#[derive(Debug, Clone)]
pub struct SearchQuery {
    text: String,
    terms: Terms,
    sieve: Sieve,
    /// The processes in which it is looked for; all of them if this is `None`.
    reach: Option<Reach>,
    /// What is looked for; everything if it is empty.
    kinds: Vec<HitKind>,
    /// How many hits are kept.
    most: usize,
}

/// Why a text cannot be looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QueryProblem {
    /// There is no word in it.
    #[error("it is blank")]
    Blank,
    /// It is longer than [`MOST_QUERY_CHARS`].
    #[error("it has {chars} characters, and {MOST_QUERY_CHARS} are the most")]
    TooLong {
        /// Its length in characters.
        chars: usize,
    },
}

impl SearchQuery {
    /// The text that is looked for.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Looks only in the processes within `reach`.
    #[must_use]
    pub fn within(self, reach: Reach) -> Self {
        let reach = Some(reach);
        Self { reach, ..self }
    }

    /// Looks only in things of these kinds; in those of all kinds if none is named.
    #[must_use]
    pub fn only(self, kinds: impl IntoIterator<Item = HitKind>) -> Self {
        let kinds = kinds.into_iter().collect();
        Self { kinds, ..self }
    }

    /// Keeps this many of the best hits, from 1 to [`MOST_HITS`]; [`USUAL_HITS`] without this call.
    #[must_use]
    pub fn at_most(self, hits: usize) -> Self {
        let most = hits.clamp(1, MOST_HITS);
        Self { most, ..self }
    }

    /// Whether it is looked for in things of this kind.
    fn wants(&self, kind: HitKind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }

    /// Whether it is looked for in the process of this name.
    pub fn reaches(&self, process: &str) -> bool {
        self.reach.as_ref().is_none_or(|reach| reach.holds(process))
    }

    /// Whether a process or a task of this name may hold a hit, as its JSON tells without being
    /// read; what is escaped in it counts as what it stands for. A no is certain.
    pub fn may_hit(&self, name: &str, json: &[u8]) -> bool {
        self.sieve.may_hold(name, json)
    }
}

impl FromStr for SearchQuery {
    type Err = QueryProblem;

    fn from_str(text: &str) -> Result<Self, QueryProblem> {
        let folded = fold(text);
        let words: Vec<&str> = folded.split_whitespace().collect();
        if words.is_empty() {
            return Err(QueryProblem::Blank);
        }
        let too_long = || QueryProblem::TooLong {
            chars: text.chars().count(),
        };
        if text.chars().nth(MOST_QUERY_CHARS).is_some() {
            return Err(too_long());
        }
        // Words are taken to the letter, so that nothing but their size can be refused.
        Ok(Self {
            text: text.split_whitespace().collect::<Vec<_>>().join(" "),
            terms: Terms::new(&words).map_err(|_| too_long())?,
            sieve: Sieve::new(&words).map_err(|_| too_long())?,
            reach: None,
            kinds: Vec::new(),
            most: USUAL_HITS,
        })
    }
}
