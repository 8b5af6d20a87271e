//! Relative links in Markdown files lead to a file, a folder or a heading that
//! is there.

use super::{Finding, SourceFile, Tree};

/// All links that lead nowhere.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let is_page = |file: &&SourceFile| file.extension() == "md" && !file.is_recorded();
    for file in tree.files().iter().filter(is_page) {
        for (index, target) in targets(&file.text) {
            if let Some(rule) = broken(tree, file, target) {
                findings.push(Finding::new(file, index, rule));
            }
        }
    }
    findings
}

/// What is wrong with a link's target; `None` where it resolves, or leads to
/// another site.
fn broken(tree: &Tree, file: &SourceFile, target: &str) -> Option<String> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (path, heading) = match target.split_once('#') {
        Some((path, heading)) => (path, Some(heading)),
        None => (target, None),
    };
    let place = match path {
        "" => Some(file.path.clone()),
        path => join(&file.path, path),
    };
    let Some(place) = place.filter(|place| tree.has(place)) else {
        return Some(format!("the link to `{target}` leads to no file"));
    };
    let page = tree.file(&place).filter(|page| page.extension() == "md")?;
    let missing = heading.is_some_and(|heading| !anchors(&page.text).any(|it| it == heading));
    missing.then(|| format!("the link to `{target}` leads to no heading"))
}

/// A path written in a file, from the root; `None` where it leaves the root.
fn join(file: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The targets of all links outside code, each with the index of its line.
pub(super) fn targets(text: &str) -> Vec<(usize, &str)> {
    let mut targets = Vec::new();
    for (index, line) in prose(text) {
        for (at, _) in line.match_indices("](") {
            let in_code = line.get(..at).unwrap_or_default().matches('`').count() % 2 == 1;
            let rest = line.get(at + 2..).unwrap_or_default();
            if !in_code && let Some((target, _)) = rest.split_once(')') {
                // A title may follow the target: [text](target "title").
                targets.push((index, target.split(' ').next().unwrap_or_default()));
            }
        }
        if line.starts_with('[')
            && let Some((_, target)) = line.split_once("]: ")
        {
            targets.push((index, target.split(' ').next().unwrap_or_default()));
        }
    }
    targets
}

/// The anchors that a page's headings get where it is shown.
fn anchors(text: &str) -> impl Iterator<Item = String> {
    prose(text)
        .filter(|(_, line)| line.starts_with('#'))
        .map(|(_, line)| {
            let heading = line.trim_start_matches('#').trim();
            let kept = |c: &char| c.is_alphanumeric() || " -_".contains(*c);
            let kept = heading.chars().filter(kept);
            kept.map(|c| if c == ' ' { '-' } else { c })
                .collect::<String>()
                .to_lowercase()
        })
}

/// The lines outside fenced code, each with its index.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut in_fence = false;
    text.lines().enumerate().filter(move |(_, line)| {
        let fence = line.trim_start().starts_with("```");
        in_fence ^= fence;
        !fence && !in_fence
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines of `docs/a.md` whose links lead nowhere, in a small tree.
    fn broken_lines(text: &str) -> Vec<usize> {
        let readme = "# Process manager\n\n## How to run: it\n";
        let tree = Tree::made_up(&[("docs/a.md", text), ("README.md", readme)]);
        check(&tree).iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn links_that_resolve_pass() {
        let text = "# Title\n[a](../README.md) [b](#title) [c](../README.md#how-to-run-it)\n\
                    [d](a.md) [e](../docs) [f](https://example.org/x) [g](mailto:a@b)\n\
                    [h](../README.md \"read me\")\n[i]: ./a.md\n";
        assert_eq!(broken_lines(text), [0; 0]);
    }

    #[test]
    fn links_that_lead_nowhere_are_found() {
        let text = "[a](b.md)\n[b](README.md)\n[c](../README.md#no)\n[d](#no)\n\
                    [e](../../out.md)\n[f]: none.md\n";
        assert_eq!(broken_lines(text), [1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn code_holds_no_links() {
        let text = "`[a](none)`\n\n```rust\nx[a](none)\n```\n\n[b](none)\n";
        assert_eq!(broken_lines(text), [7]);
    }
}
