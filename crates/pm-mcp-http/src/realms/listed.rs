//! The realms of those who have a token each, which is listed in a file.

use std::sync::{Arc, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use http::{Extensions, Method};
use pm_tools::Principal;
use time::OffsetDateTime;
use tower::ServiceExt as _;

use super::{Realm, Realms};
use crate::token_file::{Entry, TokenDigest, TokenFile};

impl<S> Realms<Entry, S> {
    /// Serves those in the file from now on; returns why somebody in it cannot be served.
    ///
    /// First, the sessions and streams of those end who are no longer in it, or whose entry has
    /// changed, whatever becomes of the others. Whoever is in it as before notices nothing. It may
    /// wait for a store.
    pub fn set(&self, file: &TokenFile) -> Vec<String> {
        let _alone = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        self.end(|entry| file.entries().contains(entry));
        let mut problems = Vec::new();
        for entry in file.entries() {
            let is_over = entry.is_over(OffsetDateTime::now_utc());
            if is_over || self.find(|it, _| it == entry).is_some() {
                continue;
            }
            problems.extend(self.add(entry).err());
        }
        problems
    }

    /// Ends what is served to those whose tokens are over.
    pub fn end_those_over(&self, now: OffsetDateTime) {
        if self.find(|entry, _| entry.is_over(now)).is_some() {
            self.end(|entry| !entry.is_over(now));
        }
    }

    fn end(&self, stays: impl Fn(&Entry) -> bool) {
        for entry in self.end_unless(stays) {
            tracing::info!(name = &*entry.grant.name, "a token counts no more");
        }
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
        extensions.insert(Principal(entry.grant.name));
        extensions.insert(realm);
        true
    }

    /// The digest of a token, if it is that of somebody who may log in.
    pub fn digest(&self, token: &[u8]) -> Option<TokenDigest> {
        self.who_has(token).map(|(entry, _)| entry.digest)
    }

    fn who_has(&self, token: &[u8]) -> Option<(Entry, Arc<Realm<S>>)> {
        let (digest, now) = (TokenDigest::of(token), OffsetDateTime::now_utc());
        self.find(|entry, _| entry.digest.is(&digest) && !entry.is_over(now))
    }

    /// The pages of whoever a request comes from, if they are logged in.
    fn pages(&self, request: &Request) -> Option<Router> {
        let now = OffsetDateTime::now_utc();
        let (_, realm) = self.find(|entry, realm| {
            let login = realm.pages.as_ref().map(|(login, _)| login);
            !entry.is_over(now)
                && login.is_some_and(|login| login.has_session(request.headers(), now))
        })?;
        let (_, pages) = realm.pages.as_ref()?;
        Some(Router::clone(pages))
    }
}

/// The pages of several people: those of whoever is logged in, or the door, where they log in.
pub struct Pages<S> {
    /// What each of them is served.
    pub realms: Arc<Realms<Entry, S>>,
    /// The pages of whoever has not logged in.
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
