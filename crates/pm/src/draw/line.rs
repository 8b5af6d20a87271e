//! Lines of text and how they are painted. A text becomes safe for a terminal here, whatever it
//! holds, and nothing is printed that did not come through here.

use std::fmt::Write as _;

use clap::builder::styling::{AnsiColor, Style};
use pm_core::visible::for_terminal;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// How a text is painted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Tone {
    /// As the terminal has it.
    #[default]
    Plain,
    /// What a line is about.
    Strong,
    /// What is there to be looked up.
    Faint,
    /// What is done.
    Good,
    /// What is being worked on.
    Busy,
    /// What is in the way, or gone.
    Bad,
}

impl Tone {
    fn style(self) -> Style {
        let colour = |colour: AnsiColor| Style::new().fg_color(Some(colour.into()));
        match self {
            Self::Plain => Style::new(),
            Self::Strong => Style::new().bold(),
            Self::Faint => Style::new().dimmed(),
            Self::Good => colour(AnsiColor::Green),
            Self::Busy => colour(AnsiColor::Yellow),
            Self::Bad => colour(AnsiColor::Red),
        }
    }
}

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Span {
    text: String,
    tone: Tone,
}

/// Whether a line may be broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Breaks {
    /// Where it is too long.
    #[default]
    Allowed,
    /// Never, as what is in it is copied.
    Refused,
}

/// A line, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Line(Vec<Span>, Breaks);

impl Line {
    /// A line of plain text.
    pub(crate) fn of(text: &str) -> Self {
        Self::default().with(text, Tone::Plain)
    }

    /// A line of one tone.
    pub(crate) fn toned(text: &str, tone: Tone) -> Self {
        Self::default().with(text, tone)
    }

    /// The line with more behind it.
    pub(crate) fn with(mut self, text: &str, tone: Tone) -> Self {
        if !text.is_empty() {
            let text = for_terminal(text).into_owned();
            self.0.push(Span { text, tone });
        }
        self
    }

