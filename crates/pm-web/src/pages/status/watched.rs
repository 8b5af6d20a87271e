//! Callers and their calls, as rows of the page.

use pm_core::Timestamp;
use time::OffsetDateTime;

use crate::frame::Link;
use crate::moment::Moment;
use crate::parts::count;
use crate::server_state::{Call, Caller, ServerState, StuckCaller};

/// A call in a row.
pub(super) struct CallRow {
    pub(super) at: Moment,
    pub(super) caller: String,
    pub(super) tool: String,
    pub(super) process: Option<Link>,
    /// How long it took, and how long the answer was.
    pub(super) cost: String,
    pub(super) refusal: Option<String>,
}

/// A caller in a row.
pub(super) struct CallerRow {
    pub(super) name: String,
    pub(super) since: Moment,
    pub(super) is_connected: bool,
    pub(super) last: Option<CallRow>,
}

/// A caller that seems stuck, in a row.
pub(super) struct StuckRow {
    pub(super) last: CallRow,
    pub(super) times: usize,
}

impl CallRow {
    pub(super) fn new(call: Call, now: &Timestamp) -> Self {
        Self {
            at: Moment::new(&call.at, now),
            caller: call.caller,
            tool: call.tool,
            process: call.process.as_deref().map(Link::to_process),
            cost: format!(
                "{} ms, {}",
                call.took.as_millis(),
                count(call.answer_bytes, "byte")
            ),
            refusal: call.refusal,
        }
    }
}

impl CallerRow {
    pub(super) fn new(caller: Caller, now: &Timestamp) -> Self {
        Self {
            name: caller.name,
            since: Moment::new(&caller.since, now),
            is_connected: caller.is_connected,
            last: caller.last_call.map(|call| CallRow::new(call, now)),
        }
    }
}

impl StuckRow {
    pub(super) fn all(state: &dyn ServerState, now: &Timestamp) -> Vec<Self> {
        let stuck = state.stuck_callers().into_iter();
        let row = |StuckCaller { last, times }| Self {
            last: CallRow::new(last, now),
            times,
        };
        stuck.map(row).collect()
    }
}

/// When something was heard of a caller, for the order of callers: those that are connected are
/// the greater ones.
pub(super) fn last_heard(caller: &Caller) -> (bool, Option<OffsetDateTime>) {
    let last = caller.last_call.as_ref().map(|call| &call.at);
    (caller.is_connected, last.unwrap_or(&caller.since).instant())
}
