//! Which versions of a snippet a page shows, and how.

use crate::address::with_query;
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
    pub(super) wrap: Wrap,
}

/// Whether long lines are wrapped, so that all of them is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wrap(pub(super) bool);

/// What is shown, for the form that asks for something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) version: usize,
    pub(super) of: usize,
    pub(super) with: Option<usize>,
    pub(super) is_split: bool,
    pub(super) wrap: Wrap,
}

impl Wrap {
    /// The address of what stands at `page` with this query, with long lines as they are here.
    pub(super) fn address(self, page: &str, query: &[(&str, &str)]) -> String {
        let wrap = if self.0 { "1" } else { "" };
        with_query(page, &[query, &[("wrap", wrap)]].concat())
    }

    /// The other way.
    pub(super) fn turned(self) -> Self {
        Self(!self.0)
    }
}

impl Choice {
    /// The address of a version of the snippet whose page this is.
    pub(super) fn of_version(self, page: &str, version: usize) -> String {
        self.wrap.address(page, &[("v", &version.to_string())])
    }
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
            wrap: match query.get("wrap") {
                "" | "0" => Wrap(false),
                "1" => Wrap(true),
                other => return Err(Problem::unknown_word("wrap", other, &["0", "1"])),
            },
        })
    }
}
