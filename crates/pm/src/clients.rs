//! What each MCP client wants to be told of a server, and in which file: one entry a client.
//!
//! The clients agree on little: the name of the list, the fields of an entry, JSON with or without
//! comments, TOML or YAML. What they differ in is this table; everything else is done once.

pub(crate) mod config_file;
mod format;
mod location;
mod server_entry;

use std::path::PathBuf;

use serde_json::Value;

pub(crate) use format::Problem;
pub(crate) use location::{Folders, Scope, System};
pub(crate) use server_entry::Server;

use format::Format;
use location::Location;

/// The name under which clients list the server.
pub(crate) const ENTRY: &str = pm_cli::PRODUCT;

/// A client, and how it is told of a server.
pub(crate) struct Client {
    /// What the command calls it.
    pub(crate) name: &'static str,
    /// What it calls itself.
    pub(crate) title: &'static str,
    location: Location,
    format: Format,
    /// The names of the objects around the entry, outermost first.
    keys: &'static [&'static str],
    /// The same in files for an older version, which may well be in use.
    older_keys: Option<&'static [&'static str]>,
    takes: Takes,
    entry: fn(&Server) -> Value,
    /// What the person does once the file is written; `{file}` is its path.
    pub(crate) then: &'static str,
}

/// What kinds of server a client can be told of in its file.
#[derive(Clone, Copy)]
enum Takes {
    /// Programs to start, and addresses to call.
    Both,
    /// Only programs.
    Programs,
    /// Only addresses: it runs in a browser.
    Addresses,
}

/// Every client, in the order in which help lists them.
pub(crate) const CLIENTS: &[Client] = &[
    Client {
        name: "llama-ui",
        title: "llama.cpp's web UI",
        location: Location::home("$CONFIG/process-manager/llama-ui.json"),
        format: Format::UiConfig,
        keys: &[],
        older_keys: None,
        takes: Takes::Addresses,
        entry: server_entry::llama_ui,
        then: "Start `llama-server --ui-config-file {file} …`. Browsers that have been there before keep \
               what they have: choose Settings → Reset to default there, or add the URL by hand under \
               MCP Servers.",
    },
    Client {
        name: "llama-server",
        title: "llama-server, which starts the program itself",
        location: Location::home("$CONFIG/process-manager/llama-server.json"),
        format: Format::Json,
        keys: &["mcpServers"],
        older_keys: None,
        takes: Takes::Programs,
        entry: server_entry::plain,
        then: "Start `llama-server --mcp-servers-config {file} …`.",
    },
    Client {
        name: "claude-code",
        title: "Claude Code",
        location: Location::home("~/.claude.json")
            .in_variable("CLAUDE_CONFIG_DIR", ".claude.json")
            .in_project(".mcp.json"),
        format: Format::Json,
        keys: &["mcpServers"],
        older_keys: None,
        takes: Takes::Both,
        entry: server_entry::typed,
        then: "Start Claude Code anew; /mcp in it shows the server.",
    },
    Client {
        name: "claude-desktop",
        title: "Claude Desktop",
        location: Location::by_system(
            "$CONFIG/Claude/claude_desktop_config.json",
            "~/Library/Application Support/Claude/claude_desktop_config.json",
            "%APPDATA%/Claude/claude_desktop_config.json",
        ),
        format: Format::Json,
        keys: &["mcpServers"],
        older_keys: None,
        takes: Takes::Programs,
        entry: server_entry::plain,
        then: "Quit Claude Desktop, not just its window, and start it again.",
    },
    Client {
        name: "cursor",
        title: "Cursor",
        location: Location::home("~/.cursor/mcp.json").in_project(".cursor/mcp.json"),
        format: Format::Json,
        keys: &["mcpServers"],
        older_keys: None,
        takes: Takes::Both,
        entry: server_entry::plain,
        then: "Restart Cursor, and switch the server on under Customize → MCPs.",
    },
    Client {
        name: "vscode",
        title: "VS Code",
        location: Location::by_system(
            "$CONFIG/Code/User/mcp.json",
            "~/Library/Application Support/Code/User/mcp.json",
            "%APPDATA%/Code/User/mcp.json",
        )
        .in_project(".vscode/mcp.json"),
        format: Format::Jsonc,
        keys: &["servers"],
        older_keys: None,
        takes: Takes::Both,
        entry: server_entry::typed,
        then: "Run the command \"MCP: List Servers\" in VS Code, and start the server there.",
    },
    Client {
        name: "zed",
        title: "Zed",
        location: Location::by_system(
            "$CONFIG/zed/settings.json",
            "~/.config/zed/settings.json",
            "%APPDATA%/Zed/settings.json",
        )
        .in_project(".zed/settings.json"),
        format: Format::Jsonc,
        keys: &["context_servers"],
        older_keys: None,
        takes: Takes::Both,
        entry: server_entry::plain,
        then: "Zed sees it at once: a green dot under Settings → AI → MCP Servers.",
    },
    Client {
        name: "opencode",
        title: "opencode",
        location: Location::by_system(
            "$CONFIG/opencode/opencode.json",
            "~/.config/opencode/opencode.json",
            "~/.config/opencode/opencode.json",
        )
        .or_beside("opencode.jsonc")
        .in_project("opencode.json"),
        format: Format::Jsonc,
        keys: &["mcp", "servers"],
        older_keys: Some(&["mcp"]),
        takes: Takes::Both,
        entry: server_entry::opencode,
        then: "Start opencode anew; `opencode mcp list` shows the server.",
    },
    Client {
        name: "codex",
        title: "Codex",
        location: Location::home("~/.codex/config.toml")
            .in_variable("CODEX_HOME", "config.toml")
            .in_project(".codex/config.toml"),
        format: Format::Toml,
        keys: &["mcp_servers"],
        older_keys: None,
        takes: Takes::Both,
        entry: server_entry::codex,
        then: "Start Codex anew; /mcp in it shows the server.",
    },
    Client {
        name: "goose",
        title: "goose",
        location: Location::by_system(
            "$CONFIG/goose/config.yaml",
            "~/.config/goose/config.yaml",
            "%APPDATA%/Block/goose/config/config.yaml",
        ),
        format: Format::Yaml,
        keys: &["extensions"],
        older_keys: None,
        takes: Takes::Both,
        entry: server_entry::goose,
        then: "Start a new session in goose.",
    },
    Client {
        name: "lmstudio",
        title: "LM Studio",
        location: Location::home("~/.lmstudio/mcp.json"),
        format: Format::Json,
        keys: &["mcpServers"],
        older_keys: None,
        takes: Takes::Both,
        entry: server_entry::plain,
        then: "Switch the server on under Program in LM Studio. If it is not there, Install → Edit \
               mcp.json shows the file that LM Studio reads; paste it there.",
    },
    Client {
        name: "jan",
        title: "Jan",
        location: Location::by_system(
            "$DATA/Jan/data/mcp_config.json",
            "~/Library/Application Support/Jan/data/mcp_config.json",
            "%APPDATA%/Jan/data/mcp_config.json",
        ),
        format: Format::Json,
        keys: &["mcpServers"],
        older_keys: None,
        takes: Takes::Both,
        entry: server_entry::jan,
        then: "Restart Jan. If you moved its data folder, the file is in that one.",
    },
    Client {
        name: "continue",
        title: "Continue",
        location: Location::home("~/.continue/mcpServers/process-manager.json")
            .in_project(".continue/mcpServers/process-manager.json"),
        format: Format::Json,
        keys: &["mcpServers"],
        older_keys: None,
        takes: Takes::Both,
        entry: server_entry::typed,
        then: "Continue sees it at once, and uses it in agent mode.",
    },
];

