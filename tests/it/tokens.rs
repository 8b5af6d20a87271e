//! A token for each caller: what one may use, what does not exist for it, and how it ends.

use std::path::PathBuf;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use pm_tests::binaries;
use pm_tests::http_server::HttpServer;
use pm_tests::mcp::{self, Session, WITH_SESSIONS, request};
use pm_tests::raw_http::{Connection, Request};
use pm_tests::running::{Signal, command, finish};
use pm_tests::storage::Storage;
use serde_json::json;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::login::Jar;

/// How soon the sessions of a token end that is taken no more.
pub(crate) const SOON: Duration = Duration::from_secs(1);

/// A file of tokens that the real program wrote.
pub(crate) struct Tokens {
    place: tempfile::TempDir,
}

impl Tokens {
    pub(crate) fn new() -> Self {
        let place = tempfile::tempdir().unwrap();
        Self { place }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.place.path().join("tokens.toml")
    }

    /// Makes a token for somebody, as a person does, and answers it.
    #[track_caller]
    pub(crate) fn add(&self, name: &str, arguments: &[&str]) -> String {
        let mut command = command(binaries::http());
        let command = command.args(["token", "new", name, "--tokens"]);
        let finished = finish(command.arg(self.path()).args(arguments));
        assert_eq!(finished.code, Some(0), "{finished:?}");
        let last = finished.stdout.lines().last().unwrap().to_owned();
        assert!(last.starts_with("pm_") && last.len() > 60, "{finished:?}");
        last
    }

    /// Takes somebody out of the file, and has the server read it again.
    fn revoke(&self, name: &str, server: &HttpServer) {
        let text = std::fs::read_to_string(self.path()).unwrap();
        let entries = text
            .split("\n\n")
            .filter(|entry| !entry.starts_with(&format!("[{name}]")));
        let rest: Vec<&str> = entries.collect();
        std::fs::write(self.path(), rest.join("\n\n")).unwrap();
        server.process.signal(Signal::HUP);
    }

    fn serve(&self, storage: &Storage) -> HttpServer {
        let server = HttpServer::over(storage.path());
        server
            .args(["--tokens".as_ref(), self.path().as_os_str()])
            .start()
    }
}

pub(crate) fn session(server: &HttpServer, token: &str) -> Session {
    let bearer = format!("Bearer {token}");
    Session::open_with(server.address(), &[("authorization", &bearer)])
}

/// Opens a stream; answers when it ended, to whoever waits for that.
#[track_caller]
pub(crate) fn listen(server: &HttpServer, request: &Request) -> JoinHandle<Instant> {
    let mut stream = Connection::open(server.address());
    stream.write(&request.bytes(server.address()));
    let head = stream.head();
    let kind = head.header("content-type");
    assert_eq!((head.status, kind), (200, Some("text/event-stream")));
    std::thread::spawn(move || {
        while !stream.chunk().is_empty() {}
        Instant::now()
    })
}

/// The request for the event stream of a session.
pub(crate) fn stream_of(session: &Session) -> Request {
    session.with_headers(Request::get("/mcp").header("accept", "text/event-stream"))
}

