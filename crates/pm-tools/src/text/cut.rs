//! Texts that are cut if they are too long, and say so.

use std::fmt::Write as _;

use super::json_size::{beginning, escaped_size, size};

/// Text no longer than this is never worth cutting, in bytes.
pub(crate) const SHORT_BYTES: usize = 64;

/// What the count behind a text that was cut takes, in bytes.
const COUNT_BYTES: usize = 40;

/// The first `most` characters of a text, with `…` if it was longer.
pub(crate) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}

/// The beginning of a text that takes at most `most` bytes within JSON, with `…` if the text was
/// longer.
pub(crate) fn begin(text: &str, most: usize) -> String {
    let mark = '…'.len_utf8();
    let (mut used, mut with_mark) = (0, 0);
    for (at, letter) in text.char_indices() {
        used += escaped_size(letter);
        if used + mark <= most {
            with_mark = at + letter.len_utf8();
        }
        if used > most {
            return format!("{}…", text.get(..with_mark).unwrap_or_default());
        }
    }
    text.to_owned()
}

/// A text that takes at most `longest` bytes within JSON, with a count of what is missing.
pub(crate) fn shortened(mut text: String, longest: usize) -> String {
    if size(&text) > longest {
        let quotes = 2;
        let kept = beginning(&text, longest.saturating_sub(COUNT_BYTES + quotes)).len();
        mark(&mut text, kept);
    }
    text
}

/// How many bytes of a text stay if it may take `longest` bytes; `None` if all do.
pub(crate) fn kept(text: &str, longest: usize) -> Option<usize> {
    let room = longest.saturating_sub(COUNT_BYTES);
    // This holds for nearly all texts, and is quicker than counting; no byte takes more than six in
    // JSON.
    if text.len() <= room / 6 {
        return None;
    }
    let kept = beginning(text, room).len();
    (text.len() - kept > COUNT_BYTES).then_some(kept)
}

/// Cuts `text` behind `kept` bytes, and says behind them how many there were more.
pub(crate) fn mark(text: &mut String, kept: usize) {
    let more = text.len() - kept;
    text.truncate(kept);
    // Writing to a string cannot fail.
    let _ = write!(text, "… ({more} more bytes)");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_of_a_text_takes_as_much_json_as_it_may() {
        let texts = [
            "",
            "short",
            "\u{1}\u{1f}\"\\\n\t\r\u{8}\u{c}\u{7f}",
            "grüße 🌱 und mehr davon",
        ];
        for text in texts {
            for most in 3..80 {
                let begin = begin(text, most);
                let size = serde_json::to_string(&begin).unwrap().len() - 2;
                assert!(
                    size <= most,
                    "{begin:?} takes {size}, and {most} are the most"
                );
                let whole = serde_json::to_string(text).unwrap().len() - 2;
                assert_eq!(begin == text, whole <= most, "{begin:?} of {most}");
                assert!(text.starts_with(begin.trim_end_matches('…')));
            }
        }
    }
}
