//! What each of several people is served, who have tokens of their own: a realm each, as if it were
//! a server of theirs alone. What one has, another does not even see to be missing.

use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use pm_tools::Principal;
use pm_web::Login;
use rmcp::ServerHandler;
use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::mcp::{self, Endpoint};
use crate::refusal::Refusal;
use crate::token_file::{Entry, TokenDigest, TokenFile};

/// What one of them is served.
pub struct Realm<S> {
    /// What answers the calls of programs.
    pub server: S,
    /// Where programs call.
    pub endpoint: Arc<Endpoint<S>>,
    /// The pages, and where one proves to be the one that they are for.
    pub pages: Option<(Login, OwnPages)>,
    /// Ends the sessions and streams.
    pub closing: CancellationToken,
}

/// Routes that take some memory, and so are made once somebody comes.
pub type OwnPages = LazyLock<Router, Box<dyn FnOnce() -> Router + Send>>;

/// Makes what somebody is served.
pub type Making<S> = dyn Fn(&Entry) -> Result<Realm<S>, String> + Send + Sync;

/// All of them.
pub struct Realms<S> {
    open: RwLock<Vec<(Entry, Arc<Realm<S>>)>>,
    make: Box<Making<S>>,
}

impl<S> Realms<S> {
    /// Nobody yet; what they are served is made by `make`.
    pub fn new(make: impl Fn(&Entry) -> Result<Realm<S>, String> + Send + Sync + 'static) -> Self {
        Self {
            open: RwLock::default(),
            make: Box::new(make),
        }
    }

    /// Serves those in the file from now on: all of them, or who was served before if one cannot be.
    /// Of somebody who is no longer in it, or otherwise, sessions and streams end at once; everybody
    /// else notices nothing. It may wait for a store.
    pub fn set(&self, file: &TokenFile) -> Result<(), String> {
        let mut next = Vec::new();
        for entry in file.entries() {
            let realm = match self.realm(|known| known == entry) {
                Some(realm) => realm,
                None => Arc::new((self.make)(entry)?),
            };
            next.push((entry.clone(), realm));
        }
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *open, next);
        let is_kept = |realm: &Arc<Realm<S>>| open.iter().any(|(_, it)| Arc::ptr_eq(it, realm));
        for (entry, realm) in &before {
            if !is_kept(realm) {
                tracing::info!(
                    name = &*entry.name,
                    "a token is taken no more, or otherwise"
                );
                realm.closing.cancel();
            }
        }
        Ok(())
    }

    /// Ends the sessions of those whose tokens are over; answers when the next one will be.
    pub fn end_those_over(&self, now: OffsetDateTime) -> Option<OffsetDateTime> {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        for (entry, realm) in &*open {
            if entry.is_over(now) && !realm.closing.is_cancelled() {
                tracing::info!(name = &*entry.name, "a token is over");
                realm.closing.cancel();
            }
        }
        let ends = open.iter().filter_map(|(entry, _)| entry.expires);
        ends.filter(|end| *end > now).min()
    }

    /// The servers of all of them.
    pub fn servers(&self) -> Vec<S>
    where
        S: Clone,
    {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        let servers = open.iter().map(|(_, realm)| realm.server.clone());
        servers.collect()
    }

    /// Who has this token, unless it is over.
    pub fn principal(&self, token: &[u8], now: OffsetDateTime) -> Option<Principal> {
        self.who_has(token, now).map(|(name, _)| Principal(name))
    }

    /// What the token comes to, of somebody who may log in.
    pub fn digest(&self, token: &[u8], now: OffsetDateTime) -> Option<TokenDigest> {
        self.who_has(token, now).map(|(_, digest)| digest)
    }

    fn who_has(&self, token: &[u8], now: OffsetDateTime) -> Option<(Arc<str>, TokenDigest)> {
        let digest = TokenDigest::of(token);
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        let mut entries = open.iter().map(|(entry, _)| entry);
        let entry = entries.find(|entry| entry.digest.is(&digest) && !entry.is_over(now))?;
        Some((Arc::clone(&entry.name), entry.digest))
    }

    fn realm(&self, is_meant: impl Fn(&Entry) -> bool) -> Option<Arc<Realm<S>>> {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        let mut realms = open.iter();
        let (_, realm) = realms.find(|(entry, _)| is_meant(entry))?;
        Some(Arc::clone(realm))
    }

    /// The pages of whoever a request comes from, if they are logged in.
    fn pages(&self, request: &Request, now: OffsetDateTime) -> Option<Router> {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        let of_those = open.iter().filter(|(entry, _)| !entry.is_over(now));
        let mut pages = of_those.filter_map(|(_, realm)| realm.pages.as_ref());
        let (_, pages) = pages.find(|(login, _)| login.has_session(request.headers(), now))?;
        Some(Router::clone(pages))
    }
}

/// Answers a request to `/mcp` as the server of whoever sent it, whom the gate has found out.
pub async fn handle<S: ServerHandler>(
    State(realms): State<Arc<Realms<S>>>,
    request: Request,
) -> Response {
    let principal = request.extensions().get::<Principal>();
    let realm = principal.and_then(|Principal(name)| realms.realm(|entry| entry.name == *name));
    match realm {
        Some(realm) => mcp::handle(State(Arc::clone(&realm.endpoint)), request).await,
        // It was taken away a moment ago.
        None => Refusal::TokenWrong.into_response(),
    }
}

/// The pages of several people: those of whoever is logged in, or the door, where they log in.
pub struct Pages<S> {
    /// What each of them is served.
    pub realms: Arc<Realms<S>>,
    /// The pages of somebody who is nobody yet.
    pub door: Router,
}

/// Answers a request for a page.
pub async fn page<S: Send + Sync + 'static>(
    State(pages): State<Arc<Pages<S>>>,
    request: Request,
) -> Response {
    let own = pages.realms.pages(&request, OffsetDateTime::now_utc());
    let router = own.unwrap_or_else(|| pages.door.clone());
    match router.oneshot(request.map(Body::new)).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}
