//! What hostile requests may make the server hold, and that it gives it back.
//!
//! Measured as the kernel counts it, and so on Linux alone.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use pm_tests::http_server::HttpServer;
use pm_tests::mcp::{self, request};
use pm_tests::raw_http::Request;
use pm_tests::storage::Storage;
use serde_json::{Value, json};

/// A mebibyte in the kernel's unit.
const MIB: u64 = 1024;

/// How soon memory goes back that nobody needs any more.
const GIVEN_BACK_WITHIN: Duration = Duration::from_secs(10);

/// The memory of a server, in KiB.
struct Memory {
    place: PathBuf,
    idle: u64,
}

impl Memory {
    /// Of a server that has answered once, so that what every request needs is there.
    fn of(server: &HttpServer) -> Self {
        server.session().end();
        let place = PathBuf::from(format!("/proc/{}", server.process.pid()));
        let mut memory = Self { place, idle: 0 };
        memory.idle = memory.field("VmRSS");
        memory
    }

    fn field(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(self.place.join("status")).unwrap();
        let mut fields = status.lines().filter_map(|line| line.split_once(':'));
        let (_, value) = fields.find(|(field, _)| *field == name).unwrap();
        value.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// How much there is over what an idle server has.
    fn over_idle(&self) -> u64 {
        self.field("VmRSS").saturating_sub(self.idle)
    }

    /// The most that there was over it since this was asked last.
    fn peak_over_idle(&self) -> u64 {
        let peak = self.field("VmHWM").saturating_sub(self.idle);
        std::fs::write(self.place.join("clear_refs"), "5").unwrap();
        peak
    }
}

/// Bodies of four megabytes or of as many values as are taken, each of another shape.
fn hostile() -> Vec<(&'static str, String)> {
    const BODY: usize = (4 << 20) - 1000;
    const VALUES: usize = 99_000;
    let call = |arguments: &str| {
        let call = mcp::call(
            "process_new",
            json!({"name": "garden", "description": "HERE"}),
        );
        let call = request(7, "tools/call", call).to_string();
        call.replace("\"HERE\"", arguments)
    };
    let list = |item: &str, count: usize| format!("[{}0]", format!("{item},").repeat(count));
    let members = |count: usize| {
        let mut members = String::from("{");
        for number in 0..count {
            write!(members, "\"{number}\":0,").unwrap();
        }
        members.push_str("\"x\":0}");
        members
    };
    let nested = format!("{}0{}", "[".repeat(120), "]".repeat(120));
    vec![
        ("two million numbers", call(&list("1", BODY / 2))),
        ("numbers", call(&list("1", VALUES))),
        ("texts", call(&list("\"12345678\"", VALUES))),
        ("longer texts", call(&list("\"123456789\"", VALUES / 2))),
        (
            "long texts",
            call(&list(&format!("\"{}\"", "x".repeat(70)), VALUES / 2)),
        ),
        ("lists", call(&list("[0]", VALUES / 3))),
        ("empty lists", call(&list("[]", VALUES / 2))),
        ("objects", call(&list("{\"a\":0}", VALUES / 4))),
        ("empty objects", call(&list("{}", VALUES / 2))),
        ("members", call(&members(VALUES / 2))),
        ("deep lists", call(&list(&nested, VALUES / 241))),
        ("a text", call(&format!("\"{}\"", "x".repeat(BODY)))),
        (
            "an escaped text",
            call(&format!("\"{}\"", "\\n".repeat(BODY / 2))),
        ),
        ("no call", list("1", BODY / 2)),
        (
            "no method",
            format!("{{\"a\":{}}}", list("[0]", VALUES / 3)),
        ),
        (
            "another method",
            call(&list("{\"a\":0}", VALUES / 4)).replace("tools/call", "x/y"),
        ),
        ("no JSON", format!("{{\"a\":{}", list("[0]", VALUES / 3))),
    ]
}

#[test]
fn any_one_request_takes_at_most_40_mb() {
    for (shape, body) in hostile() {
        // One that has had no other, or what those left would count.
        let storage = Storage::new();
        let server = HttpServer::start(storage.path());
        let session = server.session();
        // What of the program is read into memory with the first such call is no request's.
        let small = json!({"name": "garden", "description": ["x"]});
        server.send(&session.call_request("process_new", small));
        let memory = Memory::of(&server);
        let post = session.with_headers(Request::mcp(&Value::Null));
        let response = server.send(&post.body(body));
        let is_refused = matches!(shape, "two million numbers" | "no call");
        assert_eq!(response.status == 413, is_refused, "{shape}: {response:?}");
        let peak = memory.peak_over_idle();
        assert!(peak <= 40 * MIB, "{shape}: {} MiB", peak / MIB);
    }
}

#[test]
fn sixty_four_hostile_requests_at_once_stay_within_200_mb_and_most_of_it_goes_back() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let sessions: Vec<_> = (0..4).map(|_| server.session()).collect();
    let memory = Memory::of(&server);
    let bodies = hostile();
    std::thread::scope(|scope| {
        for number in 0..64 {
            let (_, body) = &bodies[number % bodies.len()];
            let session = &sessions[number % sessions.len()];
            let post = session.with_headers(Request::mcp(&Value::Null));
            let (post, address) = (post.body(body.clone()), server.address());
            scope.spawn(move || {
                let response = post.send(address);
                // Turned away for a moment, or answered: nothing else.
                let status = response.status;
                assert!(status < 500 || status == 503, "{response:?}");
                if status == 503 {
                    assert!(response.header("retry-after").is_some(), "{response:?}");
                }
            });
        }
    });
    let peak = memory.peak_over_idle();
    assert!(peak <= 200 * MIB, "{} MiB", peak / MIB);
    let until = Instant::now() + GIVEN_BACK_WITHIN;
    while memory.over_idle() > 30 * MIB {
        let left = memory.over_idle() / MIB;
        assert!(Instant::now() < until, "{left} MiB are still taken");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(server.is_healthy());
}

#[test]
fn a_session_keeps_nothing_of_what_a_client_says_of_itself_but_a_name() {
    let taken_with = |capabilities: Value| {
        let storage = Storage::new();
        let server = HttpServer::start(storage.path());
        let memory = Memory::of(&server);
        let mut hello = mcp::initialize(mcp::WITH_SESSIONS, "greedy");
        hello["capabilities"] = capabilities;
        let hello = Request::mcp(&request(1, "initialize", hello));
        for _ in 0..256 {
            assert_eq!(server.send(&hello).status, 200);
        }
        memory.over_idle()
    };
    let little = taken_with(json!({}));
    let much = taken_with(json!({"experimental": {"x": {"y": "z".repeat(60_000)}}}));
    // Of 15 MiB that they were told.
    let more = much.saturating_sub(little);
    assert!(more <= MIB, "{more} KiB more than {little}");
}
