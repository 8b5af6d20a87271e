//! Which `Host` a request may name.
//!
//! A page of another site can point its own name at 127.0.0.1 (DNS rebinding); its requests then
//! look like same-origin ones and carry that name as `Host`. So the name must be one of ours.

use std::net::IpAddr;
use std::str::FromStr;

use http::{HeaderMap, Uri, header};

use crate::layers::authority::Authority;
use crate::refusal::Refusal;

/// A name under which the server is reached, with a port or with any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedHost(Authority);

impl FromStr for AllowedHost {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Authority::read(text.trim()).map(Self).ok_or_else(|| {
            "write a host name, with a port or without, such as notes.example.org".to_owned()
        })
    }
}

impl AllowedHost {
    /// The name of an authority, with any port: a proxy may pass the name on with another port.
    pub fn any_port(authority: &Authority) -> Self {
        let host = authority.host.clone();
        Self(Authority { host, port: None })
    }
}

/// The names that this server answers to.
#[derive(Debug, Clone)]
pub struct HostPolicy {
    bound: IpAddr,
    allowed: Vec<AllowedHost>,
}

impl HostPolicy {
    /// Makes the policy of a server that is bound to `bound` and is also known as `allowed`.
    pub fn new(bound: IpAddr, allowed: Vec<AllowedHost>) -> Self {
        Self {
            bound: bound.to_canonical(),
            allowed,
        }
    }

    /// Returns the host that the request names, if it is one of ours.
    ///
    /// An absolute request target (`GET http://name/mcp`) overrides the header by RFC 9112, so
    /// both are checked.
    pub fn check(&self, uri: &Uri, headers: &HeaderMap) -> Result<Authority, Refusal> {
        let mut hosts = headers.get_all(header::HOST).iter();
        let host = match (hosts.next(), hosts.next()) {
            (Some(host), None) => host.to_str().ok(),
            (None, None) => uri.authority().map(http::uri::Authority::as_str),
            _ => None,
        };
        let target = uri.authority().map(http::uri::Authority::as_str);
        let host = self.permitted(host.ok_or(Refusal::UnreadableHost)?)?;
        if let Some(target) = target {
            self.permitted(target)?;
        }
        Ok(host)
    }

    fn permitted(&self, text: &str) -> Result<Authority, Refusal> {
        let host = Authority::read(text).ok_or(Refusal::UnreadableHost)?;
        if self.permits(&host) {
            Ok(host)
        } else {
            Err(Refusal::HostNotAllowed(host.without_port()))
        }
    }

    fn permits(&self, host: &Authority) -> bool {
        // If the server is bound to every address of the machine, each of them is the bound one. A
        // literal address needs no name resolution, so nothing can be rebound to it.
        let is_bound = |ip: IpAddr| ip == self.bound || self.bound.is_unspecified();
        host.is_loopback()
            || host.ip().is_some_and(is_bound)
            || self.allowed.iter().any(|AllowedHost(allowed)| {
                allowed.host == host.host
                    && allowed
                        .port
                        .is_none_or(|port| host.port.unwrap_or(80) == port)
            })
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn check(bound: &str, allowed: &[&str], host: &str) -> bool {
        let allowed = allowed.iter().map(|host| host.parse().unwrap()).collect();
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_str(host).unwrap());
        HostPolicy::new(bound.parse().unwrap(), allowed)
            .check(&Uri::from_static("/mcp"), &headers)
            .is_ok()
    }

    #[test]
    fn loopback_names_and_the_bound_address_are_ours() {
        for host in [
            "127.0.0.1:5008",
            "localhost",
            "LOCALHOST:1",
            "notes.localhost:5008",
            "[::1]:5008",
            "127.9.9.9",
            "localhost.",
        ] {
            assert!(check("127.0.0.1", &[], host), "{host}");
        }
        assert!(check("192.0.2.7", &[], "192.0.2.7:5008"));
        assert!(!check("192.0.2.7", &[], "192.0.2.8:5008"));
        assert!(check("0.0.0.0", &[], "192.0.2.8:5008"));
        assert!(check("::", &[], "[2001:db8::1]:5008"));
    }

    #[test]
    fn other_names_must_be_listed() {
        for host in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "x@y",
            "",
            "[::1].evil.example",
            "localhost:99999",
            "localhost:",
            "localhost#",
        ] {
            assert!(!check("127.0.0.1", &[], host), "{host}");
            assert!(!check("0.0.0.0", &[], host), "{host}");
        }
        assert!(check(
            "0.0.0.0",
            &["notes.example.org"],
            "Notes.Example.org:8080"
        ));
        assert!(check(
            "0.0.0.0",
            &["notes.example.org:8080"],
            "notes.example.org:8080"
        ));
        assert!(!check(
            "0.0.0.0",
            &["notes.example.org:8080"],
            "notes.example.org:81"
        ));
    }

    #[test]
    fn a_missing_or_doubled_host_is_unreadable() {
        let policy = HostPolicy::new("127.0.0.1".parse().unwrap(), Vec::new());
        let uri = Uri::from_static("/mcp");
        let mut headers = HeaderMap::new();
        assert!(matches!(
            policy.check(&uri, &headers),
            Err(Refusal::UnreadableHost)
        ));
        headers.append(header::HOST, HeaderValue::from_static("localhost"));
        assert!(policy.check(&uri, &headers).is_ok());
        let elsewhere = Uri::from_static("http://evil.example/mcp");
        assert!(matches!(
            policy.check(&elsewhere, &headers),
            Err(Refusal::HostNotAllowed(_))
        ));
        headers.append(header::HOST, HeaderValue::from_static("localhost"));
        assert!(matches!(
            policy.check(&uri, &headers),
            Err(Refusal::UnreadableHost)
        ));
    }
}
