//! A browser as the tests of logins have it: it keeps cookies, by name alone as browsers do, and
//! says where what it sends comes from.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::{Method, Request, header};

use super::{Answer, TOKEN, ask};

/// A browser of one person.
#[derive(Debug, Clone, Default)]
pub(crate) struct Browser {
    /// Names and values.
    pub(crate) cookies: BTreeMap<String, String>,
    /// Where it runs, if the server is to know.
    pub(crate) address: Option<SocketAddr>,
}

/// A server, and the host and port by which it is reached.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) pages: Router,
    pub(crate) host: &'static str,
}

impl Site {
    /// A server at the usual port of this machine.
    pub(crate) fn new(pages: Router) -> Self {
        let host = "127.0.0.1:5008";
        Self { pages, host }
    }

    /// A server at another host or port.
    pub(crate) fn at(self, host: &'static str) -> Self {
        Self { host, ..self }
    }
}

impl Browser {
    /// A request that opens a page.
    pub(crate) fn opening(&self, site: &Site, path: &str) -> Request<Body> {
        self.request(site, Method::GET, path, "")
    }

    /// A request that a page sends elsewhere; `headers` say what the browser tells of that.
    pub(crate) fn sending(
        &self,
        site: &Site,
        path: &str,
        form: &[(&str, &str)],
        headers: &[(&'static str, &str)],
    ) -> Request<Body> {
        let mut fields = form_urlencoded::Serializer::new(String::new());
        fields.extend_pairs(form);
        let mut request = self.request(site, Method::POST, path, &fields.finish());
        for (name, value) in headers {
            request.headers_mut().append(*name, value.parse().unwrap());
        }
        request
    }

    fn request(&self, site: &Site, method: Method, path: &str, body: &str) -> Request<Body> {
        let cookies = self.cookies.iter();
        let cookies: Vec<String> = cookies.map(|(name, it)| format!("{name}={it}")).collect();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", site.host)
            .header("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        if let Some(address) = self.address {
            request = request.extension(ConnectInfo(address));
        }
        request.body(Body::from(body.to_owned())).unwrap()
    }

    /// Sends a request, and keeps the cookies that the answer sets.
    pub(crate) async fn send(&mut self, site: &Site, request: Request<Body>) -> Answer {
        let answer = ask(&site.pages, request).await;
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (pair, attributes) = cookie.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    /// Opens a page.
    pub(crate) async fn open(&mut self, site: &Site, path: &str) -> Answer {
        let request = self.opening(site, path);
        self.send(site, request).await
    }

    /// Sends a form of a page of the site itself.
    pub(crate) async fn submit(
        &mut self,
        site: &Site,
        path: &str,
        form: &[(&str, &str)],
    ) -> Answer {
        let origin = format!("http://{}", site.host);
        let headers = [
            ("origin", origin.as_str()),
            ("sec-fetch-site", "same-origin"),
        ];
        let request = self.sending(site, path, form, &headers);
        self.send(site, request).await
    }

    /// Sends a form that stands on the page `from` of the site.
    pub(crate) async fn submit_from(
        &mut self,
        site: &Site,
        from: &str,
        path: &str,
        form: &[(&str, &str)],
    ) -> Answer {
        let origin = format!("http://{}", site.host);
        let page = format!("{origin}{from}");
        let headers = [
            ("origin", origin.as_str()),
            ("sec-fetch-site", "same-origin"),
            ("referer", page.as_str()),
        ];
        let request = self.sending(site, path, form, &headers);
        self.send(site, request).await
    }

    /// Logs in with the token.
    pub(crate) async fn log_in(&mut self, site: &Site) {
        let answer = self.submit(site, "/login", &[("token", TOKEN)]).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        assert_eq!(answer.header("location"), "/");
    }

    /// Whether the site shows what it keeps.
    pub(crate) async fn is_let_in(&mut self, site: &Site) -> bool {
        let answer = self.open(site, "/activity").await;
        assert!(
            matches!(answer.status.as_u16(), 200 | 303),
            "{}",
            answer.status
        );
        answer.status == 200
    }
}
