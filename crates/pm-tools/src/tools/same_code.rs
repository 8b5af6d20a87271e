//! What is said if a version of code holds the same already.

use pm_core::model::AddedSnippet;

/// Says that the last version holds the same, so that none was added.
pub(crate) fn same_already(snippet: &AddedSnippet) -> String {
    format!(
        "Version {} of the code \"{}\" holds the same already; no version was added.",
        snippet.version, snippet.name
    )
}
