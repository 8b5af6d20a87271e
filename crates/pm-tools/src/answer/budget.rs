//! Bounded answers: what is too long for a model to read is left out, and the model is told.
//!
//! Code contents go first (name, version and size stay), then the descriptions in lists, then all
//! but names, then what is done, then the ends of lists, with a count, then long texts. What is left
//! is always whole JSON within the limit. What is a list and nothing else is made to fit before, and
//! can be read to its end: `page`. So is an answer about just one version of code: `reading`.

mod contents;
mod descriptions;
mod fields;
mod left_out;
mod lists;
mod reading;
mod tasks;
#[cfg(test)]
mod tests;
mod texts;

use rmcp::model::JsonObject;
use serde_json::Value;

use self::fields::drop_fields;
use self::left_out::{LEFT_OUT, LeftOut};
use self::reading::Reading;
use super::limits::{MIN_ANSWER_LIMIT, NOTICE};
use super::page::PageEnd;
use crate::text::cut::SHORT;
use crate::text::json_size::{fits, text_within};

/// One way to make an answer shorter.
type Step<'a> = &'a dyn Fn(&mut Value, &mut LeftOut);

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
            (answer, Some(_)) => Reading::drop_some(answer, room, left_out),
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
