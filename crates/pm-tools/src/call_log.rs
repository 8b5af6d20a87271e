//! One line in the log for each call, at `info`: who called what, on which process, what came of it.

use std::time::Instant;

use pm_core::Actor;
use rmcp::model::CallToolResult;

/// A call that is to be logged.
pub(crate) struct CallLog {
    began: Instant,
    tool: &'static str,
    caller: Actor,
}

impl CallLog {
    /// Notes that a call begins, unless the log leaves calls out.
    pub(crate) fn begin(tool: &'static str, caller: &Actor) -> Option<Self> {
        tracing::enabled!(tracing::Level::INFO).then(|| Self {
            began: Instant::now(),
            tool,
            caller: caller.clone(),
        })
    }

    /// Logs the call with what came of it.
    pub(crate) fn end(self, result: &CallToolResult) {
        let Self {
            began,
            tool,
            caller,
        } = self;
        let ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let caller = caller.to_string();
        let caller = caller.as_str();
        let field = |name: &str| result.structured_content.as_ref()?.get(name)?.as_str();
        let process = field("process_name").unwrap_or_default();
        if result.is_error == Some(true) {
            let reason = field("error").unwrap_or_default();
            tracing::info!(tool, caller, process, outcome = "refused", reason, ms);
        } else {
            tracing::info!(tool, caller, process, outcome = "done", ms);
        }
    }
}

/// Logs that a client opened a connection or session.
pub(crate) fn opened(client: &str, version: &str, protocol: &str) {
    tracing::info!(client, version, protocol, "a client connected");
}
