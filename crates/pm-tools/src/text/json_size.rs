//! What values and texts take as compact JSON, in bytes.

use std::io;

use serde::Serialize;
use serde_json::Value;

/// `value` as compact JSON, if that takes at most `limit` bytes.
pub(crate) fn text_within(value: &Value, limit: usize) -> Option<String> {
    let mut room = Room {
        left: limit,
        text: Some(Vec::with_capacity(256)),
    };
    serde_json::to_writer(&mut room, value).ok()?;
    String::from_utf8(room.text?).ok()
}

/// Whether `value` takes at most `limit` bytes as compact JSON. Quicker than [`size`] for an
/// answer of megabytes, of which this is asked again and again.
pub(crate) fn fits(value: &Value, limit: usize) -> bool {
    let mut room = Room {
        left: limit,
        text: None,
    };
    serde_json::to_writer(&mut room, value).is_ok()
}

/// The bytes that `value` takes as compact JSON.
pub(crate) fn size(value: &impl Serialize) -> usize {
    let mut room = Room {
        left: usize::MAX,
        text: None,
    };
    // A value has string keys only and there is room for everything: neither can fail.
    let _ = serde_json::to_writer(&mut room, value);
    usize::MAX - room.left
}

/// Takes `left` more bytes and no others, and keeps them if there is a text to keep them in.
struct Room {
    left: usize,
    text: Option<Vec<u8>>,
}

impl io::Write for Room {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.left = self
            .left
            .checked_sub(bytes.len())
            .ok_or(io::ErrorKind::WriteZero)?;
        if let Some(text) = &mut self.text {
            text.extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The bytes that a field takes, with its name, colon and comma.
pub(crate) fn entry_size(name: &str, value: &Value) -> usize {
    let quotes_colon_comma = 4;
    name.chars().map(escaped_size).sum::<usize>() + quotes_colon_comma + size(value)
}

/// The bytes that a character takes within a JSON string.
pub(crate) fn escaped_size(character: char) -> usize {
    match character {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        '\0'..='\u{1f}' => 6,
        other => other.len_utf8(),
    }
}

/// The longest beginning of `text` that takes at most `room` bytes within a JSON string.
pub(crate) fn beginning(text: &str, room: usize) -> &str {
    let mut used = 0;
    for (at, character) in text.char_indices() {
        used += escaped_size(character);
        if used > room {
            return text.get(..at).unwrap_or_default();
        }
    }
    text
}
