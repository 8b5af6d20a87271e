//! The forms in which clients write down a server.

use serde_json::{Value, json};

/// How a client reaches the process manager.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Server {
    /// The client starts a program and speaks to it over standard input and output.
    Stdio {
        /// The program, absolute.
        command: String,
        /// Its arguments.
        args: Vec<String>,
    },
    /// The client calls a server that runs already.
    Http {
        /// Its address, path included.
        url: String,
        /// The token that it asks for, if it does.
        token: Option<String>,
    },
}

impl Server {
    /// The option that asks for this kind.
    pub(crate) fn option(&self) -> &'static str {
        match self {
            Self::Stdio { .. } => "--stdio",
            Self::Http { .. } => "--http",
        }
    }
}

/// `{command, args}` or `{url, headers}`, as most clients take it.
pub(crate) fn plain(server: &Server) -> Value {
    match server {
        Server::Stdio { command, args } => json!({"command": command, "args": args}),
        Server::Http { url, token } => with_headers(json!({"url": url}), "headers", token.as_ref()),
    }
}

/// The same with its `type` said.
pub(crate) fn typed(server: &Server) -> Value {
    let kind = match server {
        Server::Stdio { .. } => "stdio",
        Server::Http { .. } => "http",
    };
    joined(json!({"type": kind}), plain(server))
}

/// Jan reads `command` and `args` of every entry, and starts those that are `active`.
pub(crate) fn jan(server: &Server) -> Value {
    let entry = match server {
        Server::Stdio { .. } => plain(server),
        Server::Http { .. } => joined(typed(server), json!({"command": "", "args": []})),
    };
    joined(entry, json!({"env": {}, "active": true}))
}

/// opencode has program and arguments in one list.
pub(crate) fn opencode(server: &Server) -> Value {
    match server {
        Server::Stdio { command, args } => {
            let command: Vec<&String> = std::iter::once(command).chain(args).collect();
            json!({"type": "local", "command": command})
        }
        Server::Http { url, token } => {
            let entry = json!({"type": "remote", "url": url});
            with_headers(entry, "headers", token.as_ref())
        }
    }
}

/// Codex tells the kinds apart by `command` and `url`.
pub(crate) fn codex(server: &Server) -> Value {
    match server {
        Server::Stdio { .. } => plain(server),
        Server::Http { url, token } => {
            with_headers(json!({"url": url}), "http_headers", token.as_ref())
        }
    }
}

/// goose has words of its own, and wants to know how long a call may take, in seconds.
pub(crate) fn goose(server: &Server) -> Value {
    let entry = match server {
        Server::Stdio { command, args } => {
            json!({"type": "stdio", "cmd": command, "args": args})
        }
        Server::Http { url, token } => {
            let entry = json!({"type": "streamable_http", "uri": url});
            with_headers(entry, "headers", token.as_ref())
        }
    };
    let named = json!({
        "enabled": true,
        "name": super::ENTRY,
        "description": "Plans, tasks and code that outlast the session",
        "timeout": 300,
    });
    joined(named, entry)
}

/// llama.cpp's web UI has a list with identities, and headers as a JSON text.
pub(crate) fn llama_ui(server: &Server) -> Value {
    let Server::Http { url, token } = server else {
        return plain(server);
    };
    let mut entry = json!({"id": super::ENTRY, "enabled": true, "url": url});
    if let (Some(token), Some(fields)) = (token, entry.as_object_mut()) {
        let headers = json!({"Authorization": bearer(token)});
        fields.insert("headers".to_owned(), headers.to_string().into());
    }
    entry
}

fn with_headers(mut entry: Value, name: &str, token: Option<&String>) -> Value {
    if let (Some(token), Some(fields)) = (token, entry.as_object_mut()) {
        fields.insert(name.to_owned(), json!({"Authorization": bearer(token)}));
    }
    entry
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

/// The fields of both objects in one.
fn joined(mut first: Value, second: Value) -> Value {
    if let (Value::Object(into), Value::Object(from)) = (&mut first, second) {
        into.extend(from);
    }
    first
}
