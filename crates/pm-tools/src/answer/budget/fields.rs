//! Drops fields of an answer that no other step has made short enough.

use rmcp::model::JsonObject;
use serde_json::Value;

use super::reading::{CODES, CONTENT};
use super::shortening::Shortening;
use crate::text::json_size::{entry_size, size};

impl Shortening<'_> {
    /// Keeps the short fields of the answer, as many as fit. Those of the version that the answer
    /// is about come first, but leave a quarter of the room to the others, if these need it.
    pub(super) fn drop_fields(&mut self) {
        let all = size(&self.answer);
        let Value::Object(fields) = &mut self.answer else {
            return;
        };
        let mut kept = None;
        if self.reading.is_some() {
            kept = Some(CODES);
            if let Some(Value::Object(version)) = fields.get_mut(CODES) {
                let others = all - size(version);
                let room = self.room - others.min(self.room / 4);
                self.left_out.fields += drop_but(version, room, Some(CONTENT));
            }
        }
        self.left_out.fields += drop_but(fields, self.room, kept);
    }
}

/// Keeps as many of the short fields as fit, and `kept` in any case; answers how many it dropped.
fn drop_but(fields: &mut JsonObject, room: usize, kept: Option<&str>) -> usize {
    let before = fields.len();
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
        }
        stays
    });
    before - fields.len()
}
