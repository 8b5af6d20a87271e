//! The settings that llama.cpp's web UI starts with: JSON, in which the list of servers is one
//! string of JSON.

use serde_json::{Value, json};

use super::{Problem, jsonc};

/// The list of servers.
const SERVERS: &str = "mcpServers";
/// How many turns a model gets, each of which is a call or several.
const TURNS: &str = "agenticMaxTurns";
/// The UI stops at ten, which is too few for a plan.
const TURNS_WANTED: u64 = 50;

/// The text with the server `name` in its list; a number of turns that stands there stays.
pub(super) fn merge(text: &str, name: &str, entry: &Value) -> Result<String, Problem> {
    let whole = match text.trim() {
        "" => json!({}),
        text => serde_json::from_str(text).map_err(|error| Problem::Invalid {
            format: "JSON",
            reason: error.to_string(),
        })?,
    };
    let not_a_list = || Problem::NotAnObject(SERVERS.to_owned());
    let mut servers: Vec<Value> = match whole.get(SERVERS) {
        None => Vec::new(),
        Some(Value::String(list)) => serde_json::from_str(list).map_err(|_| not_a_list())?,
        Some(_) => return Err(not_a_list()),
    };
    let is_ours = |server: &&mut Value| server.get("id").and_then(Value::as_str) == Some(name);
    match servers.iter_mut().find(is_ours) {
        Some(server) => *server = entry.clone(),
        None => servers.push(entry.clone()),
    }
    let list = Value::Array(servers).to_string();
    let set = |text: &str, name: &str, value: Value| {
        jsonc::merge(text, jsonc::Dialect::Strict, &[], name, &value)
    };
    let text = match whole.get(TURNS) {
        None => set(text, TURNS, TURNS_WANTED.into())?,
        Some(_) => text.to_owned(),
    };
    set(&text, SERVERS, list.into())
}
