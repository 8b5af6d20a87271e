//! What this server offers: worked out once, when it starts, and handed down to every call.

use pm_core::export::ExportRoot;
use rmcp::model::Tool;

use crate::answer::AnswerStyle;

/// Whether callers may change what is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// All selected tools.
    ReadWrite,
    /// Only the tools that change nothing; the next task is shown and not claimed.
    ReadOnly,
}

/// Why a tool is not offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Withheld {
    /// It is not among those that were selected.
    #[error("the tool is not offered")]
    NotSelected,
    /// It changes something, and the server is for reading only.
    #[error("the server is for reading only")]
    ReadOnly,
    /// It writes files, and the server has no directory for them.
    #[error("there is no directory to export to")]
    NoExportDirectory,
}

/// What a server offers, and how much it says.
#[derive(Debug)]
pub(crate) struct Offer {
    /// The tools that are offered, in order and as clients get them.
    pub(crate) listed: Vec<Tool>,
    /// The tools that the page of a plan calls and that the profile lacks. They are for people, and
    /// only clients that keep them from their models see them listed. Nobody who calls one is
    /// refused, since a call of the page looks like a call of a model.
    pub(crate) of_page: Vec<Tool>,
    /// All tools that are not listed, those of the page among them.
    pub(crate) withheld: Vec<(&'static str, Withheld)>,
    /// Whether callers may change what is stored.
    pub(crate) access: Access,
    /// Which fields answers have.
    pub(crate) style: AnswerStyle,
    /// The largest answer to one call, in bytes of its text.
    pub(crate) answer_limit: usize,
    /// The directory to which code may be written as files.
    pub(crate) export: Option<ExportRoot>,
    /// The process that is open for each caller at the beginning, as people name it.
    pub(crate) process: Option<String>,
}

impl Offer {
    /// Whether the tool of this name is offered.
    pub(crate) fn has(&self, tool: &str) -> bool {
        self.listed.iter().any(|listed| listed.name == tool)
    }

    /// The tool that reads a task with all that it holds.
    pub(crate) fn reader_of_tasks(&self) -> &'static str {
        if self.code_stands_for_tasks() {
            "task_code_get"
        } else {
            "task_details_get"
        }
    }

    /// Whether the tool that reads code reads all else of a task as well, as no other tool on offer
    /// does.
    pub(crate) fn code_stands_for_tasks(&self) -> bool {
        self.has("task_code_get") && !self.has("task_details_get")
    }

    /// Whether a parameter of a tool is listed, so that a model can be sent to it.
    pub(crate) fn lists(&self, tool: &str, parameter: &str) -> bool {
        let listed = self.listed.iter().find(|listed| listed.name == tool);
        let properties = listed.and_then(|tool| tool.input_schema.get("properties"));
        properties.is_some_and(|properties| properties.get(parameter).is_some())
    }

    /// The names of all tools that can be called.
    pub(crate) fn callable(&self) -> impl Iterator<Item = &str> {
        let tools = self.listed.iter().chain(&self.of_page);
        tools.map(|tool| tool.name.as_ref())
    }

    /// Refuses a tool that is not offered.
    pub(crate) fn check(&self, tool: &str) -> Result<(), Withheld> {
        if self.of_page.iter().any(|of_page| of_page.name == tool) {
            return Ok(());
        }
        let withheld = self.withheld.iter().find(|(name, _)| *name == tool);
        withheld.map_or(Ok(()), |(_, why)| Err(*why))
    }

    /// Whether a text sends nobody to a tool that is not offered.
    pub(crate) fn has_all_in(&self, text: &str) -> bool {
        !self.withheld.iter().any(|(name, _)| text.contains(name))
    }

    /// A sentence that sends the caller to a tool; nothing if that is not offered.
    pub(crate) fn lead_to(&self, tool: &str, sentence: &'static str) -> &'static str {
        if self.has(tool) { sentence } else { "" }
    }
}
