//! A host and, if there is one, its port: what `Host` names, and what an origin has after its
//! scheme.
//!
//! Read strictly, since who may call is decided by it: what a lenient reader would cut off or pass
//! over (`[::1].evil.example`, port 99999, `localhost#`) makes it no authority at all.

use std::net::{IpAddr, Ipv6Addr};

/// A host and, if there is one, its port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// The name or address in lower case, without brackets and a final dot.
    pub host: String,
    /// The port, if it is written out.
    pub port: Option<u16>,
}

impl Authority {
    /// Reads `host` or `host:port`, and nothing before, between or after these.
    pub fn read(text: &str) -> Option<Self> {
        let (host, port) = if let Some(rest) = text.strip_prefix('[') {
            let (address, port) = rest.split_once(']')?;
            let address: Ipv6Addr = address.parse().ok()?;
            (address.to_string(), port)
        } else {
            let (name, port) = text.split_at(text.find(':').unwrap_or(text.len()));
            if name.is_empty() || !name.chars().all(is_of_a_name) {
                return None;
            }
            let name = name.strip_suffix('.').unwrap_or(name);
            (name.to_ascii_lowercase(), port)
        };
        let port = match port.strip_prefix(':') {
            Some(digits) => Some(read_port(digits)?),
            None if port.is_empty() => None,
            None => return None,
        };
        Some(Self { host, port })
    }

    /// Whether the host is one that only ever means this machine.
    pub fn is_loopback(&self) -> bool {
        self.ip().map_or_else(
            // RFC 6761: `localhost` and names under it are loopback.
            || self.host == "localhost" || self.host.ends_with(".localhost"),
            |ip| ip.is_loopback(),
        )
    }

    /// The host as it would be written without a port.
    pub fn without_port(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]", self.host)
        } else {
            self.host.clone()
        }
    }

    /// The address, if the host is one and no name.
    pub fn ip(&self) -> Option<IpAddr> {
        self.host.parse().ok().map(|ip: IpAddr| ip.to_canonical())
    }
}

/// Letters, digits, hyphens and dots, and the underscore that many a network has in its names.
fn is_of_a_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '.' | '_')
}

fn read_port(digits: &str) -> Option<u16> {
    // Without this, a sign before the digits would be taken.
    digits
        .bytes()
        .all(|digit| digit.is_ascii_digit())
        .then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authority_is_exactly_a_host_and_an_optional_port() {
        for (text, host, port) in [
            ("localhost", "localhost", None),
            ("LocalHost.:5008", "localhost", Some(5008)),
            ("127.0.0.1:80", "127.0.0.1", Some(80)),
            ("[::1]", "::1", None),
            ("[0:0:0:0:0:0:0:1]:65535", "::1", Some(65535)),
            ("my_notes.example.org", "my_notes.example.org", None),
            ("-", "-", None),
        ] {
            let read = Authority::read(text);
            let expected = Authority {
                host: host.to_owned(),
                port,
            };
            assert_eq!(read, Some(expected), "{text}");
        }
        for text in [
            "",
            ":80",
            "localhost:",
            "localhost:+80",
            "localhost:99999",
            "localhost:80:80",
            "localhost:80/",
            "localhost#",
            "localhost?",
            "localhost/",
            "local host",
            "user@localhost",
            "*.example.org",
            "::1",
            "[::1",
            "[::1].evil.example",
            "[::1]x:80",
            "[localhost]",
            "[127.0.0.1]",
            "[fe80::1%eth0]",
            "bücher.example",
        ] {
            assert_eq!(Authority::read(text), None, "{text}");
        }
    }

    #[test]
    fn only_this_machine_is_loopback() {
        let is_loopback = |text: &str| Authority::read(text).unwrap().is_loopback();
        for text in [
            "localhost",
            "a.localhost:1",
            "127.9.9.9",
            "[::1]",
            "[::ffff:127.0.0.1]",
        ] {
            assert!(is_loopback(text), "{text}");
        }
        for text in [
            "localhost.example",
            "xlocalhost",
            "127.0.0.1.example",
            "[::2]",
            "127.1",
        ] {
            assert!(!is_loopback(text), "{text}");
        }
    }
}
