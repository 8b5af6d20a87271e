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
        if text.contains('?') {
            return Err(FORM.to_owned());
        }
        Self::read(text)
    }
}

/// What is said of what is no such address.
const FORM: &str = "write an address such as https://login.example.org";

impl WebUrl {
    /// Reads an address that may have a query, as addresses that other servers give may.
    pub fn read(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let form = || FORM.to_owned();
        // A fragment is silently left out by the parser.
        let uri: Option<Uri> = text.parse().ok();
        let uri = uri.filter(|_| !text.contains('#')).ok_or_else(form)?;
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

    /// The address as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host, and the port if it is written out.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// The port that is connected to.
    pub fn port(&self) -> u16 {
        self.authority.port.unwrap_or(self.usual_port())
    }

    fn usual_port(&self) -> u16 {
        if self.is_encrypted() { 443 } else { 80 }
    }

    /// Whether it is `https`.
    pub fn is_encrypted(&self) -> bool {
        self.uri.scheme() == Some(&Scheme::HTTPS)
    }

    /// The path without a slash at its end; empty for the root.
    pub fn path(&self) -> &str {
        self.uri.path().trim_end_matches('/')
    }

    /// The host, and the port if it is another than the usual one, as `Host` names them.
    pub fn host(&self) -> String {
        let host = self.authority.without_port();
        match self.port() {
            port if port == self.usual_port() => host,
            port => format!("{host}:{port}"),
        }
    }

    /// The scheme, host and port, as every program writes them: in lower case, without the usual port.
    pub fn origin(&self) -> String {
        let scheme = if self.is_encrypted() { "https" } else { "http" };
        format!("{scheme}://{}", self.host())
    }

    /// What is asked for at the host.
    pub fn target(&self) -> &str {
        let target = self.uri.path_and_query();
        target.map_or("/", http::uri::PathAndQuery::as_str)
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
            (
                "HTTPS://Login.Example.org:443/A",
                "https://login.example.org",
                "/A",
                443,
            ),
        ] {
            let url: WebUrl = text.parse().unwrap();
            assert_eq!((url.as_str(), &*url.origin()), (text, origin));
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
        let keys = WebUrl::read("https://login.example.org/keys?tenant=1").unwrap();
        assert_eq!(keys.target(), "/keys?tenant=1");
    }
}
