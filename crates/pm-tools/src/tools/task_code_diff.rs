//! The tool that compares versions of a code snippet.

use pm_core::diff::unified_diff;

use crate::input::arguments::number;
use crate::tool::prelude::*;

/// Compares two versions of a code snippet.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct TaskCodeDiff {
    task_name: String,
    code_name: String,
    /// version before
    from: Option<u64>,
    /// version after
    to: Option<u64>,
    /// if the user names one
    process: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct TaskCodeDiffAnswer {
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(flatten)]
    concerned: Concerned,
    task_name: String,
    code_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<usize>,
    to: usize,
    of: usize,
    lines_added: usize,
    lines_removed: usize,
    diff: String,
}

impl ToolDefinition for TaskCodeDiff {
    const NAME: &'static str = "task_code_diff";
    const TITLE: &'static str = "Compare code";
    const DESCRIPTION: &'static str = "Show what the last version of code changed, or any two.";
    const EFFECT: Effect = Effect::Reads;
    const NOTHING: &'static str = "Nothing was compared";
    const REST: &'static str = "Call task_code_get with a version to read all of it.";

    fn run(self, call: &Call<'_>) -> Result<impl Serialize, Failure> {
        let chosen = call.process_with(&self.task_name, self.process.as_deref())?;
        let process = &chosen.process;
        let (task, code) = (&self.task_name, &self.code_name);
        let (task, to) = process.snippet_version(task, code, number(self.to))?;
        let name = to.snippet.name.as_str();
        // The first version has none before it.
        let from = number(self.from).or(to.version.checked_sub(1).filter(|from| *from > 0));
        let from = match from {
            Some(from) => Some(process.snippet_version(task.as_str(), name, Some(from))?.1),
            None => None,
        };
        let head = |version: usize| format!("{name}\tversion {version}");
        let diff = from.map(|from| {
            let (old, new) = (head(from.version), head(to.version));
            unified_diff((&old, &from.snippet.content), (&new, &to.snippet.content))
        });
        let message = match (&from, &diff) {
            (None, _) => Some(format!(
                "Version {} of the code \"{name}\" is the first; there is none before it.",
                to.version
            )),
            (Some(from), Some(diff)) if diff.text.is_empty() => {
                let (from, to) = (from.version, to.version);
                Some(format!(
                    "Versions {from} and {to} of the code \"{name}\" are the same."
                ))
            }
            _ => None,
        };
        Ok(TaskCodeDiffAnswer {
            message,
            concerned: chosen.concerned(),
            task_name: task.to_string(),
            code_name: name.to_owned(),
            from: from.map(|from| from.version),
            to: to.version,
            of: to.of,
            lines_added: diff.as_ref().map_or(0, |diff| diff.added),
            lines_removed: diff.as_ref().map_or(0, |diff| diff.removed),
            diff: diff.map(|diff| diff.text).unwrap_or_default(),
        })
    }
}
