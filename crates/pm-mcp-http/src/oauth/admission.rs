//! From the token of a request to what whoever has it is served.

use std::collections::HashSet;
use std::sync::Arc;

use http::Extensions;
use pm_tools::Principal;
use time::OffsetDateTime;
use tokio::runtime::Handle;

use super::OAuth;
use super::access_token::{self, Expected};
use super::challenge::{Challenge, Lack};
use super::claims::{Person, READ, WRITE, person};
use super::flaw::Flaw;
use super::keys::Keys;
use super::known_tokens::KnownTokens;
use crate::grant::TokenAccess;
use crate::mcp::StepUp;
use crate::realms::{Entered, NoRoom, Realms, Visit, Visitor};
use crate::refusal::Refusal;
use crate::token_file::TokenDigest;

/// Who is let in.
pub struct Admission<S> {
    /// What everybody is served.
    pub realms: Arc<Realms<Visitor, S>>,
    keys: Arc<Keys>,
    expected: Expected,
    name_claim: Arc<str>,
    known: KnownTokens,
    told: Arc<Told>,
    /// Refuses those calls of somebody who may only read that need more than that.
    step_up: StepUp,
    work: Handle,
}

/// What clients are told if their tokens do not suffice.
struct Told {
    metadata: Arc<str>,
    scope: Arc<str>,
}

impl<S: Send + Sync + 'static> Admission<S> {
    /// Lets in whoever has a token that one of these keys signed. A client without a token is told
    /// to ask for `scopes`; one that may only read and calls a tool in `only_writing` is told to
    /// ask for the scope to write.
    pub fn new(
        oauth: &OAuth,
        scopes: &[&str],
        only_writing: HashSet<String>,
        keys: Arc<Keys>,
        realms: Arc<Realms<Visitor, S>>,
        work: Handle,
    ) -> Self {
        let told = Arc::new(Told {
            metadata: oauth.metadata_url().into(),
            scope: scopes.join(" ").into(),
        });
        let telling = Arc::clone(&told);
        let lacks = move |tool: &str| {
            let needs_more = only_writing.contains(tool);
            needs_more.then(|| telling.challenge(Lack::Scope(WRITE)))
        };
        Self {
            realms,
            keys,
            expected: Expected {
                issuer: oauth.issuer.to_string(),
                audience: oauth.resource(),
            },
            name_claim: Arc::clone(&oauth.name_claim),
            known: KnownTokens::default(),
            told,
            step_up: StepUp(Arc::new(lacks)),
            work,
        }
    }

    /// Finds out who has a token and what they are served: what belongs into the extensions of the
    /// request that the token came with.
    pub async fn admit(&self, token: Option<Vec<u8>>) -> Result<Extensions, Refusal> {
        let token = token.ok_or_else(|| self.told.challenge(Lack::Token))?;
        let (person, expires) = self.who_has(&token).await?;
        let entered = match self.realms.known(&person) {
            Some(known) => Ok(known),
            None => self.enter(person.clone()).await,
        };
        let (realm, inside) = entered?;
        let mut extensions = Extensions::new();
        if person.grant.access == TokenAccess::Read {
            extensions.insert(self.step_up.clone());
        }
        extensions.insert(Principal(person.grant.name));
        extensions.insert(realm);
        extensions.insert(Visit::new(inside, expires));
        Ok(extensions)
    }

    async fn who_has(&self, token: &[u8]) -> Result<(Person, OffsetDateTime), Refusal> {
        let wrong = |flaw: Flaw| {
            tracing::info!(%flaw, "an access token is refused");
            self.told.challenge(Lack::Validity(flaw))
        };
        let head = access_token::head(token).map_err(wrong)?;
        let keys = self.keys.for_token(&head).await;
        let mut keys = keys.ok_or(Refusal::IssuerAway)?;
        let (digest, now) = (TokenDigest::of(token), OffsetDateTime::now_utc());
        if let Some(known) = self.known.holder(&digest, &keys, now) {
            return Ok(known);
        }
        let mut checked = self.expected.check(token, &head, &keys, now);
        if matches!(checked, Err(Flaw::Signature)) {
            // Perhaps a new key signed it, which has no name, or the name of the key before it.
            keys = self.keys.newest().await.ok_or(Refusal::IssuerAway)?;
            checked = self.expected.check(token, &head, &keys, now);
        }
        let (claims, expires) = checked.map_err(wrong)?;
        let known = person(&claims, &self.name_claim).map_err(wrong)?;
        let person = known.ok_or_else(|| {
            tracing::info!("an access token without a scope of this server is refused");
            self.told.challenge(Lack::Scope(READ))
        })?;
        let holder = (person, expires);
        self.known.keep(digest, &keys, holder.clone(), now);
        Ok(holder)
    }

    async fn enter(&self, person: Person) -> Result<Entered<S>, Refusal> {
        let realms = Arc::clone(&self.realms);
        let entered = self.work.spawn_blocking(move || realms.enter(&person));
        match entered.await {
            Ok(Ok(entered)) => Ok(entered),
            Ok(Err(problem @ NoRoom::Full)) => {
                tracing::warn!(%problem, "somebody is turned away");
                Err(Refusal::TooManyPeople)
            }
            Ok(Err(problem @ NoRoom::Failed(_))) => {
                tracing::error!(%problem, "somebody cannot be served");
                Err(Refusal::CannotServe)
            }
            // The runtime is going down.
            Err(_) => Err(Refusal::Stopping),
        }
    }
}

impl Told {
    fn challenge(&self, lack: Lack) -> Refusal {
        Refusal::OAuth(Box::new(Challenge {
            metadata: Arc::clone(&self.metadata),
            scope: Arc::clone(&self.scope),
            lack,
        }))
    }
}
