//! Cuts long texts, with a count of what is missing.

use serde_json::Value;

use super::contents::NEXT_LINE;
use super::left_out::LeftOut;
use crate::text::cut::{kept, mark};
use crate::text::json_size::size;

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
