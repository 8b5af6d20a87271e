//! Rules for every text file: clean line ends, no notes to self, and nothing
//! that holds on one machine alone.

use super::{Finding, SourceFile, Tree};

/// Notes to self. They are put together here so that this file passes itself.
const NOTES_TO_SELF: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
];

/// Directories of one machine.
const MACHINE_PLACES: &[&str] = &[concat!("/wo", "rk"), concat!("/ro", "ot")];

/// Hosts that package clients choose by their own settings.
const REGISTRY_HOSTS: &[&str] = &[
    concat!("registry.npm", "js.org"),
    concat!("static.crates", ".io"),
    concat!("index.crates", ".io"),
    concat!("deb.deb", "ian.org"),
    concat!("py", "pi.org"),
    concat!("python", "hosted.org"),
];

/// How the standard library begins the number behind the operating system's words, which people and
/// models are spared.
const SYSTEM_NUMBER: &str = concat!("(os er", "ror ");

/// All places of the text files that break a rule.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let ours = |file: &&SourceFile| !file.is_recorded() && file.path != "Cargo.lock";
    for file in tree.files().iter().filter(ours) {
        for (index, line) in file.text.split('\n').enumerate() {
            // rustfmt sees to the ends of Rust lines; what it leaves stands in
            // a string, where it may be meant.
            if line.ends_with(char::is_whitespace) && !file.is_rust() {
                let rule = "white space at the end of the line";
                findings.push(Finding::new(file, index, rule));
            }
            for rule in broken_rules(line) {
                findings.push(Finding::new(file, index, rule));
            }
        }
        if !file.text.is_empty() && !file.text.ends_with('\n') {
            let last = file.text.lines().count().saturating_sub(1);
            findings.push(Finding::new(file, last, "no newline at the end"));
        }
        if file.text.ends_with("\n\n") {
            let last = file.text.lines().count().saturating_sub(1);
            findings.push(Finding::new(file, last, "an empty line at the end"));
        }
    }
    for file in tree.files() {
        for (index, _) in system_numbers(&file.text) {
            let rule = format!("`{SYSTEM_NUMBER}…)`: show errors with `pm_core::reason`");
            findings.push(Finding::new(file, index, rule));
        }
    }
    findings
}

/// The lines with a number of the operating system, from 0. What is recorded has none either, as it
/// is what people are shown.
fn system_numbers(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().filter(|(_, line)| {
        let mut ends = line.split(SYSTEM_NUMBER).skip(1);
        ends.any(|end| end.starts_with(|c: char| c.is_ascii_digit()))
    })
}

fn broken_rules(line: &str) -> Vec<String> {
    let mut rules = Vec::new();
    for word in NOTES_TO_SELF {
        if has_whole(line, word) {
            rules.push(format!("`{word}`: do it, or write it down elsewhere"));
        }
    }
    for place in MACHINE_PLACES {
        if has_whole(line, place) {
            rules.push(format!("`{place}` is a place on one machine"));
        }
    }
    for host in REGISTRY_HOSTS {
        if line.contains(host) {
            rules.push(format!("`{host}`: package clients know their registry"));
        }
    }
    rules
}

/// Whether a line holds `word` with no letter, digit or `_` on either side;
/// for a path, with no path going on to the left.
fn has_whole(line: &str, word: &str) -> bool {
    let is_path = word.starts_with('/');
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).and_then(|it| it.chars().next_back());
        let after = line.get(at + word.len()..).and_then(|it| it.chars().next());
        let joins = |c: char| c.is_alphanumeric() || c == '_' || (is_path && "-.~/}".contains(c));
        let joins_right = |c: char| c.is_alphanumeric() || c == '_' || (is_path && c == '-');
        !before.is_some_and(joins) && !after.is_some_and(joins_right)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines of a file that break a rule.
    fn broken(path: &str, text: &str) -> Vec<usize> {
        let tree = Tree::made_up(&[(path, text)]);
        check(&tree).iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn a_tidy_file_passes() {
        assert_eq!(broken("a.md", "# Title\n\nText.\n"), [0; 0]);
        assert_eq!(broken("empty", ""), [0; 0]);
    }

    #[test]
    fn untidy_line_ends_are_found() {
        assert_eq!(broken("a.toml", "a = 1 \nb = 2\r\nc = 3\n"), [1, 2]);
        assert_eq!(broken("a.toml", "a = 1\nb = 2"), [2]);
        assert_eq!(broken("a.toml", "a = 1\n\n"), [2]);
    }

    #[test]
    fn notes_to_self_are_found() {
        for word in NOTES_TO_SELF {
            assert_eq!(broken("a.rs", &format!("// {word}: later\n")), [1]);
            assert_eq!(broken("a.rs", &format!("// A{word}X{word}\n")), [0; 0]);
        }
    }

    #[test]
    fn places_of_one_machine_are_found() {
        for place in MACHINE_PLACES {
            for text in [format!("cd {place}/x\n"), format!("a = \"{place}\"\n")] {
                assert_eq!(broken("a.md", &text), [1], "{text}");
            }
            for text in [format!("a/b{place}/c\n"), format!("{place}space\n")] {
                assert_eq!(broken("a.md", &text), [0; 0], "{text}");
            }
        }
        for host in REGISTRY_HOSTS {
            assert_eq!(broken(".ci/run", &format!("get https://{host}/x\n")), [1]);
        }
    }

    #[test]
    fn numbers_of_the_system_are_found_in_snapshots_as_well() {
        let text = format!("a cannot be read: No such file {SYSTEM_NUMBER}2)\n");
        for path in ["crates/a/src/snapshots/a.snap", "tests/it/a.rs", "a.md"] {
            assert_eq!(broken(path, &text), [1], "{path}");
        }
        assert_eq!(broken("a.rs", &format!("\"{SYSTEM_NUMBER}\"\n")), [0; 0]);
    }

    #[test]
    fn recorded_bytes_are_left_alone() {
        assert_eq!(broken("tests/parity/files/a.json", "{} "), [0; 0]);
        assert_eq!(broken("crates/a/src/snapshots/a.snap", "a \n"), [0; 0]);
        assert_eq!(broken("tests/Cargo.toml", "a \n"), [1]);
        assert_eq!(broken("tests/it/a.rs", "a \n"), [0; 0]);
    }

    #[test]
    fn a_file_that_is_not_text_is_left_alone() {
        assert_eq!(broken("a.png", "\0 \n"), [0; 0]);
    }
}
