//! The tool that reads one version of a code snippet.

use super::one_version;
use crate::input::arguments::{number, optional_position};
use crate::tool::prelude::*;

/// Reads one version of a code snippet, in parts if it is long.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct TaskCodeVersion {
    task_name: String,
    code_name: String,
    version: Option<u64>,
    /// to read on
    from_line: Option<String>,
    /// if the user names one
    process: Option<String>,
}

impl ToolDefinition for TaskCodeVersion {
    const NAME: &'static str = "task_code_version";
    const TITLE: &'static str = "Read a version";
    const DESCRIPTION: &'static str = "Read one version of code, such as an old one.";
    const EFFECT: Effect = Effect::Reads;
    const NOTHING: &'static str = "Nothing was read";
    const REST: &'static str = "Call task_code_version again with its next_line as from_line.";

    fn run(self, call: &Call<'_>) -> Result<impl Serialize, Failure> {
        let from = optional_position("from_line", self.from_line.as_deref())?;
        let code = (self.task_name.as_str(), self.code_name.as_str());
        one_version::read(
            call,
            self.process.as_deref(),
            code,
            number(self.version),
            from,
        )
    }
}
