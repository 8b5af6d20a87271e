//! Drops fields of an answer that nothing else has helped.

use rmcp::model::JsonObject;

use super::left_out::LeftOut;
use crate::text::json_size::entry_size;

/// Keeps the short fields of an answer that nothing else has helped, as many as fit; `kept` stays
/// in any case.
pub(super) fn drop_fields(
    fields: &mut JsonObject,
    room: usize,
    kept: Option<&str>,
    left_out: &mut LeftOut,
) {
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
        } else {
            left_out.fields += 1;
        }
        stays
    });
}
