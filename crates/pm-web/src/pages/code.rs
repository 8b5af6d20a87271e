//! Code as it is shown: numbered lines, as many as a page has room for.

use pm_core::Timestamp;
use pm_core::model::NumberedVersion;

use crate::moment::Moment;

/// A version of a snippet, or a part of its lines.
pub(crate) struct Code<'a> {
    pub(crate) version: NumberedVersion<'a>,
    /// The snippet's own page.
    pub(crate) address: String,
    pub(crate) written: Moment,
    pub(crate) lines: Vec<Line<'a>>,
    /// How many lines there are in all.
    pub(crate) total: usize,
    numbers: Numbers,
}

/// A line of code.
pub(crate) struct Line<'a> {
    /// Its number, from 1.
    pub(crate) number: usize,
    /// Without its end.
    pub(crate) text: &'a str,
}

/// Where the number of a line leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Numbers {
    /// To the line, on this page.
    Here,
    /// To the line on the snippet's own page, since this one has several snippets.
    Elsewhere,
}

impl<'a> Code<'a> {
    /// The first lines of a version.
    pub(crate) fn beginning(
        version: NumberedVersion<'a>,
        address: String,
        most: usize,
        numbers: Numbers,
        now: &Timestamp,
    ) -> Self {
        Self::from_line(version, address, (1, most), numbers, now)
    }

    /// The lines of a version from one on, so many at most.
    pub(crate) fn from_line(
        version: NumberedVersion<'a>,
        address: String,
        (first, most): (usize, usize),
        numbers: Numbers,
        now: &Timestamp,
    ) -> Self {
        let all = || (1..).zip(version.snippet.content.lines());
        let lines = all().skip(first - 1).take(most);
        Self {
            address,
            written: Moment::new(&version.snippet.created_at, now),
            lines: lines.map(|(number, text)| Line { number, text }).collect(),
            total: all().count(),
            version,
            numbers,
        }
    }

    /// Whether the lines can be led to on this page.
    pub(crate) fn has_anchors(&self) -> bool {
        self.numbers == Numbers::Here
    }

    /// What stands in front of the place of a line in its address.
    pub(crate) fn page_of_lines(&self) -> &str {
        match self.numbers {
            Numbers::Here => "",
            Numbers::Elsewhere => &self.address,
        }
    }

    /// Whether some lines behind are not shown.
    pub(crate) fn is_cut(&self) -> bool {
        self.lines.last().map_or(0, |last| last.number) < self.total
    }
}
