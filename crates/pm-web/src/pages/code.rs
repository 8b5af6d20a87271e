//! Code as it is shown: numbered lines, as many as a page has room for.

use pm_core::Timestamp;
use pm_core::model::NumberedVersion;

use crate::address::with_query;
use crate::colours::{self, Colours, PIECE, Runs};
use crate::lasting::{self, Lasting};
use crate::moment::Moment;

/// A version of a snippet, or some of its lines.
pub(crate) struct Code<'a> {
    pub(crate) version: NumberedVersion<'a>,
    /// The snippet's own page.
    pub(crate) address: String,
    pub(crate) written: Moment,
    /// The lines that are shown.
    pub(crate) parts: Vec<Part<'a>>,
    /// How many lines there are in all.
    pub(crate) total: usize,
    numbers: Numbers,
    /// How its long lines are shown, if a reader can choose.
    pub(crate) wrapping: Option<Wrapping>,
}

/// Lines that a browser lays out, and asks the colours of, when they come near the window.
pub(crate) struct Part<'a> {
    pub(crate) lines: Vec<Line<'a>>,
    /// Where their colours are fetched from, if they are not known yet.
    pub(crate) to_colour: Option<String>,
}

/// How long lines are shown.
pub(crate) struct Wrapping {
    /// Whether they are wrapped.
    pub(crate) is_on: bool,
    /// The same page with the other way.
    pub(crate) turned: String,
}

/// A line of code.
pub(crate) struct Line<'a> {
    /// Its number, from 1.
    pub(crate) number: usize,
    /// Without its end.
    text: &'a str,
    runs: Runs,
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
    /// The lines of a version from the line `first` on, at most `most` of them.
    pub(crate) fn new(
        version: NumberedVersion<'a>,
        address: String,
        (first, most): (usize, usize),
        numbers: Numbers,
        (now, colours): (&Timestamp, &Colours),
    ) -> Self {
        let content = version.snippet.content.as_str();
        let code = colours::Code::new(&version.snippet.name, content);
        let end = first.saturating_add(most);
        let mut parts = Vec::new();
        let mut next = first;
        while next < end {
            let (lines, is_known) = lines(&code, next, end - next, colours);
            let to_colour = (!is_known).then(|| to_colour(&address, version.version, &lines));
            let Some(last) = lines.last() else { break };
            next = last.number + 1;
            parts.push(Part { lines, to_colour });
        }
        if parts.iter().any(|part| part.to_colour.is_some()) {
            lasting::note(Lasting::NotAtAll);
        }
        if parts.first().is_some_and(|part| part.to_colour.is_some()) {
            colours.begin((&version.snippet.name, content), first - 1);
        }
        Self {
            parts,
            address,
            written: Moment::new(&version.snippet.created_at, now),
            total: content.lines().count(),
            version,
            numbers,
            wrapping: None,
        }
    }

    /// The first line that is shown, and the last.
    pub(crate) fn shown(&self) -> Option<(usize, usize)> {
        let first = self.parts.first()?.lines.first()?;
        let last = self.parts.last()?.lines.last()?;
        Some((first.number, last.number))
    }

    /// Whether long lines are wrapped.
    pub(crate) fn is_wrapped(&self) -> bool {
        self.wrapping.as_ref().is_some_and(|it| it.is_on)
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

    /// Whether all lines are shown.
    pub(crate) fn is_whole(&self) -> bool {
        self.shown().is_none_or(|(first, _)| first == 1) && !self.is_cut()
    }

    /// Whether some lines behind are not shown.
    pub(crate) fn is_cut(&self) -> bool {
        self.shown().map_or(0, |(_, last)| last) < self.total
    }
}

/// The lines of one piece from the line `first` on, at most `most` of them, and whether their
/// colours are known.
pub(super) fn lines<'a>(
    code: &colours::Code<'a>,
    first: usize,
    most: usize,
    colours: &Colours,
) -> (Vec<Line<'a>>, bool) {
    let most = most.min(PIECE - (first - 1) % PIECE);
    let known = colours.of_lines(code, first - 1);
    let is_known = known.is_some();
    let mut runs = known.into_iter().flatten();
    let line = |(number, text)| Line {
        number,
        text,
        runs: runs.next().unwrap_or_default(),
    };
    let lines = (1..).zip(code.content().lines());
    (
        lines.skip(first - 1).take(most).map(line).collect(),
        is_known,
    )
}

/// Where the colours of lines are fetched from.
fn to_colour(address: &str, version: usize, lines: &[Line<'_>]) -> String {
    let first = lines.first().map_or(1, |line| line.number);
    let pairs = [("v", version), ("from", first), ("lines", lines.len())];
    let pairs = pairs.map(|(name, value)| (name, value.to_string()));
    let pairs = pairs
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    with_query(&format!("{address}/colours"), &pairs)
}

impl<'a> Line<'a> {
    /// Its pieces, each with the class of what it is.
    pub(crate) fn pieces(&self) -> Vec<(&'static str, &'a str)> {
        let mut rest = self.text;
        let mut pieces = Vec::new();
        for (kind, bytes) in &self.runs {
            // The runs are of this very text; if they were not, all of it would be plain.
            let Some((piece, behind)) = rest.split_at_checked(*bytes) else {
                return vec![("", self.text)];
            };
            pieces.push((kind.map_or("", colours::Kind::class), piece));
            rest = behind;
        }
        if !rest.is_empty() || pieces.is_empty() {
            pieces.push(("", rest));
        }
        pieces
    }
}
