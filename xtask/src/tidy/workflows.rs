//! What the forge runs for us is pinned: a tag of somebody's action may stand for other code tomorrow.

use super::{Finding, Tree};

/// Where the workflows are.
const FOLDER: &str = ".github/workflows/";

/// Every action that is not named by the commit it was at.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let workflows = |file: &&super::SourceFile| file.path.starts_with(FOLDER);
    for file in tree.files().iter().filter(workflows) {
        for (index, line) in file.text.lines().enumerate() {
            let step = line.trim_start().trim_start_matches("- ");
            let Some(action) = step.strip_prefix("uses: ") else {
                continue;
            };
            if !is_pinned(action) {
                let rule = "name the action by its commit, and its tag behind: owner/name@SHA # v1";
                findings.push(Finding::new(file, index, rule));
            }
        }
    }
    findings
}

/// Whether an action is named as `owner/name@COMMIT # TAG`.
fn is_pinned(action: &str) -> bool {
    let Some((name, tag)) = action.split_once(" # ") else {
        return false;
    };
    let commit = name.split_once('@').map(|(_, commit)| commit);
    commit.is_some_and(|it| it.len() == 40 && it.bytes().all(|it| it.is_ascii_hexdigit()))
        && tag.starts_with('v')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_that_is_not_pinned_is_found() {
        let pinned = format!("      - uses: a/b@{} # v1.2.3\n", "0a".repeat(20));
        let text = format!("{pinned}      - uses: a/b@v1\n        uses: a/b@main # v1\n");
        let tree = Tree::made_up(&[(".github/workflows/ci.yml", &text)]);
        let lines: Vec<usize> = check(&tree).into_iter().map(|it| it.line).collect();
        assert_eq!(lines, [2, 3]);
    }
}
