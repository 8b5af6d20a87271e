//! The command lines: help, what is said at the start, and bad configuration in one line.

use std::fmt::Write as _;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use pm_tests::http_server::HttpServer;
use pm_tests::running::{Running, Signal, command, finish};
use pm_tests::stdio_server::StdioServer;
use pm_tests::storage::Storage;
use pm_tests::{binaries, eventually, mcp};
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
        let mut command = command(program);
        command.env_remove("PM_TOOLS").env("COLUMNS", "100");
        let finished = finish(command.args(arguments));
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

#[cfg(target_os = "linux")]
#[test]
fn the_pages_are_opened_if_that_is_asked_for() {
    use std::os::unix::fs::PermissionsExt as _;

    let storage = Storage::new();
    let programs = tempfile::tempdir().unwrap();
    let start = || {
        HttpServer::over(storage.path())
            .args(["--open"])
            .env("PATH", programs.path())
            .start()
    };
    let without = start();
    let pages = format!("http://{}/", without.address());
    let told = format!("nothing here opens pages; open {pages} in a browser");
    eventually("it is told", || without.process.log().contains(&told));

    let (browser, opened) = (
        programs.path().join("xdg-open"),
        programs.path().join("opened"),
    );
    let script = format!("#!/bin/sh\nprintf %s \"$1\" > {}\n", opened.display());
    std::fs::write(&browser, script).unwrap();
    std::fs::set_permissions(&browser, std::fs::Permissions::from_mode(0o755)).unwrap();
    let with = start();
    let pages = format!("http://{}/", with.address());
    eventually("they are opened", || {
        std::fs::read_to_string(&opened).is_ok_and(|address| address == pages)
    });
    assert_eq!(with.process.log(), "");
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
        &["--tools", "code_export"],
        &["--tools", "process_new,code_export", "--read-only"],
        &["--lease", "2"],
        &["--port", "5008"],
        &["--token", "s3cret"],
        &["--export-dir", "$HOME/code"],
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
        &["--port", "5008"],
        &["--tools", "code_export"],
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

#[test]
fn a_tilde_is_the_home_directory_in_every_path_option() {
    let storage = Storage::new();
    for directory in ["home", "here"] {
        std::fs::create_dir(storage.file(directory)).unwrap();
    }
    storage.write("home/plan.md", "- [ ] dig\n");
    let in_home = |name: &str| storage.file("home").join(name);
    let run = |program: &Path, arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = command(program);
        command.args(arguments).envs(variables.iter().copied());
        command.current_dir(storage.file("here"));
        command.env("HOME", storage.file("home"));
        finish(&mut command)
    };
    // With nothing on its standard input the server ends at once.
    run(
        binaries::stdio(),
        &["--dir", "~/notes", "--export-dir", "~/code"],
        &[],
    );
    assert!(in_home("notes").is_dir() && in_home("code").is_dir());
    run(
        binaries::stdio(),
        &[],
        &[("PM_DIR", "~/more"), ("PM_EXPORT_DIR", "~/code2")],
    );
    assert!(in_home("more").is_dir() && in_home("code2").is_dir());

    let import = ["import", "~/plan.md", "--dir", "~/notes"];
    let imported = run(binaries::http(), &import, &[]);
    assert_eq!(imported.code, Some(0), "{imported:?}");
    for command in ["doctor", "trash"] {
        for (arguments, variables) in [
            (&[command, "--dir", "~/notes"][..], &[][..]),
            (&[command], &[("PM_DIR", "~/notes")]),
        ] {
            let finished = run(binaries::http(), arguments, variables);
            assert_eq!(finished.code, Some(0), "{finished:?}");
        }
    }
    for option in ["--token-file", "--descriptions"] {
        let refused = run(binaries::http(), &[option, "~/gone", "--dir", "~"], &[]).stderr;
        let gone = in_home("gone").display().to_string();
        assert!(refused.contains(&gone), "{option}: {refused}");
    }
    let here: Vec<_> = std::fs::read_dir(storage.file("here")).unwrap().collect();
    assert!(here.is_empty(), "{here:?}");
}