/// Waits until `what` is so; no longer than a session may outlive its token.
#[track_caller]
fn soon(what: impl Fn() -> bool) {
    let until = Instant::now() + SOON;
    while !what() {
        assert!(Instant::now() < until, "it is not so within {SOON:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn what_is_out_of_reach_does_not_exist() {
    let tokens = Tokens::new();
    let anna = tokens.add("anna", &["--processes", "team-a/*"]);
    let carl = tokens.add("carl", &["--access", "admin"]);
    // Of two servers one has more, all of it out of anna's reach.
    let (busy, quiet) = (Storage::new(), Storage::new());
    let (busy, quiet) = (tokens.serve(&busy), tokens.serve(&quiet));
    let others = session(&busy, &carl);
    for name in ["team-b/plan", "secret", "Secret garden", "gone"] {
        others.call("process_new", json!({"name": name})).ok();
        others
            .call(
                "task_new",
                json!({"task_name": "plant", "task_description": "soil"}),
            )
            .ok();
    }
    others.call("process_delete", json!({"name": "gone"})).ok();
    let calls = [
        ("process_new", json!({"name": "team-a/plan"})),
        (
            "task_new",
            json!({"task_name": "plant", "task_description": "soil"}),
        ),
        ("process_list_all", json!({})),
        ("process_load", json!({"name": "secret"})),
        ("process_load", json!({"name": "secert"})),
        ("task_list", json!({"process": "team-b/plan"})),
        ("search", json!({"query": "soil"})),
        ("process_new", json!({"name": "secret"})),
        ("process_new", json!({"name": "unheard of"})),
        ("process_restore", json!({"name": "gone"})),
        ("process_delete", json!({"name": "secret"})),
        ("process_save", json!({"name": "team-b/plan"})),
        ("process_history", json!({"process": "secret"})),
        ("process_undo", json!({})),
        ("process_list_all", json!({})),
    ];
    let (in_busy, in_quiet) = (session(&busy, &anna), session(&quiet, &anna));
    for (tool, arguments) in calls {
        let answers = [&in_busy, &in_quiet].map(|session| {
            let answer = session.request("tools/call", mcp::call(tool, arguments.clone()));
            without_times(&answer.to_string())
        });
        assert_eq!(answers[0], answers[1], "{tool} {arguments}");
        let tells = arguments.to_string().contains("secret") || !answers[0].contains("secret");
        assert!(tells, "{tool}: {}", answers[0]);
    }
    for (method, params) in [
        ("resources/list", json!({})),
        (
            "completion/complete",
            json!({
                "ref": {"type": "ref/resource", "uri": "pm://process/{process}"},
                "argument": {"name": "process", "value": "s"},
            }),
        ),
    ] {
        let answers = [&in_busy, &in_quiet].map(|session| session.request(method, params.clone()));
        assert_eq!(answers[0].to_string(), answers[1].to_string(), "{method}");
    }
    let listed = others.call("process_list_all", json!({})).ok().to_string();
    assert!(
        listed.contains("team-a/plan") && listed.contains("secret"),
        "{listed}"
    );
    let entries = others.call("process_history", json!({"process": "team-a/plan"}));
    let entries = entries.ok().to_string();
    assert!(entries.contains("pm-tests (anna)"), "{entries}");
}

/// An answer without what differs by the moment.
fn without_times(text: &str) -> String {
    let mut kept = String::new();
    for part in text.split(|c: char| !(c.is_alphanumeric() || c == ':' || c == '-')) {
        let is_time = part.contains(':') && part.bytes().any(|byte| byte.is_ascii_digit());
        let is_second = part.len() > 6 && part.ends_with('Z');
        if !is_time && !is_second {
            kept.push_str(part);
            kept.push(' ');
        }
    }
    kept
}

#[test]
fn pages_show_what_is_theirs_and_say_whose_they_are() {
    let tokens = Tokens::new();
    let anna = tokens.add("anna", &["--processes", "team-a/*"]);
    let bob = tokens.add("bob", &["--access", "read"]);
    let carl = tokens.add("carl", &["--access", "admin"]);
    let storage = Storage::new();
    let server = tokens.serve(&storage);
    let (mut hers, mut his, mut admins) = (Jar::default(), Jar::default(), Jar::default());
    let asked = hers.open(&server, "/");
    assert_eq!(
        (asked.status, asked.header("location")),
        (303, Some("/login"))
    );
    hers.log_in_with(&server, &anna);
    his.log_in_with(&server, &bob);
    admins.log_in_with(&server, &carl);
    let made = admins.submit(&server, "/new", "name=secret&description=");
    assert_eq!(made.status, 303, "{}", made.text());
    let made = hers.submit(&server, "/new", "name=team-a%2Fplan&description=");
    assert_eq!(made.status, 303, "{}", made.text());
    let home = hers.open(&server, "/").text();
    assert!(
        home.contains("Log out anna") && home.contains("team-a/plan"),
        "{home}"
    );
    assert!(!home.contains("secret"), "{home}");
    for path in ["/p/secret", "/p/unheard%20of"] {
        assert_eq!(hers.open(&server, path).status, 404, "{path}");
    }
    let refused = hers.submit(&server, "/new", "name=secret&description=");
    let said = "Processes can only be called team-a/* here, and secret is none of these.";
    assert!(refused.text().contains(said), "{}", refused.text());
    let all = his.open(&server, "/").text();
    assert!(
        all.contains("secret") && all.contains("team-a/plan"),
        "{all}"
    );
    let changed = his.submit(&server, "/p/secret/describe", "description=x");
    assert!(matches!(changed.status, 404 | 405), "{changed:?}");
    let activity = his.open(&server, "/p/team-a%2Fplan/activity").text();
    let described = hers.submit(&server, "/p/team-a%2Fplan/describe", "description=x");
    assert_eq!(described.status, 303, "{}", described.text());
    let later = his.open(&server, "/p/team-a%2Fplan/activity").text();
    assert!(
        !activity.contains("(anna)") && later.contains("(anna)"),
        "{later}"
    );
    // Where it is stored is told to who looks after the server.
    let place = storage.path().display().to_string();
    assert!(!hers.open(&server, "/status").text().contains(&place));
    let kinds = ["a JSON file for each process", "a PostgreSQL database"];
    let told = admins.open(&server, "/status").text();
    assert!(kinds.iter().any(|kind| told.contains(kind)), "{told}");
    hers.submit(&server, "/logout", "");
    assert_eq!(hers.open(&server, "/").status, 303);
    assert_eq!(his.open(&server, "/").status, 200);
}

#[test]
fn one_that_may_read_changes_nothing() {
    let tokens = Tokens::new();
    let anna = tokens.add("anna", &[]);
    let bob = tokens.add("bob", &["--access", "read"]);
    let storage = Storage::new();
    let server = tokens.serve(&storage);
    let (writes, reads) = (session(&server, &anna), session(&server, &bob));
    writes.call("process_new", json!({"name": "garden"})).ok();
    reads.call("process_load", json!({"name": "garden"})).ok();
    let refused = reads
        .call("task_new", json!({"task_name": "plant"}))
        .refused();
    assert!(refused.contains("for reading only"), "{refused}");
    // Nobody goes on with the session of another.
    let stolen = Request::mcp(&request(9, "tools/list", json!({})))
        .header("authorization", &format!("Bearer {bob}"))
        .header("mcp-session-id", &writes.id)
        .header("mcp-protocol-version", WITH_SESSIONS);
    assert_eq!(server.send(&stolen).status, 404);
}

#[test]
fn a_token_that_is_taken_no_more_ends_its_sessions_within_a_second() {
    let tokens = Tokens::new();
    let anna = tokens.add("anna", &[]);
    let bob = tokens.add("bob", &[]);
    let storage = Storage::new();
    let server = tokens.serve(&storage);
    let (hers, his) = (session(&server, &anna), session(&server, &bob));
    let mut jar = Jar::default();
    jar.log_in_with(&server, &anna);
    assert_eq!(jar.open(&server, "/").status, 200);
    let address = server.address();
    let without_session = server.sessionless("agent").with_token(&anna);
    let list_changed = json!({"notifications": {"resourcesListChanged": true}});
    let streams = [
        stream_of(&hers),
        without_session.post("subscriptions/listen", list_changed),
        jar.with_cookies(Request::get("/events")),
    ];
    let streams = streams.map(|request| listen(&server, &request));
    soon(|| {
        hers.call_request("process_list_all", json!({}))
            .send(address)
            .status
            == 200
    });
    let asked = Instant::now();
    tokens.revoke("anna", &server);
    soon(|| {
        hers.call_request("process_list_all", json!({}))
            .send(address)
            .status
            == 401
    });
    for stream in streams {
        assert!(
            stream.join().unwrap() < asked + SOON,
            "a stream of hers went on"
        );
    }
    assert_eq!(jar.open(&server, "/").status, 303);
    his.call("process_new", json!({"name": "garden"})).ok();
    // A file that cannot be taken changes nothing.
    std::fs::write(tokens.path(), "[bob]\naccess = 1\n").unwrap();
    server.process.signal(Signal::HUP);
    let log = server.process.log_with("cannot be taken");
    assert!(log.contains("line 2"), "{log}");
    his.call("process_list_all", json!({})).ok();
    // One without anybody is a file like any other.
    std::fs::write(tokens.path(), "").unwrap();
    server.process.signal(Signal::HUP);
    soon(|| {
        his.call_request("process_list_all", json!({}))
            .send(address)
            .status
            == 401
    });
}

#[test]
fn what_was_being_sent_with_a_token_is_not_done_once_it_counts_no_more() {
    let tokens = Tokens::new();
    let (anna, bob) = (tokens.add("anna", &[]), tokens.add("bob", &[]));
    let storage = Storage::new();
    let server = tokens.serve(&storage);
    let (hers, his) = (session(&server, &anna), session(&server, &bob));
    let mut jar = Jar::default();
    jar.log_in_with(&server, &anna);
    let form = "name=by+page&description=";
    let by_page = Request::new("POST", "/new")
        .header("origin", &server.url(""))
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form);
    let sent = [
        hers.call_request("process_new", json!({"name": "by call"})),
        jar.with_cookies(by_page),
    ];
    // All of each but its last byte.
    let mut begun = sent.map(|request| {
        let mut bytes = request.bytes(server.address());
        let last = bytes.pop().unwrap();
        let mut connection = Connection::open(server.address());
        connection.write(&bytes);
        (connection, last)
    });
    // They have been let in by then.
    hers.call("process_list_all", json!({})).ok();
    tokens.revoke("anna", &server);
    let address = server.address();
    soon(|| {
        hers.call_request("process_list_all", json!({}))
            .send(address)
            .status
            == 401
    });
    for (connection, last) in &mut begun {
        connection.write(&[*last]);
        assert_eq!(connection.response().status, 401);
    }
    let listed = his.call("process_list_all", json!({})).ok();
    assert_eq!(listed["process_list"], json!([]), "{listed}");
}

#[test]
fn files_are_written_for_whoever_looks_after_the_server_alone() {
    let tokens = Tokens::new();
    let (anna, carl) = (
        tokens.add("anna", &[]),
        tokens.add("carl", &["--access", "admin"]),
    );
    let storage = Storage::new();
    let exported = tempfile::tempdir().unwrap();
    let server = HttpServer::over(storage.path()).env("PM_TOKENS", tokens.path());
    let server = server.env("PM_EXPORT_DIR", exported.path()).start();
    let offers = |token: &str| {
        let listed = session(&server, token).request("tools/list", json!({}));
        listed.to_string().contains("code_export")
    };
    assert!(offers(&carl) && !offers(&anna));
}

#[test]
fn a_token_is_looked_at_whoever_is_logged_in() {
    let tokens = Tokens::new();
    let (anna, bob) = (tokens.add("anna", &[]), tokens.add("bob", &[]));
    let storage = Storage::new();
    let server = tokens.serve(&storage);
    let mut jar = Jar::default();
    jar.log_in_with(&server, &anna);
    jar.log_in_with(&server, &bob);
    assert!(jar.open(&server, "/").text().contains("Log out bob"));
    let wrong = jar.submit(&server, "/login", "token=pm_no");
    assert_eq!(wrong.status, 401);
}

#[test]
fn a_token_ends_by_itself() {
    let tokens = Tokens::new();
    tokens.add("bob", &[]);
    let storage = Storage::new();
    let server = tokens.serve(&storage);
    let end = OffsetDateTime::now_utc() + Duration::from_secs(3);
    let written = end.format(&Rfc3339).unwrap();
    let anna = tokens.add("anna", &["--expires", &written]);
    server.process.signal(Signal::HUP);
    server.process.log_with("were read again");
    let hers = session(&server, &anna);
    hers.call("process_new", json!({"name": "garden"})).ok();
    listen(&server, &stream_of(&hers)).join().unwrap();
    let now = OffsetDateTime::now_utc();
    assert!(
        now >= end && now < end + SOON,
        "its stream ended at {now} and not at {end}"
    );
    assert_eq!(
        hers.call_request("process_list_all", json!({}))
            .send(server.address())
            .status,
        401
    );
}

#[test]
fn a_start_says_what_is_wrong_with_the_tokens() {
    let tokens = Tokens::new();
    let refused = |arguments: &[&str], token: Option<&str>| {
        let storage = Storage::new();
        let mut command = command(binaries::http());
        command
            .args(["--listen", "127.0.0.1:0", "--dir"])
            .arg(storage.path());
        command.arg("--tokens").arg(tokens.path()).args(arguments);
        if let Some(token) = token {
            command.env("PM_TOKEN", token);
        }
        let finished = finish(&mut command);
        assert_eq!(finished.code, Some(2), "{finished:?}");
        finished.stderr
    };
    let missing = refused(&[], None);
    assert!(
        missing.contains("tokens.toml: it cannot be read"),
        "{missing}"
    );
    std::fs::write(tokens.path(), "").unwrap();
    assert!(refused(&[], None).contains("nobody is in it"));
    let entry = "[anna]\nsha256 = \"{}\"\naccess = \"admin\"\nprocesses = [\"x\"]\n";
    std::fs::write(tokens.path(), entry.replace("{}", &"0".repeat(64))).unwrap();
    let admin = refused(&[], None);
    assert!(
        admin.contains("[anna]: access: admin looks after"),
        "{admin}"
    );
    std::fs::remove_file(tokens.path()).unwrap();
    tokens.add("anna", &["--in-workspace", "team-a"]);
    let beside = refused(&[], Some("one for all, and long"));
    assert!(beside.contains("unset PM_TOKEN"), "{beside}");
    let nowhere = refused(&[], None);
    assert!(
        nowhere.contains("[anna]: workspace: there is no workspace"),
        "{nowhere}"
    );
}

#[test]
fn the_program_for_a_shell_makes_the_same_tokens() {
    let made = finish(command(binaries::pm()).args(["token", "new", "anna"]));
    assert_eq!(made.code, Some(0), "{made:?}");
    let entry: Vec<&str> = made.stdout.lines().skip(2).take(3).collect();
    assert_eq!((entry[0], entry[2]), ("[anna]", "access = \"write\""));
    assert!(!made.stdout.contains("workspace"), "{}", made.stdout);
}

#[test]
fn each_is_known_by_a_name_also_without_a_session() {
    let tokens = Tokens::new();
    let anna = tokens.add("anna", &[]);
    let bob = tokens.add("bob", &[]);
    let storage = Storage::new();
    let server = tokens.serve(&storage);
    let with = |token: &str| server.sessionless("agent").with_token(token);
    let (hers, his) = (with(&anna), with(&bob));
    hers.call("process_new", json!({"name": "garden"})).ok();
    his.call("process_new", json!({"name": "shed"})).ok();
    let planted = hers.call("task_new", json!({"task_name": "plant"})).ok();
    let built = his.call("task_new", json!({"task_name": "build"})).ok();
    let within = [&planted, &built].map(|answer| answer["process_name"].clone());
    assert_eq!(within, ["garden", "shed"]);
    let hello = request(1, "initialize", mcp::initialize(WITH_SESSIONS, "pm-tests"));
    let unnamed = server.send(&Request::mcp(&hello));
    assert_eq!(unnamed.status, 401);
    let wrong = server.send(&Request::mcp(&hello).header("authorization", "Bearer pm_no"));
    assert_eq!(wrong.status, 401);
}
