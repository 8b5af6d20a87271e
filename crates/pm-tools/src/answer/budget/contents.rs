//! Leaves out code contents: older versions before the newest, the largest first. Those of the name
//! that was asked for are left out last.

use std::cmp::Reverse;
use std::collections::HashMap;

use rmcp::model::JsonObject;
use serde_json::Value;

use super::reading::{MARKS_BYTES, NEXT_LINE};
use super::shortening::Shortening;
use crate::text::cut::SHORT_BYTES;
use crate::text::json_size::{beginning, size};
use crate::text::position::{Position, whole_lines};

/// The least beginning of a content that is worth showing, in bytes.
const SHOWN_BYTES_MIN: usize = 256;

/// A version of a snippet within an answer.
struct Version {
    /// Which of its snippet's versions it is, counted from 1.
    number: usize,
    /// Whether it is the last one.
    newest: bool,
    /// Whether its name is the one that was asked for.
    asked: bool,
    /// Whether it can be read from any line on: the answer then says how many lines it has.
    reads_on: bool,
    /// What its content takes, in bytes.
    size: usize,
    /// How much of its content stays, in bytes; all of it if `None`.
    kept: Option<usize>,
}

impl Shortening<'_> {
    /// Leaves out contents until the answer fits, or none is left.
    ///
    /// If there is only one snippet, nothing else would show it: the beginning of its newest
    /// version stays as far as it fits. So does that of the snippet that was asked for, of which a
    /// quarter of the answer stays even if the names of the others alone are too many.
    pub(super) fn leave_out_contents(&mut self) {
        let mut versions = find(&mut self.answer, self.asked);
        if versions.is_empty() {
            return;
        }
        let snippets = versions.iter().filter(|version| version.newest).count();
        let mut excess = size(&self.answer).saturating_sub(self.room);
        let mut order: Vec<&mut Version> = versions.iter_mut().collect();
        order.sort_by_key(|version| (version.asked, version.newest, Reverse(version.size)));
        for version in order {
            if excess == 0 {
                break;
            }
            if version.size <= MARKS_BYTES + SHORT_BYTES {
                continue;
            }
            let most_saved = version.size - MARKS_BYTES;
            let mut shown = most_saved.saturating_sub(excess);
            if version.asked {
                shown = shown.max(self.room / 4);
            }
            let stays = version.asked || snippets == 1 && shown >= SHOWN_BYTES_MIN;
            if version.newest && stays {
                if shown >= most_saved {
                    break;
                }
            } else {
                shown = 0;
            }
            version.kept = Some(shown);
            excess = excess.saturating_sub(most_saved - shown);
            self.left_out.contents += 1;
        }
        let mut versions = versions.iter();
        visit(&mut self.answer, |_, snippet| {
            if let Some(version) = versions.next()
                && let Some(kept) = version.kept
            {
                mark(snippet, version, kept);
            }
        });
    }
}

/// Finds all versions, in the order in which `visit` reaches them.
fn find(answer: &mut Value, asked: Option<&str>) -> Vec<Version> {
    let mut versions: Vec<Version> = Vec::new();
    let mut latest: HashMap<(usize, String), usize> = HashMap::new();
    visit(answer, |list, snippet| {
        let name = snippet.get("name").and_then(Value::as_str);
        let key = (list, name.unwrap_or_default().to_owned());
        let before = latest.insert(key, versions.len());
        let mut number = 1;
        let told = snippet.get("version").and_then(Value::as_u64);
        if let Some(before) = before.and_then(|index| versions.get_mut(index)) {
            before.newest = false;
            number = before.number + 1;
        }
        // An answer with just some of the versions says which they are.
        let told = told.and_then(|told| usize::try_from(told).ok());
        versions.push(Version {
            number: told.unwrap_or(number),
            newest: true,
            asked: name.is_some() && name == asked,
            reads_on: snippet.contains_key("lines"),
            size: snippet.get("content").map(size).unwrap_or_default(),
            kept: None,
        });
    });
    versions
}

/// Visits every version of a snippet within an answer, always in the same order.
struct Visitor<F> {
    /// The number of lists so far; the versions of one snippet stand in one list.
    lists: usize,
    found: F,
}

fn visit(answer: &mut Value, found: impl FnMut(usize, &mut JsonObject)) {
    Visitor { lists: 0, found }.list(answer);
}

impl<F: FnMut(usize, &mut JsonObject)> Visitor<F> {
    fn list(&mut self, value: &mut Value) {
        self.lists += 1;
        let number = self.lists;
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.entry(number, item)),
            Value::Object(fields) => fields
                .values_mut()
                .for_each(|item| self.entry(number, item)),
            _ => {}
        }
    }

    fn entry(&mut self, list: usize, item: &mut Value) {
        if let Value::Object(fields) = item
            && ["name", "content", "created_at"]
                .iter()
                .all(|name| fields.get(*name).is_some_and(Value::is_string))
        {
            (self.found)(list, fields);
        } else {
            self.list(item);
        }
    }
}

/// Puts marks in the place of a content.
fn mark(snippet: &mut JsonObject, version: &Version, kept: usize) {
    let reads_on = version.reads_on;
    let from = snippet.get("from_line").and_then(Position::told);
    let from = from.unwrap_or(Position::START);
    let Some(Value::String(content)) = snippet.get_mut("content") else {
        return;
    };
    let bytes = content.len();
    let mut shown = beginning(content, kept);
    if reads_on {
        shown = whole_lines(shown);
    }
    let next = (reads_on && !shown.is_empty()).then(|| from.behind(shown));
    let start = shown.len();
    content.truncate(start);
    if start == 0 {
        snippet.shift_remove("content");
    }
    snippet.insert("version".into(), version.number.into());
    if !reads_on {
        snippet.insert("bytes".into(), bytes.into());
    }
    snippet.insert("content_left_out_bytes".into(), (bytes - start).into());
    if let Some(next) = next {
        snippet.insert(NEXT_LINE.into(), next.into());
    }
}
