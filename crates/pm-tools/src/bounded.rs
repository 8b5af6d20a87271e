//! Bounded answers: what is too long for a model to read is left out, and the model is told.
//!
//! Code contents go first (name, version and size stay), then the descriptions in lists, then
//! the ends of lists, with a count, then long texts. What is left is always whole JSON within the limit.
//! Where an answer is about just one version of code, that is shown page by page: `reading`.

mod ahead;
mod contents;
mod descriptions;
mod lists;
mod reading;
#[cfg(test)]
mod tests;
mod texts;

use std::io;

pub(crate) use ahead::{Ahead, Texts};
use reading::Reading;
use rmcp::model::JsonObject;
use serde::Serialize;
use serde_json::Value;

/// The least limit that is granted, in bytes: room for the notice and a few fields.
pub const MIN_ANSWER_LIMIT: usize = 1024;

/// What is kept free for the notice of what was left out, in bytes.
const NOTICE: usize = 448;

/// Text no longer than this is never worth cutting.
const SHORT: usize = 64;

/// One way to make an answer shorter.
type Step<'a> = &'a dyn Fn(&mut Value, &mut LeftOut);

/// What was left out of an answer.
#[derive(Debug, Default)]
struct LeftOut {
    ahead: Ahead,
    contents: usize,
    descriptions: usize,
    entries: lists::Entries,
    texts: usize,
    fields: usize,
}

/// What an answer is brought within.
#[derive(Clone, Copy)]
pub(crate) struct Bounds<'a> {
    /// The most bytes of compact JSON.
    pub(crate) limit: usize,
    /// Says how a model gets at what is left out.
    pub(crate) rest: &'a dyn Fn() -> &'static str,
    /// The name of the code that was asked for, which goes last.
    pub(crate) asked: Option<&'a str>,
    /// What was left out already.
    pub(crate) ahead: Ahead,
}

/// Brings an answer within its bounds, and makes it into text.
pub(crate) fn bounded(answer: JsonObject, bounds: Bounds<'_>) -> (Value, String) {
    let limit = bounds.limit.max(MIN_ANSWER_LIMIT);
    let answer = Value::Object(answer);
    // Most answers are short: they are looked at just once.
    if let Some(text) = text_within(&answer, limit) {
        return (answer, text);
    }
    let answer = Value::Object(shortened(answer, limit, bounds));
    let text = answer.to_string();
    (answer, text)
}

fn shortened(mut answer: Value, limit: usize, bounds: Bounds<'_>) -> JsonObject {
    let Bounds {
        rest, asked, ahead, ..
    } = bounds;
    let page = limit - NOTICE;
    let reading = Reading::taken(&mut answer);
    let room = reading
        .as_ref()
        .map_or(page, |reading| reading.rest_of(page));
    let mut left_out = LeftOut {
        ahead,
        texts: ahead.texts,
        ..LeftOut::default()
    };
    let steps: [Step<'_>; 9] = [
        &|answer, left_out| contents::leave_out(answer, room, asked, left_out),
        &|answer, left_out| texts::cut_lone(answer, room, left_out),
        &|answer, left_out| texts::cut(answer, longest_text(room), left_out),
        &|answer, left_out| descriptions::shorten(answer, room, left_out),
        &|answer, left_out| lists::cut(answer, room, asked, left_out),
        &|answer, left_out| texts::cut(answer, 1024, left_out),
        &|answer, left_out| texts::cut(answer, 256, left_out),
        &|answer, left_out| texts::cut(answer, SHORT, left_out),
        &|answer, left_out| match (answer, &reading) {
            (answer, Some(_)) => Reading::drop_fields(answer, room, left_out),
            (Value::Object(fields), None) => drop_fields(fields, room, None, left_out),
            _ => {}
        },
    ];
    for step in steps {
        step(&mut answer, &mut left_out);
        if fits(&answer, room) {
            break;
        }
    }
    if let Some(reading) = reading {
        reading.put_back(&mut answer, page, &mut left_out);
    }
    let mut answer = object(answer);
    // Right behind `success`, where it is read before what it is about.
    let place = answer.len().min(1);
    answer.shift_insert(
        place,
        "left_out".into(),
        left_out.notice(limit, rest()).into(),
    );
    answer
}

