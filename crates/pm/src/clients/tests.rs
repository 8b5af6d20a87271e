//! The form that each client takes, and what becomes of files that hold more than us.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::config_file::{Unwritten, Written, put};
use super::*;

/// What each client's own documentation, schema or source says: where, and the fields of an entry.
const DOCUMENTED: &[(&str, &str, &[&str])] = &[
    (
        "llama-ui",
        "https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md (--ui-config-file), \
         and MCPServerSettingsEntry in tools/ui/src/lib/types/mcp.d.ts",
        &[
            "id",
            "enabled",
            "url",
            "requestTimeoutSeconds",
            "headers",
            "name",
            "useProxy",
        ],
    ),
    (
        "llama-server",
        "https://github.com/ggml-org/llama.cpp/blob/master/tools/server/server-mcp.cpp",
        &["command", "args", "env", "cwd", "timeout_ms"],
    ),
    (
        "claude-code",
        "https://code.claude.com/docs/en/mcp",
        &["type", "command", "args", "env", "url", "headers"],
    ),
    (
        "claude-desktop",
        "https://modelcontextprotocol.io/docs/develop/connect-local-servers",
        &["command", "args", "env"],
    ),
    (
        "cursor",
        "https://cursor.com/docs/mcp",
        &[
            "type", "command", "args", "env", "envFile", "url", "headers",
        ],
    ),
    (
        "vscode",
        "https://code.visualstudio.com/docs/agents/reference/mcp-configuration",
        &[
            "type", "command", "args", "env", "envFile", "url", "headers",
        ],
    ),
    (
        "zed",
        "https://zed.dev/docs/ai/mcp",
        &["command", "args", "env", "url", "headers"],
    ),
    (
        "opencode",
        "https://opencode.ai/docs/mcp-servers",
        &[
            "type",
            "command",
            "environment",
            "disabled",
            "url",
            "headers",
            "oauth",
        ],
    ),
    (
        "codex",
        "https://developers.openai.com/codex/mcp",
        &[
            "command",
            "args",
            "env",
            "url",
            "bearer_token_env_var",
            "http_headers",
        ],
    ),
    (
        "goose",
        "https://github.com/block/goose/blob/main/crates/goose/src/agents/extension.rs, and \
         https://block.github.io/goose/docs/getting-started/using-extensions",
        &[
            "enabled",
            "type",
            "name",
            "description",
            "cmd",
            "args",
            "envs",
            "uri",
            "headers",
            "timeout",
        ],
    ),
    (
        "lmstudio",
        "https://lmstudio.ai/docs/app/mcp",
        &["command", "args", "env", "url", "headers"],
    ),
    (
        "jan",
        "https://github.com/janhq/jan/blob/main/src-tauri/src/core/mcp/constants.rs, and \
         https://jan.ai/docs/desktop/integrations/mcp-servers",
        &["type", "command", "args", "env", "url", "headers", "active"],
    ),
    (
        "continue",
        "https://docs.continue.dev/customize/deep-dives/mcp (the JSON of other clients), and \
         loadJsonMcpConfigs.ts in https://github.com/continuedev/continue",
        &["type", "command", "args", "env", "url", "headers"],
    ),
];

fn stdio() -> Server {
    Server::Stdio {
        command: "/usr/local/bin/pm".to_owned(),
        args: vec![
            "stdio".to_owned(),
            "--dir".to_owned(),
            "/home/ann/plans".to_owned(),
        ],
    }
}

fn http(token: Option<&str>) -> Server {
    Server::Http {
        url: "http://127.0.0.1:5008/mcp".to_owned(),
        token: token.map(str::to_owned),
    }
}

/// The server that a client takes, over stdio if it can be.
fn any(client: &Client) -> Server {
    let stdio = stdio();
    if client.takes(&stdio) {
        stdio
    } else {
        http(None)
    }
}

fn folders(system: System, home: &str) -> Folders {
    Folders {
        system,
        home: home.into(),
        variable: |_| None,
    }
}

#[test]
fn every_client_is_documented_and_gets_only_fields_that_it_knows() {
    let names: Vec<&str> = CLIENTS.iter().map(|client| client.name).collect();
    let documented: Vec<&str> = DOCUMENTED.iter().map(|(name, ..)| *name).collect();
    assert_eq!(names, documented);
    for (name, address, fields) in DOCUMENTED {
        assert!(address.contains("https://"), "{name}");
        let client = Client::named(name).unwrap();
        let mut kinds = 0;
        for server in [stdio(), http(Some("secret"))] {
            if !client.takes(&server) {
                continue;
            }
            kinds += 1;
            for field in (client.entry)(&server).as_object().unwrap().keys() {
                assert!(fields.contains(&field.as_str()), "{name}: {field}");
            }
        }
        assert!(kinds > 0, "{name}");
    }
}

