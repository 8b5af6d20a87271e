//! The name and port by which a request reached this server, as its `Host` says, and which pages
//! are this server's own by it.

use std::net::IpAddr;

use http::{HeaderMap, header};

/// What browsers say of where a request comes from, if they do: not over plain HTTP in a network.
pub(crate) const SEC_FETCH_SITE: &str = "sec-fetch-site";

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
            place.is_some_and(|place| self.is_at(place, *scheme))
        };
        [Scheme::Http, Scheme::Https].into_iter().find(is_own)
    }

    /// The origin of the page that a request asks for, as the browser will know it. Nothing but what
    /// the browser says tells whether a proxy in between makes it https.
    pub(crate) fn origin(self, headers: &HeaderMap) -> String {
        let scheme = self
            .sent_by_own_page(headers)
            .or_else(|| self.followed_from(headers))
            .unwrap_or_else(|| self.likely_scheme(headers));
        format!("{}{}", scheme.start(), self.0)
    }

    /// How the page came to the browser on which somebody followed a link, if that is one of ours.
    fn followed_from(self, headers: &HeaderMap) -> Option<Scheme> {
        let page = the_one(headers, &header::REFERER)?;
        [Scheme::Http, Scheme::Https].into_iter().find(|scheme| {
            let place = page.strip_prefix(scheme.start());
            let place = place.and_then(|place| place.split('/').next());
            place.is_some_and(|place| self.is_at(place, *scheme))
        })
    }

    /// How the first page comes to a browser. Over plain HTTP, browsers say where a request comes
    /// from to a server on their own machine alone.
    fn likely_scheme(self, headers: &HeaderMap) -> Scheme {
        let is_secure = headers.contains_key(SEC_FETCH_SITE) && !self.is_loopback();
        if is_secure || self.written_port() == Some(Scheme::Https.port()) {
            Scheme::Https
        } else {
            Scheme::Http
        }
    }

    /// Whether the name is one that stands for the browser's own machine.
    fn is_loopback(self) -> bool {
        let name = match self.0.strip_prefix('[') {
            Some(rest) => rest.split(']').next(),
            None => self.0.split(':').next(),
        };
        let name = name.unwrap_or_default().trim_end_matches('.');
        let is_address = name.parse().is_ok_and(|it: IpAddr| it.is_loopback());
        let name = name.to_ascii_lowercase();
        is_address || name == "localhost" || name.ends_with(".localhost")
    }

    /// Whether a place, as a page of this scheme has it, is this one.
    fn is_at(self, place: &str, scheme: Scheme) -> bool {
        short(place, scheme).eq_ignore_ascii_case(short(self.0, scheme))
    }

    /// The port of a page that came by this scheme.
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
    fn the_origin_is_what_the_browser_says() {
        let origin = |host: &str, said: &[(&'static str, &str)]| {
            let mut headers = headers(host, &[]);
            for (name, value) in said {
                headers.insert(*name, HeaderValue::from_str(value).unwrap());
            }
            Host::of(&headers).unwrap().origin(&headers)
        };
        let site = ("sec-fetch-site", "none");
        for (host, said, expected) in [
            ("127.0.0.1:5008", vec![], "http://127.0.0.1:5008"),
            ("notes.example", vec![], "http://notes.example"),
            ("notes.example", vec![site], "https://notes.example"),
            (
                "notes.example:8443",
                vec![site],
                "https://notes.example:8443",
            ),
            ("notes.example:443", vec![], "https://notes.example:443"),
            ("127.0.0.1:5008", vec![site], "http://127.0.0.1:5008"),
            ("127.9.9.9", vec![site], "http://127.9.9.9"),
            ("[::1]:5008", vec![site], "http://[::1]:5008"),
            ("LocalHost:5008", vec![site], "http://LocalHost:5008"),
            ("pm.localhost", vec![site], "http://pm.localhost"),
            (
                "localhost",
                vec![site, ("referer", "https://localhost/p/a")],
                "https://localhost",
            ),
            (
                "notes.example",
                vec![("referer", "https://notes.example/p/a?b#c")],
                "https://notes.example",
            ),
            (
                "notes.example",
                vec![("referer", "https://notes.example.evil.example/")],
                "http://notes.example",
            ),
            (
                "notes.example",
                vec![("origin", "https://notes.example")],
                "https://notes.example",
            ),
        ] {
            assert_eq!(origin(host, &said), expected, "{host} {said:?}");
        }
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
