//! Cuts long texts, with a count of what is missing.

use std::fmt::Write as _;

use serde_json::Value;

use super::contents::NEXT_LINE;
use super::{LeftOut, beginning, size};

/// What the count behind a text that was cut takes, in bytes.
const COUNT: usize = 40;

/// How many bytes of a text stay where it may take `longest` bytes; `None` where all do.
pub(super) fn kept(text: &str, longest: usize) -> Option<usize> {
    let room = longest.saturating_sub(COUNT);
    // True of nearly all texts, and quicker than to count; no byte takes more than six.
    if text.len() <= room / 6 {
        return None;
    }
    let kept = beginning(text, room).len();
    (text.len() - kept > COUNT).then_some(kept)
}

/// A text that takes at most `longest` bytes within JSON, with a count of what is missing.
pub(crate) fn shortened(mut text: String, longest: usize) -> String {
    if size(&text) > longest {
        let quotes = 2;
        let kept = beginning(&text, longest.saturating_sub(COUNT + quotes)).len();
        mark(&mut text, kept);
    }
    text
}

/// Cuts the text that an answer is about, where it takes most of it, just as far as is needed.
pub(super) fn cut_lone(answer: &mut Value, room: usize, left_out: &mut LeftOut) {
    let all = size(answer);
    let Value::Object(fields) = answer else {
        return;
    };
    let texts = fields.values_mut().filter(|value| value.is_string());
    let Some(longest) = texts.max_by_key(size) else {
        return;
    };
    let others = all - size(longest);
    let quotes = 2;
    if others <= room / 2 {
        cut(longest, room - others - quotes, left_out);
    }
}

/// Cuts every text of more than `longest` bytes.
pub(super) fn cut(value: &mut Value, longest: usize, left_out: &mut LeftOut) {
    match value {
        Value::String(text) => {
            if let Some(kept) = kept(text, longest) {
                mark(text, kept);
                left_out.texts += 1;
            }
        }
        Value::Array(items) => {
            for item in items {
                cut(item, longest, left_out);
            }
        }
        Value::Object(fields) => {
            // What says where to read on ends there.
            let reads_on = fields.contains_key(NEXT_LINE);
            for (name, item) in fields.iter_mut() {
                if !(reads_on && name == "content") {
                    cut(item, longest, left_out);
                }
            }
        }
        _ => {}
    }
}

/// Cuts `text` behind `kept` bytes, and says how many were there.
fn mark(text: &mut String, kept: usize) {
    let more = text.len() - kept;
    text.truncate(kept);
    // Writing to a string cannot fail.
    let _ = write!(text, "… ({more} more bytes)");
}