impl Client {
    /// The client of a name as the command line has it.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        CLIENTS.iter().find(|client| client.name == name)
    }

    /// Whether it can be told of such a server.
    pub(crate) fn takes(&self, server: &Server) -> bool {
        match self.takes {
            Takes::Both => true,
            Takes::Programs => matches!(server, Server::Stdio { .. }),
            Takes::Addresses => matches!(server, Server::Http { .. }),
        }
    }

    /// The file that it reads, whether that exists or not.
    ///
    /// `None` if no home directory is known, or if it reads no file of a project.
    pub(crate) fn file(&self, scope: &Scope, folders: &Folders) -> Option<PathBuf> {
        self.location.file(scope, folders)
    }

    /// Whether it reads a file of a project, besides the person's own.
    pub(crate) fn has_project_file(&self) -> bool {
        self.location.has_project_file()
    }

    /// What a file of it looks like that holds nothing else.
    pub(crate) fn snippet(&self, server: &Server) -> Result<String, Problem> {
        self.merged("", server)
    }

    /// The text of its file with the server in it, and all else as it was.
    pub(crate) fn merged(&self, text: &str, server: &Server) -> Result<String, Problem> {
        if !self.takes(server) {
            return Err(Problem::OtherTransport);
        }
        let entry = (self.entry)(server);
        let keys = match self.older_keys {
            Some(older) if format::holds_servers(text, older) => older,
            _ => self.keys,
        };
        self.format.merge(text, keys, ENTRY, &entry)
    }
}

#[cfg(test)]
mod tests;
