//! Logging in: the access token is exchanged for a session, which a cookie carries and which is of
//! no use for anything but the pages.

mod attempts;
mod logouts;
mod session;

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
use crate::host::{Host, Scheme};

/// Where people log in to the pages of a server that asks for a token.
#[derive(Clone)]
pub struct Login(Arc<Inner>);

struct Inner {
    key: SessionKey,
    attempts: Attempts,
    logouts: Logouts,
}

impl Login {
    /// Logins with this token. Sessions last as long as the token, over restarts of the server.
    pub fn new(token: &[u8], logouts: Logouts) -> Self {
        Self(Arc::new(Inner {
            key: SessionKey::of(token),
            attempts: Attempts::default(),
            logouts,
        }))
    }

    /// Compares what somebody at an address sent with the token, unless they have to wait.
    pub(crate) fn attempt(
        &self,
        address: Option<IpAddr>,
        token: &str,
        now: OffsetDateTime,
    ) -> Outcome {
        // The keys that are made of both are compared, in constant time, whatever their lengths.
        let is_right = || SessionKey::of(token.as_bytes()) == self.0.key;
        self.0.attempts.attempt(address, now, is_right)
    }

    /// Begins a session at the port that a page was loaded from: the cookie to set.
    pub(crate) fn begin(
        &self,
        host: Host<'_>,
        scheme: Scheme,
        now: OffsetDateTime,
    ) -> Option<HeaderValue> {
        let session = Session::begin(host.port(scheme), now);
        session.cookie(&self.0.key, scheme)
    }

    /// The session that a request belongs to.
    pub(crate) fn session(&self, headers: &HeaderMap, now: OffsetDateTime) -> Option<Session> {
        let mut sessions = Host::of(headers)?
            .ports()
            .flat_map(move |port| cookies(headers, port).map(move |value| (port, value)))
            .filter_map(|(port, value)| Session::read(value, port, &self.0.key, now));
        sessions.find(|session| !self.0.logouts.has(session))
    }

    /// Whether a session goes on: its time is not over, and nobody ended it.
    pub(crate) fn lasts(&self, session: &Session, now: OffsetDateTime) -> bool {
        now < session.until && !self.0.logouts.has(session)
    }

    /// Ends a session for good. This may wait for a disk.
    pub(crate) fn end(&self, session: &Session, now: OffsetDateTime) {
        self.0.logouts.add(session, now);
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
