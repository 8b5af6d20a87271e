//! The pages of `docs/` are a book: each stands in `SUMMARY.md`, once, and none links out of the
//! folder, since a book has nothing else of the repository.

use super::{Finding, Tree, links};

const FOLDER: &str = "docs/";
const SUMMARY: &str = "docs/SUMMARY.md";

/// All places at which the pages are no book.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let Some(summary) = tree.file(SUMMARY) else {
        return findings;
    };
    let listed: Vec<(usize, &str)> = links::targets(&summary.text);
    for (index, target) in &listed {
        let count = listed.iter().filter(|(_, other)| other == target).count();
        if count > 1 {
            findings.push(Finding::new(summary, *index, "this page stands here twice"));
        }
    }
    let pages = tree.files().iter().filter(|file| {
        file.path.starts_with(FOLDER) && file.extension() == "md" && file.path != SUMMARY
    });
    for page in pages {
        let name = page.path.trim_start_matches(FOLDER);
        if !listed.iter().any(|(_, target)| *target == name) {
            findings.push(Finding::at(
                &page.path,
                "`docs/SUMMARY.md` does not list this page",
            ));
        }
        for (index, target) in links::targets(&page.text) {
            if target.starts_with("..") {
                let rule = format!("`{target}` leads out of the book; write the path as code");
                findings.push(Finding::new(page, index, rule));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(summary: &str, page: &str) -> Vec<String> {
        let files = [
            ("docs/SUMMARY.md", summary),
            ("docs/a.md", page),
            ("README.md", ""),
        ];
        check(&Tree::made_up(&files))
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn a_book_passes() {
        assert_eq!(found("- [A](a.md)\n", "[a](#a) [b](a.md)\n"), [""; 0]);
    }

    #[test]
    fn a_page_that_is_missing_twice_there_or_leads_out_is_found() {
        assert_eq!(found("# Summary\n", "").len(), 1);
        assert_eq!(found("- [A](a.md)\n- [B](a.md)\n", "").len(), 2);
        let out = found("- [A](a.md)\n", "\n[readme](../README.md)\n");
        assert_eq!(
            out,
            ["docs/a.md:2: `../README.md` leads out of the book; write the path as code"]
        );
    }
}
