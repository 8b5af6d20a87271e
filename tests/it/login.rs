//! Logging in to the pages of the real program, as a browser without scripts does it.

use std::collections::BTreeMap;

use pm_tests::http_server::HttpServer;
use pm_tests::mcp::{self, WITH_SESSIONS, request};
use pm_tests::raw_http::{Request, Response};
use pm_tests::storage::Storage;

const TOKEN: &str = "a-long-enough-secret";

/// What a browser says that it takes.
const PAGES: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

fn start(storage: &Storage) -> HttpServer {
    HttpServer::over(storage.path())
        .env("PM_TOKEN", TOKEN)
        .start()
}

/// The cookies of a browser. It knows a server by its host alone, and not by its port.
#[derive(Default)]
pub(crate) struct Jar(BTreeMap<String, String>);

impl Jar {
    pub(crate) fn with_cookies(&self, request: Request) -> Request {
        let cookies = self.0.iter();
        let cookies: Vec<String> = cookies.map(|(name, it)| format!("{name}={it}")).collect();
        request.header("cookie", &cookies.join("; "))
    }

    fn send(&mut self, server: &HttpServer, request: Request) -> Response {
        let request = self.with_cookies(request);
        let response = server.send(&request);
        if let Some(cookie) = response.header("set-cookie") {
            let (pair, attributes) = cookie.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0") {
                self.0.remove(name);
            } else {
                self.0.insert(name.to_owned(), value.to_owned());
            }
        }
        response
    }

    pub(crate) fn open(&mut self, server: &HttpServer, path: &str) -> Response {
        self.send(server, Request::get(path).header("accept", PAGES))
    }

    pub(crate) fn submit(&mut self, server: &HttpServer, path: &str, form: &str) -> Response {
        let request = Request::new("POST", path)
            .header("accept", PAGES)
            .header("origin", &server.url(""))
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("content-length", &form.len().to_string())
            .body(form);
        self.send(server, request)
    }

    fn log_in(&mut self, server: &HttpServer) {
        self.log_in_with(server, TOKEN);
    }

    pub(crate) fn log_in_with(&mut self, server: &HttpServer, token: &str) {
        let answer = self.submit(server, "/login", &format!("to=%2Ftrash&token={token}"));
        assert_eq!(answer.status, 303, "{}", answer.text());
        assert_eq!(answer.header("location"), Some("/trash"));
    }

    fn is_let_in(&mut self, server: &HttpServer) -> bool {
        let answer = self.open(server, "/trash");
        assert!(matches!(answer.status, 200 | 303), "{answer:?}");
        answer.status == 200
    }
}

#[test]
fn the_form_takes_the_token_and_leads_to_the_page() {
    let storage = Storage::new();
    let server = start(&storage);
    let mut jar = Jar::default();
    let asked = jar.open(&server, "/p/Garden%20Planner?view=board");
    assert_eq!(asked.status, 303);
    let login = asked.header("location").unwrap().to_owned();
    assert_eq!(login, "/login?to=%2Fp%2FGarden%2520Planner%3Fview%3Dboard");
    let form = jar.open(&server, &login).text();
    let to = "name=\"to\" value=\"/p/Garden%20Planner?view=board\"";
    assert!(
        form.contains("action=\"/login\"") && form.contains(to),
        "{form}"
    );
    let fields = format!("to=%2Fp%2FGarden%2520Planner%3Fview%3Dboard&token={TOKEN}");
    let entered = jar.submit(&server, "/login", &fields);
    assert_eq!(entered.status, 303);
    let there = entered.header("location").unwrap();
    assert_eq!(there, "/p/Garden%20Planner?view=board");
    let missing = jar.open(&server, there);
    assert_eq!(missing.status, 404, "it is looked for, and is not there");
    let home = jar.open(&server, "/");
    assert_eq!(home.status, 200);
    assert!(home.text().contains("Log out"), "{}", home.text());
    let kept: Vec<_> = jar.0.values().cloned().collect();
    assert!(!kept.iter().any(|value| value.contains(TOKEN)), "{kept:?}");
}

#[test]
fn the_cookie_opens_no_tools() {
    let storage = Storage::new();
    let server = start(&storage);
    let mut jar = Jar::default();
    jar.log_in(&server);
    let hello = request(1, "initialize", mcp::initialize(WITH_SESSIONS, "pm-tests"));
    let value = jar.0.values().next().unwrap().clone();
    for call in [
        Request::mcp(&hello),
        Request::mcp(&hello).header("origin", &server.url("")),
        Request::mcp(&hello).header("authorization", &format!("Bearer {value}")),
    ] {
        assert_eq!(jar.send(&server, call).status, 401);
    }
    let with_token = Request::mcp(&hello).header("authorization", &format!("Bearer {TOKEN}"));
    assert_eq!(server.send(&with_token).status, 200);
}

