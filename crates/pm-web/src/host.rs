//! The name and port by which a request reached this server, as its `Host` says, and which pages
//! are this server's own by it.

use http::{HeaderMap, header};

/// What a request calls this server. Whether that is one of its names was checked before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Host<'a>(&'a str);

/// How a page came to a browser. A server behind a proxy cannot see it: only the browser tells, with
/// the origin of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    Http,
    Https,
}

impl Scheme {
    fn start(self) -> &'static str {
        match self {
            Self::Http => "http://",
            Self::Https => "https://",
        }
    }

    /// The port that goes without saying.
    fn port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

impl<'a> Host<'a> {
    /// The one host that a request names.
    pub(crate) fn of(headers: &'a HeaderMap) -> Option<Self> {
        the_one(headers, &header::HOST).map(Self)
    }

    /// How the page that sent a request came to the browser, if it is one of this server's own: its
    /// origin has the same name and port.
    pub(crate) fn sent_by_own_page(self, headers: &HeaderMap) -> Option<Scheme> {
        let origin = the_one(headers, &header::ORIGIN)?;
        let is_own = |scheme: &Scheme| {
            let place = origin.strip_prefix(scheme.start());
            place.is_some_and(|place| {
                short(place, *scheme).eq_ignore_ascii_case(short(self.0, *scheme))
            })
        };
        [Scheme::Http, Scheme::Https].into_iter().find(is_own)
    }

    /// The port, of a page that came this way.
    pub(crate) fn port(self, scheme: Scheme) -> u16 {
        self.written_port().unwrap_or(scheme.port())
    }

    /// The ports that it can be: without a written one nothing tells http from https.
    pub(crate) fn ports(self) -> impl Iterator<Item = u16> {
        let usual = [Scheme::Https.port(), Scheme::Http.port()];
        let written = self.written_port();
        let unwritten = usual.into_iter().filter(move |_| written.is_none());
        written.into_iter().chain(unwritten)
    }

    fn written_port(self) -> Option<u16> {
        let (_, port) = self.0.rsplit_once(':')?;
        // Without brackets around it, what follows the last colon of an IPv6 address is a port.
        port.parse().ok()
    }
}

/// A host and port without the port that goes without saying.
fn short(place: &str, scheme: Scheme) -> &str {
    let port = match scheme {
        Scheme::Http => ":80",
        Scheme::Https => ":443",
    };
    place.strip_suffix(port).unwrap_or(place)
}

/// The value of a header that is there once.
fn the_one<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn headers(host: &str, origins: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_str(host).unwrap());
        for origin in origins {
            headers.append(header::ORIGIN, HeaderValue::from_str(origin).unwrap());
        }
        headers
    }

    fn scheme(host: &str, origins: &[&str]) -> Option<Scheme> {
        let headers = headers(host, origins);
        Host::of(&headers).unwrap().sent_by_own_page(&headers)
    }

    #[test]
    fn a_page_is_our_own_by_scheme_name_and_port() {
        for (host, origin, expected) in [
            ("127.0.0.1:5008", "http://127.0.0.1:5008", Scheme::Http),
            ("Notes.example", "http://notes.example", Scheme::Http),
            ("notes.example:80", "http://notes.example", Scheme::Http),
            ("notes.example", "https://notes.example", Scheme::Https),
            ("notes.example:443", "https://notes.example", Scheme::Https),
            ("[::1]:5008", "http://[::1]:5008", Scheme::Http),
            ("[::1]", "http://[::1]:80", Scheme::Http),
        ] {
            assert_eq!(scheme(host, &[origin]), Some(expected), "{host} {origin}");
        }
    }

    #[test]
    fn every_other_page_is_not() {
        for (host, origin) in [
            ("127.0.0.1:5008", "null"),
            ("127.0.0.1:5008", ""),
            ("127.0.0.1:5008", "127.0.0.1:5008"),
            ("127.0.0.1:5008", "http://127.0.0.1"),
            ("127.0.0.1:5008", "http://127.0.0.1:5009"),
            ("127.0.0.1:5008", "http://127.0.0.1:50080"),
            ("127.0.0.1:5008", "http://127.0.0.1:5008/"),
            ("127.0.0.1:5008", "http://localhost:5008"),
            ("127.0.0.1:5008", "http://127.0.0.1:5008.evil.example"),
            ("127.0.0.1:5008", "http://evil.example"),
            ("127.0.0.1:5008", "ftp://127.0.0.1:5008"),
            ("127.0.0.1:5008", "HTTP://127.0.0.1:5008 "),
            ("notes.example", "http://notes.example:443"),
            ("notes.example", "https://notes.example:80"),
            ("notes.example:443", "http://notes.example"),
        ] {
            assert_eq!(scheme(host, &[origin]), None, "{host} {origin}");
        }
        let twice = ["http://127.0.0.1:5008", "http://127.0.0.1:5008"];
        assert_eq!(scheme("127.0.0.1:5008", &twice), None);
        assert_eq!(scheme("127.0.0.1:5008", &[]), None);
    }

    #[test]
    fn the_port_is_the_written_one_or_the_usual_one() {
        let ports = |host: &str| {
            let headers = headers(host, &[]);
            let ports: Vec<u16> = Host::of(&headers).unwrap().ports().collect();
            ports
        };
        assert_eq!(ports("127.0.0.1:5008"), [5008]);
        assert_eq!(ports("[::1]:5008"), [5008]);
        assert_eq!(ports("[::1]"), [443, 80]);
        assert_eq!(ports("notes.example"), [443, 80]);
    }
}
