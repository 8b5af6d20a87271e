//! Names for what other programs call by longer or less careful titles.

use std::collections::{HashMap, HashSet};

use pm_core::TaskName;
use pm_core::name::MAX_NAME_CHARS;
use pm_core::resolve::folded;
use pm_core::visible::for_name;
use twox_hash::XxHash3_64;

/// What the longest number behind a name takes, in characters.
const LONGEST_ENDING: usize = " (4294967295)".len();

/// Names that were given, none of which may be mistaken for another.
#[derive(Default)]
pub(crate) struct Names {
    /// The checksums of all of them, as they are compared: the names of a large file take memory enough.
    /// Should another name have one of these as well, it is given a number.
    given: HashSet<u64>,
    /// The next number for each beginning of names, as it is compared: all before are taken.
    numbers: HashMap<String, u32>,
}

/// A name made from a title.
pub(crate) struct Given {
    pub(crate) name: String,
    /// Whether the title is longer than a name may be.
    pub(crate) is_cut: bool,
}

impl Names {
    /// Makes a name of one that need not be the only one, or may be too long, so that no other can
    /// be mistaken for it; `id` tells it from another like it. The cost does not grow with the
    /// number of those.
    pub(crate) fn give(&mut self, plain: &str, id: &str) -> Given {
        let (name, is_cut) = cut(plain, MAX_NAME_CHARS);
        if take(&mut self.given, &name) {
            return Given { name, is_cut };
        }
        if !id.is_empty() {
            let ending = format!(" ({id})");
            let room = MAX_NAME_CHARS.saturating_sub(ending.chars().count());
            let (name, is_cut) = cut(plain, room);
            let name = format!("{name}{ending}");
            if name.chars().count() <= MAX_NAME_CHARS && take(&mut self.given, &name) {
                return Given { name, is_cut };
            }
        }
        // Always the same beginning, whatever the number: so one count is enough for all of it.
        let (beginning, is_cut) = cut(plain, MAX_NAME_CHARS - LONGEST_ENDING);
        let number = self.numbers.entry(folded(&beginning)).or_insert(2);
        loop {
            let name = format!("{beginning} ({number})");
            // Past the last number there is nothing to try: no memory holds as many names.
            *number = number.saturating_add(1);
            if take(&mut self.given, &name) || *number == u32::MAX {
                return Given { name, is_cut };
            }
        }
    }
}

/// Names with the numbers from 2 on behind one that is taken.
pub(crate) fn numbered(name: &str) -> impl Iterator<Item = TaskName> {
    numbered_texts(name).filter_map(|name| name.parse().ok())
}

/// The same as texts.
pub(crate) fn numbered_texts(name: &str) -> impl Iterator<Item = String> {
    let (beginning, _) = cut(name, MAX_NAME_CHARS - LONGEST_ENDING);
    (2..=u32::MAX).map(move |number| format!("{beginning} ({number})"))
}

/// Takes a name, unless one is taken for which it could be mistaken.
fn take(given: &mut HashSet<u64>, name: &str) -> bool {
    let key = match folded(name) {
        folded if folded.is_empty() => name.to_owned(),
        folded => folded,
    };
    given.insert(XxHash3_64::oneshot(key.as_bytes()))
}

/// A title as one line, in which everything can be seen; the id, if nothing is left of it.
pub(crate) fn name_of(title: &str, id: &str) -> String {
    match (for_name(title), for_name(id)) {
        (title, _) if !title.is_empty() => title,
        (_, id) if !id.is_empty() => id,
        _ => "untitled".to_owned(),
    }
}

/// A name of ours, which stays as it is if it can be one.
pub(crate) fn own_name_of(title: &str) -> String {
    let is_name = title.parse::<TaskName>().is_ok();
    if is_name {
        title.trim().to_owned()
    } else {
        name_of(title, "")
    }
}

/// The beginning of a text, if it has more than `most` characters.
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
        let mut give = |title: &str, id: &str| names.give(&name_of(title, id), id).name;
        assert_eq!(give("Set up", "1"), "Set up");
        assert_eq!(give("set-up", "2"), "set-up (2)");
        assert_eq!(give("Set up!", "2"), "Set up! (3)");
        assert_eq!(give(" \n", "bd-7"), "bd-7");
        assert_eq!(give("", ""), "untitled");
        assert_eq!(give("a\tb\nc", ""), "a b c");
    }

    #[test]
    fn many_things_of_one_title_are_numbered() {
        const COUNT: usize = 20_000;
        let mut names = Names::default();
        // One number is taken already, and spelling is no difference.
        assert_eq!(names.give("Set up (7)", "").name, "Set up (7)");
        let spelt = |number: usize| {
            if number.is_multiple_of(2) {
                "Set up"
            } else {
                "set-up"
            }
        };
        let given = (0..COUNT).map(|number| names.give(spelt(number), "").name);
        let given: Vec<String> = given.collect();
        assert_eq!(given[..3], ["Set up", "set-up (2)", "Set up (3)"]);
        assert_eq!(given[5..7], ["set-up (6)", "Set up (8)"]);
        assert_eq!(given[COUNT - 1], format!("set-up ({})", COUNT + 1));
        // Also if nothing of a title is a letter, or only the part that is cut off differs.
        for _ in 0..COUNT {
            names.give("?", "");
        }
        assert_eq!(names.give("!", "").name, "!");
        assert_eq!(names.give("!", "").name, "! (20001)");
        let long = |number: usize| "x".repeat(MAX_NAME_CHARS) + &number.to_string();
        for number in 0..COUNT / 10 {
            names.give(&long(number), "7");
        }
        let last = names.give(&long(COUNT), "7").name;
        assert!(last.ends_with("x… (2000)") && last.chars().count() <= MAX_NAME_CHARS);
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
