//! Logins of several people, each with a token of their own, of which the server knows a digest alone.

use std::sync::Arc;

use super::session::SessionKey;
use super::{Login, Logouts, Shared};

/// Where several people log in to one server. They have one door, and pages of their own behind it.
///
/// Sessions are signed with a secret as well as the digest, as nobody who reads a digest is to be
/// let in; they end with the program that has the secret.
#[derive(Clone)]
pub struct SeveralLogins {
    secret: Arc<[u8]>,
    shared: Arc<Shared>,
}

impl SeveralLogins {
    /// Logins whose sessions are signed with `secret`, which nobody can guess.
    pub fn new(secret: &[u8], logouts: Logouts) -> Self {
        Self {
            secret: secret.into(),
            shared: Arc::new(Shared::new(logouts)),
        }
    }

    /// The login of the one whose token has this digest, whose sessions alone count there. Nobody
    /// begins a session at it: everybody does so at the [`door`](Self::door).
    pub fn of(&self, digest: &[u8]) -> Login {
        Login::with(|_| None, Some(self.key(digest)), &self.shared)
    }

    /// The login that takes every token of which `digest_of` answers the digest.
    pub fn door(
        &self,
        digest_of: impl Fn(&[u8]) -> Option<Vec<u8>> + Send + Sync + 'static,
    ) -> Login {
        let of_all = self.clone();
        let key_of = move |token: &[u8]| Some(of_all.key(&digest_of(token)?));
        Login::with(key_of, None, &self.shared)
    }

    fn key(&self, digest: &[u8]) -> SessionKey {
        SessionKey::of(&[&*self.secret, digest].concat())
    }
}
