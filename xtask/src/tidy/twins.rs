//! Modules of one crate have names of their own: a name that several have tells nobody where to
//! look.

use std::collections::{BTreeMap, BTreeSet};

use super::{Finding, Tree};

/// Names that several modules of a crate have, and why that is better than another name.
const REASONS: &[(&str, &str, &str)] = &[
    (
        "crates/pm-core",
        "commit",
        "the commit of a change to the history, and of a batch to a journal",
    ),
    (
        "crates/pm-core",
        "dependencies",
        "what waits for what, in a process and in the rule for undoing",
    ),
    (
        "crates/pm-core",
        "error",
        "each layer has one enum of its errors",
    ),
    (
        "crates/pm-core",
        "fields",
        "the fields that are not known, and those that patches name",
    ),
    (
        "crates/pm-core",
        "file",
        "the store of files, and the file of a journal",
    ),
    (
        "crates/pm-core",
        "history",
        "the history, and what of its files can be damaged",
    ),
    (
        "crates/pm-core",
        "look",
        "a look into a process for what is searched, and at its file",
    ),
    (
        "crates/pm-core",
        "names",
        "names of tasks in a process, and names of files",
    ),
    (
        "crates/pm-core",
        "plan",
        "what the plan is in the model, and which code becomes which file",
    ),
    (
        "crates/pm-core",
        "process",
        "a process, and what of one can be damaged",
    ),
    (
        "crates/pm-core",
        "scan",
        "reading a whole journal, and looking at a whole directory",
    ),
    (
        "crates/pm-core",
        "search",
        "the search, and how the store of files does it",
    ),
    (
        "crates/pm-core",
        "texts",
        "the texts that are searched, in memory and in a file",
    ),
    (
        "crates/pm-core",
        "whole_plan",
        "the operation for callers, and on a process in memory",
    ),
    (
        "crates/pm-mcp-http",
        "serve",
        "serving, and the options for it",
    ),
    (
        "crates/pm-tools",
        "answer",
        "what all answers are made of, and the one of a tool",
    ),
    (
        "crates/pm-tools",
        "descriptions",
        "those of tools, and those of entries in an answer",
    ),
    (
        "crates/pm-tools",
        "input",
        "what is sent to a tool, and the words if it does not fit",
    ),
    (
        "crates/pm-tools",
        "plan",
        "the plan in answers, and the words if it cannot be worked",
    ),
    (
        "crates/pm-tools",
        "texts",
        "the texts of prompts, and those that answers cut",
    ),
    (
        "crates/pm-web",
        "login",
        "what a login is, and the page for it",
    ),
    (
        "xtask",
        "table",
        "the tables of figures, and those that crashing prints",
    ),
];

/// Names that say what a file is for its folder, and nothing of what is in it.
const PLACES: &[&str] = &["lib", "main", "mod", "tests"];

/// Modules whose name another module of the crate has as well, with no reason given.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    unreasoned(tree, REASONS)
}

fn unreasoned(tree: &Tree, reasons: &[(&str, &str, &str)]) -> Vec<Finding> {
    let mut modules: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for file in tree
        .files()
        .iter()
        .filter(|it| it.is_rust() && !it.is_test())
    {
        let Some((krate, inner)) = file.path.split_once("/src/") else {
            continue;
        };
        let name = inner
            .rsplit('/')
            .next()
            .and_then(|name| name.strip_suffix(".rs"));
        if let Some(name) = name.filter(|name| !PLACES.contains(name)) {
            modules.entry((krate, name)).or_default().insert(&file.path);
        }
    }
    let mut findings = Vec::new();
    for ((krate, name), paths) in modules {
        let is_reasoned = reasons
            .iter()
            .any(|(of, twin, _)| (*of, *twin) == (krate, name));
        if is_reasoned || paths.len() < 2 {
            continue;
        }
        for path in &paths {
            let others = paths.iter().filter(|other| *other != path);
            let others: Vec<&str> = others.copied().collect();
            let rule = format!("another module has this name: {}", others.join(", "));
            findings.push(Finding::at(path, rule));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_modules_of_one_name_are_found_unless_there_is_a_reason() {
        let tree = Tree::made_up(&[
            ("crates/a/src/lib.rs", ""),
            ("crates/a/src/plan.rs", ""),
            ("crates/a/src/tools/plan.rs", ""),
            ("crates/a/src/tools/tests.rs", ""),
            ("crates/a/src/tests.rs", ""),
            ("crates/a/src/tests/plan.rs", ""),
            ("crates/b/src/plan.rs", ""),
        ]);
        let found = |reasons| -> Vec<String> {
            let findings = unreasoned(&tree, reasons).into_iter();
            findings.map(|finding| finding.path).collect()
        };
        assert_eq!(
            found(&[]),
            ["crates/a/src/plan.rs", "crates/a/src/tools/plan.rs"]
        );
        assert_eq!(found(&[("crates/b", "plan", "of another crate")]).len(), 2);
        assert_eq!(found(&[("crates/a", "plan", "both are the plan")]), [""; 0]);
    }
}
