//! Shortens the descriptions of list entries, so that more of their names fit.

use rmcp::model::JsonObject;
use serde_json::Value;

use super::left_out::LeftOut;
use crate::answer::list_names::KEYED_LISTS;
use crate::text::json_size::fits;

/// How many characters of each description stay, tried in this order.
const LENGTHS: [usize; 4] = [160, 80, 40, 0];

/// Shortens all descriptions alike until `answer` takes at most `room` bytes, or none is left.
pub(super) fn shorten(answer: &mut Value, room: usize, left_out: &mut LeftOut) {
    for length in LENGTHS {
        // Each pass shortens again what the one before has shortened.
        left_out.descriptions = 0;
        visit(answer, &mut |entry| {
            if let Some(Value::String(text)) = entry.get_mut("description")
                && let Some((end, _)) = text.char_indices().nth(length)
                && text.get(end..) != Some("…")
            {
                text.truncate(end);
                text.push('…');
                left_out.descriptions += 1;
            }
        });
        if fits(answer, room) {
            return;
        }
    }
}

/// Comes by every entry of every list.
fn visit(value: &mut Value, found: &mut impl FnMut(&mut JsonObject)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| entry(item, true, found)),
        Value::Object(fields) => {
            for (name, child) in fields.iter_mut() {
                if let Value::Object(entries) = child
                    && KEYED_LISTS.contains(&name.as_str())
                {
                    entries
                        .values_mut()
                        .for_each(|item| entry(item, true, found));
                } else {
                    entry(child, false, found);
                }
            }
        }
        _ => {}
    }
}

fn entry(value: &mut Value, of_list: bool, found: &mut impl FnMut(&mut JsonObject)) {
    if let Value::Object(fields) = value
        && of_list
    {
        found(fields);
    }
    visit(value, found);
}