#[test]
fn a_relative_directory_says_at_the_start_what_it_became() {
    let storage = Storage::new();
    let mut stdio = command(binaries::stdio());
    stdio.args(["--dir", "notes"]).current_dir(storage.path());
    check("relative_directory_stdio", &finish(&mut stdio).stderr);
    let server = HttpServer::over("notes").from(storage.path()).start();
    let here = storage.file("notes").display().to_string();
    assert!(server.announcement.iter().any(|line| line.ends_with(&here)));
}

#[test]
fn what_was_asked_for_and_is_not_offered_is_said() {
    let storage = Storage::new();
    let mut server = HttpServer::over(storage.path())
        .args(["--tools", "task_list,code_export"])
        .env("PM_TOKEN", "hunter2")
        .start();
    server.process.signal(Signal::TERM);
    server.process.wait();
    check("start_warnings", &server.process.log());
    // A profile brings along what cannot be offered here; nobody asked for that by name.
    let mut server = HttpServer::over(storage.path())
        .args(["--tools", "full", "--read-only"])
        .start();
    server.process.signal(Signal::TERM);
    server.process.wait();
    assert_eq!(server.process.log(), "");
}

/// A terminal: the side of the person, and that of the program.
#[cfg(target_os = "linux")]
pub(crate) fn terminal() -> (std::os::fd::OwnedFd, std::fs::File) {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

    let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&terminal).unwrap();
    unlockpt(&terminal).unwrap();
    let path = ptsname(&terminal, Vec::new())
        .unwrap()
        .into_string()
        .unwrap();
    let mut options = std::fs::File::options();
    let program = options.read(true).write(true).open(path).unwrap();
    (terminal, program)
}

/// What a person reads who starts the HTTP server in a terminal and ends it again.
#[cfg(target_os = "linux")]
fn read_at_a_terminal(directory: &Path) -> String {
    let (terminal, program) = terminal();
    let mut server = {
        let mut command = http(directory);
        Running::start(command.stdout(program))
    };
    let (mut read, mut piece, mut is_asked) = (Vec::new(), [0; 4096], false);
    // The end of a terminal whose program is gone is an error.
    while let Ok(length @ 1..) = rustix::io::read(&terminal, &mut piece) {
        read.extend_from_slice(&piece[..length]);
        // Asked twice, it would end at once.
        if !is_asked && read.windows(9).any(|it| it == b"Protected") {
            server.signal(Signal::TERM);
            is_asked = true;
        }
    }
    server.wait();
    String::from_utf8(read).unwrap().replace('\r', "")
}

#[cfg(target_os = "linux")]
#[test]
fn the_first_start_in_a_terminal_says_what_to_do_next() {
    let storage = Storage::new();
    let first = read_at_a_terminal(storage.path());
    assert!(first.lines().count() <= 24, "{first}");
    check("first_start", &first);
    let server = HttpServer::start(storage.path());
    let session = server.session();
    session.call("process_new", json!({"name": "Garden"})).ok();
    server.stop();
    let later = read_at_a_terminal(storage.path());
    assert_eq!(later.trim_end().lines().count(), 4, "{later}");
}

/// Somebody who starts the stdio server by hand sees it wait, and would not know for what.
#[cfg(target_os = "linux")]
#[test]
fn in_a_terminal_the_stdio_server_says_what_it_is() {
    let storage = Storage::new();
    let (terminal, input) = terminal();
    let mut server = Running::start(StdioServer::command(storage.path()).stdin(input));
    // Ctrl+D at the beginning of a line ends the input.
    rustix::io::write(&terminal, b"\x04").unwrap();
    server.wait();
    check("stdio_in_a_terminal", &server.log());
}
