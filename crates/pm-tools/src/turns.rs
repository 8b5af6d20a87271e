//! The order of a caller's calls: each takes effect after those that arrived before it.
//!
//! The protocol library runs every request as a task of its own, so the order in which calls
//! arrive is lost unless the transport writes it down. It does so by entering each call into the
//! [`Turns`] of its caller, and putting the [`Turn`] into the extensions of the request. Calls
//! that only read run side by side; any other call waits for all before it, and all after it wait
//! for that call. Callers do not wait for each other.

use crate::caller::line::{Beside, Line, Turn};
use crate::catalog::find;
use crate::tool::Effect;

/// The line in which the calls of one caller stand.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use pm_tools::Turns;
/// use rmcp::model::Extensions;
///
/// let turns = Turns::default();
/// let mut extensions = Extensions::new();
/// extensions.insert(turns.enter("task_new"));
/// # });
/// ```
#[derive(Debug, Clone, Default)]
pub struct Turns(Line);

impl Turns {
    /// The line of a caller.
    pub(crate) fn of(line: &Line) -> Self {
        Self(line.clone())
    }

    /// Enters a call of `tool` behind all that were entered before.
    ///
    /// It keeps its place until it is done, or until all clones of the turn are dropped.
    pub fn enter(&self, tool: &str) -> Turn {
        self.0.enter(beside(tool))
    }

    /// Whether no call stands in the line any more.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Who may be at work beside a call of the tool: readers, if it leaves everything as it is, the
/// open process of its caller included.
fn beside(tool: &str) -> Beside {
    let opens = tool == "process_load";
    let reads = find(tool).is_some_and(|tool| tool.effect == Effect::Reads);
    if reads && !opens {
        Beside::Readers
    } else {
        Beside::Nobody
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opening_a_process_is_a_change() {
        for (tool, who) in [
            ("task_list", Beside::Readers),
            ("search", Beside::Readers),
            ("task_new", Beside::Nobody),
            ("process_load", Beside::Nobody),
        ] {
            assert_eq!(beside(tool), who, "{tool}");
        }
    }
}
