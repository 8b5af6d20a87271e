//! The sessions of the protocol's older era: as many as fit; the longest idle one gives way.
//!
//! The library's manager keeps sessions for ever or ends them by a timer that does not see running
//! calls. A person may think for an hour between two messages, and a closed browser tab never says
//! goodbye; so a session ends if room is needed, and by that timer only after a whole day. This
//! wrapper knows when each was used last and how many of its calls and streams are open.

mod answering;
mod client;
mod open;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use pm_tools::{Numbering, Turns};
use rmcp::model::{ClientJsonRpcMessage, ServerJsonRpcMessage};
use rmcp::transport::streamable_http_server::session::local::{LocalSessionManager, SessionConfig};
use rmcp::transport::streamable_http_server::session::{
    ServerSseMessage, SessionId, SessionManager,
};
use tokio_stream::{Stream, StreamExt};

pub use self::answering::Answering;
use self::client::{Client, agrees_on_empty_events, is_of_web_ui};
use self::open::{Busy, Open, lock};

/// After how long a client whose stream broke off is to ask for the rest of it.
const RETRY: Duration = Duration::from_secs(3);

/// A session that nobody used for this long ends even if there is room.
const IDLE_LIMIT: Duration = Duration::from_secs(24 * 60 * 60);

/// A bounded set of sessions.
pub struct BoundedSessions {
    inner: Arc<LocalSessionManager>,
    open: Arc<Mutex<HashMap<SessionId, Open>>>,
    most: usize,
}

impl BoundedSessions {
    /// Makes room for `most` sessions, at least one.
    pub fn new(most: usize) -> Self {
        let mut config = SessionConfig::default();
        config.keep_alive = Some(IDLE_LIMIT);
        config.sse_retry = Some(RETRY);
        let mut inner = LocalSessionManager::default();
        inner.session_config = config;
        Self {
            inner: Arc::new(inner),
            open: Arc::default(),
            most: most.max(1),
        }
    }

    /// Whether there is a session of this name.
    pub fn knows(&self, id: &str) -> bool {
        self.lock().contains_key(id)
    }

    /// The line in which the calls of a session stand.
    pub fn turns(&self, id: &str) -> Option<Turns> {
        Some(self.lock().get(id)?.turns.clone())
    }

    fn numbering(&self, id: &SessionId) -> Arc<Numbering> {
        let open = self.lock();
        // A session that has just gone answers nothing more.
        open.get(id)
            .map(|session| Arc::clone(&session.numbering))
            .unwrap_or_default()
    }

    /// Whether this is a session of llama.cpp's web UI.
    pub fn is_of_web_ui(&self, id: &str) -> bool {
        self.lock()
            .get(id)
            .is_some_and(|session| session.client.is_web_ui)
    }

    fn client(&self, id: &SessionId) -> Client {
        let open = self.lock();
        open.get(id)
            .map(|session| session.client)
            .unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SessionId, Open>> {
        lock(&self.open)
    }

    /// Enters a new session and returns those that give way to it.
    fn enter(&self, id: SessionId) -> Vec<SessionId> {
        let mut open = self.lock();
        let mut leaving = Vec::new();
        while open.len() >= self.most {
            // An idle session goes before a busy one, however long ago that was used.
            let longest_idle = open
                .iter()
                .min_by_key(|(_, activity)| (activity.busy > 0, activity.last_used))
                .map(|(id, _)| id.clone());
            let Some(id) = longest_idle else { break };
            open.remove(&id);
            leaving.push(id);
        }
        open.insert(
            id,
            Open {
                last_used: Instant::now(),
                busy: 0,
                turns: Turns::default(),
                numbering: Arc::default(),
                client: Client::default(),
            },
        );
        leaving
    }

    /// Counts a session as busy until the guard is dropped.
    fn busy(&self, id: &SessionId) -> Busy {
        if let Some(activity) = self.lock().get_mut(id) {
            activity.last_used = Instant::now();
            activity.busy += 1;
        }
        Busy {
            open: Arc::clone(&self.open),
            id: id.clone(),
        }
    }

    /// Forgets a session whose worker has ended on its own, and hands the error on.
    fn lost<E>(&self, id: &SessionId) -> impl FnOnce(E) -> E {
        move |error| {
            self.lock().remove(id);
            error
        }
    }
}

impl SessionManager for BoundedSessions {
    type Error = <LocalSessionManager as SessionManager>::Error;
    type Transport = Answering<<LocalSessionManager as SessionManager>::Transport>;

    async fn create_session(&self) -> Result<(SessionId, Self::Transport), Self::Error> {
        let (id, inner) = self.inner.create_session().await?;
        for leaving in self.enter(id.clone()) {
            tracing::info!(session = %leaving, "the longest idle session gives way to a new one");
            let inner = Arc::clone(&self.inner);
            // As a task of its own: telling a session whose client reads nothing may wait for that
            // client.
            tokio::spawn(async move { inner.close_session(&leaving).await });
        }
        let numbering = self.numbering(&id);
        Ok((id, Answering { inner, numbering }))
    }

