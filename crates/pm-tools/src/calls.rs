//! The last calls, kept in memory for people who watch: who called what, how long it took, what was
//! refused, and which callers seem stuck.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use pm_core::Timestamp;
use rmcp::model::CallToolResult;

use crate::text::phrases::shortened;

/// How many calls are kept; the oldest are dropped first. With the limits below they take a
/// megabyte or two at the very most, and usually a hundredth of that.
const CALLS_MAX: usize = 500;

/// The most that is kept of the sentence of a refusal, and of the reason in it, in characters.
const REFUSAL_CHARS_MAX: usize = 300;

/// The most that is kept of the name of a tool or a process, in characters.
const NAME_CHARS_MAX: usize = 200;

/// How often a caller is refused alike before it seems stuck.
const STUCK_AFTER: usize = 3;

/// A call that was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallRecord {
    /// When it was answered.
    pub at: Timestamp,
    /// Who called, by the name under which it claims tasks.
    pub caller: Arc<str>,
    /// The tool, by the name that the caller gave it.
    pub tool: Cow<'static, str>,
    /// The process that it was about, if that is known.
    pub process: Option<String>,
    /// How long it took, with the time for which it waited for its turn.
    pub took: Duration,
    /// The length of the text of the answer, in bytes.
    pub answer_bytes: usize,
    /// Why it was refused, if it was.
    pub refusal: Option<CallRefusal>,
}

/// Why a call was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallRefusal {
    /// What the caller was told, without what to call next; cut if it is long.
    pub sentence: String,
    /// The reason within the sentence, which is the same however often the call was repeated.
    reason: String,
}

/// A caller whose last calls were refused, all of them alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StuckCaller {
    /// The last of these calls.
    pub last: Arc<CallRecord>,
    /// How many there were in a row, as far as they are kept.
    pub times: usize,
}

/// The calls that were answered last.
#[derive(Debug, Default)]
pub(crate) struct Calls(Mutex<VecDeque<Arc<CallRecord>>>);

impl Calls {
    /// Keeps a call.
    pub(crate) fn keep(&self, call: Arc<CallRecord>) {
        let mut kept = self.lock();
        let oldest = (kept.len() >= CALLS_MAX).then(|| kept.pop_front());
        kept.push_back(call);
        drop(kept);
        // The oldest call is freed without the lock, so that nobody waits for that.
        drop(oldest);
    }

    /// All that are kept, the last one first.
    pub(crate) fn last(&self) -> Vec<Arc<CallRecord>> {
        self.lock().iter().rev().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Arc<CallRecord>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CallRecord {
    /// Whether this call was refused as `other` was.
    fn is_refused_like(&self, other: &Self) -> bool {
        self.reason().is_some() && self.tool == other.tool && self.reason() == other.reason()
    }

    fn reason(&self) -> Option<&str> {
        Some(&self.refusal.as_ref()?.reason)
    }
}

/// A call that is being answered.
pub(crate) struct RunningCall {
    began: Instant,
    caller: Arc<str>,
}

impl RunningCall {
    /// Notes that a call begins.
    pub(crate) fn begin(caller: Arc<str>) -> Self {
        Self {
            began: Instant::now(),
            caller,
        }
    }

    /// The call with its answer, given at the time `at`; `reason` is why it was refused, if it was.
    pub(crate) fn answered(
        self,
        tool: &'static str,
        result: &CallToolResult,
        reason: Option<&str>,
        at: Timestamp,
    ) -> CallRecord {
        let field = |name: &str| result.structured_content.as_ref()?.get(name)?.as_str();
        let texts = result.content.iter().filter_map(|block| block.as_text());
        CallRecord {
            at,
            caller: self.caller,
            tool: tool.into(),
            process: field("process_name").map(|name| shortened(name, NAME_CHARS_MAX)),
            took: self.began.elapsed(),
            answer_bytes: texts.map(|text| text.text.len()).sum(),
            refusal: reason
                .map(|reason| CallRefusal::new(field("error").unwrap_or(reason), reason)),
        }
    }

    /// The call of a tool that does not exist.
    pub(crate) fn of_no_tool(self, tool: &str, message: &str, at: Timestamp) -> CallRecord {
        CallRecord {
            at,
            caller: self.caller,
            tool: shortened(tool, NAME_CHARS_MAX).into(),
            process: None,
            took: self.began.elapsed(),
            answer_bytes: message.len(),
            refusal: Some(CallRefusal::new(message, message)),
        }
    }
}

impl CallRefusal {
    fn new(sentence: &str, reason: &str) -> Self {
        Self {
            sentence: shortened(sentence, REFUSAL_CHARS_MAX),
            reason: shortened(reason, REFUSAL_CHARS_MAX),
        }
    }
}

/// The callers whose last calls were refused alike, three times in a row or more, in the order of
/// `calls`, which begins with the last one.
pub(crate) fn stuck(calls: &[Arc<CallRecord>]) -> Vec<StuckCaller> {
    /// The last calls of one caller.
    struct Run {
        stuck: StuckCaller,
        /// Whether there was a call before them that was not refused as they were.
        is_over: bool,
    }
    let mut runs: Vec<Run> = Vec::new();
    let mut run_of: HashMap<&str, usize> = HashMap::new();
    for call in calls {
        let number = *run_of.entry(&call.caller).or_insert(runs.len());
        match runs.get_mut(number) {
            None => runs.push(Run {
                is_over: call.refusal.is_none(),
                stuck: StuckCaller {
                    last: Arc::clone(call),
                    times: 1,
                },
            }),
            Some(run) if run.is_over => {}
            Some(run) if call.is_refused_like(&run.stuck.last) => run.stuck.times += 1,
            Some(run) => run.is_over = true,
        }
    }
    let runs = runs.into_iter().map(|run| run.stuck);
    runs.filter(|stuck| stuck.times >= STUCK_AFTER).collect()
}
