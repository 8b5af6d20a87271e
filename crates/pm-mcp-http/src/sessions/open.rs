//! What is known of open sessions, and what keeps one busy.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use pm_tools::{Numbering, Turns, restore_id, sent_id};
use rmcp::transport::streamable_http_server::session::{ServerSseMessage, SessionId};
use tokio_stream::{Stream, StreamExt};

use super::client::Client;

/// What is known of an open session.
pub(super) struct Open {
    /// This and the next decide which session gives way.
    pub(super) last_used: Instant,
    /// Calls that run and streams that are open.
    pub(super) busy: usize,
    /// The order of its calls.
    pub(super) turns: Turns,
    pub(super) numbering: Arc<Numbering>,
    pub(super) client: Client,
}

/// Looks at the open sessions.
pub(super) fn lock(
    open: &Mutex<HashMap<SessionId, Open>>,
) -> MutexGuard<'_, HashMap<SessionId, Open>> {
    // Nothing panics while it is held, and the map is whole between any two statements.
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A call that runs or a stream that is open.
pub(super) struct Busy {
    pub(super) open: Arc<Mutex<HashMap<SessionId, Open>>>,
    pub(super) id: SessionId,
}

impl Drop for Busy {
    fn drop(&mut self) {
        if let Some(activity) = lock(&self.open).get_mut(&self.id) {
            activity.last_used = Instant::now();
            activity.busy = activity.busy.saturating_sub(1);
        }
    }
}

impl Busy {
    /// Keeps the session busy until `stream` is dropped, and has each answer bear the id that the
    /// client gave its request.
    pub(super) fn during<S: Stream<Item = ServerSseMessage>>(
        self,
        stream: S,
    ) -> impl Stream<Item = ServerSseMessage> + use<S> {
        stream.map(move |mut event| {
            let _busy = &self;
            if let Some(message) = &mut event.message
                && sent_id(message).is_some()
            {
                restore_id(Arc::make_mut(message));
            }
            event
        })
    }
}
