//! Characters that nobody sees, or that steer what shows them: which ones there are, and texts in
//! which they stand as what they are.
//!
//! Such are the control characters (Unicode category Cc), the format characters (Cf), with which
//! a text is written backwards or says something that is not shown, the line and paragraph
//! separators (Zl, Zp), and a few letters and marks that are blank. Not among them are:
//!
//! - the joiner and the non-joiner within a word of a script in which letters join (Persian, Hindi
//!   and others), if they change what is read;
//! - the joiner between the parts of one emoji;
//! - the number and verse signs that Unicode counts among the format characters: they are seen.

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_general_category::{GeneralCategory, get_general_category};

const NON_JOINER: char = '\u{200c}';
const JOINER: char = '\u{200d}';

/// Asks for the colours of an emoji.
const EMOJI_SELECTOR: char = '\u{fe0f}';

/// Letters, marks and symbols by Unicode that look like nothing at all.
const BLANK: [char; 9] = [
    '\u{34f}',   // combining grapheme joiner
    '\u{115f}',  // Hangul fillers
    '\u{1160}',  //
    '\u{3164}',  //
    '\u{ffa0}',  //
    '\u{17b4}',  // Khmer inherent vowels
    '\u{17b5}',  //
    '\u{2800}',  // Braille pattern without a dot
    '\u{1d159}', // musical note without a head
];

/// The characters of a text that nobody sees, or that steer what shows it, each with its place in
/// characters from 0.
pub fn hidden(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut before = None;
    let mut rest = text.chars().enumerate().peekable();
    std::iter::from_fn(move || {
        loop {
            let (place, character) = rest.next()?;
            let after = rest.peek().map(|(_, after)| *after);
            let is_hidden = is_hidden(before, character, after);
            before = Some(character);
            if is_hidden {
                return Some((place, character));
            }
        }
    })
}

/// Whether there is a place in which a character is hidden.
pub(crate) fn is_hidden_anywhere(character: char) -> bool {
    is_hidden(None, character, None)
}

/// Whether a text has nothing to be seen.
pub(crate) fn is_blank(text: &str) -> bool {
    let is_nothing = |c: char| {
        // What selects a variant of a letter is nothing without one.
        c.is_whitespace()
            || matches!(c, '\u{180b}'..='\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
    };
    text.chars().all(is_nothing)
}

/// A text for one line of a terminal: what nobody would see, or what would steer the terminal,
/// stands there as its number, as in `\u{1b}`.
pub fn for_terminal(text: &str) -> Cow<'_, str> {
    escaped(text, |_| false)
}

/// A text for Markdown: as [`for_terminal`] gives it, but line breaks and tabs stay.
pub fn for_markdown(text: &str) -> Cow<'_, str> {
    escaped(text, |c| matches!(c, '\n' | '\r' | '\t'))
}

