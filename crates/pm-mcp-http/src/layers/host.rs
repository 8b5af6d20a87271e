//! Which `Host` a request may name.
//!
//! A page of another site can point its own name at 127.0.0.1 (DNS rebinding); its requests then
//! look like same-origin ones and carry that name as `Host`. So the name must be one of ours.

use std::net::IpAddr;
use std::str::FromStr;

use http::uri::Authority;
use http::{HeaderMap, Uri, header};

use crate::refusal::Refusal;

/// A name under which the server is reached, with a port or with any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedHost {
    name: String,
    port: Option<u16>,
}

impl FromStr for AllowedHost {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const HINT: &str = "write a host name, with a port or without, such as notes.example.org";
        let authority = Authority::from_str(text.trim()).map_err(|_| HINT.to_owned())?;
        if authority.as_str().contains('@') || authority.host().contains('*') {
            return Err(HINT.to_owned());
        }
        Ok(Self {
            name: name_of(&authority),
            port: authority.port_u16(),
        })
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
            (Some(host), None) => Authority::try_from(host.as_bytes()),
            (None, None) => match uri.authority() {
                Some(authority) => Ok(authority.clone()),
                None => return Err(Refusal::UnreadableHost),
            },
            _ => return Err(Refusal::UnreadableHost),
        };
        let host = host.map_err(|_| Refusal::UnreadableHost)?;
        for named in [Some(&host), uri.authority()].into_iter().flatten() {
            if !self.permits(named) {
                return Err(Refusal::HostNotAllowed(
                    named.as_str().chars().take(100).collect(),
                ));
            }
        }
        Ok(host)
    }

    fn permits(&self, host: &Authority) -> bool {
        let name = name_of(host);
        if let Ok(ip) = name.parse::<IpAddr>() {
            let ip = ip.to_canonical();
            // Bound to every address of the machine, each of them is the bound one. A literal
            // address needs no name resolution, so nothing can be rebound to it.
            if ip.is_loopback() || ip == self.bound || self.bound.is_unspecified() {
                return true;
            }
        }
        is_loopback_name(&name)
            || self.allowed.iter().any(|allowed| {
                allowed.name == name
                    && allowed
                        .port
                        .is_none_or(|port| host.port_u16().unwrap_or(80) == port)
            })
    }
}

/// Whether `name` is one that only ever means this machine.
pub fn is_loopback_name(name: &str) -> bool {
    name.parse::<IpAddr>().map_or_else(
        // RFC 6761: `localhost` and names under it are loopback.
        |_| name == "localhost" || name.ends_with(".localhost"),
        |ip| ip.to_canonical().is_loopback(),
    )
}

/// The host in lower case, without the brackets of an IPv6 address and a final dot.
pub fn name_of(authority: &Authority) -> String {
    let host = authority.host();
    host.trim_start_matches('[')
        .trim_end_matches(']')
        .trim_end_matches('.')
        .to_ascii_lowercase()
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
