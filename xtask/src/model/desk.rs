//! The servers of one case: what the model talks to, and what sets up and looks.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::cases::{Call, Case, Cases};
use crate::{
    mcp::Session,
    server::{self, Server},
    workspace,
};

/// What the tools are offered as.
#[derive(Clone)]
pub(super) struct Offer {
    /// What `--tools` says; the server's default without it.
    pub(super) tools: Option<String>,
    /// What `--descriptions` says.
    pub(super) descriptions: Option<PathBuf>,
}

impl Offer {
    /// All tools, with our texts.
    pub(super) fn every_tool() -> Self {
        Self {
            tools: Some("full".to_owned()),
            descriptions: None,
        }
    }
}

/// The servers of one case, on one store.
pub(super) struct Desk {
    /// Sets up and looks: it offers every tool.
    pub(super) full: Session,
    /// What the model talks to.
    pub(super) model: Session,
    /// The tools that are listed, as a completion takes them.
    pub(super) tools: Vec<Value>,
    // After the sessions, so that these end first.
    _servers: [Server; 2],
    _store: tempfile::TempDir,
}

impl Desk {
    /// Starts two servers on a new store and puts there what a case begins with.
    pub(super) fn new(binary: &Path, offer: &Offer, cases: &Cases, case: &Case) -> Result<Self> {
        let store = workspace::temp_dir()?;
        let command = |offer: &Offer| {
            let mut command = server::http_command(binary, "127.0.0.1:0", store.path());
            match &offer.tools {
                Some(tools) => _ = command.args(["--tools", tools]),
                None => _ = command.env_remove("PM_TOOLS"),
            }
            if let Some(file) = &offer.descriptions {
                command.arg("--descriptions").arg(file);
            }
            command
        };
        let every_tool = Offer::every_tool();
        let servers = [
            Server::start(command(&every_tool))?,
            Server::start(command(offer))?,
        ];
        let [full, model] = &servers;
        let (mut full, mut model) = (
            Session::open(full.authority())?,
            Session::open(model.authority())?,
        );
        for Call(tool, arguments) in cases.before(case) {
            full.call(tool, arguments)
                .with_context(|| format!("{} cannot be set up", case.id))?;
        }
        if let Some(process) = &case.current {
            model.call("process_load", &json!({"name": process}))?;
        }
        let listed = model.request("tools/list", &json!({}))?;
        let listed = listed.get("tools").and_then(Value::as_array).cloned();
        let tools = listed.unwrap_or_default().iter().map(as_function).collect();
        Ok(Self {
            tools,
            full,
            model,
            _servers: servers,
            _store: store,
        })
    }
}

/// A tool as a completion takes it.
fn as_function(tool: &Value) -> Value {
    json!({"type": "function", "function": {
        "name": tool.get("name"),
        "description": tool.get("description"),
        "parameters": tool.get("inputSchema"),
    }})
}