#[test]
fn the_snippets() {
    let mut all = String::new();
    for client in CLIENTS {
        for server in [stdio(), http(None), http(Some("secret"))] {
            if !client.takes(&server) {
                assert_eq!(client.snippet(&server), Err(Problem::OtherTransport));
                continue;
            }
            let snippet = client.snippet(&server).unwrap();
            let option = server.option();
            writeln!(all, "# {} {option}\n{snippet}", client.name).unwrap();
        }
    }
    insta::assert_snapshot!(all);
}

#[test]
fn the_files() {
    let mut all = String::new();
    let systems = [
        (System::Linux, "/home/ann"),
        (System::Macos, "/Users/ann"),
        (System::Windows, "C:/Users/ann"),
    ];
    for client in CLIENTS {
        writeln!(all, "{}", client.name).unwrap();
        for (system, home) in systems {
            let file = client.file(&Scope::User, &folders(system, home)).unwrap();
            writeln!(all, "  {}", file.display()).unwrap();
        }
        let project = Scope::Project("/srv/garden".into());
        if let Some(file) = client.file(&project, &folders(System::Linux, "/home/ann")) {
            writeln!(all, "  {}", file.display()).unwrap();
        }
    }
    // On Windows the parts are separated by another sign.
    insta::assert_snapshot!(all.replace('\\', "/"));
}

#[test]
fn a_variable_names_another_directory() {
    let variable: fn(&str) -> Option<PathBuf> = |name| match name {
        "CODEX_HOME" => Some("/srv/codex".into()),
        "XDG_CONFIG_HOME" => Some("/srv/config".into()),
        _ => None,
    };
    let folders = Folders {
        variable,
        ..folders(System::Linux, "/home/ann")
    };
    let file = |name| Client::named(name).unwrap().file(&Scope::User, &folders);
    assert_eq!(file("codex"), Some("/srv/codex/config.toml".into()));
    assert_eq!(
        file("vscode"),
        Some("/srv/config/Code/User/mcp.json".into())
    );
    assert_eq!(file("cursor"), Some("/home/ann/.cursor/mcp.json".into()));
}

/// What is said twice is there once, and what it was before is replaced.
#[test]
fn a_server_is_added_once_and_brought_up_to_date() {
    for client in CLIENTS {
        let server = any(client);
        let once = client.snippet(&server).unwrap();
        assert_eq!(
            client.merged(&once, &server).unwrap(),
            once,
            "{}",
            client.name
        );
        let other = match &server {
            Server::Stdio { .. } => Server::Stdio {
                command: "/opt/pm".to_owned(),
                args: Vec::new(),
            },
            Server::Http { .. } => http(Some("other")),
        };
        let changed = client.merged(&once, &other).unwrap();
        assert!(!changed.contains("/usr/local/bin/pm"), "{changed}");
        assert_eq!(changed.matches("process-manager").count(), {
            client
                .snippet(&other)
                .unwrap()
                .matches("process-manager")
                .count()
        });
    }
}

#[test]
fn what_else_is_in_a_file_stays() {
    let zed = Client::named("zed").unwrap();
    let before = "// My settings.\n{\n  \"theme\": \"One Dark\", // at night\n  \"context_servers\": {\n    /* the first */\n    \"weather\": {\"command\": \"weather\", \"args\": []},\n  },\n}\n";
    insta::assert_snapshot!("merged_zed", zed.merged(before, &stdio()).unwrap());
    let codex = Client::named("codex").unwrap();
    let before = "# Codex.\nmodel = \"gpt\"  # the large one\n\n[mcp_servers.weather]\ncommand = \"weather\"\n";
    insta::assert_snapshot!("merged_codex", codex.merged(before, &stdio()).unwrap());
    let goose = Client::named("goose").unwrap();
    let before = "# goose.\nGOOSE_MODEL: qwen\nextensions:\n    # ours\n    developer:\n        enabled: true\n        type: builtin\n        name: developer\nGOOSE_MODE: auto\n";
    insta::assert_snapshot!("merged_goose", goose.merged(before, &stdio()).unwrap());
    let ui = Client::named("llama-ui").unwrap();
    let before = r#"{"agenticMaxTurns": 20, "theme": "dark", "mcpServers": "[{\"id\":\"weather\",\"url\":\"http://[::1]/mcp\"}]"}"#;
    insta::assert_snapshot!("merged_ui", ui.merged(before, &http(None)).unwrap());
}