/// A text that fills a quarter of the answer goes before the lists, or they would vanish for the
/// sake of it.
fn longest_text(room: usize) -> usize {
    room / 4
}

impl LeftOut {
    fn notice(&self, limit: usize, rest: &str) -> String {
        let mut parts = Vec::new();
        if self.contents > 0 {
            parts.push(format!("code content of {} versions", self.contents));
        }
        if self.descriptions > 0 {
            parts.push(format!("the ends of {} descriptions", self.descriptions));
        }
        parts.extend(self.entries.counted());
        if self.texts > 0 {
            parts.push(format!("the ends of {} long texts", self.texts));
        }
        if self.fields > 0 {
            parts.push(format!("{} fields", self.fields));
        }
        let parts = parts.join(", ");
        let notice = format!("Left out, as an answer takes at most {limit} bytes: {parts}. {rest}");
        notice.trim_end().to_owned()
    }
}

/// Keeps the short fields of an answer that nothing else has helped, as many as fit; `kept` stays
/// in any case.
fn drop_fields(fields: &mut JsonObject, room: usize, kept: Option<&str>, left_out: &mut LeftOut) {
    let is_kept = |name: &str| kept == Some(name);
    let kept = fields.iter().filter(|(name, _)| is_kept(name));
    let kept = kept.map(|(name, value)| entry_size(name, value));
    let mut used = 2 + kept.sum::<usize>();
    fields.retain(|name, value| {
        if is_kept(name) {
            return true;
        }
        let entry = entry_size(name, value);
        let stays = used + entry <= room && entry <= room / 2;
        if stays {
            used += entry;
        } else {
            left_out.fields += 1;
        }
        stays
    });
}

/// `value` as compact JSON, if that takes at most `limit` bytes.
fn text_within(value: &Value, limit: usize) -> Option<String> {
    let mut room = Room {
        left: limit,
        text: Some(Vec::with_capacity(256)),
    };
    serde_json::to_writer(&mut room, value).ok()?;
    String::from_utf8(room.text?).ok()
}

/// Whether `value` takes at most `limit` bytes as compact JSON. Quicker than [`size`] for an
/// answer of megabytes, which is asked this again and again.
fn fits(value: &Value, limit: usize) -> bool {
    let mut room = Room {
        left: limit,
        text: None,
    };
    serde_json::to_writer(&mut room, value).is_ok()
}

/// The bytes that `value` takes as compact JSON.
fn size(value: &impl Serialize) -> usize {
    let mut room = Room {
        left: usize::MAX,
        text: None,
    };
    // A value has string keys only and there is room for everything: neither can fail.
    let _ = serde_json::to_writer(&mut room, value);
    usize::MAX - room.left
}

/// Takes so many bytes and no more, and keeps them if there is a text to keep them in.
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
fn entry_size(name: &str, value: &Value) -> usize {
    let quotes_colon_comma = 4;
    name.chars().map(escaped_size).sum::<usize>() + quotes_colon_comma + size(value)
}

/// The bytes that a character takes within a JSON string.
fn escaped_size(character: char) -> usize {
    match character {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        '\0'..='\u{1f}' => 6,
        other => other.len_utf8(),
    }
}

/// The longest beginning of `text` that takes at most `room` bytes within a JSON string.
fn beginning(text: &str, room: usize) -> &str {
    let mut used = 0;
    for (place, character) in text.char_indices() {
        used += escaped_size(character);
        if used > room {
            return text.get(..place).unwrap_or_default();
        }
    }
    text
}

fn object(value: Value) -> JsonObject {
    match value {
        Value::Object(object) => object,
        _ => JsonObject::new(),
    }
}
