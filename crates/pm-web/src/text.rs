//! Texts that others wrote, as HTML: escaped, and with what nobody would see in them, or what would
//! turn the rest around, shown as the marked number of its character.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use askama::filters::HtmlSafe;
use pm_core::visible::{for_terminal, hidden};

/// A text on one line, such as a name. It holds elements, so that it stands between tags only; in an
/// attribute or a title stands [`plain`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Text<'a>(&'a str);

/// A text of several lines, such as code; they end as they do in the text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lines<'a>(&'a str);

/// A text for a template, from anything that is a text.
pub(crate) fn text<T: AsRef<str> + ?Sized>(text: &T) -> Text<'_> {
    Text(text.as_ref())
}

/// A text of several lines for a template.
pub(crate) fn lines<T: AsRef<str> + ?Sized>(text: &T) -> Lines<'_> {
    Lines(text.as_ref())
}

/// A text for an attribute or a title, still to be escaped: what is hidden in it stands there as in
/// `\u{202e}`.
pub(crate) fn plain<T: AsRef<str> + ?Sized>(text: &T) -> Cow<'_, str> {
    for_terminal(text.as_ref())
}

/// A text of several lines for a field of a form, still to be escaped: what is hidden in it stands
/// there as in `\u{202e}`.
pub(crate) fn plain_lines(text: &str) -> String {
    let between_tabs = |line: &str| {
        let pieces: Vec<Cow<'_, str>> = line.split('\t').map(for_terminal).collect();
        pieces.join("\t")
    };
    let lines: Vec<String> = text.split('\n').map(between_tabs).collect();
    lines.join("\n")
}

/// Whether a field of a form shows a text as it is, and sends it so: it has nothing that is hidden,
/// and its lines end in one way.
pub(crate) fn fits_a_form(text: &str) -> bool {
    hidden(text).all(|(_, character)| matches!(character, '\n' | '\t'))
}

/// What both write is escaped.
impl HtmlSafe for Text<'_> {}
impl HtmlSafe for Lines<'_> {}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_marked(f, self.0, |_, _| false)
    }
}

impl fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A carriage return alone would begin a line that nobody counts.
        write_marked(f, self.0, |character, after| match character {
            '\n' | '\t' => true,
            '\r' => after == Some('\n'),
            _ => false,
        })
    }
}

/// Writes a text, with marks for what is hidden in it unless that `stays`, which is asked with the
/// character behind.
fn write_marked(
    f: &mut fmt::Formatter<'_>,
    text: &str,
    stays: impl Fn(char, Option<char>) -> bool,
) -> fmt::Result {
    let mut hidden = hidden(text).map(|(place, _)| place).peekable();
    let mut rest = text.chars().enumerate().peekable();
    while let Some((place, character)) = rest.next() {
        let is_hidden = hidden.next_if_eq(&place).is_some();
        let after = rest.peek().map(|(_, after)| *after);
        if is_hidden && !stays(character, after) {
            let number = u32::from(character);
            write!(f, "<span class=\"hidden\">U+{number:04X}</span>")?;
        } else {
            match character {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                other => f.write_char(other)?,
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_text() {
        let hostile = "<a href=\"x\">'&amp;";
        let escaped = "&lt;a href=&quot;x&quot;&gt;&#39;&amp;amp;";
        assert_eq!(text(hostile).to_string(), escaped);
        assert_eq!(lines(hostile).to_string(), escaped);
    }

    #[test]
    fn what_nobody_sees_is_marked() {
        assert_eq!(
            text("a\u{202e}b\nc").to_string(),
            "a<span class=\"hidden\">U+202E</span>b<span class=\"hidden\">U+000A</span>c"
        );
        assert_eq!(plain("a\u{202e}b"), "a\\u{202e}b");
    }

    #[test]
    fn lines_end_as_they_do_and_a_lone_return_is_marked() {
        assert_eq!(
            lines("a\tb\r\nc\rd\u{200b}\n").to_string(),
            "a\tb\r\nc<span class=\"hidden\">U+000D</span>d<span class=\"hidden\">U+200B</span>\n"
        );
    }

    #[test]
    fn a_form_takes_what_it_shows() {
        for (text, fits) in [
            ("a\tb\nc 👩\u{200d}💻", true),
            ("a\r\nb", false),
            ("a\0", false),
            ("a\u{202e}b", false),
        ] {
            assert_eq!(fits_a_form(text), fits, "{text:?}");
        }
        assert_eq!(plain_lines("a\u{202e}\n\tb"), "a\\u{202e}\n\tb");
    }

    #[test]
    fn letters_that_join_are_no_marks() {
        for seen in ["Gärten 土", "می\u{200c}خواهم", "👩\u{200d}💻"] {
            assert_eq!(text(seen).to_string(), seen);
        }
    }
}
