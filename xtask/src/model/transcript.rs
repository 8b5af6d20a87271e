//! What was said and done in a case, in Markdown for people.

use std::fmt::Write as _;

use super::llm::{Answer, ModelCall};

/// The longest answer of a tool that is kept whole, in characters.
const ANSWER_CHARS_MAX: usize = 3_000;

#[derive(Default)]
pub(super) struct Transcript(String);

impl Transcript {
    /// The text so far.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn heading(&mut self, id: &str) {
        let _ = writeln!(self.0, "## {id}\n");
    }

    pub(super) fn user(&mut self, text: &str) {
        let _ = writeln!(self.0, "**User:** {text}\n");
    }

    /// What the model said beside its calls.
    pub(super) fn said(&mut self, answer: &Answer) {
        if !answer.text.is_empty() {
            let cut = if answer.is_cut {
                " (out of tokens)"
            } else {
                ""
            };
            let _ = writeln!(self.0, "**Model{cut}:** {}\n", answer.text);
        }
    }

    pub(super) fn called(&mut self, call: &ModelCall, answer: &str, is_done: bool) {
        let ModelCall {
            tool, arguments, ..
        } = call;
        let answer: String = answer.chars().take(ANSWER_CHARS_MAX).collect();
        let mark = if is_done { "→" } else { "✗" };
        let _ = writeln!(self.0, "`{tool}` `{arguments}`\n{mark} {answer}\n");
    }

    /// What the judge says.
    pub(super) fn judged(&mut self, wrong: &[String], unasked: &[String]) {
        if wrong.is_empty() && unasked.is_empty() {
            self.0 += "**Right.**\n\n";
        }
        for what in wrong {
            let _ = writeln!(self.0, "**Wrong:** {what}\n");
        }
        for what in unasked {
            let _ = writeln!(self.0, "**Not asked for:** {what}\n");
        }
    }
}
