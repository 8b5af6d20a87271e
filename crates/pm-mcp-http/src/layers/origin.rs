//! Which web pages may call, by the `Origin` that browsers send.

use std::str::FromStr;

use http::uri::Authority;
use http::{HeaderMap, HeaderValue, Uri, header};

use crate::layers::host::{is_loopback_name, name_of};
use crate::refusal::Refusal;

/// Scheme, host and port of a page: what `Origin` says.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Origin {
    scheme: String,
    host: String,
    port: u16,
}

impl Origin {
    /// Reads a serialised origin: `scheme://host[:port]` and nothing after it.
    fn read(text: &str) -> Option<Self> {
        let uri = Uri::from_str(text).ok()?;
        let scheme = uri.scheme_str()?.to_ascii_lowercase();
        let authority = uri.authority()?;
        let bare = uri.path() == "/" && uri.query().is_none() && !text.ends_with('/');
        if !bare || authority.as_str().contains('@') {
            return None;
        }
        let port = authority.port_u16().or_else(|| default_port(&scheme))?;
        Some(Self {
            scheme,
            host: name_of(authority),
            port,
        })
    }

    fn is_loopback(&self) -> bool {
        matches!(self.scheme.as_str(), "http" | "https") && is_loopback_name(&self.host)
    }

    /// Whether the page came from this very server, as the request's checked `Host` names it.
    fn is_served_here(&self, host: &Authority) -> bool {
        self.host == name_of(host)
            && host.port_u16().or_else(|| default_port(&self.scheme)) == Some(self.port)
    }
}

fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    }
}

/// An origin that was allowed by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedOrigin {
    origin: Origin,
    any_port: bool,
}

impl FromStr for AllowedOrigin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim().trim_end_matches('/');
        let (bare, any_port) = match text.strip_suffix(":*") {
            Some(bare) => (bare, true),
            None => (text, false),
        };
        Origin::read(bare)
            .filter(|origin| !origin.host.contains('*'))
            .map(|origin| Self { origin, any_port })
            .ok_or_else(|| {
                "write each origin with its scheme, and its port unless it is the usual one, such \
                 as http://192.168.1.20:8080"
                    .to_owned()
            })
    }
}

impl AllowedOrigin {
    fn permits(&self, origin: &Origin) -> bool {
        self.origin.scheme == origin.scheme
            && self.origin.host == origin.host
            && (self.any_port || self.origin.port == origin.port)
    }
}

/// The pages that may call.
#[derive(Debug, Clone, Default)]
pub struct OriginPolicy {
    allowed: Vec<AllowedOrigin>,
}

impl OriginPolicy {
    /// Makes the policy that allows loopback pages, this server's own, and `allowed`.
    pub fn new(allowed: Vec<AllowedOrigin>) -> Self {
        Self { allowed }
    }

    /// Returns the origin to answer with, `None` where the request carries none.
    ///
    /// `host` is the request's `Host`, if that was found to be one of ours.
    pub fn check(
        &self,
        headers: &HeaderMap,
        host: Option<&Authority>,
    ) -> Result<Option<HeaderValue>, Refusal> {
        let mut origins = headers.get_all(header::ORIGIN).iter();
        let Some(sent) = origins.next() else {
            return Ok(None);
        };
        let refused = || {
            let shown = String::from_utf8_lossy(sent.as_bytes())
                .chars()
                .take(100)
                .collect();
            Refusal::OriginNotAllowed(shown)
        };
        if origins.next().is_some() {
            return Err(refused());
        }
        let origin = sent
            .to_str()
            .ok()
            .and_then(Origin::read)
            .ok_or_else(refused)?;
        let permitted = origin.is_loopback()
            || host.is_some_and(|host| origin.is_served_here(host))
            || self.allowed.iter().any(|allowed| allowed.permits(&origin));
        if permitted {
            Ok(Some(sent.clone()))
        } else {
            Err(refused())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(allowed: &[&str], origin: &str) -> bool {
        let policy = OriginPolicy::new(allowed.iter().map(|one| one.parse().unwrap()).collect());
        let mut headers = HeaderMap::new();
        headers.insert(
            header::ORIGIN,
            HeaderValue::from_bytes(origin.as_bytes()).unwrap(),
        );
        let host = Authority::from_static("192.0.2.7:5008");
        policy.check(&headers, Some(&host)).is_ok()
    }

    #[test]
    fn no_origin_is_fine() {
        let none = OriginPolicy::default()
            .check(&HeaderMap::new(), None)
            .unwrap();
        assert!(none.is_none());
    }

    #[test]
    fn loopback_pages_may_call_from_any_port() {
        for origin in [
            "http://localhost",
            "http://localhost:8080",
            "https://localhost:8443",
            "http://127.0.0.1:1",
            "http://[::1]:8080",
            "http://app.localhost:3000",
        ] {
            assert!(check(&[], origin), "{origin}");
        }
    }

    #[test]
    fn other_pages_must_be_listed() {
        for origin in [
            "http://evil.example",
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
            "http://localhost@evil.example",
            "http://evil.example/localhost",
            "ftp://localhost",
            "file://",
            "null",
            "",
            "localhost",
            "http://localhost:8080/path",
            "http://",
        ] {
            assert!(!check(&[], origin), "{origin}");
        }
        assert!(check(&["http://ui.example:8080"], "http://ui.example:8080"));
        assert!(check(
            &["http://UI.example:8080/"],
            "http://ui.example:8080"
        ));
        assert!(check(&["http://ui.example"], "http://ui.example:80"));
        assert!(!check(&["http://ui.example"], "http://ui.example:8080"));
        assert!(!check(&["http://ui.example"], "https://ui.example"));
        assert!(check(&["https://ui.example:*"], "https://ui.example:9443"));
        assert!(!check(
            &["https://ui.example:*"],
            "https://ui.example.evil:9443"
        ));
    }

    #[test]
    fn the_servers_own_pages_may_call() {
        assert!(check(&[], "http://192.0.2.7:5008"));
        assert!(!check(&[], "http://192.0.2.7:5009"));
        assert!(!check(&[], "http://192.0.2.8:5008"));
    }

    #[test]
    fn two_origins_are_none() {
        let mut headers = HeaderMap::new();
        headers.append(header::ORIGIN, HeaderValue::from_static("http://localhost"));
        headers.append(header::ORIGIN, HeaderValue::from_static("http://localhost"));
        assert!(OriginPolicy::default().check(&headers, None).is_err());
    }

    #[test]
    fn an_allowed_origin_is_written_out() {
        for bad in [
            "",
            "*",
            "ui.example",
            "http://*",
            "http://*.example",
            "ws://ui.example",
            "null",
        ] {
            assert!(AllowedOrigin::from_str(bad).is_err(), "{bad}");
        }
    }
}
