//! What is served to several people who have a token each: every one has a realm, which is like a
//! server of their own. Nobody sees what is in another's, nor that there is anything.

use std::sync::{Arc, LazyLock, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{Extensions, Method};
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
    /// Held by the one who changes who is served.
    changing: Mutex<()>,
    make: Box<Making<S>>,
}

impl<S> Realms<S> {
    /// Nobody yet; what they are served is made by `make`.
    pub fn new(make: impl Fn(&Entry) -> Result<Realm<S>, String> + Send + Sync + 'static) -> Self {
        Self {
            open: RwLock::default(),
            changing: Mutex::default(),
            make: Box::new(make),
        }
    }

    /// Serves those in the file from now on; answers why somebody in it cannot be.
    ///
    /// Of those who are no longer in it, or otherwise, sessions and streams end first, whatever
    /// becomes of the others; who is in it as before notices nothing. It may wait for a store.
    pub fn set(&self, file: &TokenFile) -> Vec<String> {
        let _alone = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        self.end_unless(|entry| file.entries().contains(entry));
        let mut problems = Vec::new();
        for entry in file.entries() {
            if entry.is_over(OffsetDateTime::now_utc()) || self.realm(|it| it == entry).is_some() {
                continue;
            }
            match (self.make)(entry) {
                Ok(realm) => self.write().push((entry.clone(), Arc::new(realm))),
                Err(problem) => problems.push(problem),
            }
        }
        problems
    }

    /// Ends what is served to those whose tokens are over.
    pub fn end_those_over(&self, now: OffsetDateTime) {
        if self.read().iter().any(|(entry, _)| entry.is_over(now)) {
            self.end_unless(|entry| !entry.is_over(now));
        }
    }

    /// Ends the realms of all but some.
    fn end_unless(&self, stays: impl Fn(&Entry) -> bool) {
        let goes = |(entry, _): &mut (Entry, Arc<Realm<S>>)| !stays(entry);
        let gone: Vec<_> = self.write().extract_if(.., goes).collect();
        for (entry, realm) in gone {
            tracing::info!(name = &*entry.name, "a token counts no more");
            realm.closing.cancel();
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Vec<(Entry, Arc<Realm<S>>)>> {
        self.open.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Vec<(Entry, Arc<Realm<S>>)>> {
        self.open.write().unwrap_or_else(PoisonError::into_inner)
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

    /// Finds out who has this token, unless it is over, and notes it and their realm in the extensions
    /// of the request that it came with.
    pub fn admit(&self, token: &[u8], extensions: &mut Extensions) -> bool
    where
        S: Send + Sync + 'static,
    {
        let Some((entry, realm)) = self.who_has(token) else {
            return false;
        };
        extensions.insert(Principal(entry.name));
        extensions.insert(realm);
        true
    }

    /// What the token comes to, of somebody who may log in.
    pub fn digest(&self, token: &[u8]) -> Option<TokenDigest> {
        self.who_has(token).map(|(entry, _)| entry.digest)
    }

    fn who_has(&self, token: &[u8]) -> Option<(Entry, Arc<Realm<S>>)> {
        let (digest, now) = (TokenDigest::of(token), OffsetDateTime::now_utc());
        let open = self.read();
        let mut open = open.iter();
        let found = open.find(|(entry, _)| entry.digest.is(&digest) && !entry.is_over(now));
        found.cloned()
    }

    fn realm(&self, is_meant: impl Fn(&Entry) -> bool) -> Option<Arc<Realm<S>>> {
        let open = self.read();
        let mut realms = open.iter();
        let (_, realm) = realms.find(|(entry, _)| is_meant(entry))?;
        Some(Arc::clone(realm))
    }

    /// The pages of whoever a request comes from, if they are logged in.
    fn pages(&self, request: &Request) -> Option<Router> {
        let now = OffsetDateTime::now_utc();
        let realm = {
            let open = self.read();
            let mut open = open.iter();
            let is_theirs = |(entry, realm): &&(Entry, Arc<Realm<S>>)| {
                let login = realm.pages.as_ref().map(|(login, _)| login);
                let is_theirs = |login: &Login| login.has_session(request.headers(), now);
                !entry.is_over(now) && login.is_some_and(is_theirs)
            };
            Arc::clone(&open.find(is_theirs)?.1)
        };
        let (_, pages) = realm.pages.as_ref()?;
        Some(Router::clone(pages))
    }
}

/// Answers a request to `/mcp` in the realm that the gate has found.
pub async fn handle<S: ServerHandler>(request: Request) -> Response {
    let realm = request.extensions().get::<Arc<Realm<S>>>().cloned();
    match realm.filter(|realm| !realm.closing.is_cancelled()) {
        Some(realm) => mcp::handle(State(Arc::clone(&realm.endpoint)), request).await,
        // It was ended while the request came in.
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
    // A token that is sent is looked at, whoever is logged in.
    let logs_in = request.method() == Method::POST && request.uri().path() == "/login";
    let own = pages.realms.pages(&request).filter(|_| !logs_in);
    let router = own.unwrap_or_else(|| pages.door.clone());
    match router.oneshot(request.map(Body::new)).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}
