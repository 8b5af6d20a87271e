//! Tells from the bytes of a process's file that it holds nothing that is looked for.
//!
//! Reading a file as JSON takes many times as long as reading its bytes, and most files hold
//! nothing. The sieve looks for less than the search does in the end, never for more: for the
//! pieces of the words that JSON may not write in two ways. Both fold what they compare.

use std::borrow::Cow;

use regex::bytes::{Regex, RegexBuilder};

use super::fold::fold;

/// The pieces that must all be there.
#[derive(Debug, Clone)]
pub(super) struct Sieve(Vec<Regex>);

impl Sieve {
    pub(super) fn new(words: &[&str]) -> Result<Self, regex::Error> {
        // In JSON these may stand behind a backslash, or must.
        let escaped = |c: char| matches!(c, '"' | '\\' | '/') || c.is_control();
        let pieces = words.iter().flat_map(|word| word.split(escaped));
        let mut pieces: Vec<&str> = pieces.filter(|piece| !piece.is_empty()).collect();
        // A long piece is seldom there, and quick to find.
        pieces.sort_by_key(|piece| std::cmp::Reverse(piece.len()));
        let regex = |piece: &str| {
            RegexBuilder::new(&regex::escape(piece))
                .case_insensitive(true)
                .build()
        };
        Ok(Self(
            pieces.into_iter().map(regex).collect::<Result<_, _>>()?,
        ))
    }

    /// Whether all pieces are there: in the JSON text or in the name, which the file may lack.
    pub(super) fn may_hold(&self, name: &str, json: &[u8]) -> bool {
        let Some(json) = unescaped(json) else {
            return true;
        };
        // It is not even UTF-8, so nothing can be said of it.
        let Ok(json) = std::str::from_utf8(&json) else {
            return true;
        };
        let (json, name) = (fold(json), fold(name));
        let texts = [json.as_bytes(), name.as_bytes()];
        let holds = |piece: &Regex| texts.iter().any(|text| piece.is_match(text));
        self.0.iter().all(holds)
    }
}

/// A JSON text with the characters for which its `\u` escapes stand; `None` if one stands for none.
///
/// Other programs write all but ASCII as escapes, and may write any character so.
fn unescaped(json: &[u8]) -> Option<Cow<'_, [u8]>> {
    // Nearly all files have no escapes of this kind.
    if memchr::memmem::find(json, b"\\u").is_none() {
        return Some(Cow::Borrowed(json));
    }
    let mut text = Vec::with_capacity(json.len());
    let mut rest = json;
    while let Some(place) = memchr::memchr(b'\\', rest) {
        let (before, escape) = rest.split_at_checked(place)?;
        match escape {
            [_, b'u', digits @ ..] => {
                let (character, length) = character(digits)?;
                text.extend_from_slice(before);
                text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                rest = digits.get(length..)?;
            }
            [_, _, after @ ..] => {
                text.extend_from_slice(rest.get(..place + 2)?);
                rest = after;
            }
            // The text is torn, so nothing can be said of it.
            _ => return None,
        }
    }
    text.extend_from_slice(rest);
    Some(Cow::Owned(text))
}

/// The character that begins with these digits, and how many bytes it takes behind its `\u`.
fn character(digits: &[u8]) -> Option<(char, usize)> {
    let unit = |digits: &[u8]| {
        let digits = std::str::from_utf8(digits.get(..4)?).ok()?;
        u16::from_str_radix(digits, 16).ok()
    };
    let first = unit(digits)?;
    if let Some(character) = char::from_u32(first.into()) {
        return Some((character, 4));
    }
    let second = match digits.get(4..6)? {
        b"\\u" => unit(digits.get(6..)?)?,
        _ => return None,
    };
    let character = char::decode_utf16([first, second]).next()?.ok()?;
    Some((character, 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(words: &[&str], json: &str) -> bool {
        let words: Vec<_> = words.iter().map(|word| fold(word)).collect();
        let words: Vec<&str> = words.iter().map(|word| &**word).collect();
        Sieve::new(&words).unwrap().may_hold("", json.as_bytes())
    }

    #[test]
    fn what_is_folded_in_the_end_is_folded_here() {
        for (word, json) in [
            ("café", "cafe\u{301}"),
            ("café", r"cafe\u0301"),
            ("cafe\u{301}", "CAFÉ"),
            ("GRÖSSE", "größe"),
            ("größe", r"GRO\u0308SSE"),
            ("strasse", "Straße"),
            ("fin", "ﬁn"),
        ] {
            assert!(holds(&[word], json), "{word} {json}");
        }
        // Marks that follow what JSON escapes take nothing of the words with them.
        assert!(holds(&["xyz"], "a\\n\u{301}xyz"));
        assert!(!holds(&["café"], "cafe"));
    }

    #[test]
    fn what_is_escaped_counts_as_what_it_stands_for() {
        for json in [
            "GRÜSSE",
            r"gr\u00fcsse",
            r"GR\u00DCSSE",
            r"\u0047r\u00fcsse",
        ] {
            assert!(holds(&["grüsse"], json), "{json}");
        }
        assert!(holds(&["𝄞"], r"x\ud834\udd1ex"));
        assert!(holds(&["ſo"], "so") && holds(&["kelvin"], "\u{212a}elvin"));
        assert!(holds(&["kelvin"], r"\u212aelvin"));
        // Behind an escaped backslash there is no escape.
        assert!(!holds(&["grüsse"], r"gr\\u00fcsse"));
        assert!(holds(&["u00fcsse"], r"gr\\u00fcsse"));
        assert!(!holds(&["grüsse"], "grusse"));
    }

    #[test]
    fn what_json_may_write_in_two_ways_is_not_looked_for() {
        let path = ["src/main.rs"];
        assert!(holds(&path, "src/main.rs") && holds(&path, r"src\/main.rs"));
        assert!(holds(&["say\"hi\"\\n"], r#"say \"hi\" n"#));
        assert!(holds(&["/"], "nothing"));
    }

    #[test]
    fn all_words_must_be_there_in_the_text_or_in_the_name() {
        assert!(holds(&["one", "two"], "two one") && !holds(&["one", "two"], "one"));
        let sieve = Sieve::new(&["one", "two"]).unwrap();
        assert!(sieve.may_hold("ONE", b"two") && !sieve.may_hold("three", b"two"));
    }

    #[test]
    fn where_nothing_can_be_said_it_may_hold_anything() {
        for torn in [
            r"x\u00",
            r"x\u00zz",
            r"x\ud834",
            r"x\ud834\u0041",
            r"x\udd1e",
        ] {
            assert!(holds(&["word"], torn), "{torn}");
        }
    }
}
