//! The address to listen on, as people write it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The port of the process manager if none is named.
pub const DEFAULT_PORT: u16 = 5008;

/// Reads an address: `127.0.0.1:5008`, `[::1]:5008`, `0.0.0.0` (port 5008), `localhost:0` (any
/// free port).
pub fn parse_listen(text: &str) -> Result<SocketAddr, String> {
    const HINT: &str = "write an IP address and a port such as 127.0.0.1:5008 or [::1]:5008";
    let text = text.trim();
    if let Ok(address) = text.parse::<SocketAddr>() {
        return Ok(address);
    }
    if let Ok(ip) = text
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<IpAddr>()
    {
        return Ok(SocketAddr::new(ip, DEFAULT_PORT));
    }
    let (host, port) = text.rsplit_once(':').unwrap_or((text, "5008"));
    if !host.eq_ignore_ascii_case("localhost") {
        return Err(HINT.to_owned());
    }
    let port = port.parse().map_err(|_| HINT.to_owned())?;
    Ok(SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port))
}

/// The address under which this machine itself reaches a server that listens on `address`.
pub fn reachable_from_here(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => std::net::Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_with_and_without_a_port() {
        let read = |text: &str| parse_listen(text).map(|address| address.to_string());
        assert_eq!(read("127.0.0.1:0").unwrap(), "127.0.0.1:0");
        assert_eq!(read("0.0.0.0").unwrap(), "0.0.0.0:5008");
        assert_eq!(read("[::1]").unwrap(), "[::1]:5008");
        assert_eq!(read("::1").unwrap(), "[::1]:5008");
        assert_eq!(read("[::1]:80").unwrap(), "[::1]:80");
        assert_eq!(read("localhost").unwrap(), "127.0.0.1:5008");
        assert_eq!(read("LOCALHOST:81").unwrap(), "127.0.0.1:81");
        for bad in [
            "",
            "5008",
            "example.org:80",
            "127.0.0.1:99999",
            "localhost:x",
            "http://127.0.0.1",
        ] {
            assert!(read(bad).unwrap_err().contains("127.0.0.1:5008"), "{bad}");
        }
    }

    #[test]
    fn a_wildcard_is_reached_over_loopback() {
        let here = |text: &str| reachable_from_here(text.parse().unwrap()).to_string();
        assert_eq!(here("0.0.0.0:5008"), "127.0.0.1:5008");
        assert_eq!(here("[::]:5008"), "[::1]:5008");
        assert_eq!(here("192.0.2.1:1"), "192.0.2.1:1");
    }
}
