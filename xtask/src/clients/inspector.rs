//! The protocol's Inspector, without its window: over both transports and in
//! both eras it lists the tools, whose schemas it checks, and calls two.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use super::{Setup, TOOLS, row::Row};
use crate::server::{Server, http_command};

/// The Inspector's names of the eras: with sessions, and without.
const ERAS: [&str; 2] = ["legacy", "modern"];

/// How long one call may take; it starts a whole Node.js, so some 2 s are usual.
const LIMIT: Duration = Duration::from_secs(60);

/// Where the Inspector finds the server.
#[derive(Clone, Copy)]
enum Target<'a> {
    /// At this address.
    Http(&'a Server),
    /// It starts the server itself, over this store.
    Stdio(&'a Path),
}

/// One row's way to the server.
struct Inspector<'a> {
    setup: &'a Setup,
    era: &'static str,
    target: Target<'a>,
    folder: &'a Path,
}

/// Runs the Inspector; all its servers use one directory.
pub(super) fn run(setup: &Setup) -> Vec<Row> {
    let package = "@modelcontextprotocol/inspector";
    let title = || setup.packages.titled("Inspector", package);
    let (folder, store, server) = match prepare(setup) {
        Ok(prepared) => prepared,
        Err(error) => return vec![Row::of(title(), "both", "both", |_| Err(error))],
    };
    let mut rows = Vec::new();
    for target in [Target::Http(&server), Target::Stdio(&store)] {
        for era in ERAS {
            let inspector = Inspector {
                setup,
                era,
                target,
                folder: &folder,
            };
            let check = |row: &mut Row| inspector.check(row);
            rows.push(Row::of(title(), era, target.transport(), check));
        }
    }
    rows
}

fn prepare(setup: &Setup) -> Result<(PathBuf, PathBuf, Server)> {
    let folder = setup.folder("inspector")?;
    let store = folder.join("store");
    let server = Server::start(http_command(&setup.binaries.http, "127.0.0.1:0", &store))?;
    Ok((folder, store, server))
}

impl Target<'_> {
    fn transport(self) -> &'static str {
        match self {
            Self::Http(_) => "http",
            Self::Stdio(_) => "stdio",
        }
    }
}

impl Inspector<'_> {
    fn check(&self, row: &mut Row) -> Result<()> {
        self.check_list()?;
        row.passed += 1;
        let name = format!("{} {}", self.target.transport(), self.era);
        let made = self.call(
            "process_new",
            &json!({"name": name, "description": "made by the Inspector"}),
        )?;
        ensure!(
            made.get("process_name").and_then(Value::as_str) == Some(&name),
            "process_new answered {made}"
        );
        row.passed += 1;
        let all = self.call("process_list_all", &json!({}))?;
        let processes = all.get("process_list").and_then(Value::as_array);
        let names = processes
            .into_iter()
            .flatten()
            .filter_map(|it| it.get("process"));
        ensure!(
            names.into_iter().any(|it| it == name.as_str()),
            "process_list_all does not have {name:?}: {all}"
        );
        row.passed += 1;
        Ok(())
    }

    /// Lists the tools; whatever the Inspector has to say of their schemas fails.
    fn check_list(&self) -> Result<()> {
        let result = self.run("list", "tools/list", &["--strict"])?;
        let tools = result.get("tools").and_then(Value::as_array);
        let tools = tools.context("tools/list answered without tools")?;
        let names: BTreeSet<&str> = tools
            .iter()
            .filter_map(|tool| tool.get("name")?.as_str())
            .collect();
        let missing: Vec<&str> = TOOLS
            .into_iter()
            .filter(|name| !names.contains(name))
            .collect();
        ensure!(missing.is_empty(), "tools/list lacks {missing:?}");
        ensure!(names.len() == tools.len(), "tools/list names a tool twice");
        Ok(())
    }

    /// Calls a tool and returns the object that it answered with, which must be
    /// the same in both forms.
    fn call(&self, tool: &str, arguments: &Value) -> Result<Value> {
        let arguments = arguments.to_string();
        let result = self.run(
            tool,
            "tools/call",
            &["--tool-name", tool, "--tool-args-json", &arguments],
        )?;
        let text = result.pointer("/content/0/text").and_then(Value::as_str);
        let text = text.with_context(|| format!("{tool} answered without a text: {result}"))?;
        let answer: Value = serde_json::from_str(text)
            .with_context(|| format!("{tool} answered with no JSON: {text}"))?;
        ensure!(
            answer.get("success") == Some(&Value::Bool(true)),
            "{tool} was refused: {text}"
        );
        ensure!(
            result.get("structuredContent") == Some(&answer),
            "{tool} answered differently as a structure: {result}"
        );
        Ok(answer)
    }

    /// Runs the Inspector once, and returns the `result` that the server sent;
    /// the label is for the names of the logs.
    fn run(&self, label: &str, method: &str, options: &[&str]) -> Result<Value> {
        let mut inspector = self
            .setup
            .packages
            .program("mcp-inspector")
            // It keeps settings in the home directory.
            .env("HOME", self.folder)
            .env("NODE_NO_WARNINGS", "1")
            .args(["--cli", "--protocol-era", self.era, "--format", "json"])
            .args(["--method", method])
            .args(options);
        inspector = match self.target {
            Target::Http(server) => inspector
                .args(["--server-url", &server.url("/mcp")])
                .args(["--transport", "http"]),
            Target::Stdio(store) => inspector
                .arg("--")
                .arg(&self.setup.binaries.stdio)
                .arg("--dir")
                .arg(store)
                .args(["--tools", "full"]),
        };
        let log = format!("{}-{}-{label}", self.target.transport(), self.era);
        let finished = inspector.run_within(LIMIT, &self.folder.join(log))?;
        let said = finished.stderr.trim();
        // A finding that is not grave is said and does not change the status.
        if !finished.status.success() || !said.is_empty() {
            bail!("{method}: {}\n{said}", finished.status);
        }
        let mut answer: Value = serde_json::from_str(&finished.stdout)
            .with_context(|| format!("{method} printed no JSON: {}", finished.stdout))?;
        let result = answer.get_mut("result").map(Value::take);
        result.with_context(|| format!("{method} has no result: {answer}"))
    }
}
