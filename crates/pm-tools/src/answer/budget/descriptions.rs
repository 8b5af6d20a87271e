//! Shortens the descriptions of list entries, so that more of their names fit.

use serde_json::Value;

use super::lists::visit;
use super::shortening::Shortening;

/// How many characters of each description stay, tried in this order.
const LENGTHS: [usize; 4] = [160, 80, 40, 0];

impl Shortening<'_> {
    /// Shortens all descriptions alike until the answer fits, or none is left.
    pub(super) fn shorten_descriptions(&mut self) {
        for length in LENGTHS {
            // Each pass shortens again what the one before has shortened.
            let mut shortened = 0;
            visit(&mut self.answer, 0, "", &mut |_, _, list| {
                let entries: Vec<&mut Value> = match list {
                    Value::Array(items) => items.iter_mut().collect(),
                    Value::Object(fields) => fields.values_mut().collect(),
                    _ => Vec::new(),
                };
                let is_short = |entry: &mut Value| shorten(entry, length);
                shortened += entries.into_iter().filter_map(is_short).count();
                0
            });
            self.left_out.descriptions = shortened;
            if self.fits() {
                return;
            }
        }
    }
}

/// Cuts the description of an entry to `length` characters; `None` if it has no more of them.
fn shorten(entry: &mut Value, length: usize) -> Option<()> {
    let Value::String(text) = entry.get_mut("description")? else {
        return None;
    };
    let (end, _) = text.char_indices().nth(length)?;
    if text.get(end..) == Some("…") {
        return None;
    }
    text.truncate(end);
    text.push('…');
    Some(())
}