    /// The line with another one behind it.
    pub(crate) fn followed_by(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// The line as one that is never broken: it holds a path, which people copy.
    pub(crate) fn whole(self) -> Self {
        Self(self.0, Breaks::Refused)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many columns it takes.
    pub(crate) fn width(&self) -> usize {
        self.0.iter().map(|span| span.text.width()).sum()
    }

    /// The line with as many spaces behind it as make up this width.
    pub(crate) fn padded(self, width: usize) -> Self {
        let missing = width.saturating_sub(self.width());
        self.with(&" ".repeat(missing), Tone::Plain)
    }

    /// The line in several of at most this width, broken between words, and within
    /// those that are longer.
    pub(crate) fn wrapped(self, width: usize) -> Vec<Self> {
        if self.width() <= width || self.1 == Breaks::Refused {
            return vec![self];
        }
        let (mut lines, mut line, mut taken) = (Vec::new(), Self::default(), 0);
        for Span { text, tone } in self.0 {
            for word in text
                .split_inclusive(' ')
                .flat_map(|word| pieces(word, width))
            {
                let is_over = taken > 0 && taken + word.trim_end().width() > width;
                if is_over {
                    lines.push(std::mem::take(&mut line).trimmed());
                    taken = 0;
                }
                taken += word.width();
                line.0.push(Span {
                    text: word.to_owned(),
                    tone,
                });
            }
        }
        lines.push(line.trimmed());
        lines
    }

    /// The line without spaces at its end.
    fn trimmed(mut self) -> Self {
        while let Some(last) = self.0.last_mut() {
            last.text.truncate(last.text.trim_end().len());
            if !last.text.is_empty() {
                break;
            }
            self.0.pop();
        }
        self
    }

    fn write(&self, out: &mut String, colours: bool) {
        for Span { text, tone } in &self.0 {
            let style = tone.style();
            if colours && style != Style::new() && !text.trim().is_empty() {
                // Writing to a string cannot fail.
                let _ = write!(out, "{style}{text}{style:#}");
            } else {
                out.push_str(text);
            }
        }
    }
}

/// A word in pieces of at most this width; a character that is wider stays whole.
fn pieces(word: &str, width: usize) -> Vec<&str> {
    let (mut pieces, mut rest) = (Vec::new(), word);
    // A space at the end of a line is not printed.
    while rest.trim_end().width() > width {
        let mut taken = 0;
        let end = rest.char_indices().find(|(_, character)| {
            taken += character.width().unwrap_or_default();
            taken > width
        });
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let end = end.map_or(rest.len(), |(at, _)| at.max(first));
        let (piece, behind) = rest.split_at(end);
        pieces.push(piece);
        rest = behind;
    }
    if !rest.is_empty() {
        pieces.push(rest);
    }
    pieces
}

/// Lines, one below the other.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Page(Vec<Line>);

impl Page {
    pub(crate) fn push(&mut self, line: Line) {
        self.0.push(line.trimmed());
    }

    /// Adds lines.
    pub(crate) fn lines(&mut self, lines: impl IntoIterator<Item = Line>) {
        for line in lines {
            self.push(line);
        }
    }

    /// Adds lines with so many spaces in front of each.
    pub(crate) fn indented(&mut self, by: usize, lines: impl IntoIterator<Item = Line>) {
        let space = Line::of(&" ".repeat(by));
        for line in lines {
            self.push(space.clone().followed_by(line));
        }
    }

    /// Adds another page with so many spaces in front of each line.
    pub(crate) fn append_indented(&mut self, by: usize, other: Self) {
        self.indented(by, other.0);
    }

    /// Adds an empty line between what is there and what comes.
    pub(crate) fn gap(&mut self) {
        if self.0.last().is_some_and(|last| !last.is_empty()) {
            self.0.push(Line::default());
        }
    }

    /// Adds a text of several lines, wrapped.
    pub(crate) fn text(&mut self, text: &str, width: usize) {
        for line in text.trim_end().lines() {
            for line in Line::of(line).wrapped(width) {
                self.push(line);
            }
        }
    }

    /// How many lines there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The page with each line broken that is wider than this.
    pub(crate) fn within(&self, width: usize) -> Self {
        let lines = self.0.iter().cloned();
        let mut page = Self::default();
        page.lines(lines.flat_map(|line| line.wrapped(width)));
        page
    }

    /// All of it as text.
    pub(crate) fn written(&self, colours: bool) -> String {
        let mut text = String::new();
        for line in &self.0 {
            line.write(&mut text, colours);
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(lines: Vec<Line>, colours: bool) -> String {
        let mut page = Page::default();
        for line in lines {
            page.push(line);
        }
        page.written(colours)
    }

    #[test]
    fn whatever_a_text_holds_it_steers_no_terminal() {
        let line = Line::toned("a\u{1b}[2J\nb\u{202e}", Tone::Bad);
        let text = written(vec![line], true);
        assert_eq!(text, "\u{1b}[31ma\\u{1b}[2J\\nb\\u{202e}\u{1b}[0m\n");
    }

    #[test]
    fn a_line_breaks_between_words_and_keeps_its_tones() {
        let line = Line::of("one two ")
            .with("three", Tone::Strong)
            .with(" 四四四", Tone::Plain);
        assert_eq!(
            written(line.clone().wrapped(9), false),
            "one two\nthree\n四四四\n"
        );
        let lines = line.wrapped(14);
        assert_eq!(lines.iter().map(Line::width).collect::<Vec<_>>(), [13, 6]);
        assert_eq!(
            written(lines, true),
            "one two \u{1b}[1mthree\u{1b}[0m\n四四四\n"
        );
    }

    #[test]
    fn a_word_that_is_too_long_is_broken() {
        let lines = |text: &str, width| written(Line::of(text).wrapped(width), false);
        assert_eq!(
            lines("a incomprehensible b", 5),
            "a\nincom\nprehe\nnsibl\ne b\n"
        );
        assert_eq!(lines("四四四", 5), "四四\n四\n");
        // A character that is wider than the terminal cannot be broken any further.
        assert_eq!(lines("四a", 1), "四\na\n");
    }
}
