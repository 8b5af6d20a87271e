//! Each caller who has a token of an authorization server is served what is theirs.

use std::collections::HashSet;
use std::sync::{Arc, Weak};
use std::time::Duration;

use pm_tools::{Access as ToolAccess, PmServer};

use super::apart::Alike;
use super::{Serving, ToServe};
use crate::app::Served;
use crate::config::StartError;
use crate::layers::auth::Gate;
use crate::oauth::OAuth;
use crate::oauth::admission::Admission;
use crate::oauth::keys::Keys;
use crate::oauth::metadata::scopes;
use crate::realms::{Realms, Visitor};

/// How often those are looked for who were away for too long.
const LOOK_EVERY: Duration = Duration::from_secs(60);

impl Serving {
    /// Each caller whose token the authorization server has signed is served what is theirs.
    pub(super) async fn by_oauth(self, oauth: &OAuth) -> Result<ToServe, StartError> {
        let (work, closing) = (self.work.clone(), self.ending.closing.clone());
        let keys = Arc::new(Keys::new(oauth.issuer.clone(), work.clone()));
        match keys.fetch().await {
            Ok(()) => {}
            Err(problem) if problem.may_pass() => {
                let issuer = &oauth.issuer;
                tracing::error!(%issuer, %problem, "the keys of the authorization server cannot be fetched; nobody is let in until they can");
            }
            Err(problem) => {
                return Err(StartError::Issuer {
                    issuer: oauth.issuer.to_string(),
                    problem,
                });
            }
        }
        let scopes = scopes(self.may_write());
        let only_writing = self.only_writing();
        let realms = Arc::new_cyclic(|realms: &Weak<Realms<Visitor, PmServer>>| {
            let realms = realms.clone();
            let of_all = move || realms.upgrade().map(|it| it.servers()).unwrap_or_default();
            let alike = Alike::of(&self, Arc::new(of_all));
            Realms::new(move |visitor: &Visitor| self.realm(&visitor.person.grant, None, &alike))
        });
        let following = Arc::clone(&keys).follow();
        work.spawn(closing.clone().run_until_cancelled_owned(following));
        let away = Arc::clone(&realms);
        work.spawn(closing.run_until_cancelled_owned(async move {
            loop {
                tokio::time::sleep(LOOK_EVERY).await;
                away.end_those_away();
            }
        }));
        let servers = {
            let realms = Arc::clone(&realms);
            Arc::new(move || realms.servers())
        };
        let admission = Arc::new(Admission::new(
            oauth,
            &scopes,
            only_writing,
            keys,
            realms,
            work,
        ));
        let gate = Gate::OAuth(Arc::new(move |token| {
            let admission = Arc::clone(&admission);
            Box::pin(async move { admission.admit(token).await })
        }));
        Ok((Served::Apart(None), gate, servers))
    }

    /// The tools that only those have who may write; none if nobody may.
    fn only_writing(&self) -> HashSet<String> {
        if !self.may_write() {
            return HashSet::new();
        }
        let [writing, reading] =
            [ToolAccess::ReadWrite, ToolAccess::ReadOnly].map(|access| self.offering(access));
        let reading: HashSet<&str> = reading.tools().collect();
        let only = writing.tools().filter(|tool| !reading.contains(tool));
        only.map(str::to_owned).collect()
    }
}
