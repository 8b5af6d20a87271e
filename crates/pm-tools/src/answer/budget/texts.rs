//! Cuts long texts, with a count of what is missing.

use serde_json::Value;

use super::reading::{CONTENT, NEXT_LINE};
use super::shortening::Shortening;
use crate::text::cut::{kept, mark};
use crate::text::json_size::size;

impl Shortening<'_> {
    /// Cuts the longest text of an answer just as far as is needed, if all the rest takes at most
    /// half of the room.
    pub(super) fn cut_lone_text(&mut self) {
        let all = size(&self.answer);
        let Value::Object(fields) = &mut self.answer else {
            return;
        };
        let texts = fields.values_mut().filter(|value| value.is_string());
        let Some(longest) = texts.max_by_key(size) else {
            return;
        };
        let others = all - size(longest);
        let quotes = 2;
        if others <= self.room / 2 {
            self.left_out.texts += cut(longest, self.room - others - quotes);
        }
    }

    /// Cuts every text of more than `longest` bytes.
    pub(super) fn cut_texts(&mut self, longest: usize) {
        self.left_out.texts += cut(&mut self.answer, longest);
    }
}

/// Cuts every text of more than `longest` bytes in a value; answers how many there were.
fn cut(value: &mut Value, longest: usize) -> usize {
    match value {
        Value::String(text) => match kept(text, longest) {
            Some(kept) => {
                mark(text, kept);
                1
            }
            None => 0,
        },
        Value::Array(items) => items.iter_mut().map(|item| cut(item, longest)).sum(),
        Value::Object(fields) => {
            // The content must end at the position that `next_line` names.
            let reads_on = fields.contains_key(NEXT_LINE);
            let texts = fields.iter_mut();
            let texts = texts.filter(|(name, _)| !(reads_on && *name == CONTENT));
            texts.map(|(_, item)| cut(item, longest)).sum()
        }
        _ => 0,
    }
}
