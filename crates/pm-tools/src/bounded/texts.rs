//! Cuts long texts, with a count of what is missing.

use std::fmt::Write as _;

use serde_json::Value;

use super::{LeftOut, beginning};

/// What the count behind a text that was cut takes, in bytes.
const COUNT: usize = 40;

/// Cuts every text of more than `longest` bytes.
pub(super) fn cut(value: &mut Value, longest: usize, left_out: &mut LeftOut) {
    match value {
        Value::String(text) => {
            let kept = beginning(text, longest.saturating_sub(COUNT)).len();
            let more = text.len() - kept;
            if more > COUNT {
                text.truncate(kept);
                // Writing to a string cannot fail.
                let _ = write!(text, "… ({more} more bytes)");
                left_out.texts += 1;
            }
        }
        Value::Array(items) => {
            for item in items {
                cut(item, longest, left_out);
            }
        }
        Value::Object(fields) => {
            for (_, item) in fields.iter_mut() {
                cut(item, longest, left_out);
            }
        }
        _ => {}
    }
}
