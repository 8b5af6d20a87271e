//! Which versions of a snippet a page shows, and how.

use crate::problem::Problem;
use crate::query::Query;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Asked {
    /// The version, the last one if none is given.
    pub(super) version: Option<usize>,
    /// The one beside it.
    pub(super) with: Option<usize>,
    /// Whether the two stand in two columns.
    pub(super) is_split: bool,
}

/// What is shown, for the form that asks for something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) version: usize,
    pub(super) of: usize,
    pub(super) with: Option<usize>,
    pub(super) is_split: bool,
}

impl Asked {
    pub(super) fn of(query: &Query) -> Result<Self, Problem> {
        Ok(Self {
            version: query.number("v")?,
            with: query.number("with")?,
            is_split: match query.get("as") {
                "" | "unified" => false,
                "split" => true,
                other => return Err(Problem::unknown_word("as", other, &["unified", "split"])),
            },
        })
    }
}
