//! Bounded answers: what is too long for a model to read is left out, and the model is told.
//!
//! Code contents are left out first (name, version and size stay), then the rest of a text that
//! takes most of the answer, the ends of descriptions in lists, the ends of lists within entries,
//! all but the names of tasks, tasks that are done, the ends of all lists, with a count, and long
//! texts. `shortening` has the exact order. What is left is always whole JSON within the limit. An
//! answer that is a list and nothing else is made to fit before that, and a caller can read the
//! list to its end: `page`. The same holds for an answer about just one version of code: `reading`.

mod contents;
mod descriptions;
mod fields;
mod left_out;
mod lists;
mod reading;
mod shortening;
mod tasks;
#[cfg(test)]
mod tests;
mod texts;

use rmcp::model::JsonObject;
use serde_json::Value;

use self::left_out::{LEFT_OUT, LeftOut};
use self::shortening::Shortening;
use super::limits::{MIN_ANSWER_LIMIT, NOTICE_BYTES};
use super::page::PageEnd;
use crate::text::json_size::text_within;

/// The limit of an answer, and what its notice says.
pub(crate) struct Bounds<'a> {
    /// The most bytes of compact JSON.
    pub(crate) limit: usize,
    /// Says how a model gets at what is left out.
    pub(crate) rest: &'a dyn Fn() -> String,
    /// The name of the code that was asked for, which is left out last.
    pub(crate) asked: Option<&'a str>,
    /// What the pages of lists leave out already.
    pub(crate) pages: Vec<PageEnd>,
    /// The tool that is called again to read on, if a model can do that.
    pub(crate) reads_on: Option<&'static str>,
}

/// Brings an answer within its bounds, and makes it into text.
pub(crate) fn bounded(answer: JsonObject, bounds: Bounds<'_>) -> (Value, String) {
    let limit = bounds.limit.max(MIN_ANSWER_LIMIT);
    let mut answer = Value::Object(answer);
    let left_out = LeftOut {
        pages: bounds.pages,
        ..LeftOut::default()
    };
    let notice = |left_out: &LeftOut| left_out.notice(limit, bounds.rest, bounds.reads_on);
    if left_out.pages.iter().any(PageEnd::is_told) {
        left_out.tell(&mut answer, notice(&left_out));
    }
    // Most answers are short: they are looked at just once.
    if let Some(text) = text_within(&answer, limit) {
        return (answer, text);
    }
    if let Value::Object(fields) = &mut answer {
        fields.shift_remove(LEFT_OUT);
    }
    let shortening = Shortening {
        answer,
        room: limit.saturating_sub(NOTICE_BYTES + left_out.bytes_of_more_calls()),
        asked: bounds.asked,
        left_out,
        reading: None,
    };
    let (mut answer, left_out) = shortening.done();
    left_out.tell(&mut answer, notice(&left_out));
    let text = answer.to_string();
    (answer, text)
}
