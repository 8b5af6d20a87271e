//! The official SDKs in other languages, old and new, over both transports; `sdk.mjs` and
//! `sdk.py` say what they do. All send the calls of a turn without waiting for answers, as many programs do.

use std::{path::Path, time::Duration};

use anyhow::{Result, bail};

use super::{Setup, TOOLS, python::Python, row::Row};
use crate::{
    cmd::Cmd,
    server::{Server, http_command},
};

/// How long a script may take; some 3 s are usual.
const LIMIT: Duration = Duration::from_secs(120);

/// The TypeScript SDKs by their folders, and the version of the protocol that each speaks. The
/// last is one that cannot read an event without a message.
const TYPESCRIPT: [(&str, &str); 4] = [
    ("@modelcontextprotocol/client", "2026-07-28"),
    ("@modelcontextprotocol/sdk", "2025-11-25"),
    ("sdk-of-2025-06-18", "2025-06-18"),
    ("@modelcontextprotocol/client", "2025-11-25"),
];

/// The Python SDKs by their versions, and the version of the protocol that each speaks.
const PYTHON: [(&str, &str); 3] = [
    ("2.3.0", "2026-07-28"),
    ("2.3.0", "2025-11-25"),
    ("1.13.1", "2025-06-18"),
];

/// Runs the TypeScript SDKs.
pub(super) fn run_typescript(setup: &Setup) -> Vec<Row> {
    let title = |package: &str| setup.packages.titled("TypeScript SDK", package);
    let rows = TYPESCRIPT.map(|(package, era)| {
        let script = || Ok(setup.packages.script("sdk.mjs").arg(package));
        over_both(setup, &title(package), era, script)
    });
    rows.into_iter().flatten().collect()
}

/// Runs the Python SDKs.
pub(super) fn run_python(setup: &Setup) -> Vec<Row> {
    let rows = PYTHON.map(|(version, era)| {
        let script = || Python::install(version)?.script("sdk.py");
        over_both(setup, &format!("Python SDK {version}"), era, script)
    });
    rows.into_iter().flatten().collect()
}

/// Runs a script over HTTP and over stdio.
fn over_both(
    setup: &Setup,
    title: &str,
    era: &'static str,
    script: impl Fn() -> Result<Cmd>,
) -> [Row; 2] {
    let run = |transport, check: &dyn Fn(&mut Row, &Path) -> Result<()>| {
        Row::of(title.to_owned(), era, transport, |row| {
            let name = format!("{title} {era} {transport}").replace(' ', "-");
            check(row, &setup.folder(&name)?)
        })
    };
    let over_http = |row: &mut Row, folder: &Path| {
        let store = folder.join("store");
        let server = Server::start(http_command(&setup.binaries.http, "127.0.0.1:0", &store))?;
        let script = script()?.args([era, &TOOLS.join(","), "http", &server.url("/mcp")]);
        check(row, script, folder)?;
        server.stop()
    };
    let over_stdio = |row: &mut Row, folder: &Path| {
        let script = script()?
            .args([era, &TOOLS.join(","), "stdio"])
            .arg(&setup.binaries.stdio)
            .arg("--dir")
            .arg(folder.join("store"))
            .args(["--tools", "full"]);
        check(row, script, folder)
    };
    [run("http", &over_http), run("stdio", &over_stdio)]
}

/// Runs a script that says what holds, line by line.
pub(super) fn check(row: &mut Row, script: Cmd, folder: &Path) -> Result<()> {
    let finished = script.run_within(LIMIT, &folder.join("script"))?;
    print!("{}", finished.stdout);
    let held = finished
        .stdout
        .lines()
        .filter(|line| line.starts_with("ok: "));
    row.passed += held.count();
    if !finished.status.success() {
        bail!("{}\n{}", finished.status, finished.stderr);
    }
    Ok(())
}
