//! Texts the way they are compared: folded like names, with their punctuation and spaces in place.
//!
//! What is one text to a reader is one here, whether a macOS keyboard or a Windows one wrote it: a
//! letter and its accent in one character or two, `GRÖSSE` and `Größe`, full width or half.

use std::borrow::Cow;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The letters of Latin scripts beyond ASCII: most letters beyond ASCII are among them.
const LATIN: std::ops::Range<u32> = 0xA0..0x250;

/// Each of [`LATIN`], folded.
static FOLDED_LATIN: LazyLock<Vec<String>> = LazyLock::new(|| {
    let latin = LATIN.filter_map(char::from_u32);
    latin
        .map(|letter| fold_piece(letter.encode_utf8(&mut [0; 4])))
        .collect()
});

/// Folds a text, but for the case of ASCII letters, which the comparison passes over.
pub(super) fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut folded = String::with_capacity(text.len());
    for piece in pieces(text) {
        folded.push_str(&folded_piece(piece));
    }
    Cow::Owned(folded)
}

/// The place in `text` that became the byte `at` of the folded text.
pub(super) fn unfolded(text: &str, at: usize) -> usize {
    if text.is_ascii() {
        return at;
    }
    let (mut start, mut reached) = (0, 0);
    for piece in pieces(text) {
        let length = folded_piece(piece).len();
        if reached + length > at {
            // What is in ASCII is as long as it was.
            return if piece.is_ascii() {
                start + at - reached
            } else {
                start
            };
        }
        reached += length;
        start += piece.len();
    }
    start
}

/// Takes a text apart into runs of ASCII and single characters with the marks that belong to them:
/// no piece changes what another is folded to.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let ascii = rest.bytes().position(|byte| !byte.is_ascii());
        let end = match ascii {
            None => rest.len(),
            Some(end) => {
                let marked = rest.get(end..)?.chars().next().is_some_and(is_mark);
                match end {
                    // The last letter of a run may have a mark.
                    0 | 1 if end == 0 || marked => {
                        let mut chars = rest.char_indices().skip(1);
                        let next = chars.find(|(_, c)| !is_mark(*c));
                        next.map_or(rest.len(), |(place, _)| place)
                    }
                    _ if marked => end - 1,
                    _ => end,
                }
            }
        };
        let (piece, behind) = rest.split_at_checked(end)?;
        rest = behind;
        (!piece.is_empty()).then_some(piece)
    })
}

/// Whether a character may become one with the character in front of it.
fn is_mark(c: char) -> bool {
    // The vowels and last consonants of Hangul, and the voice marks of half-width Katakana.
    is_combining_mark(c) || matches!(c, '\u{1160}'..='\u{11FF}' | '\u{FF9E}' | '\u{FF9F}')
}

fn folded_piece(piece: &str) -> Cow<'_, str> {
    if piece.is_ascii() {
        return Cow::Borrowed(piece);
    }
    let mut chars = piece.chars();
    if let (Some(only), None) = (chars.next(), chars.next())
        && let Some(place) = u32::from(only).checked_sub(LATIN.start)
        && let Some(folded) = FOLDED_LATIN.get(place as usize)
    {
        return Cow::Owned(folded.clone());
    }
    Cow::Owned(fold_piece(piece))
}

/// Folds as [`folded`](crate::resolve::folded) does, character by character.
fn fold_piece(piece: &str) -> String {
    let lower = piece
        .nfkc()
        .flat_map(char::to_lowercase)
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase);
    lower.nfkc().filter(|c| counts(*c)).collect()
}

/// Whether a character is part of what is read: not a mark that is left over, nor one that cannot
/// be seen.
fn counts(c: char) -> bool {
    let cannot_be_seen =
        matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}');
    c.is_alphanumeric() || !(cannot_be_seen || is_combining_mark(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resolve::folded;

    fn lower(text: &str) -> String {
        fold(text).to_ascii_lowercase()
    }

    #[test]
    fn what_is_one_name_is_one_text() {
        for (one, other) in [
            ("cafe\u{301}", "café"),
            ("CAFÉ au lait", "cafe\u{301} AU LAIT"),
            ("GRÖSSE", "Größe"),
            ("GRO\u{308}SSE", "größe"),
            ("GRÖẞE", "größe"),
            ("ﬁn", "FIN"),
            ("ＡＢＣ１", "abc1"),
            ("İstanbul", "istanbul"),
            ("ΟΔΟΣ", "οδος"),
            ("한글", "\u{1112}\u{1161}\u{11AB}\u{1100}\u{1173}\u{11AF}"),
            ("ｶﾞ", "ガ"),
            ("Gar\u{AD}ten", "garten"),
            ("e\u{301}\u{302}x", "é\u{302}x"),
        ] {
            assert_eq!(folded(one), folded(other), "{one} {other}");
            assert_eq!(lower(one), lower(other), "{one} {other}");
        }
        assert_ne!(lower("größe"), lower("grosse"));
        // What names pass over stays.
        assert_eq!(lower("Größe: src/main.rs!"), "grösse: src/main.rs!");
    }

    #[test]
    fn each_place_of_the_folded_text_is_one_of_the_text() {
        let text = "Die Größe der cafe\u{301}s, ﬁn";
        let whole = fold(text).into_owned();
        for (word, there) in [
            ("die", "Die"),
            ("grösse", "Größe"),
            ("s, f", "s, ﬁ"),
            ("café", "cafe"),
        ] {
            let at = whole.to_ascii_lowercase().find(word).unwrap();
            assert!(text[unfolded(text, at)..].starts_with(there), "{word}");
        }
        for at in 0..=whole.len() {
            assert!(text.is_char_boundary(unfolded(text, at)));
        }
        assert_eq!(unfolded(text, whole.len()), text.len());
    }

    #[test]
    fn the_pieces_are_the_text() {
        for text in [
            "",
            "a",
            "\u{301}",
            "a\u{301}",
            "ab\u{301}c\u{301}\u{302}ß\u{301}",
            "x\u{301}",
            "ßa",
        ] {
            assert_eq!(pieces(text).collect::<String>(), text);
        }
        let apart: Vec<&str> = pieces("ab\u{301}cß").collect();
        assert_eq!(apart, ["a", "b\u{301}", "c", "ß"]);
    }
}
