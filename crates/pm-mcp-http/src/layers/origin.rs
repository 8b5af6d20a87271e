//! Which web pages may call, by the `Origin` that browsers send.

use std::str::FromStr;

use http::{HeaderMap, HeaderValue, header};

use crate::layers::authority::Authority;
use crate::refusal::Refusal;

/// Scheme, host and port of a page: what `Origin` says.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Origin {
    scheme: String,
    host: Authority,
}

impl Origin {
    /// Reads a serialised origin: `scheme://host[:port]` and nothing after it.
    fn read(text: &str) -> Option<Self> {
        let (scheme, host) = text.split_once("://")?;
        let mut letters = scheme.chars();
        let is_scheme = letters.next()?.is_ascii_alphabetic()
            && letters.all(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(letter));
        if !is_scheme {
            return None;
        }
        Some(Self {
            scheme: scheme.to_ascii_lowercase(),
            host: Authority::read(host)?,
        })
    }

    /// The port that the page came from, if its scheme has any.
    fn port(&self) -> Option<u16> {
        self.host.port.or_else(|| default_port(&self.scheme))
    }

    fn is_loopback(&self) -> bool {
        default_port(&self.scheme).is_some() && self.host.is_loopback()
    }

    /// Whether the page came from this very server, as the request's checked `Host` names it.
    fn is_served_here(&self, host: &Authority) -> bool {
        let port = default_port(&self.scheme);
        port.is_some() && self.host.host == host.host && host.port.or(port) == self.port()
    }
}

/// The port that a page of the web has come from if its origin says none.
fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    }
}

/// The origin of a page that has none to show: one from a file, or in a sandboxed frame. As any
/// page can put itself into such a frame, allowing this one would be allowing all.
const OPAQUE: &str = "null";

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
        if text.eq_ignore_ascii_case(OPAQUE) {
            return Err(
                "null is what any page on the web can make its own origin, so it cannot be \
                 allowed; serve the page over http, from this machine for example"
                    .to_owned(),
            );
        }
        let (bare, any_port) = match text.strip_suffix(":*") {
            Some(bare) => (bare, true),
            None => (text, false),
        };
        Origin::read(bare)
            .map(|origin| Self { origin, any_port })
            .ok_or_else(|| {
                "write each origin as scheme://host, with its port unless it is the usual one, \
                 such as http://192.168.1.20:8080 or app://obsidian.md"
                    .to_owned()
            })
    }
}

impl AllowedOrigin {
    fn permits(&self, origin: &Origin) -> bool {
        self.origin.scheme == origin.scheme
            && self.origin.host.host == origin.host.host
            && (self.any_port || self.origin.port() == origin.port())
    }
}

/// How much of an origin that is refused is shown: more than any that somebody would allow.
const LONGEST_SHOWN: usize = 200;

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

    /// Returns the origin to answer with, `None` if the request carries none.
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
        let text = sent.to_str().unwrap_or_default();
        let origin = Origin::read(text);
        let refused = |origin: Option<&Origin>| {
            let shown = String::from_utf8_lossy(sent.as_bytes());
            Refusal::OriginNotAllowed {
                shown: shown.chars().take(LONGEST_SHOWN).collect(),
                can_be_allowed: origin.is_some() && text.len() <= LONGEST_SHOWN,
            }
        };
        if origins.next().is_some() {
            return Err(refused(None));
        }
        let is_permitted = |origin: &Origin| {
            origin.is_loopback()
                || host.is_some_and(|host| origin.is_served_here(host))
                || self.allowed.iter().any(|allowed| allowed.permits(origin))
        };
        if origin.as_ref().is_some_and(is_permitted) {
            Ok(Some(sent.clone()))
        } else {
            Err(refused(origin.as_ref()))
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
        let host = Authority::read("192.0.2.7:5008").unwrap();
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
            "http://localhost#",
            "http://localhost?",
            "http://localhost:99999",
            "http://[::1].evil.example",
            "1http://localhost",
            "tauri://localhost",
            "capacitor://localhost",
            "app://192.0.2.7:5008",
            "app://obsidian.md",
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
    fn pages_of_programs_can_be_listed() {
        for origin in [
            "app://obsidian.md",
            "tauri://localhost",
            "capacitor://localhost",
            "chrome-extension://iidnbdjijdkbmajdffnidomddglmieko",
            "vscode-webview://0b2d9ea3",
            "app://-",
            "app://.",
        ] {
            assert!(check(&[origin], origin), "{origin}");
            assert!(!check(&[origin], "app://other"), "{origin}");
        }
        assert!(!check(&["app://obsidian.md"], "http://obsidian.md"));
        assert!(!check(&["app://obsidian.md"], "app://obsidian.md:80"));
        assert!(check(&["app://obsidian.md:*"], "app://obsidian.md:80"));
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
            "http://ui.example/path",
            "app://",
        ] {
            let why = AllowedOrigin::from_str(bad).unwrap_err();
            assert!(why.contains("scheme://host"), "{bad}: {why}");
        }
        let why = AllowedOrigin::from_str("null").unwrap_err();
        assert!(why.contains("cannot be allowed"), "{why}");
    }
}
