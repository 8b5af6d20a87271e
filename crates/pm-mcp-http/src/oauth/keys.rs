//! The keys of the authorization server as they are by now: fetched at the start, every hour, and when
//! a token names one that is not known.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use jsonwebtoken::Header;
use tokio::runtime::Handle;
use tokio::sync::Mutex;
use tokio::time::sleep;

use super::issuer::{IssuerProblem, fetch_keys};
use super::key_set::KeySet;
use crate::web_url::WebUrl;

/// How often they are fetched in any case. By then, a key that is no longer listed counts no more.
const FETCH_EVERY: Duration = Duration::from_secs(60 * 60);

/// How soon they are fetched again because of an unknown key: anybody can send a token that names
/// one.
const FETCH_AGAIN_AFTER: Duration = Duration::from_secs(30);

/// How soon fetching is tried again as long as there are no keys.
const TRY_EVERY: Duration = Duration::from_secs(5);

/// How long keys count at most if they cannot be fetched anew: otherwise whoever keeps them from
/// being fetched could go on using one that was withdrawn.
const HOLD_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// The keys of an authorization server.
pub struct Keys {
    issuer: WebUrl,
    /// When they were last fetched, and which they were; `None` before the first time.
    known: RwLock<Option<(Instant, Arc<KeySet>)>>,
    /// The last time that they were asked for because of a token; held by the one who asks.
    asked: Arc<Mutex<Option<Asked>>>,
    /// The runtime on which they are fetched, so that fetching goes on if whoever waits for it
    /// gives up.
    work: Handle,
}

/// A time at which keys were asked for because of a token.
struct Asked {
    at: Instant,
    /// Whether they were fetched.
    worked: bool,
}

impl Keys {
    /// The keys of `issuer`, which are not known yet.
    pub fn new(issuer: WebUrl, work: Handle) -> Self {
        Self {
            issuer,
            known: RwLock::default(),
            asked: Arc::default(),
            work,
        }
    }

    /// Fetches them anew. Those that are no longer listed count no more; if fetching fails, nothing
    /// changes.
    pub async fn fetch(&self) -> Result<(), IssuerProblem> {
        let keys = fetch_keys(&self.issuer).await?;
        let issuer = &self.issuer;
        if keys.is_empty() {
            tracing::warn!(%issuer, "none of the keys can be used: RS, PS, ES256, ES384 and Ed25519 can");
        } else {
            tracing::debug!(%issuer, keys = keys.len(), "the keys were fetched");
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        *known = Some((Instant::now(), Arc::new(keys)));
        Ok(())
    }

    /// Fetches them again and again, for as long as it runs.
    pub async fn follow(self: Arc<Self>) {
        let mut is_told = false;
        loop {
            let is_known = self.known().is_some();
            sleep(if is_known { FETCH_EVERY } else { TRY_EVERY }).await;
            match self.fetch().await {
                Ok(()) if is_known => is_told = false,
                Ok(()) => {
                    tracing::warn!(issuer = %self.issuer, "the authorization server can be reached by now");
                    is_told = false;
                }
                // Once, and not every few seconds.
                Err(problem) if !is_told => {
                    self.tell(&problem);
                    is_told = true;
                }
                Err(_) => {}
            }
        }
    }

    /// The keys, among them the one for a token with this head if there is one at all; `None` if
    /// that cannot be found out now.
    pub async fn for_token(self: &Arc<Self>, head: &Header) -> Option<Arc<KeySet>> {
        let known = self.known()?;
        let mut candidates = known.candidates(head.kid.as_deref(), head.alg);
        let is_there = candidates.next().is_some();
        drop(candidates);
        if is_there {
            return Some(known);
        }
        self.newest().await
    }

    /// The keys as the authorization server lists them, or did a moment ago; `None` if it cannot be
    /// asked.
    pub async fn newest(self: &Arc<Self>) -> Option<Arc<KeySet>> {
        // While this waited, another may have fetched them, so it looks only afterwards.
        let mut asked = Arc::clone(&self.asked).lock_owned().await;
        let is_recent = |asked: &&Asked| asked.at.elapsed() < FETCH_AGAIN_AFTER;
        if let Some(last) = asked.as_ref().filter(is_recent) {
            return last.worked.then(|| self.known()).flatten();
        }
        let this = Arc::clone(self);
        let fetching = self.work.spawn(async move {
            let fetched = this.fetch().await;
            if let Err(problem) = &fetched {
                this.tell(problem);
            }
            *asked = Some(Asked {
                at: Instant::now(),
                worked: fetched.is_ok(),
            });
            fetched.is_ok()
        });
        let worked = fetching.await.unwrap_or(false);
        worked.then(|| self.known()).flatten()
    }

    fn tell(&self, problem: &IssuerProblem) {
        tracing::error!(issuer = %self.issuer, %problem, "the keys of the authorization server cannot be fetched");
    }

    fn known(&self) -> Option<Arc<KeySet>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let (at, keys) = known.as_ref()?;
        (at.elapsed() < HOLD_FOR).then(|| Arc::clone(keys))
    }
}
