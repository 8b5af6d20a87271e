//! Cuts lists from their ends: the innermost first, all of one depth to the same length. The newest
//! version of the code that was asked for stays longest, wherever it stands.

use serde_json::Value;

use super::shortening::Shortening;
use crate::answer::list_names::{KEYED_LISTS, count_beside, kind};
use crate::text::json_size::{entry_size, size};

/// What the count beside a list that was cut takes, in bytes.
const COUNT_BYTES: usize = 40;

impl Shortening<'_> {
    /// Cuts the lists within the entries of others until the answer fits, or all of them are empty.
    pub(super) fn cut_inner_lists(&mut self) {
        self.cut_down_to(2);
    }

    /// Cuts all lists in the same way.
    pub(super) fn cut_lists(&mut self) {
        self.cut_down_to(1);
    }

    fn cut_down_to(&mut self, least_depth: usize) {
        for depth in (least_depth..=deepest(&mut self.answer)).rev() {
            if self.fits() {
                return;
            }
            let excess = size(&self.answer).saturating_sub(self.room);
            let longest = longest_that_fits(&mut self.answer, depth, self.asked, excess);
            let asked = self.asked;
            let (pages, entries) = (&self.left_out.pages, &mut self.left_out.entries);
            visit(&mut self.answer, 0, "", &mut |at, name, list| {
                if at != depth {
                    return 0;
                }
                // Without its first entry, nobody could read a list on.
                let least = pages.iter().any(|page| page.kind() == kind(name));
                let cut = truncate(list, longest.max(usize::from(least)), asked);
                if cut > 0 {
                    *entries.entry(kind(name)).or_default() += cut;
                }
                cut
            });
        }
    }
}

fn deepest(answer: &mut Value) -> usize {
    let mut deepest = 0;
    visit(answer, 0, "", &mut |at, _, _| {
        deepest = deepest.max(at);
        0
    });
    deepest
}

/// The most entries that the lists at `depth` may have, so that `excess` bytes are saved.
fn longest_that_fits(
    answer: &mut Value,
    depth: usize,
    asked: Option<&str>,
    excess: usize,
) -> usize {
    // What all first entries take together, all second ones, and so on; and how many there are.
    let mut ranks: Vec<(usize, usize)> = Vec::new();
    visit(answer, 0, "", &mut |at, _, list| {
        if at == depth {
            for (rank, size) in entry_sizes(list, asked).into_iter().enumerate() {
                if rank == ranks.len() {
                    ranks.push((0, 0));
                }
                if let Some((total, lists)) = ranks.get_mut(rank) {
                    *total += size;
                    *lists += 1;
                }
            }
        }
        0
    });
    let mut longest = ranks.len();
    let mut saved = 0;
    for (total, lists) in ranks.into_iter().rev() {
        saved += total;
        longest -= 1;
        if saved >= excess + lists * COUNT_BYTES {
            break;
        }
    }
    longest
}

/// The index of the newest version of the code that was asked for.
fn newest(items: &[Value], asked: Option<&str>) -> Option<usize> {
    let asked = asked?;
    items.iter().rposition(|item| item["name"] == asked)
}

/// What each entry takes, in the order in which they stay.
fn entry_sizes(list: &Value, asked: Option<&str>) -> Vec<usize> {
    match list {
        Value::Array(items) => {
            let mut sizes: Vec<usize> = items.iter().map(|item| size(item) + 1).collect();
            if let Some(first) = newest(items, asked).and_then(|index| sizes.get_mut(..=index)) {
                first.rotate_right(1);
            }
            sizes
        }
        Value::Object(fields) => fields.iter().map(|(n, v)| entry_size(n, v)).collect(),
        _ => Vec::new(),
    }
}

/// Leaves the first `longest` entries, and says how many others there were.
fn truncate(list: &mut Value, longest: usize, asked: Option<&str>) -> usize {
    match list {
        Value::Array(items) => {
            let cut = items.len().saturating_sub(longest);
            if let Some(index) = newest(items, asked)
                && let Some(last) = longest.checked_sub(1)
                && last < index
            {
                items.swap(last, index);
            }
            items.truncate(longest);
            cut
        }
        Value::Object(fields) => {
            let cut = fields.len().saturating_sub(longest);
            let mut count = 0;
            fields.retain(|_, _| {
                count += 1;
                count <= longest
            });
            cut
        }
        _ => 0,
    }
}

/// Calls `found` with the depth, the name and the value of every list; if it answers that
/// it cut some entries, a count is put beside the list.
pub(super) fn visit(
    value: &mut Value,
    depth: usize,
    name: &str,
    found: &mut impl FnMut(usize, &str, &mut Value) -> usize,
) {
    match value {
        Value::Array(items) => {
            for item in items {
                let inner = depth + usize::from(item.is_array());
                visit(item, inner, name, found);
                if item.is_array() {
                    found(inner, name, item);
                }
            }
        }
        Value::Object(fields) => {
            let mut counts = Vec::new();
            for (name, child) in fields.iter_mut() {
                let keyed = child.is_object() && KEYED_LISTS.contains(&name.as_str());
                let is_list = child.is_array() || keyed;
                let inner = depth + usize::from(is_list);
                visit(child, inner, name, found);
                if is_list {
                    let cut = found(inner, name, child);
                    if cut > 0 {
                        counts.push((count_beside(name), cut));
                    }
                }
            }
            for (name, cut) in counts {
                // Some may be missing already.
                let before = fields
                    .get(&name)
                    .and_then(Value::as_u64)
                    .unwrap_or_default();
                let before = usize::try_from(before).unwrap_or_default();
                fields.insert(name, (before + cut).into());
            }
        }
        _ => {}
    }
}
