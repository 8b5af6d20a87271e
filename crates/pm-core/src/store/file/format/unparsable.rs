//! Finding out what happened to a file that cannot be read as a process, in terms of use to a
//! person, and whether it was to be a process at all.

use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;

use regex::bytes::Regex;
use serde::de::{Deserializer as _, IgnoredAny, MapAccess, Visitor};

use super::defaults::{MAX_REASON_CHARS, without_mark};
use crate::store::UnusableKind;

/// Texts by which a damaged file shows that it is a process or was to be one.
static WORDS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?-u)"process_name"|"tasks"\s*:\s*\{"#).ok());

/// What Git and others put around two versions of the same lines.
static CONFLICT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?m-u)^<{7}[ \r\n](?s:.*)^={7}\r?$(?s:.*)^>{7}[ \r\n]").ok());

/// Says what is wrong with a file that could not be read.
pub(crate) fn problem(bytes: &[u8], error: &serde_json::Error) -> UnusableKind {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return UnusableKind::Empty;
    }
    if let Some(what) = not_utf8(bytes) {
        return UnusableKind::NotUtf8 { what };
    }
    if let Some(start) = CONFLICT.as_ref().and_then(|marks| marks.find(bytes)) {
        let before = bytes.get(..start.start()).unwrap_or_default();
        let line = 1 + memchr::memchr_iter(b'\n', before).count();
        return UnusableKind::Conflicted { line };
    }
    let (line, column) = (error.line(), error.column());
    let text = error.to_string();
    let place = format!(" at line {line} column {column}");
    let reason = in_words_of_json(text.strip_suffix(&place).unwrap_or(&text));
    // The parser quotes the value that it did not expect, whole.
    let reason = reason.chars().take(MAX_REASON_CHARS).collect();
    UnusableKind::Damaged {
        line,
        column,
        reason,
    }
}

/// What the parser says, in words that people know who edit JSON.
fn in_words_of_json(reason: &str) -> Cow<'_, str> {
    match reason {
        "invalid unicode code point" => "this is not UTF-8".into(),
        "EOF while parsing a string" => "it ends within a string".into(),
        "EOF while parsing a list" => "it ends within an array".into(),
        "EOF while parsing an object" => "it ends within an object".into(),
        "EOF while parsing a value" => "it ends where a value should stand".into(),
        "unexpected end of hex escape" => "half a character is missing behind \\u".into(),
        _ => {
            let unexpected = ["invalid type: ", "invalid value: "];
            let unexpected = unexpected.iter().find_map(|it| reason.strip_prefix(it));
            match unexpected.and_then(|rest| rest.rsplit_once(", expected ")) {
                Some((found, expected)) => {
                    let found = match found {
                        "sequence" => "an array",
                        "map" => "an object",
                        value => value,
                    };
                    let expected = match expected {
                        "u64" => "a whole number",
                        what => what,
                    };
                    format!("expected {expected}, found {found}").into()
                }
                None => reason.into(),
            }
        }
    }
}

/// Whether a file that cannot be read as a process says that it is one, or did before it was
/// damaged.
///
/// JSON that is whole says so by its fields. Any other text can only be searched for their names; a
/// file without any content may have been a process.
pub(crate) fn claims_to_be_process(bytes: &[u8]) -> bool {
    let bytes = without_mark(bytes);
    if bytes
        .iter()
        .all(|byte| *byte == 0 || byte.is_ascii_whitespace())
    {
        return true;
    }
    if let Some(is_named) = is_named(bytes) {
        return is_named;
    }
    let Some(words) = WORDS.as_ref() else {
        return true;
    };
    if not_utf8(bytes).is_some() {
        // Whatever the width of a character is, those of the words are ASCII.
        let narrow: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
        return words.is_match(&narrow);
    }
    words.is_match(bytes)
}

/// Which text this is that is not UTF-8, as a noun.
fn not_utf8(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        _ if bytes.iter().all(|byte| *byte == 0) => Some("nothing but zero bytes"),
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => Some("UTF-32 text"),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [b'{', 0, ..] | [0, b'{', ..] => Some("UTF-16 text"),
        _ => None,
    }
}

/// Whether JSON gives a process a name; `None` if the text is not JSON, or not whole.
fn is_named(bytes: &[u8]) -> Option<bool> {
    struct Name;

    impl<'de> Visitor<'de> for Name {
        type Value = bool;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a process")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
            let mut is_named = false;
            while let Some(key) = map.next_key::<String>()? {
                let value: Option<IgnoredAny> = map.next_value()?;
                is_named |= key == "process_name" && value.is_some();
            }
            Ok(is_named)
        }
    }

    serde_json::from_slice::<IgnoredAny>(bytes).ok()?;
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    // What is whole and no object says nothing.
    Some(deserializer.deserialize_map(Name).unwrap_or_default())
}
