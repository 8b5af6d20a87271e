//! Cookies: how they are read, and what all those have that this server sets.

use http::{HeaderMap, HeaderValue, header};

use crate::host::Scheme;

/// The cookies of a request, each with its name.
pub(crate) fn pairs(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let lines = headers.get_all(header::COOKIE).into_iter();
    lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
}

/// The header that has a browser keep a cookie for so many seconds: no script reads it, and it is
/// sent along by pages of this site alone.
pub(crate) fn kept(name: &str, value: &str, seconds: i64, scheme: Scheme) -> Option<HeaderValue> {
    let secure = match scheme {
        Scheme::Https => "; Secure",
        Scheme::Http => "",
    };
    let cookie =
        format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
    HeaderValue::try_from(cookie).ok()
}
