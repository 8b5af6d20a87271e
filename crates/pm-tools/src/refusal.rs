//! Refusals: what a model reads if a call was not done.
//!
//! One plain sentence that says what did not happen and why, and one that says the single next
//! call to make: small models follow that, and repeat the call if they get JSON, several
//! hints or a prefix. The words are chosen in `wording` and the modules
//! beside it, and nowhere else.

mod explained;
mod history;
mod input;
mod names;
mod plan;
mod storage;
mod taken;
mod whole_plan;
mod wording;

use pm_core::{ProcessName, TaskName};
use rmcp::model::{CallToolResult, ContentBlock};
use serde::Serialize;

use crate::caller::offer::Offer;
use crate::text::phrases::{either, list, quoted, shortened};
use crate::tool::Tool;

/// The most that a refusal says, in characters, whatever it quotes.
const REFUSAL_CHARS_MAX: usize = 1000;

/// A call that was not done, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// What did not happen.
    nothing: &'static str,
    /// What to know if the same call came before, as the rest of a sentence.
    repeats: &'static str,
    /// Why, as the rest of a sentence, without its full stop.
    pub(crate) why: String,
    /// The next call to make, as a sentence.
    pub(crate) next: String,
    /// The process that the call was about, if it is known.
    pub(crate) process: Option<String>,
    /// The task and the code snippet, if there was no such code to delete.
    pub(crate) snippet: Option<(String, String)>,
}

impl Refusal {
    /// Says what did not happen and why, in other words if the same call failed before.
    pub(crate) fn error(&self, times: usize) -> String {
        let Self {
            nothing, repeats, ..
        } = self;
        let start = match times {
            0 | 1 => (*nothing).to_owned(),
            2 => format!("{nothing}, and {repeats}"),
            _ => format!("{nothing}, now {times} times, so stop repeating this call"),
        };
        let marks = ": ….  ".len();
        let rest = start.chars().count() + self.next.chars().count() + marks;
        let why = shortened(&self.why, REFUSAL_CHARS_MAX.saturating_sub(rest));
        format!("{start}: {why}.")
    }

    /// Makes the result of the call; `times` is how often it was refused of late.
    pub(crate) fn result(&self, times: usize) -> CallToolResult {
        let error = self.error(times);
        let snippet = self.snippet.as_ref();
        let object = Refused {
            success: false,
            error: &error,
            hint: &self.next,
            process_name: self.process.as_deref(),
            snippet: snippet.map(|(task, code)| SnippetRefused {
                message: &error,
                task_name: task,
                code_name: code,
            }),
        };
        let sentence = format!("{error} {}", self.next);
        let mut result = CallToolResult::error(vec![ContentBlock::text(sentence)]);
        // Strings and a boolean always make a value; were it not so, the sentence still goes out.
        result.structured_content = serde_json::to_value(object).ok();
        result
    }

    fn about(self, process: Option<&ProcessName>) -> Self {
        Self {
            process: process.map(ProcessName::to_string),
            ..self
        }
    }
}

/// What a program gets of a refusal, in the place of the sentence.
#[derive(Serialize)]
struct Refused<'a> {
    success: bool,
    error: &'a str,
    hint: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    process_name: Option<&'a str>,
    #[serde(flatten)]
    snippet: Option<SnippetRefused<'a>>,
}

/// What the reference answers if there is no such code to delete.
#[derive(Serialize)]
struct SnippetRefused<'a> {
    message: &'a str,
    task_name: &'a str,
    code_name: &'a str,
}

/// The next step if something would be taken away: no other name is ever suggested.
const ASK: &str = "Ask the user which one is meant.";

/// The next step if something would be taken away and there are these names: a model that is to ask
/// which one is meant takes the only one.
fn ask_about<N>(names: &[N]) -> &'static str {
    match names {
        [_] => "Ask the user whether it is meant.",
        _ => ASK,
    }
}

/// What was refused.
struct Situation<'a> {
    tool: &'a Tool,
    offer: &'a Offer,
    /// The caller's open process.
    open: Option<ProcessName>,
}

impl Situation<'_> {
    fn refusal(&self, why: impl Into<String>, next: impl Into<String>) -> Refusal {
        Refusal {
            nothing: self.tool.nothing,
            repeats: "the same call will go on failing",
            why: why.into(),
            next: next.into(),
            process: None,
            snippet: None,
        }
    }

    /// The same call once more, with something put right.
    fn again(&self, with: &str) -> String {
        format!("Call {} again with {with}.", self.tool.name)
    }

    /// The same call once more, with a parameter that a short list may lack, or else another step.
    fn again_if_listed(&self, parameter: &str, with: &str, or: impl Into<String>) -> String {
        if self.offer.lists(self.tool.name, parameter) {
            self.again(with)
        } else {
            or.into()
        }
    }

    /// The same call once more, in one of these processes.
    fn again_in(&self, processes: &[impl AsRef<str>]) -> String {
        let how = format!("with name {} first", list(processes, "or"));
        let or = self.call("process_load", &how, "to say which process is meant");
        self.again_if_listed("process", &either("process", processes), or)
    }

    /// Whether the tool takes a parameter of this name.
    fn takes(&self, parameter: &str) -> bool {
        self.tool.schema.takes(parameter)
    }

    /// The next step: to call `tool` to look at something in `process`, or in one of its tasks, for
    /// this reason; or what to tell the user.
    fn look_in(
        &self,
        tool: &str,
        (process, task): (&ProcessName, Option<&TaskName>),
        why: &str,
        or_tell: &str,
    ) -> String {
        let task = task.map(|task| either("task_name", &[task]));
        let is_open = self.open.as_ref() == Some(process);
        if !is_open && self.offer.has(tool) && !self.offer.lists(tool, "process") {
            let how = format!("with name {} first", quoted(process));
            return self.call("process_load", &how, or_tell);
        }
        // The open process need not be named.
        let inside = (!is_open).then(|| either("process", &[process]));
        let arguments: Vec<String> = task.into_iter().chain(inside).collect();
        let how = match arguments.as_slice() {
            [] => why.to_owned(),
            arguments => format!("with {} {why}", arguments.join(" and ")),
        };
        self.call(tool, &how, or_tell)
    }

    /// The parameter that names a process.
    fn process_parameter(&self) -> &'static str {
        if self.takes("process") {
            "process"
        } else {
            "name"
        }
    }

    /// The parameter that names a task that exists.
    fn task_parameter(&self) -> &'static str {
        if self.takes("old_task_name") {
            "old_task_name"
        } else {
            "task_name"
        }
    }

    /// The next step: to call `tool` in this way or, if it is not offered, what to tell the
    /// user. This is the only way in which another tool than the refused one is suggested.
    fn call(&self, tool: &str, how: &str, or_tell: &str) -> String {
        if self.offer.has(tool) {
            format!("Call {tool} {how}.")
        } else {
            format!("Tell the user {or_tell}.")
        }
    }
}