    async fn initialize_session(
        &self,
        id: &SessionId,
        message: ClientJsonRpcMessage,
    ) -> Result<ServerJsonRpcMessage, Self::Error> {
        let _busy = self.busy(id);
        let is_web_ui = is_of_web_ui(&message);
        let answer = self
            .inner
            .initialize_session(id, message)
            .await
            .map_err(self.lost(id))?;
        if let Some(session) = self.lock().get_mut(id) {
            session.client = Client {
                is_web_ui,
                takes_empty_events: agrees_on_empty_events(&answer),
            };
        }
        Ok(answer)
    }

    async fn has_session(&self, id: &SessionId) -> Result<bool, Self::Error> {
        Ok(self.knows(id))
    }

    async fn close_session(&self, id: &SessionId) -> Result<(), Self::Error> {
        self.lock().remove(id);
        self.inner.close_session(id).await
    }

    async fn create_stream(
        &self,
        id: &SessionId,
        mut message: ClientJsonRpcMessage,
    ) -> Result<impl Stream<Item = ServerSseMessage> + Send + Sync + 'static, Self::Error> {
        let busy = self.busy(id);
        // A request is always let in.
        let _ = self.numbering(id).let_in(&mut message);
        let stream = self
            .inner
            .create_stream(id, message)
            .await
            .map_err(self.lost(id))?;
        let client = self.client(id);
        Ok(busy
            .during(stream)
            .filter(move |event| client.can_read(event)))
    }

    async fn accept_message(
        &self,
        id: &SessionId,
        mut message: ClientJsonRpcMessage,
    ) -> Result<(), Self::Error> {
        let _busy = self.busy(id);
        if !self.numbering(id).let_in(&mut message) {
            return Ok(());
        }
        self.inner
            .accept_message(id, message)
            .await
            .map_err(self.lost(id))
    }

    async fn create_standalone_stream(
        &self,
        id: &SessionId,
    ) -> Result<impl Stream<Item = ServerSseMessage> + Send + Sync + 'static, Self::Error> {
        let busy = self.busy(id);
        let stream = self
            .inner
            .create_standalone_stream(id)
            .await
            .map_err(self.lost(id))?;
        let client = self.client(id);
        // The library begins only the streams of requests with such an event.
        let first = tokio_stream::once(ServerSseMessage::priming("0", RETRY));
        let stream = first.chain(busy.during(stream));
        Ok(stream.filter(move |event| client.can_read(event)))
    }

    async fn resume(
        &self,
        id: &SessionId,
        last_event_id: String,
    ) -> Result<impl Stream<Item = ServerSseMessage> + Send + Sync + 'static, Self::Error> {
        let busy = self.busy(id);
        // Not `lost`: a stale event id says nothing about the session.
        let stream = self.inner.resume(id, last_event_id).await?;
        let client = self.client(id);
        Ok(busy
            .during(stream)
            .filter(move |event| client.can_read(event)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(name: &str) -> SessionId {
        SessionId::from(name)
    }

    #[test]
    fn the_longest_idle_session_gives_way() {
        let sessions = BoundedSessions::new(2);
        assert!(sessions.enter(id("a")).is_empty());
        assert!(sessions.enter(id("b")).is_empty());
        drop(sessions.busy(&id("a")));
        assert_eq!(sessions.enter(id("c")), [id("b")]);
        assert!(sessions.knows("a") && sessions.knows("c") && !sessions.knows("b"));
    }

    #[test]
    fn a_busy_session_stays_unless_all_are_busy() {
        let sessions = BoundedSessions::new(2);
        sessions.enter(id("a"));
        sessions.enter(id("b"));
        let first = sessions.busy(&id("a"));
        drop(sessions.busy(&id("b")));
        assert_eq!(sessions.enter(id("c")), [id("b")]);
        let second = sessions.busy(&id("c"));
        assert_eq!(sessions.enter(id("d")), [id("a")]);
        drop((first, second));
        assert!(sessions.knows("c") && sessions.knows("d"));
    }

    #[tokio::test]
    async fn a_session_that_gave_way_is_closed_within() {
        let sessions = BoundedSessions::new(1);
        let (first, _transport) = sessions.create_session().await.unwrap();
        let (second, _other) = sessions.create_session().await.unwrap();
        assert!(!sessions.has_session(&first).await.unwrap());
        assert!(sessions.has_session(&second).await.unwrap());
        while sessions.inner.has_session(&first).await.unwrap() {
            tokio::task::yield_now().await;
        }
        sessions.close_session(&second).await.unwrap();
        assert!(!sessions.has_session(&second).await.unwrap());
    }
}
