//! Logging in: the access token is exchanged for a session, which a cookie carries and which is of
//! no use for anything but the pages.

mod attempts;
mod logouts;
mod session;
mod several;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use http::{HeaderMap, HeaderValue};
use time::OffsetDateTime;

use self::attempts::Attempts;
pub(crate) use self::attempts::Outcome;
pub use self::logouts::Logouts;
pub(crate) use self::session::Session;
use self::session::{SessionKey, cookies};
pub use self::several::SeveralLogins;
use crate::host::{Host, Scheme};

/// Where people log in to the pages of a server that asks for a token.
#[derive(Clone)]
pub struct Login(Arc<Inner>);

/// How many cookies of a request are looked at: a browser has one of each server, and reading one
/// takes a while.
const COOKIES_MAX: usize = 8;

/// Answers the key that a token leads to.
type KeyOf = dyn Fn(&[u8]) -> Option<SessionKey> + Send + Sync;

struct Inner {
    /// The key that a token leads to, which is the key of the sessions that are begun with it.
    /// `None` if it is no token of this server.
    key_of: Box<KeyOf>,
    /// The key of the sessions that count here; `None` if there are none.
    key: Option<SessionKey>,
    shared: Arc<Shared>,
}

/// What all logins of a server share.
struct Shared {
    attempts: Attempts,
    logouts: Logouts,
}

impl Login {
    /// Logins with this token. Sessions last as long as the token, over restarts of the server.
    pub fn new(token: &[u8], logouts: Logouts) -> Self {
        let key = SessionKey::of(token);
        let of_this = key.clone();
        // The keys that are made of both tokens are compared, in constant time, whatever the
        // tokens' lengths.
        let key_of = move |sent: &[u8]| Some(SessionKey::of(sent)).filter(|sent| *sent == of_this);
        Self::with(key_of, Some(key), &Arc::new(Shared::new(logouts)))
    }

    fn with(
        key_of: impl Fn(&[u8]) -> Option<SessionKey> + Send + Sync + 'static,
        key: Option<SessionKey>,
        shared: &Arc<Shared>,
    ) -> Self {
        Self(Arc::new(Inner {
            key_of: Box::new(key_of),
            key,
            shared: Arc::clone(shared),
        }))
    }

    /// Whether a request belongs to a session here.
    pub fn has_session(&self, headers: &HeaderMap, now: OffsetDateTime) -> bool {
        self.session(headers, now).is_some()
    }

    /// Compares what somebody at an address sent with the token, unless they have to wait.
    pub(crate) fn attempt(
        &self,
        address: Option<IpAddr>,
        token: &str,
        now: OffsetDateTime,
    ) -> Outcome {
        let is_right = || (self.0.key_of)(token.as_bytes()).is_some();
        self.0.shared.attempts.attempt(address, now, is_right)
    }

    /// Begins a session for the sender of this token, at the port that a page was loaded from;
    /// returns the cookie to set.
    pub(crate) fn begin(
        &self,
        token: &str,
        host: Host<'_>,
        scheme: Scheme,
        now: OffsetDateTime,
    ) -> Option<HeaderValue> {
        let key = (self.0.key_of)(token.as_bytes())?;
        Session::begin(host.port(scheme), now).cookie(&key, scheme)
    }

    /// The session that a request belongs to.
    pub(crate) fn session(&self, headers: &HeaderMap, now: OffsetDateTime) -> Option<Session> {
        let key = self.0.key.as_ref()?;
        let mut sessions = Host::of(headers)?
            .ports()
            .flat_map(move |port| cookies(headers, port).map(move |value| (port, value)))
            .take(COOKIES_MAX)
            .filter_map(|(port, value)| Session::read(value, port, key, now));
        sessions.find(|session| !self.0.shared.logouts.has(session))
    }

    /// Whether a session goes on: its time is not over, and nobody ended it.
    pub(crate) fn lasts(&self, session: &Session, now: OffsetDateTime) -> bool {
        now < session.until && !self.0.shared.logouts.has(session)
    }

    /// Ends a session for good. This may wait for a disk.
    pub(crate) fn end(&self, session: &Session, now: OffsetDateTime) {
        self.0.shared.logouts.add(session, now);
    }
}

impl Shared {
    fn new(logouts: Logouts) -> Self {
        Self {
            attempts: Attempts::default(),
            logouts,
        }
    }
}

/// What it holds is nobody's business.
impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Login(<secret>)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_never_printed() {
        let login = Login::new(b"s3cret", Logouts::in_memory());
        assert_eq!(format!("{login:?}"), "Login(<secret>)");
    }
}
