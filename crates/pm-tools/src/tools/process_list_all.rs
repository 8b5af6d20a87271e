//! The tool that lists all processes.

use crate::answer::{ListedProcess, Page, ProblemBody, ProcessSummaryBody, is_zero};
use crate::input::narrowing::{Wish, narrowed, passed};
use crate::text::json_size::size;
use crate::tool::prelude::*;

/// The part of an answer that damaged files may take, as its divisor.
const PROBLEMS_DIVISOR: usize = 4;

/// Lists all processes.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct ProcessListAll {
    /// to read on
    after: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct ProcessListAllAnswer {
    /// Said only if a part of the list was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    process_list: Vec<ProcessSummaryBody>,
    total: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<ProblemBody>,
    #[serde(skip_serializing_if = "is_zero")]
    problems_left_out: usize,
}

impl ToolDefinition for ProcessListAll {
    const NAME: &'static str = "process_list_all";
    const TITLE: &'static str = "List processes";
    const DESCRIPTION: &'static str = "List all that is saved: every process.";
    const EFFECT: Effect = Effect::Reads;
    const NOTHING: &'static str = "Nothing was listed";
    const REST: &'static str =
        "Every process, shown or not, can be opened: call process_load with its name.";

    fn run(self, call: &Call<'_>) -> Result<impl Serialize, Failure> {
        let listing = call.manager.list_processes()?;
        let style = call.style();
        let names = listing
            .processes
            .iter()
            .map(|process| process.name.as_str());
        let (passed, before) = passed(self.after.as_deref(), names)?;
        let rest = listing.processes.get(passed..).unwrap_or_default();
        let entries: Vec<ListedProcess<'_>> = rest
            .iter()
            .map(|summary| ListedProcess { summary, style })
            .collect();
        let counts = (rest.len(), listing.processes.len());
        // The problems are told once, with the beginning of the list.
        let problems = if passed == 0 {
            listing.problems
        } else {
            Vec::new()
        };
        let mut answer = ProcessListAllAnswer {
            message: narrowed("processes", Wish::default(), before.as_deref(), counts),
            process_list: Vec::new(),
            total: listing.processes.len(),
            problems: problems.iter().map(Into::into).collect(),
            problems_left_out: 0,
        };
        let most = call.room_beside(&answer.process_list) / PROBLEMS_DIVISOR;
        while size(&answer.problems) > most && answer.problems.pop().is_some() {
            answer.problems_left_out += 1;
        }
        let page = Page::of("/process_list", &entries, call.room_beside(&answer));
        answer.process_list = call.shown(page);
        Ok(answer)
    }
}
