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

/// How often they are fetched anyway. A key that is no longer listed counts no more by then.
const FETCH_EVERY: Duration = Duration::from_secs(60 * 60);

/// How soon they are fetched again for an unknown one: anybody can send a token that names one.
const FETCH_AGAIN_AFTER: Duration = Duration::from_secs(30);

/// How soon it is tried again as long as there are none.
const TRY_EVERY: Duration = Duration::from_secs(5);

/// The keys of an authorization server.
pub struct Keys {
    issuer: WebUrl,
    /// `None` until they were had for the first time.
    known: RwLock<Option<Arc<KeySet>>>,
    /// When they were last asked for because of a token; held by the one who asks.
    asked: Mutex<Option<Instant>>,
    /// Where they are fetched, so that whoever waits for them may give up.
    work: Handle,
}

impl Keys {
    /// Those of `issuer`, which are not known yet.
    pub fn new(issuer: WebUrl, work: Handle) -> Self {
        Self {
            issuer,
            known: RwLock::default(),
            asked: Mutex::default(),
            work,
        }
    }

    /// Fetches them anew. Those that are no longer listed count no more; if it fails, nothing changes.
    pub async fn fetch(&self) -> Result<(), IssuerProblem> {
        let keys = fetch_keys(&self.issuer).await?;
        tracing::debug!(issuer = %self.issuer, keys = keys.len(), "the keys were fetched");
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        *known = Some(Arc::new(keys));
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
                    tracing::error!(issuer = %self.issuer, %problem, "the keys of the authorization server cannot be fetched");
                    is_told = true;
                }
                Err(_) => {}
            }
        }
    }

    /// The keys among which is that of a token with this head, if there is one at all; `None` while
    /// none are known.
    pub async fn for_token(self: &Arc<Self>, head: &Header) -> Option<Arc<KeySet>> {
        let is_there = |keys: &KeySet| {
            let mut candidates = keys.candidates(head.kid.as_deref(), head.alg);
            candidates.next().is_some()
        };
        let known = self.known()?;
        if is_there(&known) {
            return Some(known);
        }
        let this = Arc::clone(self);
        let asked = self.work.spawn(async move {
            let mut asked = this.asked.lock().await;
            let is_recent = |at: Instant| at.elapsed() < FETCH_AGAIN_AFTER;
            // While it waited another may have fetched it, which is why it looks afterwards.
            if asked.is_some_and(is_recent) {
                return;
            }
            if let Err(problem) = this.fetch().await {
                tracing::error!(issuer = %this.issuer, %problem, "the keys of the authorization server cannot be fetched");
            }
            *asked = Some(Instant::now());
        });
        let _ = asked.await;
        self.known()
    }

    fn known(&self) -> Option<Arc<KeySet>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.clone()
    }
}
