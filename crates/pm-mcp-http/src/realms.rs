//! What is served to several people: every one has a realm, which is like a server of their own.
//! Nobody sees what is in another's, nor that there is anything.

use std::sync::{Arc, LazyLock, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use pm_web::Login;
use rmcp::ServerHandler;
use tokio_util::sync::CancellationToken;

use crate::mcp::{self, Endpoint};
use crate::refusal::Refusal;

mod listed;
mod on_demand;
mod visit;

pub use listed::{Pages, page};
pub use on_demand::{Entered, Inside, NoRoom, Visitor};
pub use visit::Visit;

/// What one of them is served.
pub struct Realm<S> {
    /// What answers the calls of programs.
    pub server: S,
    /// Where programs call.
    pub endpoint: Arc<Endpoint<S>>,
    /// The pages, and where one proves to be the one that they are for; none where there are no pages.
    pub pages: Option<(Login, OwnPages)>,
    /// Ends the sessions and streams.
    pub closing: CancellationToken,
}

/// Routes that take some memory, and so are made once somebody comes.
pub type OwnPages = LazyLock<Router, Box<dyn FnOnce() -> Router + Send>>;

/// Makes what somebody is served.
pub type Making<K, S> = dyn Fn(&K) -> Result<Realm<S>, String> + Send + Sync;

/// All of them, each with the key `K` by which it is known whose it is.
pub struct Realms<K, S> {
    open: RwLock<Vec<(K, Arc<Realm<S>>)>>,
    /// Held by the one who changes who is served.
    changing: Mutex<()>,
    make: Box<Making<K, S>>,
}

impl<K: Clone, S> Realms<K, S> {
    /// Nobody yet; what they are served is made by `make`.
    pub fn new(make: impl Fn(&K) -> Result<Realm<S>, String> + Send + Sync + 'static) -> Self {
        Self {
            open: RwLock::default(),
            changing: Mutex::default(),
            make: Box::new(make),
        }
    }

    /// The servers of all of them.
    pub fn servers(&self) -> Vec<S>
    where
        S: Clone,
    {
        let open = self.read();
        let servers = open.iter().map(|(_, realm)| realm.server.clone());
        servers.collect()
    }

    /// The first whose key and realm are such.
    fn find(&self, is_meant: impl Fn(&K, &Realm<S>) -> bool) -> Option<(K, Arc<Realm<S>>)> {
        let open = self.read();
        let mut realms = open.iter();
        realms.find(|(key, realm)| is_meant(key, realm)).cloned()
    }

    /// Makes the realm of somebody who has none. It may wait for a store.
    fn add(&self, key: &K) -> Result<Arc<Realm<S>>, String> {
        let realm = Arc::new((self.make)(key)?);
        self.write().push((key.clone(), Arc::clone(&realm)));
        Ok(realm)
    }

    /// Ends the sessions and streams of all but some; answers whose they were.
    fn end_unless(&self, stays: impl Fn(&K) -> bool) -> Vec<K> {
        let goes = |(key, _): &mut (K, Arc<Realm<S>>)| !stays(key);
        let gone: Vec<_> = self.write().extract_if(.., goes).collect();
        let ended = gone.into_iter().map(|(key, realm)| {
            realm.closing.cancel();
            key
        });
        ended.collect()
    }

    fn read(&self) -> RwLockReadGuard<'_, Vec<(K, Arc<Realm<S>>)>> {
        self.open.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Vec<(K, Arc<Realm<S>>)>> {
        self.open.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Answers a request to `/mcp` in the realm that the gate has found.
pub async fn handle<S: ServerHandler>(mut request: Request) -> Response {
    let realm = request.extensions().get::<Arc<Realm<S>>>().cloned();
    // Out of the request, which the protocol library may keep for as long as it likes.
    let visit = request.extensions_mut().remove::<Visit>();
    let Some(realm) = realm.filter(|realm| !realm.closing.is_cancelled()) else {
        // It was ended while the request came in.
        return Refusal::TokenWrong.into_response();
    };
    let response = mcp::handle(State(Arc::clone(&realm.endpoint)), request).await;
    match visit {
        Some(visit) => visit.until_over(response),
        None => response,
    }
}
