//! Shows as much as fits of the one version that an answer is about, and says from which line to
//! read on.
//!
//! A caller that reads on must reach the end of the version, and takes all that it is shown for
//! code. So no step touches the content: the steps shorten the rest, and then the content gets the
//! room that is left.

use std::mem;

use rmcp::model::JsonObject;
use serde_json::Value;

use super::left_out::LeftOut;
use crate::text::json_size::{beginning, escaped_size, size};
use crate::text::position::{Position, whole_lines};

/// What the marks in the place of a content take, in bytes.
pub(super) const MARKS_BYTES: usize = 96;

/// The mark that says at which position to read on.
pub(super) const NEXT_LINE: &str = "next_line";

/// The list that the version stands in.
pub(super) const CODES: &str = "codes";

/// The field of a version that holds its content.
pub(super) const CONTENT: &str = "content";

/// What the brackets take that make a list of a version, in bytes.
const BRACKETS_BYTES: usize = 2;

/// The content of the one version that an answer is about.
pub(super) struct Reading {
    content: String,
    /// The position at which it begins.
    from: Position,
}

impl Reading {
    /// Takes the content out of `answer`, if the answer is about just one version and says how many
    /// lines that has, so that a caller can read it on.
    pub(super) fn taken(answer: &mut Value) -> Option<Self> {
        let codes = answer.get_mut(CODES)?;
        let [Value::Object(version)] = codes.as_array_mut()?.as_mut_slice() else {
            return None;
        };
        if !version.contains_key("lines") {
            return None;
        }
        let from = version.get("from_line").and_then(Position::told);
        let Some(Value::String(content)) = version.get_mut(CONTENT) else {
            return None;
        };
        let content = mem::take(content);
        // As an object, the version is a field of the answer, and no list that a step may cut.
        *codes = Value::Object(mem::take(version));
        Some(Self {
            content,
            from: from.unwrap_or(Position::START),
        })
    }

    /// What the rest of the answer may take of `room`, so that a quarter is left for the content.
    pub(super) fn rest_of(&self, room: usize) -> usize {
        let least = room / 4 + MARKS_BYTES;
        let shown = beginning(&self.content, least);
        let taken: usize = shown.chars().map(escaped_size).sum();
        room.saturating_sub(taken + BRACKETS_BYTES)
    }

    /// Puts back as much of the content as `room` has left.
    pub(super) fn put_back(self, answer: &mut Value, room: usize, left_out: &mut LeftOut) {
        let room = room.saturating_sub(size(answer) + BRACKETS_BYTES);
        let Some(codes) = answer.get_mut(CODES) else {
            return;
        };
        if let Value::Object(version) = codes {
            self.put(version, room, left_out);
        }
        *codes = Value::Array(vec![codes.take()]);
    }

    fn put(self, version: &mut JsonObject, room: usize, left_out: &mut LeftOut) {
        let Self { mut content, from } = self;
        if beginning(&content, room).len() < content.len() {
            let shown = whole_lines(beginning(&content, room.saturating_sub(MARKS_BYTES)));
            let (start, next) = (shown.len(), from.behind(shown));
            let more = content.len() - start;
            content.truncate(start);
            version.insert("content_left_out_bytes".into(), more.into());
            version.insert(NEXT_LINE.into(), next.into());
            left_out.contents += 1;
        }
        version.insert(CONTENT.into(), content.into());
    }
}
