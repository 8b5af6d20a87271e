//! Rules for Rust sources: they open with `//!`, stay short, are finished, and
//! switch no lint or test off.

use super::{Finding, SourceFile, Tree};

/// The lines that a production file may have at most.
const MOST_LINES: usize = 500;

/// The lines that a production file typically has at most.
const TYPICAL_LINES: usize = 250;

/// Macros that stand for code that is not there yet, or not meant to stay.
const UNFINISHED: &[&str] = &["todo", "unimplemented", "dbg"];

/// What the core never asks: it is handed its paths and settings.
const ASKS_ENVIRONMENT: &[&str] = &["env::var", "env::home_dir", "env::args"];

/// All places of the Rust sources that break a rule.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files().iter().filter(|file| file.is_rust()) {
        check_whole(file, &mut findings);
        for (index, line) in file.text.lines().enumerate() {
            check_line(file, index, line, &mut findings);
        }
    }
    findings
}

/// Files that are longer than is typical, for whoever touches them next.
pub(super) fn notes(tree: &Tree) -> Vec<String> {
    let longer = |file: &&SourceFile| is_production(file) && lines(file) > TYPICAL_LINES;
    let note = |file: &SourceFile| {
        let (path, lines) = (&file.path, lines(file));
        format!("{path} has {lines} lines; {TYPICAL_LINES} is typical, {MOST_LINES} the limit")
    };
    tree.files().iter().filter(longer).map(note).collect()
}

fn check_whole(file: &SourceFile, findings: &mut Vec<Finding>) {
    if !file.text.starts_with("//!") {
        findings.push(Finding::new(file, 0, "a module opens with `//!`"));
    }
    if is_production(file) && lines(file) > MOST_LINES {
        let rule = format!("{} lines; {MOST_LINES} are the limit", lines(file));
        findings.push(Finding::new(file, MOST_LINES, rule));
    }
    if file.path.starts_with("crates/pm-core/src/") && !file.is_test() {
        let production = file.text.split("#[cfg(test)]").next().unwrap_or_default();
        for (index, line) in production.lines().enumerate() {
            if ASKS_ENVIRONMENT.iter().any(|call| line.contains(call)) {
                let rule = "the core reads no environment, arguments or home directory";
                findings.push(Finding::new(file, index, rule));
            }
        }
    }
}

fn check_line(file: &SourceFile, index: usize, line: &str, findings: &mut Vec<Finding>) {
    for name in UNFINISHED {
        if calls_macro(line, name) {
            let rule = format!("`{name}!` is unfinished code");
            findings.push(Finding::new(file, index, rule));
        }
    }
    let attribute = line.trim_start();
    if attribute.starts_with("#[ignore") {
        findings.push(Finding::new(file, index, "a test that is ignored"));
    }
    let is_attribute = attribute.starts_with("#[") || attribute.starts_with("#![");
    if is_attribute && has_word(attribute, "allow(") {
        let rule = "`allow`; write `#[expect(lint, reason = \"…\")]`";
        findings.push(Finding::new(file, index, rule));
    }
}

fn is_production(file: &SourceFile) -> bool {
    file.is_rust() && !file.is_test()
}

fn lines(file: &SourceFile) -> usize {
    file.text.lines().count()
}

/// Whether a line holds `name!` as a macro call of its own.
fn calls_macro(line: &str, name: &str) -> bool {
    let mut hits = line.match_indices(name);
    hits.any(|(at, _)| {
        let after = line.get(at + name.len()..).unwrap_or_default();
        let mut after = after.chars();
        after.next() == Some('!') && matches!(after.next(), Some('(' | '[' | '{' | ' ')) && {
            starts_word(line, at)
        }
    })
}

/// Whether a line holds `word` where no identifier goes on to the left.
fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word)
        .any(|(at, _)| starts_word(line, at))
}

fn starts_word(line: &str, at: usize) -> bool {
    let before = line.get(..at).and_then(|before| before.chars().next_back());
    !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines of `crates/a/src/lib.rs` that break a rule.
    fn broken(text: &str) -> Vec<usize> {
        let tree = Tree::made_up(&[("crates/a/src/lib.rs", text)]);
        check(&tree).iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn a_tidy_file_passes() {
        assert_eq!(broken("//! What lives here.\n\nfn main() {}\n"), [0; 0]);
    }

    #[test]
    fn a_file_that_does_not_open_with_its_purpose_is_found() {
        assert_eq!(broken("fn main() {}\n"), [1]);
        assert_eq!(broken(""), [1]);
    }

    #[test]
    fn unfinished_code_is_found() {
        for name in UNFINISHED {
            assert_eq!(broken(&format!("//! A.\nlet x = {name}!(1);\n")), [2]);
            assert_eq!(broken(&format!("//! A.\nlet x = my_{name}!(1);\n")), [0; 0]);
        }
    }

    #[test]
    fn lints_and_tests_that_are_switched_off_are_found() {
        let off = ["allow(dead_code)", "cfg_attr(test, allow(x))"];
        for inner in off {
            assert_eq!(broken(&format!("//! A.\n#[{inner}]\n")), [2]);
            assert_eq!(broken(&format!("//! A.\n    #![{inner}]\n")), [2]);
        }
        assert_eq!(broken("//! A.\n#[ignore = \"slow\"]\n"), [2]);
        assert_eq!(broken("//! A.\n#[disallow(x)]\nrule.allow(1);\n"), [0; 0]);
    }

    #[test]
    fn a_long_file_is_found_and_a_longish_one_noted() {
        let long = format!("//! A.\n{}", "//\n".repeat(MOST_LINES));
        assert_eq!(broken(&long), [MOST_LINES + 1]);
        let longish = format!("//! A.\n{}", "//\n".repeat(TYPICAL_LINES));
        assert_eq!(broken(&longish), [0; 0]);
        let tree = Tree::made_up(&[("xtask/src/a.rs", &longish), ("tests/it/a.rs", &long)]);
        assert_eq!(notes(&tree).len(), 1);
        assert_eq!(check(&tree), []);
    }

    #[test]
    fn a_core_that_asks_the_environment_is_found() {
        let text = "//! A.\nlet a = std::env::var(\"A\");\n#[cfg(test)]\nenv::var(\"B\");\n";
        assert_eq!(broken(text), [0; 0]);
        let tree = Tree::made_up(&[("crates/pm-core/src/a.rs", text)]);
        let lines: Vec<usize> = check(&tree).iter().map(|finding| finding.line).collect();
        assert_eq!(lines, [2]);
    }
}