#[test]
fn files_of_an_older_opencode_keep_their_form() {
    let opencode = Client::named("opencode").unwrap();
    let keys = |before: &str| -> Value {
        serde_json::from_str(&opencode.merged(before, &stdio()).unwrap()).unwrap()
    };
    let older = keys(r#"{"mcp": {"weather": {"type": "local", "command": ["weather"]}}}"#);
    assert!(older["mcp"]["process-manager"].is_object(), "{older}");
    for before in ["", "{}", r#"{"mcp": {}}"#, r#"{"mcp": {"servers": {}}}"#] {
        let newer = keys(before);
        assert!(
            newer["mcp"]["servers"]["process-manager"].is_object(),
            "{newer}"
        );
    }
}

#[test]
fn what_is_not_valid_or_of_another_form_is_refused() {
    let cases: &[(&str, &str)] = &[
        ("cursor", "{"),
        ("cursor", "{} // a comment that Cursor may not read"),
        ("cursor", r#"{"mcpServers": {},}"#),
        ("cursor", "[]"),
        ("cursor", r#"{"mcpServers": []}"#),
        ("cursor", r#"{"mcpServers": {}, "mcpServers": {}}"#),
        ("zed", "{theme: 1}"),
        ("zed", "{'theme': 1}"),
        ("codex", "model ="),
        ("codex", "mcp_servers = 1"),
        ("goose", "a: b: c"),
        ("goose", "- a"),
        ("goose", "extensions: {developer: {enabled: true}}"),
        ("goose", "extensions: [a]"),
        (
            "goose",
            "\"extensions\":\n  developer:\n    enabled: true\n",
        ),
        ("llama-ui", r#"{"mcpServers": []}"#),
        ("llama-ui", r#"{"mcpServers": "{}"}"#),
    ];
    let mut all = String::new();
    for (name, before) in cases {
        let client = Client::named(name).unwrap();
        let problem = match client.merged(before, &any(client)) {
            Ok(merged) => panic!("{name}: {before}\nwas made to\n{merged}"),
            Err(problem) => problem,
        };
        writeln!(all, "{name}: {before:?}: {problem}").unwrap();
    }
    insta::assert_snapshot!(all);
}

#[test]
fn a_file_is_written_with_a_backup_and_only_if_that_changes_it() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("new").join("mcp.json");
    let cursor = Client::named("cursor").unwrap();
    assert_eq!(put(cursor, &stdio(), &file).unwrap(), Written::Created);
    assert_eq!(put(cursor, &stdio(), &file).unwrap(), Written::Unchanged);
    let before = fs::read_to_string(&file).unwrap();
    for name in ["mcp.json.bak", "mcp.json.2.bak"] {
        let text = fs::read_to_string(&file).unwrap();
        let server = if text == before { http(None) } else { stdio() };
        let backup = file.with_file_name(name);
        let written = put(cursor, &server, &file).unwrap();
        assert_eq!(
            written,
            Written::Changed {
                backup: fs::canonicalize(&backup).unwrap()
            }
        );
        assert_eq!(fs::read_to_string(&backup).unwrap(), text);
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), before);
    assert_eq!(
        names(file.parent().unwrap()),
        ["mcp.json", "mcp.json.2.bak", "mcp.json.bak"]
    );
}

#[test]
fn a_file_that_is_not_valid_is_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("mcp.json");
    let cursor = Client::named("cursor").unwrap();
    for bytes in [&b"{ oh"[..], b"\xff\xfe"] {
        fs::write(&file, bytes).unwrap();
        let refused = put(cursor, &stdio(), &file).unwrap_err();
        assert!(
            matches!(
                refused,
                Unwritten::Content { .. } | Unwritten::Unreadable { .. }
            ),
            "{refused}"
        );
        assert_eq!(fs::read(&file).unwrap(), bytes);
    }
    let refused = put(cursor, &stdio(), directory.path()).unwrap_err();
    assert!(matches!(refused, Unwritten::Unreadable { .. }), "{refused}");
    assert_eq!(names(directory.path()), ["mcp.json"]);
}

#[cfg(unix)]
#[test]
fn a_link_stays_one_and_rights_stay_as_they_are() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let directory = tempfile::tempdir().unwrap();
    let kept = directory.path().join("dotfiles.json");
    fs::write(&kept, "{}").unwrap();
    fs::set_permissions(&kept, fs::Permissions::from_mode(0o640)).unwrap();
    let file = directory.path().join("mcp.json");
    symlink(&kept, &file).unwrap();
    put(Client::named("cursor").unwrap(), &stdio(), &file).unwrap();
    assert!(fs::symlink_metadata(&file).unwrap().is_symlink());
    let mode = fs::metadata(&kept).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
    let text = fs::read_to_string(&kept).unwrap();
    let value: Value = serde_json::from_str(&text).unwrap();
    let expected =
        json!({"command": "/usr/local/bin/pm", "args": ["stdio", "--dir", "/home/ann/plans"]});
    assert_eq!(value["mcpServers"]["process-manager"], expected);
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
