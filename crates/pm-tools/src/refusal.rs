//! Refusals: what a model reads where a call was not done.
//!
//! One plain sentence that says what did not happen and why, and one that says the single next
//! call to make: small models follow that, and repeat the call where they get JSON, several
//! hints or a prefix. The words are chosen in `wording`, and nowhere else.

mod wording;
pub(crate) use wording::{existing, listed};

use pm_core::ProcessName;

use crate::caller::offer::Offer;
use crate::failure::Failure;
use crate::tools::Tool;

/// The most that a refusal says, in characters, whatever it quotes.
const MOST_SAID: usize = 1000;

/// A call that was not done, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// What did not happen.
    nothing: &'static str,
    /// What to know where the same call came before, as the rest of a sentence.
    repeats: &'static str,
    /// Why, as the rest of a sentence, without its full stop.
    why: String,
    /// The next call to make, as a sentence.
    pub(crate) next: String,
    /// The process that the call was about, where it is known.
    pub(crate) process: Option<String>,
    /// The task and the code snippet, where there was none to delete.
    pub(crate) snippet: Option<(String, String)>,
}

impl Refusal {
    /// Words why `tool` was refused.
    pub(crate) fn of(
        failure: &Failure,
        tool: &Tool,
        offer: &Offer,
        open: Option<ProcessName>,
    ) -> Self {
        let situation = wording::Situation { tool, offer, open };
        situation.word(failure)
    }

    /// Says what did not happen and why, in other words where the same call failed before.
    pub(crate) fn error(&self, times: u32) -> String {
        let Self {
            nothing, repeats, ..
        } = self;
        let start = match times {
            0 | 1 => (*nothing).to_owned(),
            2 => format!("{nothing}, and {repeats}"),
            _ => format!("{nothing}, now {times} times in a row, so stop repeating this call"),
        };
        let marks = ": ….  ".len();
        let rest = start.chars().count() + self.next.chars().count() + marks;
        let why = wording::shortened(&self.why, MOST_SAID.saturating_sub(rest));
        format!("{start}: {why}.")
    }
}
