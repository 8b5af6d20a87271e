//! The address of a server on the web, as an option or another server gives it.

use std::fmt;
use std::str::FromStr;

use http::Uri;
use http::uri::Scheme;

use crate::layers::authority::Authority;

/// An absolute `https` address, or an `http` one of this machine. It has no user, query or fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebUrl {
    text: String,
    uri: Uri,
    authority: Authority,
}

impl FromStr for WebUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let form = || "write an address such as https://login.example.org".to_owned();
        // A fragment is silently left out by the parser.
        let uri: Uri = text
            .parse()
            .ok()
            .filter(|_| !text.contains(['#', '?']))
            .ok_or_else(form)?;
        let authority = uri.authority().and_then(|it| Authority::read(it.as_str()));
        let authority = authority.ok_or_else(form)?;
        match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => {}
            Some(scheme) if *scheme == Scheme::HTTP && authority.is_loopback() => {}
            Some(scheme) if *scheme == Scheme::HTTP => {
                return Err("write https; http is for addresses of this machine alone".to_owned());
            }
            _ => return Err(form()),
        }
        let text = text.to_owned();
        Ok(Self {
            text,
            uri,
            authority,
        })
    }
}

impl WebUrl {
    /// The address as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host, and the port where it is written out.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// The port that is connected to.
    pub fn port(&self) -> u16 {
        self.authority
            .port
            .unwrap_or(if self.is_encrypted() { 443 } else { 80 })
    }

    /// Whether it is `https`.
    pub fn is_encrypted(&self) -> bool {
        self.uri.scheme() == Some(&Scheme::HTTPS)
    }

    /// The path without a slash at its end; empty for the root.
    pub fn path(&self) -> &str {
        self.uri.path().trim_end_matches('/')
    }

    /// The scheme, host and port.
    pub fn origin(&self) -> &str {
        let path = self.uri.path();
        let whole = self.text.strip_suffix(path).unwrap_or(&self.text);
        whole.trim_end_matches('/')
    }

    /// What is asked for at the host.
    pub fn target(&self) -> &str {
        self.uri.path()
    }
}

impl fmt::Display for WebUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_encrypted_or_of_this_machine() {
        for (text, origin, path, port) in [
            (
                "https://login.example.org",
                "https://login.example.org",
                "",
                443,
            ),
            (
                "https://login.example.org/",
                "https://login.example.org",
                "",
                443,
            ),
            (
                "https://x.example:8443/realms/a/",
                "https://x.example:8443",
                "/realms/a",
                8443,
            ),
            ("http://127.0.0.1:5008", "http://127.0.0.1:5008", "", 5008),
            ("http://[::1]/a", "http://[::1]", "/a", 80),
        ] {
            let url: WebUrl = text.parse().unwrap();
            assert_eq!((url.as_str(), url.origin()), (text, origin));
            assert_eq!((url.path(), url.port()), (path, port), "{text}");
        }
        for text in [
            "",
            "login.example.org",
            "/login",
            "http://login.example.org",
            "ftp://login.example.org",
            "https://user@login.example.org",
            "https://login.example.org?tenant=1",
            "https://login.example.org/#top",
            "https://",
        ] {
            assert!(text.parse::<WebUrl>().is_err(), "{text}");
        }
    }
}
