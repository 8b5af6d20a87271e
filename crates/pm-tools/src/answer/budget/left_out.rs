//! What was left out of an answer, and how the answer says so.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::answer::page::{PageEnd, part};

/// The field that says what was left out.
pub(super) const LEFT_OUT: &str = "left_out";

/// What was left out of an answer.
#[derive(Debug, Default)]
pub(super) struct LeftOut {
    pub(super) pages: Vec<PageEnd>,
    pub(super) contents: usize,
    pub(super) descriptions: usize,
    pub(super) names: usize,
    pub(super) over: usize,
    /// How many entries of lists, by what they are.
    pub(super) entries: BTreeMap<&'static str, usize>,
    pub(super) texts: usize,
    pub(super) fields: usize,
}

impl LeftOut {
    /// The most bytes that the calls that read on take in the notice, not counting the first call.
    pub(super) fn bytes_of_more_calls(&self) -> usize {
        /// "Call … again with after … to read on.", and how many are left out.
        const WORDS_BYTES: usize = 96;
        let more = self.pages.iter().skip(1);
        more.map(|page| WORDS_BYTES + page.longest_name()).sum()
    }

    /// Says in words what was left out, and which calls read on.
    pub(super) fn notice(
        &self,
        limit: usize,
        rest: &dyn Fn() -> String,
        reads_on: Option<&str>,
    ) -> String {
        let of_page = |kind: &str| self.pages.iter().any(|page| page.kind() == kind);
        let entries = self.entries.iter().filter(|(kind, _)| !of_page(kind));
        let entries = entries.map(|(kind, count)| part(*count, "", kind));
        let parts = [
            part(self.contents, "code content of ", "versions"),
            part(self.descriptions, "the ends of ", "descriptions"),
            part(self.names, "all but the names of ", "tasks"),
            part(self.over, "", "tasks that are done or cancelled"),
        ];
        let others = [
            part(self.texts, "the ends of ", "long texts"),
            part(self.fields, "", "fields"),
        ];
        let parts = self.pages.iter().flat_map(PageEnd::parts).chain(parts);
        let parts: Vec<String> = parts.chain(entries).chain(others).flatten().collect();
        let parts = parts.join(", ");
        let calls = self.pages.iter().filter_map(|page| page.call(reads_on));
        let calls: Vec<String> = calls.collect();
        let next = match calls.as_slice() {
            [] => rest(),
            calls => calls.join(" "),
        };
        let notice = format!("Left out, as an answer takes at most {limit} bytes: {parts}. {next}");
        notice.trim_end().to_owned()
    }

    /// Puts the notice into the answer, right behind `success`, so that it is read before the rest;
    /// and beside each list that can be read on, how many of its entries are missing.
    pub(super) fn tell(&self, answer: &mut Value, notice: String) {
        self.pages.iter().for_each(|page| page.count_in(answer));
        if let Value::Object(fields) = answer {
            let behind_success = fields.len().min(1);
            fields.shift_insert(behind_success, LEFT_OUT.into(), notice.into());
        }
    }
}
