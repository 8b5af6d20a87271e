//! Code as it is shown: numbered lines, as many as a page has room for.

use pm_core::Timestamp;
use pm_core::model::NumberedVersion;

use crate::address::with_query;
use crate::colours::{self, Colours, Runs};
use crate::lasting::{self, Lasting};
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
    /// Where colours of it are found that are not known yet: the first ones, and then the others.
    pub(crate) to_colour: Option<String>,
    /// How its long lines are shown, if a reader can choose.
    pub(crate) wrapping: Option<Wrapping>,
}

/// How long lines are shown.
pub(crate) struct Wrapping {
    /// Whether they go on below themselves.
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
    /// The lines of a version from one on, so many at most.
    pub(crate) fn new(
        version: NumberedVersion<'a>,
        address: String,
        (first, most): (usize, usize),
        numbers: Numbers,
        (now, colours): (&Timestamp, &Colours),
    ) -> Self {
        let content = version.snippet.content.as_str();
        let all = || (1..).zip(content.lines());
        let total = all().count();
        let most = most.min((total + 1).saturating_sub(first));
        let code = colours::Code::new(&version.snippet.name, content);
        let known = colours.of_lines(&code, first - 1, most);
        let to_colour = (known.len() < most).then(|| {
            lasting::note(Lasting::NotAtAll);
            let at_once = Colours::at_once(known.len(), first - 1, most);
            let pairs = [
                ("v", version.version.to_string()),
                ("from", (first + known.len()).to_string()),
                ("lines", at_once.to_string()),
            ];
            let pairs = pairs
                .each_ref()
                .map(|(name, value)| (*name, value.as_str()));
            with_query(&format!("{address}/colours"), &pairs)
        });
        let mut runs = known.into_iter();
        let line = |(number, text)| Line {
            number,
            text,
            runs: runs.next().unwrap_or_default(),
        };
        Self {
            lines: all().skip(first - 1).take(most).map(line).collect(),
            address,
            written: Moment::new(&version.snippet.created_at, now),
            total,
            version,
            numbers,
            to_colour,
            wrapping: None,
        }
    }

    /// Whether long lines go on below themselves.
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
        self.lines.first().is_none_or(|first| first.number == 1) && !self.is_cut()
    }

    /// Whether some lines behind are not shown.
    pub(crate) fn is_cut(&self) -> bool {
        self.lines.last().map_or(0, |last| last.number) < self.total
    }
}

impl<'a> Line<'a> {
    /// Its pieces, each with the class of what it is.
    pub(crate) fn pieces(&self) -> Vec<(&'static str, &'a str)> {
        let mut rest = self.text;
        let mut pieces = Vec::new();
        for (kind, bytes) in &self.runs {
            // It is of this very text; if it were not, all of it would be plain.
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
