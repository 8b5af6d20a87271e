//! Comparing an output with the one that a page shows, in which `…` stands for what is left out.

/// Whether `found` is what `shown` says: `…` in a line is any text, a line of it alone any lines.
pub(super) fn is_as_shown(shown: &str, found: &str) -> bool {
    let lines = |text: &'_ str| -> Vec<String> {
        text.trim_end()
            .lines()
            .map(|line| line.trim_end().to_owned())
            .collect()
    };
    lines_fit(&lines(shown), &lines(found))
}

fn lines_fit(shown: &[String], found: &[String]) -> bool {
    match shown.split_first() {
        None => found.is_empty(),
        Some((first, rest)) if first == "…" => {
            (0..=found.len()).any(|left_out| lines_fit(rest, &found[left_out..]))
        }
        Some((first, rest)) => found
            .split_first()
            .is_some_and(|(line, others)| line_fits(first, line) && lines_fit(rest, others)),
    }
}

fn line_fits(shown: &str, found: &str) -> bool {
    let Some((before, after)) = shown.split_once('…') else {
        return shown == found;
    };
    let Some(rest) = found.strip_prefix(before) else {
        return false;
    };
    let mut ends = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
    ends.any(|at| line_fits(after, &rest[at..]))
}

#[test]
fn what_is_left_out_fits_and_what_differs_does_not() {
    assert!(is_as_shown("a\n…\nd\n", "a\nb\nc\nd"));
    assert!(is_as_shown("a\n…\n", "a\n"));
    assert!(is_as_shown("{\"a\":1,…}", "{\"a\":1,\"b\":2}"));
    assert!(is_as_shown("", ""));
    assert!(!is_as_shown("", "a"));
    assert!(!is_as_shown("a", ""));
    assert!(!is_as_shown("a…c", "ab"));
    assert!(!is_as_shown("a\n…\nd", "a\nb"));
}
