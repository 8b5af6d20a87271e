//! Leaves out the end of a long list before it is made into JSON.
//!
//! Of ten thousand entries a hundred fit into an answer; to make the others only to cut them off
//! would take longer than all the rest of the call. The outcome is to the letter what it would be
//! if all of them had been made: what is left out ahead is counted as the other steps would.

use super::{MIN_ANSWER_LIMIT, NOTICE, texts};

/// What was left out of a list ahead.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Ahead {
    /// The name of the list.
    list: &'static str,
    entries: usize,
    /// How many of their descriptions would have been shortened.
    pub(super) descriptions: usize,
    /// How many of their texts would have been cut.
    pub(super) texts: usize,
}

/// The texts of an entry that has at least these.
pub(crate) struct Texts<'a> {
    pub(crate) description: &'a str,
    pub(crate) others: [&'a str; 3],
}

impl Ahead {
    /// How many of `entries`, the first ones, may be shown in an answer of at most `limit` bytes,
    /// and what it means to leave out the others.
    ///
    /// The first ones alone are too many, even without their descriptions. So the others would
    /// all be left out, once all descriptions are gone.
    pub(crate) fn of<'a>(
        list: &'static str,
        entries: impl Iterator<Item = Texts<'a>>,
        limit: usize,
    ) -> (usize, Self) {
        let limit = limit.max(MIN_ANSWER_LIMIT);
        let longest = super::longest_text(limit - NOTICE);
        let (mut made, mut used) = (0, 0);
        let mut ahead = Self {
            list,
            ..Self::default()
        };
        for entry in entries {
            if used <= limit {
                made += 1;
                used += least_size(&entry, longest);
            } else {
                ahead.add(&entry, longest);
            }
        }
        (made, ahead)
    }

    fn add(&mut self, entry: &Texts<'_>, longest: usize) {
        self.entries += 1;
        let is_shortened = !matches!(entry.description, "" | "…");
        self.descriptions += usize::from(is_shortened);
        let texts = entry.others.iter().chain([&entry.description]);
        let cut = texts.filter(|text| texts::kept(text, longest).is_some());
        self.texts += cut.count();
    }

    /// How many entries of the list of this name were left out ahead.
    pub(super) fn entries_of(&self, list: &str) -> usize {
        if list == self.list { self.entries } else { 0 }
    }
}

/// What an entry takes at least, in bytes: its texts but for the description, as far as they are
/// shown, and its braces.
fn least_size(entry: &Texts<'_>, longest: usize) -> usize {
    let others = entry.others.iter();
    let shown = others.map(|text| texts::kept(text, longest).unwrap_or(text.len()));
    2 + shown.sum::<usize>()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::super::{Bounds, bounded, object};
    use super::*;

    type Entry = (String, String);

    fn answer(made: &[Entry], total: usize, problems: usize) -> Value {
        let entry = |(name, description): &Entry| json!({"process": name, "description": description, "task_count": 1});
        json!({
            "success": true,
            "process_list": made.iter().map(entry).collect::<Vec<_>>(),
            "total": total,
            "problems": vec![json!({"file": "shed.json", "problem": "it is empty"}); problems],
            "codes": vec![json!({"name": "main", "content": "fn main() { }\n".repeat(problems % 7)}); problems],
        })
    }

    fn text(answer: Value, limit: usize, ahead: Ahead) -> String {
        let bounds = Bounds {
            limit,
            rest: &|| "Call it again.",
            asked: None,
            ahead,
        };
        bounded(object(answer), bounds).1
    }

    fn assert_same(entries: &[Entry], problems: usize, limit: usize) {
        let texts = entries.iter().map(|(name, description)| Texts {
            description,
            others: [name, "", ""],
        });
        let (made, ahead) = Ahead::of("process_list", texts, limit);
        let of = |made: &[Entry]| answer(made, entries.len(), problems);
        let cut = text(of(&entries[..made]), limit, ahead);
        let whole = text(of(entries), limit, Ahead::default());
        assert_eq!(cut, whole, "{made} of {}", entries.len());
    }

    #[test]
    fn of_many_entries_few_are_made() {
        let entries = vec![("garden".to_owned(), "d".repeat(200)); 10_000];
        let texts = entries.iter().map(|(name, description)| Texts {
            description,
            others: [name, name, name],
        });
        let (made, ahead) = Ahead::of("process_list", texts, 16_384);
        assert_eq!(made, 16_384 / 20 + 1);
        assert_eq!(ahead.entries_of("process_list"), entries.len() - made);
        assert_eq!(ahead.entries_of("problems"), 0);
    }

    #[test]
    fn at_no_limit_does_it_show() {
        let entry = |number: usize| (format!("Process {number}"), "about it ".repeat(number % 9));
        let entries: Vec<Entry> = (0..300).map(entry).collect();
        let whole = answer(&entries, entries.len(), 0).to_string().len();
        let limits = (0..whole + 600).step_by(171);
        for limit in limits.chain(whole - 2..whole + 2) {
            assert_same(&entries, 3, limit);
        }
    }

    proptest! {
        #[test]
        fn whatever_the_entries_are_it_does_not_show(
            entries in proptest::collection::vec(
                (
                    prop_oneof!["\\PC{0,9}", "[\"\\\\\n\\x00]{0,30}", "x{0,900}"],
                    prop_oneof![Just("…".to_owned()), "\\PC{0,201}", "[\"\\\\\n\\x00é]{0,90}"],
                ),
                0..120,
            ),
            problems in prop_oneof![0_usize..5, 100_usize..400],
            limit in 0_usize..9000,
        ) {
            assert_same(&entries, problems, limit);
        }
    }
}