/// A text that can be a name: on one line, without characters that nobody sees; empty if nothing is
/// left of it.
pub fn for_name(text: &str) -> String {
    let mut places = hidden(text).map(|(place, _)| place).peekable();
    let mut seen = String::with_capacity(text.len());
    for (place, character) in text.chars().enumerate() {
        let is_hidden = places.next_if_eq(&place).is_some();
        match character {
            // A line break stood between two words.
            c if c.is_control() || c.is_whitespace() => seen.push(' '),
            c if !is_hidden => seen.push(c),
            _ => {}
        }
    }
    if is_blank(&seen) {
        return String::new();
    }
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn escaped(text: &str, stays: impl Fn(char) -> bool) -> Cow<'_, str> {
    let mut hidden = hidden(text).filter(|(_, c)| !stays(*c)).peekable();
    if hidden.peek().is_none() {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for (place, character) in text.chars().enumerate() {
        if hidden.next_if(|(next, _)| *next == place).is_some() {
            // Writing to a string cannot fail.
            let _ = write!(escaped, "{}", character.escape_default());
        } else {
            escaped.push(character);
        }
    }
    Cow::Owned(escaped)
}

fn is_hidden(before: Option<char>, character: char, after: Option<char>) -> bool {
    if character.is_ascii() {
        return character.is_ascii_control();
    }
    match get_general_category(character) {
        GeneralCategory::Control
        | GeneralCategory::LineSeparator
        | GeneralCategory::ParagraphSeparator => true,
        GeneralCategory::Format => !is_sign(character) && !joins(before, character, after),
        _ => BLANK.contains(&character),
    }
}

/// Whether a format character is seen: a sign in front of what it belongs to.
fn is_sign(character: char) -> bool {
    matches!(
        character,
        '\u{600}'
            ..='\u{605}'
                | '\u{6dd}'
                | '\u{70f}'
                | '\u{890}'
                | '\u{891}'
                | '\u{8e2}'
                | '\u{110bd}'
                | '\u{110cd}'
    )
}

/// Whether a character is a joiner, or a non-joiner, in a place in which it means something.
fn joins(before: Option<char>, character: char, after: Option<char>) -> bool {
    let Some(before) = before else { return false };
    match character {
        NON_JOINER => is_joined(before),
        JOINER => is_joined(before) || (is_emoji(before) && after.is_some_and(is_symbol)),
        _ => false,
    }
}

/// Whether a character is a letter or a mark of a script in which joining changes what is read:
/// those from Arabic to Mongolian, with what was added to them since.
fn is_joined(character: char) -> bool {
    let is_of_script = matches!(
        character,
        '\u{600}'..='\u{109f}' | '\u{1780}'..='\u{18af}' | '\u{1900}'..='\u{1cff}'
            | '\u{a800}'..='\u{abff}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}'
            | '\u{10a00}'..='\u{11fff}'
    );
    is_of_script
        && matches!(
            get_general_category(character),
            GeneralCategory::OtherLetter
                | GeneralCategory::ModifierLetter
                | GeneralCategory::NonspacingMark
                | GeneralCategory::SpacingMark
        )
}

/// Whether a character may end a part of an emoji: a picture, its colour or its skin.
fn is_emoji(character: char) -> bool {
    character == EMOJI_SELECTOR
        || matches!(
            get_general_category(character),
            GeneralCategory::OtherSymbol | GeneralCategory::ModifierSymbol
        )
}

fn is_symbol(character: char) -> bool {
    matches!(
        get_general_category(character),
        GeneralCategory::OtherSymbol | GeneralCategory::MathSymbol
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(text: &str) -> Vec<usize> {
        hidden(text).map(|(place, _)| place).collect()
    }

    #[test]
    fn what_nobody_sees_is_found() {
        for (text, expected) in [
            ("a\u{1b}[31m", 1),
            ("a\u{9b}1m", 1),
            ("a\u{202e}b", 1),
            ("ab\u{2066}", 2),
            ("\u{feff}a", 0),
            ("ma\u{ad}in", 2),
            ("a\u{200b}b", 1),
            ("a\u{2028}b", 1),
            ("a\u{2029}", 1),
            ("a\u{3164}", 1),
            ("\u{2800}", 0),
            ("a\u{115f}", 1),
            ("a\u{e0041}", 1),
            ("ma\u{200d}in", 2),
            ("ad\u{200c}min", 2),
            ("🌱\u{200d}b", 1),
            ("\u{200d}🌱", 0),
        ] {
            assert_eq!(places(text), [expected], "{text:?}");
        }
    }

    #[test]
    fn what_belongs_to_words_and_pictures_is_not() {
        for text in [
            "Soil Test",
            "Gärten 土 ß",
            "e\u{301}",
            "می\u{200c}خواهم",
            "क्\u{200d}ष",
            "ന്\u{200d}",
            "\u{600}١٢",
            "👩\u{200d}💻",
            "👩🏽\u{200d}🚀",
            "🏳\u{fe0f}\u{200d}🌈",
            "🙂\u{200d}↔\u{fe0f}",
            "a\u{a0}b\u{3000}c",
            "✔\u{fe0f}",
        ] {
            assert_eq!(places(text), [0; 0], "{text:?}");
            assert!(matches!(for_terminal(text), Cow::Borrowed(_)));
        }
    }

    #[test]
    fn a_text_shows_what_was_hidden_in_it() {
        let text = "a\u{1b}[2J\n\u{202e}b\tc";
        assert_eq!(for_terminal(text), "a\\u{1b}[2J\\n\\u{202e}b\\tc");
        assert_eq!(for_markdown(text), "a\\u{1b}[2J\n\\u{202e}b\tc");
        assert_eq!(for_name(text), "a [2J b c");
        assert_eq!(for_name("so\u{ad}il\u{2028}test "), "soil test");
        assert_eq!(for_name("\u{200b}\u{fe0f} \u{3164}"), "");
    }

    #[test]
    fn a_text_of_selectors_and_spaces_is_blank() {
        assert!(is_blank(" \u{fe0f}\u{3000}"));
        assert!(!is_blank("✔\u{fe0f}"));
    }
}
