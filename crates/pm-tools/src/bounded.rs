//! Bounded answers: what is too long for a model to read is left out, and the model is told.
//!
//! Code contents go first (name, version and size stay), then the descriptions in lists, then all
//! but names, then what is done, then the ends of lists, with a count, then long texts. What is left
//! is always whole JSON within the limit. What is a list and nothing else is made to fit before, and
//! can be read to its end: `page`. So is an answer about just one version of code: `reading`.

mod contents;
mod descriptions;
mod lists;
mod page;
mod reading;
mod tasks;
#[cfg(test)]
mod tests;
mod texts;

use std::io;

pub(crate) use page::{Entry, Page, PageEnd, Shown};
use reading::Reading;
use rmcp::model::JsonObject;
use serde::Serialize;
use serde_json::Value;
pub(crate) use texts::shortened;

/// The least limit that is granted, in bytes: room for the notice and a few fields.
pub const MIN_ANSWER_LIMIT: usize = 1024;

/// What is kept free for the notice of what was left out, in bytes.
pub(crate) const NOTICE: usize = 448;

/// What `success` takes, which is added to every answer, in bytes.
pub(crate) const SUCCESS: usize = r#""success":true,"#.len();

/// The field that says what was left out.
const LEFT_OUT: &str = "left_out";

/// Text no longer than this is never worth cutting.
const SHORT: usize = 64;

/// One way to make an answer shorter.
type Step<'a> = &'a dyn Fn(&mut Value, &mut LeftOut);

/// What was left out of an answer.
#[derive(Debug, Default)]
struct LeftOut {
    page: PageEnd,
    contents: usize,
    descriptions: usize,
    names: usize,
    over: usize,
    entries: lists::Entries,
    texts: usize,
    fields: usize,
}

/// What an answer is brought within.
pub(crate) struct Bounds<'a> {
    /// The most bytes of compact JSON.
    pub(crate) limit: usize,
    /// Says how a model gets at what is left out.
    pub(crate) rest: &'a dyn Fn() -> &'static str,
    /// The name of the code that was asked for, which goes last.
    pub(crate) asked: Option<&'a str>,
    /// What the page of a list leaves out already.
    pub(crate) page: PageEnd,
    /// The tool that is called again to read on, where a model can do that.
    pub(crate) reads_on: Option<&'static str>,
}

/// Brings an answer within its bounds, and makes it into text.
pub(crate) fn bounded(answer: JsonObject, bounds: Bounds<'_>) -> (Value, String) {
    let limit = bounds.limit.max(MIN_ANSWER_LIMIT);
    let mut answer = Value::Object(answer);
    let mut left_out = LeftOut {
        page: bounds.page,
        ..LeftOut::default()
    };
    if left_out.page.is_told() {
        let notice = left_out.notice(limit, bounds.rest, bounds.reads_on);
        left_out.tell(&mut answer, notice);
    }
    // Most answers are short: they are looked at just once.
    if let Some(text) = text_within(&answer, limit) {
        return (answer, text);
    }
    if let Value::Object(fields) = &mut answer {
        fields.shift_remove(LEFT_OUT);
    }
    shorten(&mut answer, limit - NOTICE, bounds.asked, &mut left_out);
    let notice = left_out.notice(limit, bounds.rest, bounds.reads_on);
    left_out.tell(&mut answer, notice);
    let text = answer.to_string();
    (answer, text)
}

/// Makes `answer` shorter until it takes at most `page` bytes.
fn shorten(answer: &mut Value, page: usize, asked: Option<&str>, left_out: &mut LeftOut) {
    let reading = Reading::taken(answer);
    let room = reading
        .as_ref()
        .map_or(page, |reading| reading.rest_of(page));
    let steps: [Step<'_>; 11] = [
        &|answer, left_out| contents::leave_out(answer, room, asked, left_out),
        &|answer, left_out| texts::cut_lone(answer, room, left_out),
        // A text that fills a quarter of the answer goes before the lists, or they would vanish
        // for the sake of it.
        &|answer, left_out| texts::cut(answer, room / 4, left_out),
        &|answer, left_out| descriptions::shorten(answer, room, left_out),
        &|answer, left_out| lists::cut_inner(answer, room, asked, left_out),
        &|answer, left_out| tasks::shorten(answer, room, left_out),
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
        step(answer, left_out);
        if fits(answer, room) {
            break;
        }
    }
    if let Some(reading) = reading {
        reading.put_back(answer, page, left_out);
    }
    left_out.page.look_at(answer);
    tasks::count_names(answer, left_out);
}

impl LeftOut {
    /// Says it in words, with the call that goes on.
    fn notice(
        &self,
        limit: usize,
        rest: &dyn Fn() -> &'static str,
        reads_on: Option<&str>,
    ) -> String {
        let counts = [
            (self.contents, "code content of ", " versions"),
            (self.descriptions, "the ends of ", " descriptions"),
            (self.names, "all but the names of ", " tasks"),
            (self.over, "", " tasks that are done or cancelled"),
        ];
        let rest_of_it = [
            (self.texts, "the ends of ", " long texts"),
            (self.fields, "", " fields"),
        ];
        let told = |counts: &[(usize, &str, &str)]| -> Vec<String> {
            let counts = counts.iter().filter(|(count, ..)| *count > 0);
            let told = |(count, before, what): &_| format!("{before}{count}{what}");
            counts.map(told).collect()
        };
        let parts = [
            self.page.parts(),
            told(&counts),
            self.entries.counted(self.page.kind()),
            told(&rest_of_it),
        ];
        let parts = parts.concat().join(", ");
        let next = reads_on.and_then(|tool| self.page.call(tool));
        let next = next.unwrap_or_else(|| rest().to_owned());
        let notice = format!("Left out, as an answer takes at most {limit} bytes: {parts}. {next}");
        notice.trim_end().to_owned()
    }

    /// Puts it into the answer, right behind `success`, where it is read before what it is about;
    /// and beside a list, how many of its entries are missing.
    fn tell(&self, answer: &mut Value, notice: String) {
        self.page.count_in(answer);
        if let Value::Object(fields) = answer {
            let place = fields.len().min(1);
            fields.shift_insert(place, LEFT_OUT.into(), notice.into());
        }
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
pub(crate) fn size(value: &impl Serialize) -> usize {
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
