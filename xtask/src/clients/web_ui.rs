//! The TypeScript SDK as llama.cpp's web UI uses it; `web-ui.mjs` says how.
//! Here is its other side: the server, restarted where the script asks.
//!
//! The script is only worth as much as its browser's strictness, which
//! `browser.test.mjs` shows first.

use std::{fs, time::Duration};

use anyhow::{Result, bail};

use super::{Setup, TOOLS, row::Row};
use crate::server::{Server, http_command};

/// How long the script may take; some 2 s are usual.
const LIMIT: Duration = Duration::from_secs(120);

/// Runs the script.
pub(super) fn run(setup: &Setup) -> Vec<Row> {
    let package = "@modelcontextprotocol/sdk";
    let title = setup.packages.titled("TypeScript SDK", package);
    let check = |row: &mut Row| check(setup, row);
    vec![Row::of(title, "2025-11-25", "http", check)]
}

fn check(setup: &Setup, row: &mut Row) -> Result<()> {
    let folder = setup.folder("web-ui")?;
    let strictness = setup.packages.script("browser.test.mjs");
    let strictness = strictness.run_within(LIMIT, &folder.join("browser-test"))?;
    if !strictness.status.success() {
        bail!("the browser is not strict:\n{}", strictness.stdout);
    }
    let store = folder.join("store");
    let start = |listen: &str| Server::start(http_command(&setup.binaries.http, listen, &store));
    let mut server = start("127.0.0.1:0")?;
    let script = setup.packages.script("web-ui.mjs");
    let mut script = script
        .args([server.url("/mcp"), TOOLS.join(",")])
        .talk(LIMIT, &folder.join("script.err"))?;
    while let Some(line) = script.hear()? {
        println!("{line}");
        if line.starts_with("ok: ") {
            row.passed += 1;
        }
        let stop = match &*line {
            "restart" => Server::stop,
            "crash" => Server::kill,
            _ => continue,
        };
        let authority = server.authority().to_owned();
        stop(server)?;
        server = start(&authority)?;
        script.tell("up again")?;
    }
    fs::write(folder.join("server.log"), server.log())?;
    script.finish()?;
    server.stop()
}