#[test]
fn two_servers_of_one_host_keep_their_logins_apart() {
    let (storage, other_storage) = (Storage::new(), Storage::new());
    let (here, there) = (start(&storage), start(&other_storage));
    let mut jar = Jar::default();
    jar.log_in(&here);
    assert!(jar.is_let_in(&here));
    assert!(!jar.is_let_in(&there), "a login at another port counts");
    jar.log_in(&there);
    assert!(jar.is_let_in(&here) && jar.is_let_in(&there));
    jar.submit(&there, "/logout", "");
    assert!(jar.is_let_in(&here) && !jar.is_let_in(&there));
}

#[test]
fn logins_and_logouts_outlive_a_restart() {
    let storage = Storage::new();
    let server = start(&storage);
    let address = server.address();
    let (mut jar, mut other) = (Jar::default(), Jar::default());
    jar.log_in(&server);
    other.log_in(&server);
    let mut thief = Jar(jar.0.clone());
    let gone = jar.submit(&server, "/logout", "");
    assert_eq!(gone.status, 303);
    assert!(jar.0.is_empty(), "{:?}", jar.0);
    assert!(!thief.is_let_in(&server));
    server.stop();
    let restart = |token: &str| {
        HttpServer::over(storage.path())
            .env("PM_TOKEN", token)
            .listen(address)
            .start()
    };
    let server = restart(TOKEN);
    assert!(other.is_let_in(&server));
    assert!(!thief.is_let_in(&server));
    server.stop();
    let server = restart("another-long-enough-secret");
    assert!(!other.is_let_in(&server));
}

#[test]
fn a_server_that_only_reads_writes_no_logouts() {
    let storage = Storage::new();
    // Whoever reads needs a directory that is there.
    start(&storage).stop();
    let server = HttpServer::over(storage.path())
        .args(["--read-only"])
        .env("PM_TOKEN", TOKEN)
        .start();
    let mut jar = Jar::default();
    jar.log_in(&server);
    let mut thief = Jar(jar.0.clone());
    jar.submit(&server, "/logout", "");
    assert!(!thief.is_let_in(&server));
    assert!(!storage.path().join(".pm/logouts").exists());
}

#[test]
fn of_what_a_stranger_sends_no_more_than_the_head_is_read() {
    let storage = Storage::new();
    let server = start(&storage);
    let own = server.url("");
    let announced = |path| {
        Request::new("POST", path)
            .header("accept", PAGES)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("content-length", "4000000")
    };
    // The body never comes; who waited for it would answer 408.
    for (path, status) in [("/new", 401), ("/p/garden/add", 401), ("/login", 413)] {
        let answer = server.send(&announced(path).header("origin", &own));
        assert_eq!(answer.status, status, "{path}: {}", answer.text());
        let answer = server.send(&announced(path));
        assert_eq!(answer.status, 403, "{path}: {}", answer.text());
    }
}

#[test]
fn a_post_from_elsewhere_is_refused() {
    let storage = Storage::new();
    let server = start(&storage);
    let own = server.url("");
    let form = format!("token={TOKEN}");
    let elsewhere: &[&[(&str, &str)]] = &[
        &[],
        &[("origin", "null")],
        &[("origin", "http://evil.example")],
        &[("origin", "http://127.0.0.1:1")],
        &[("origin", "http://localhost")],
        &[("origin", &own), ("sec-fetch-site", "cross-site")],
        &[("origin", &own), ("sec-fetch-site", "same-site")],
    ];
    for headers in elsewhere {
        let mut request = Request::new("POST", "/login").header("accept", PAGES);
        for (name, value) in *headers {
            request = request.header(name, value);
        }
        let answer = server.send(&request.body(form.clone()));
        assert_eq!(answer.status, 403, "{headers:?}: {}", answer.text());
        assert_eq!(answer.header("set-cookie"), None, "{headers:?}");
    }
}

#[test]
fn guesses_have_to_wait_and_are_told_for_how_long() {
    let storage = Storage::new();
    let server = start(&storage);
    let mut jar = Jar::default();
    // On a slow machine a first one may come late enough; the wait doubles with each.
    let mut early = jar.submit(&server, "/login", "token=guess");
    pm_tests::eventually("a guess comes too early", || {
        assert!(matches!(early.status, 401 | 429), "{early:?}");
        let is_early = early.status == 429;
        if !is_early {
            early = jar.submit(&server, "/login", "token=guess");
        }
        is_early
    });
    let wait = early.header("retry-after").unwrap();
    let told = format!("Wait for {wait} s");
    assert!(early.text().contains(&told), "{}", early.text());
    pm_tests::eventually("the wait is over", || {
        let answer = jar.submit(&server, "/login", &format!("token={TOKEN}"));
        answer.status == 303
    });
    assert!(jar.is_let_in(&server));
}
