//! The command lines: help, what is said at the start, and bad configuration in one line.

use std::fmt::Write as _;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use pm_tests::http_server::HttpServer;
use pm_tests::running::{command, finish};
use pm_tests::stdio_server::StdioServer;
use pm_tests::storage::Storage;
use pm_tests::{binaries, mcp};
use serde_json::json;

use crate::check::check;

#[test]
fn help_tells_a_newcomer_what_there_is() {
    for (program, arguments, snapshot) in [
        (binaries::http(), &["--help"][..], "help_http"),
        (
            binaries::http(),
            &["healthcheck", "--help"],
            "help_healthcheck",
        ),
        (binaries::http(), &["doctor", "--help"], "help_doctor"),
        (binaries::http(), &["import", "--help"], "help_import"),
        (binaries::http(), &["tools", "--help"], "help_tools"),
        (binaries::http(), &["trash", "--help"], "help_trash"),
        (binaries::stdio(), &["--help"], "help_stdio"),
    ] {
        // Help wraps at the width of the terminal, which a test does not have.
        let finished = finish(command(program).args(arguments).env("COLUMNS", "100"));
        assert_eq!(finished.code, Some(0), "{finished:?}");
        assert_eq!(finished.stderr, "");
        check(snapshot, &finished.stdout);
    }
}

#[test]
fn the_version_is_the_packages() {
    for (program, name) in [
        (binaries::http(), "pm-mcp-http"),
        (binaries::stdio(), "pm-mcp-stdio"),
    ] {
        let finished = finish(command(program).arg("--version"));
        assert_eq!(finished.code, Some(0), "{finished:?}");
        assert_eq!(
            finished.stdout,
            format!("{name} {}", env!("CARGO_PKG_VERSION"))
        );
    }
}

#[test]
fn the_start_is_three_lines_and_quiet_otherwise() {
    let storage = Storage::new();
    let open = HttpServer::start(storage.path());
    let guarded = HttpServer::over(storage.path())
        .env("PM_TOKEN", "a-secret")
        .start();
    let lines = format!(
        "{}\n\n{}",
        open.announcement.join("\n"),
        guarded.announcement.join("\n")
    );
    check("announcement", &lines);
    open.session().call("process_list_all", json!({})).ok();
    assert_eq!(open.process.log(), "");
}

#[test]
fn stdio_says_nothing_but_the_protocol() {
    let storage = Storage::new();
    let mut command = StdioServer::command(storage.path());
    let (server, opened) = StdioServer::open(&mut command, mcp::WITH_SESSIONS);
    assert_eq!(opened["serverInfo"]["name"], "process-manager");
    assert_eq!(server.process.log(), "");
}

/// Runs a program that must refuse to start: exit code 2, one line, nothing on standard output.
#[track_caller]
fn refusal(command: &mut Command) -> String {
    let finished = finish(command);
    assert_eq!(finished.code, Some(2), "{command:?}: {finished:?}");
    assert_eq!(finished.stdout, "", "{command:?}");
    let lines: Vec<&str> = finished.stderr.lines().collect();
    let [line] = lines.as_slice() else {
        panic!("{command:?} says {lines:?}")
    };
    (*line).to_owned()
}

fn http(directory: &Path) -> Command {
    let mut command = command(binaries::http());
    command.arg("--dir").arg(directory);
    command.args(["--listen", "127.0.0.1:0"]);
    command
}

#[test]
fn bad_configuration_is_one_line_that_says_how_to_mend_it() {
    let storage = Storage::new();
    storage.write("file", "");
    storage.write("empty-token", " \n");
    storage.write("texts.toml", "[task_lst]\n");
    let file = storage.file("file");
    let path = |name: &str| storage.file(name).to_str().unwrap().to_owned();
    let mut lines = String::new();
    let mut add = |command: &mut Command| writeln!(lines, "{}", refusal(command)).unwrap();

    add(&mut http(&file));
    add(command(binaries::http()).args(["--dir", ""]));
    for arguments in [
        &["--listen", "0.0.0.0:0"][..],
        &["--listen", "nowhere"],
        &["--listn", "127.0.0.1:0"],
        &["--token-file", &path("missing")],
        &["--token-file", &path("empty-token")],
        &["--allow-origin", "example.org"],
        &["--allow-host", "http://example.org"],
        &["--tools", "task_lst"],
        &["--descriptions", &path("missing")],
        &["--descriptions", &path("texts.toml")],
        &["--max-body", "0"],
        &["--max-sessions", "none"],
        &["--header-timeout", "0"],
        &["--answer-limit", "lots"],
        &["--log-format", "xml"],
        &["surplus"],
    ] {
        let mut command = command(binaries::http());
        add(command.arg("--dir").arg(storage.path()).args(arguments));
    }
    for (variable, value) in [
        ("PM_TOKEN", ""),
        ("PM_TOKEN", "two words"),
        ("PM_LOG", "rmcp=loud"),
        ("PM_MAX_CONNECTIONS", "-1"),
        ("PM_READ_ONLY", "perhaps"),
    ] {
        add(http(storage.path()).env(variable, value));
    }
    let both = path("file");
    add(http(storage.path())
        .env("PM_TOKEN", "x")
        .args(["--token-file", &both]));
    check("bad_configuration_http", &lines);

    let mut lines = String::new();
    let mut add = |command: &mut Command| writeln!(lines, "{}", refusal(command)).unwrap();
    add(&mut StdioServer::command(&file));
    for arguments in [
        &["--tools", ""][..],
        &["--listen", "127.0.0.1:0"],
        &["--answer-limit", "0"],
    ] {
        add(StdioServer::command(storage.path()).args(arguments));
    }
    add(StdioServer::command(storage.path()).env("PM_LOG", "loudly=very"));
    check("bad_configuration_stdio", &lines);
}

#[test]
fn a_taken_port_is_named() {
    let storage = Storage::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let mut command = command(binaries::http());
    command
        .arg("--dir")
        .arg(storage.path())
        .args(["--listen", &address]);
    let line = refusal(&mut command);
    assert!(
        line.contains(&address) && line.contains("--listen"),
        "{line}"
    );
}

#[test]
fn the_directory_is_made_where_it_is_missing() {
    let storage = Storage::new();
    let directory = storage.file("a/b/c");
    let server = HttpServer::start(&directory);
    server
        .session()
        .call("process_new", json!({"name": "garden"}))
        .ok();
    assert!(directory.join("garden.json").is_file());
}
