//! A session as a cookie carries it: an id and an end, with a code that only a server with the same
//! token can make.
//!
//! A browser sends the cookie to every server on the same host, whatever its port: it holds nothing
//! of the token, and counts at its own port alone.

use std::fmt::Write as _;
use std::hash::{BuildHasher as _, RandomState};

use hmac::digest::{CtOutput, Key};
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, HeaderValue};
use sha2::{Digest, Sha256};
use time::{Duration, OffsetDateTime};

use crate::cookie;
use crate::host::Scheme;

/// How long a session lasts.
const LASTS: Duration = Duration::days(7);

/// What the key is for: nothing else is ever signed with it.
const PURPOSE: &[u8] = b"process-manager: sessions of the pages, 1";

/// The key that sessions are signed with. It is made of the token, and nobody can find the token by
/// it.
#[derive(Clone)]
pub(super) struct SessionKey(CtOutput<Hmac<Sha256>>);

/// Somebody who is logged in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Session {
    /// Tells it apart from all others.
    pub(super) id: u128,
    /// The port of the server that it is with.
    port: u16,
    /// When it ends.
    pub(crate) until: OffsetDateTime,
}

impl SessionKey {
    /// The key of a token.
    pub(super) fn of(token: &[u8]) -> Self {
        Self(keyed(token).chain_update(PURPOSE).finalize())
    }

    /// The code over a session as a cookie writes it, at a port.
    fn code(&self, port: u16, session: &str) -> Hmac<Sha256> {
        let code = keyed(self.0.as_bytes());
        code.chain_update(port.to_be_bytes()).chain_update(session)
    }
}

/// In constant time.
impl PartialEq for SessionKey {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

/// A code with a secret of any length.
fn keyed(secret: &[u8]) -> Hmac<Sha256> {
    let mut key = Key::<Hmac<Sha256>>::default();
    for (place, byte) in key.iter_mut().zip(Sha256::digest(secret)) {
        *place = byte;
    }
    Hmac::new(&key)
}

impl Session {
    /// A new session with the server at `port`.
    pub(super) fn begin(port: u16, now: OffsetDateTime) -> Self {
        // Each RandomState has keys of its own. An id need not be hard to guess: the code is.
        let random = || u128::from(RandomState::new().hash_one(std::process::id()));
        Self {
            id: random() << 64 | random(),
            port,
            until: now + LASTS,
        }
    }

    /// Reads what a cookie holds, if this server made it for this port and it has not ended.
    pub(super) fn read(
        value: &str,
        port: u16,
        key: &SessionKey,
        now: OffsetDateTime,
    ) -> Option<Self> {
        let (session, code) = value.rsplit_once('.')?;
        let code = from_hex(code)?;
        key.code(port, session).verify_slice(&code).ok()?;
        let (id, until) = session.split_once('.')?;
        let session = Self {
            id: u128::from_str_radix(id, 16).ok()?,
            port,
            until: OffsetDateTime::from_unix_timestamp(until.parse().ok()?).ok()?,
        };
        (session.until > now).then_some(session)
    }

    /// The header that sets the cookie.
    pub(super) fn cookie(&self, key: &SessionKey, scheme: Scheme) -> Option<HeaderValue> {
        let session = self.to_string();
        let code = key.code(self.port, &session).finalize().into_bytes();
        let value = format!("{session}.{}", to_hex(&code));
        set_cookie(self.port, &value, LASTS, scheme)
    }

    /// The header that has a browser forget the cookie.
    pub(crate) fn forget_cookie(&self) -> Option<HeaderValue> {
        set_cookie(self.port, "", Duration::ZERO, Scheme::Http)
    }
}

/// As a cookie has it, before the code: the id and the second of the end.
impl std::fmt::Display for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:032x}.{}", self.id, self.until.unix_timestamp())
    }
}

/// The name has the port, as cookies do not tell ports apart.
fn name(port: u16) -> String {
    format!("pm_{port}")
}

fn set_cookie(port: u16, value: &str, lasts: Duration, scheme: Scheme) -> Option<HeaderValue> {
    let mut cookie = cookie::kept(&name(port), value, lasts.whole_seconds(), scheme)?;
    cookie.set_sensitive(true);
    Some(cookie)
}

/// The cookies of a request that are called after this port. A server at another port or path can
/// have set several.
pub(super) fn cookies(headers: &HeaderMap, port: u16) -> impl Iterator<Item = &str> {
    let name = name(port);
    let pairs = cookie::pairs(headers);
    pairs.filter_map(move |(key, value)| (key == name).then_some(value))
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn from_hex(hex: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let pairs = hex.as_bytes().chunks(2);
    pairs
        .map(|pair| match pair {
            [high, low] => u8::try_from(digit(*high)? << 4 | digit(*low)?).ok(),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests;
