//! What was left out of an answer, and how that is said.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::answer::list_names::kind;
use crate::answer::page::PageEnd;

/// The field that says what was left out.
pub(super) const LEFT_OUT: &str = "left_out";

/// What was left out of an answer.
#[derive(Debug, Default)]
pub(super) struct LeftOut {
    pub(super) page: PageEnd,
    pub(super) contents: usize,
    pub(super) descriptions: usize,
    pub(super) names: usize,
    pub(super) over: usize,
    pub(super) entries: Entries,
    pub(super) texts: usize,
    pub(super) fields: usize,
}

impl LeftOut {
    /// Says it in words, with the call that goes on.
    pub(super) fn notice(
        &self,
        limit: usize,
        rest: &dyn Fn() -> &'static str,
        reads_on: Option<&str>,
    ) -> String {
        let counts = [
            (self.contents, "code content of ", " versions"),
            (self.descriptions, "the ends of ", " descriptions"),
            (self.names, "all but the names of ", " tasks"),
            (self.over, "", " tasks that are done or cancelled"),
        ];
        let rest_of_it = [
            (self.texts, "the ends of ", " long texts"),
            (self.fields, "", " fields"),
        ];
        let told = |counts: &[(usize, &str, &str)]| -> Vec<String> {
            let counts = counts.iter().filter(|(count, ..)| *count > 0);
            let told = |(count, before, what): &_| format!("{before}{count}{what}");
            counts.map(told).collect()
        };
        let parts = [
            self.page.parts(),
            told(&counts),
            self.entries.counted(self.page.kind()),
            told(&rest_of_it),
        ];
        let parts = parts.concat().join(", ");
        let next = reads_on.and_then(|tool| self.page.call(tool));
        let next = next.unwrap_or_else(|| rest().to_owned());
        let notice = format!("Left out, as an answer takes at most {limit} bytes: {parts}. {next}");
        notice.trim_end().to_owned()
    }

    /// Puts it into the answer, right behind `success`, where it is read before what it is about;
    /// and beside a list, how many of its entries are missing.
    pub(super) fn tell(&self, answer: &mut Value, notice: String) {
        self.page.count_in(answer);
        if let Value::Object(fields) = answer {
            let place = fields.len().min(1);
            fields.shift_insert(place, LEFT_OUT.into(), notice.into());
        }
    }
}

/// How many entries were left out, by what they are.
#[derive(Debug, Default)]
pub(super) struct Entries(BTreeMap<&'static str, usize>);

impl Entries {
    pub(super) fn add(&mut self, list: &str, count: usize) {
        *self.0.entry(kind(list)).or_default() += count;
    }

    /// Each kind with its count, but for one that is counted otherwise.
    fn counted(&self, otherwise: &str) -> Vec<String> {
        let counts = self.0.iter().filter(|(kind, _)| **kind != otherwise);
        let counted = counts.map(|(kind, count)| format!("{count} {kind}"));
        counted.collect()
    }
}
