//! What differs between two texts, as a unified diff.

use std::time::Duration;

use similar::{ChangeTag, TextDiff};

/// How many lines that are the same are shown around a change.
const CONTEXT: usize = 3;

/// How long the smallest diff is looked for. Behind that a larger one will do: texts of megabytes
/// that have little in common take minutes otherwise.
const MOST_TIME: Duration = Duration::from_millis(500);

/// What differs between two texts, line by line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diff {
    /// The unified diff; empty if the texts are equal.
    pub text: String,
    /// How many lines only the new text has.
    pub added: usize,
    /// How many lines only the old text has.
    pub removed: usize,
}

/// Compares two texts, each given with what it is called in the diff's head.
pub fn unified_diff(old: (&str, &str), new: (&str, &str)) -> Diff {
    let ((old_name, old), (new_name, new)) = (old, new);
    let diff = TextDiff::configure()
        .timeout(MOST_TIME)
        .diff_lines(old, new);
    let count = |tag| diff.iter_all_changes().filter(|c| c.tag() == tag).count();
    let mut unified = diff.unified_diff();
    unified.context_radius(CONTEXT).header(old_name, new_name);
    Diff {
        text: unified.to_string(),
        added: count(ChangeTag::Insert),
        removed: count(ChangeTag::Delete),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_stand_between_lines_that_are_the_same() {
        let lines = |changed: &str| {
            let line = |number| match number {
                6 => changed.to_owned(),
                _ => format!("line {number}\n"),
            };
            (1..12).map(line).collect::<String>()
        };
        let diff = unified_diff(("a", &lines("old\n")), ("b", &lines("new\nmore\n")));
        assert_eq!((diff.added, diff.removed), (2, 1));
        insta::assert_snapshot!(diff.text, @"
        --- a
        +++ b
        @@ -3,7 +3,8 @@
         line 3
         line 4
         line 5
        -old
        +new
        +more
         line 7
         line 8
         line 9
        ");
    }

    #[test]
    fn equal_texts_have_no_diff_and_a_missing_line_end_shows() {
        let none = unified_diff(("a", "x\n"), ("b", "x\n"));
        assert_eq!(none.text, "");
        assert_eq!((none.added, none.removed), (0, 0));
        let diff = unified_diff(("a", "x\n"), ("b", "x"));
        assert_eq!((diff.added, diff.removed), (1, 1));
        assert!(
            diff.text.contains("\\ No newline at end of file"),
            "{}",
            diff.text
        );
        let diff = unified_diff(("a", ""), ("b", "x\n"));
        assert_eq!((diff.added, diff.removed), (1, 0));
    }
}
