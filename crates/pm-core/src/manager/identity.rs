//! Who calls, in one piece: what a caller is in the history, for claims and for undo.

use std::sync::Arc;

use super::session::Session;
use crate::history::{Author, SessionTag};
use crate::{Actor, Claim};

/// What stands between the name of a client and the tag of one of its sessions.
const TAG_MARK: &str = " #";

/// Who calls through a [`ProcessManager`](super::ProcessManager).
///
/// In the history a caller is an [`Actor`], which is the same whenever a client comes back. Its
/// claims have an owner, which no two callers at work share. It may take back the changes of its
/// session, which ends with the last clone of the identity; a [`default`](Self::default) identity
/// begins a new session.
#[derive(Debug, Clone, Default)]
pub struct Identity {
    actor: Actor,
    /// The owner of its claims, if that is not the actor.
    owner: Option<Arc<str>>,
    session: Arc<Session>,
}

impl Identity {
    /// The same session, in the name of `actor`.
    pub fn named(self, actor: Actor) -> Self {
        Self { actor, ..self }
    }

    /// Goes on with the session of this tag, as programs do that run one after the other for
    /// somebody: each takes back what those before it did as its own.
    pub fn in_session(self, tag: SessionTag) -> Self {
        let session = Arc::new(Session::tagged(tag));
        Self { session, ..self }
    }

    /// Claims tasks in the name of `owner`, which has to differ between any two callers that work
    /// at the same time. Without one, tasks are claimed in the name of the actor.
    pub fn claiming_as(self, owner: impl Into<Arc<str>>) -> Self {
        Self {
            owner: Some(owner.into()),
            ..self
        }
    }

    /// Claims tasks apart from other sessions of the actor: in its name, and with a tag that the
    /// session has for itself. A session keeps the first owner that it gets in this way.
    pub fn claiming_apart(self) -> Self {
        let Self { actor, session, .. } = &self;
        let tagged = || format!("{actor}{TAG_MARK}{}", letters(session.tag())).into();
        let owner = Arc::clone(session.owner().get_or_init(tagged));
        self.claiming_as(owner)
    }

    /// In whose name changes are made.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// What the caller is in the history.
    pub fn author(&self) -> Author {
        Author {
            actor: self.actor.clone(),
            session: Some(self.session.tag()),
        }
    }

    /// What the caller is for claims.
    pub fn owner(&self) -> Arc<str> {
        let owner = self.owner.clone();
        owner.unwrap_or_else(|| self.actor.to_string().into())
    }

    /// Whether its claims end with its session, as no other will have their owner.
    pub fn claims_apart(&self) -> bool {
        self.owner.is_some() && self.owner.as_ref() == self.session.owner().get()
    }

    /// What the caller is for undo.
    pub(super) fn session(&self) -> &Arc<Session> {
        &self.session
    }

    /// Whether another session of the same client has `claim`.
    pub fn has_elsewhere(&self, claim: &Claim) -> bool {
        let own = self.owner();
        let (own_client, client) = (own.rsplit_once(TAG_MARK), claim.by.rsplit_once(TAG_MARK));
        match (own_client, client) {
            (Some((own, own_tag)), Some((client, tag))) => own == client && own_tag != tag,
            _ => false,
        }
    }
}

/// The last 30 bits of a tag, in letters and digits that are not mistaken for each other.
fn letters(SessionTag(mut bits): SessionTag) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
    let mut text = String::new();
    for _ in 0..6 {
        let letter = LETTERS.get((bits % 32) as usize);
        text.extend(letter.map(|letter| char::from(*letter)));
        bits /= 32;
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn ui() -> Actor {
        Actor::Client {
            client: "ui".into(),
            principal: None,
        }
    }

    #[test]
    fn two_sessions_of_a_client_claim_under_different_names() {
        let owner = |_| Identity::default().named(ui()).claiming_apart().owner();
        let owners: BTreeSet<Arc<str>> = (0..100).map(owner).collect();
        assert_eq!(owners.len(), 100);
        for owner in owners {
            assert_eq!(owner.strip_prefix("ui #").unwrap().len(), 6, "{owner}");
        }
    }

    #[test]
    fn a_session_claims_under_one_name_whatever_it_is_called_later() {
        let session = Identity::default();
        let first = session.clone().named(ui()).claiming_apart().owner();
        assert_eq!(session.claiming_apart().owner(), first);
    }
}
