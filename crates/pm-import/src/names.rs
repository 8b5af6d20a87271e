//! Names for what other programs call by longer or less careful titles.

use std::collections::HashSet;

use pm_core::{MAX_NAME_CHARS, folded};

/// Names that were given, none of which may be mistaken for another.
#[derive(Default)]
pub(crate) struct Names(HashSet<String>);

/// A name made from a title.
pub(crate) struct Given {
    pub(crate) name: String,
    /// Whether the title is longer than a name may be.
    pub(crate) is_cut: bool,
}

impl Names {
    /// Makes a name from a title that no other name can be mistaken for; `id` tells it from
    /// another of the same title.
    pub(crate) fn give(&mut self, title: &str, id: &str) -> Given {
        let plain = name_of(title, id);
        let (name, is_cut) = cut(&plain, MAX_NAME_CHARS);
        if self.take(&name) {
            return Given { name, is_cut };
        }
        let with_id = (!id.is_empty()).then(|| id.to_owned());
        let numbers = (2_u64..).map(|number| number.to_string());
        for mark in with_id.into_iter().chain(numbers) {
            let ending = format!(" ({mark})");
            let room = MAX_NAME_CHARS.saturating_sub(ending.chars().count());
            let (name, is_cut) = cut(&plain, room);
            let name = format!("{name}{ending}");
            if name.chars().count() <= MAX_NAME_CHARS && self.take(&name) {
                return Given { name, is_cut };
            }
        }
        // Of all numbers one is free.
        Given {
            name: plain,
            is_cut: false,
        }
    }

    fn take(&mut self, name: &str) -> bool {
        let key = match folded(name) {
            folded if folded.is_empty() => name.to_owned(),
            folded => folded,
        };
        self.0.insert(key)
    }
}

/// A title as one line without control characters; the id, where nothing is left of it.
pub(crate) fn name_of(title: &str, id: &str) -> String {
    let plain = |text: &str| {
        let text = text.replace(char::is_control, " ");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    match (plain(title), plain(id)) {
        (title, _) if !title.is_empty() => title,
        (_, id) if !id.is_empty() => id,
        _ => "untitled".to_owned(),
    }
}

/// The beginning of a text, where it has more than `most` characters.
pub(crate) fn cut(text: &str, most: usize) -> (String, bool) {
    if text.chars().count() <= most {
        return (text.to_owned(), false);
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    (format!("{}…", kept.trim_end()), true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_could_be_mistaken_are_told_apart() {
        let mut names = Names::default();
        let mut give = |title: &str, id: &str| names.give(title, id).name;
        assert_eq!(give("Set up", "1"), "Set up");
        assert_eq!(give("set-up", "2"), "set-up (2)");
        assert_eq!(give("Set up!", "2"), "Set up! (3)");
        assert_eq!(give(" \n", "bd-7"), "bd-7");
        assert_eq!(give("", ""), "untitled");
        assert_eq!(give("a\tb\nc", ""), "a b c");
    }

    #[test]
    fn a_long_title_is_cut_to_what_a_name_may_be() {
        let mut names = Names::default();
        for number in 0..3 {
            let given = names.give(&"x".repeat(300), "7");
            assert!(given.is_cut, "{number}");
            assert!(given.name.parse::<pm_core::TaskName>().is_ok());
        }
    }
}
