//! The message that opens a session: whether it is whole, and how little of it is kept.
//!
//! The library keeps all that a client says of itself for as long as the session lasts, several
//! times over, and takes a message that is not whole for a call outside of any session. So it gets
//! a message of our own making, with the name and the versions that were sent, and with whether the
//! client shows pages.

use serde_json::{Map, Value, json};

use super::unread::Id;
use crate::plan_page;

/// The most bytes that the message may have.
pub const MAX_BYTES: usize = 64 << 10;

/// How much of the client's name and version is kept.
const MAX_CHARS: usize = 200;

/// Makes the message that is handed on, or says what `body` lacks.
pub fn in_short(body: &[u8], id: &Id) -> Result<String, String> {
    let message: Map<String, Value> = serde_json::from_slice(body).unwrap_or_default();
    let params = message.get("params").unwrap_or(&Value::Null);
    let version = text(params, "protocolVersion", "a text such as \"2025-11-25\"")?;
    object(params, "capabilities", "an object, which may be empty")?;
    object(
        params,
        "clientInfo",
        "an object with \"name\" and \"version\"",
    )?;
    let client = params.get("clientInfo").unwrap_or(&Value::Null);
    let in_client = |flaw: String| flaw.replacen("\"params.", "\"params.clientInfo.", 1);
    let name = text(client, "name", "a text").map_err(in_client)?;
    let client_version = text(client, "version", "a text").map_err(in_client)?;
    let capabilities = params.get("capabilities").unwrap_or(&Value::Null);
    let message = json!({
        "jsonrpc": "2.0",
        "id": id,
        "method": "initialize",
        "params": {
            "protocolVersion": version,
            "capabilities": plan_page::flag(capabilities),
            "clientInfo": {"name": beginning(name), "version": beginning(client_version)},
        },
    });
    Ok(message.to_string())
}

fn text<'v>(of: &'v Value, name: &str, kind: &str) -> Result<&'v str, String> {
    let value = of.get(name);
    value
        .and_then(Value::as_str)
        .ok_or_else(|| flaw(value, name, kind))
}

fn object(of: &Value, name: &str, kind: &str) -> Result<(), String> {
    let value = of.get(name);
    if value.is_some_and(Value::is_object) {
        Ok(())
    } else {
        Err(flaw(value, name, kind))
    }
}

fn flaw(value: Option<&Value>, name: &str, kind: &str) -> String {
    match value {
        None => format!("initialize needs \"params.{name}\", {kind}"),
        Some(_) => format!("\"params.{name}\" of initialize must be {kind}"),
    }
}

fn beginning(text: &str) -> &str {
    let end = text.char_indices().nth(MAX_CHARS);
    end.and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_short(params: &Value) -> Result<Value, String> {
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params});
        let body = super::in_short(message.to_string().as_bytes(), &Id::Number(1.into()))?;
        Ok(serde_json::from_str(&body).unwrap())
    }

    fn whole() -> Value {
        json!({
            "protocolVersion": "2025-11-25",
            "capabilities": {"roots": {"listChanged": true}, "experimental": {"x": [1, 2, 3]}},
            "clientInfo": {"name": "agent", "version": "1", "icons": [{"src": "data:"}]},
            "_meta": {"x": 1},
        })
    }

    #[test]
    fn a_name_and_a_version_are_left() {
        let short = in_short(&whole()).unwrap();
        let params = json!({
            "protocolVersion": "2025-11-25",
            "capabilities": {},
            "clientInfo": {"name": "agent", "version": "1"},
        });
        let expected = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params});
        assert_eq!(short, expected);
        let mut long = whole();
        long["clientInfo"]["name"] = "é".repeat(10_000).into();
        let short = in_short(&long).unwrap();
        assert_eq!(short["params"]["clientInfo"]["name"], "é".repeat(MAX_CHARS));
    }

    #[test]
    fn that_a_client_shows_pages_is_kept_and_nothing_else_of_it() {
        let mut shows = whole();
        let types = json!([plan_page::MEDIA_TYPE]);
        let settings = json!({"mimeTypes": ["x", plan_page::MEDIA_TYPE], "x": "y".repeat(1_000)});
        shows["capabilities"]["extensions"] = json!({"other": {}, plan_page::EXTENSION: settings});
        let short = in_short(&shows).unwrap();
        let kept = json!({"extensions": {plan_page::EXTENSION: {"mimeTypes": types}}});
        assert_eq!(short["params"]["capabilities"], kept);
    }

    #[test]
    fn what_is_missing_is_named() {
        for (pointer, named) in [
            ("", "protocolVersion"),
            ("/protocolVersion", "\"params.protocolVersion\""),
            ("/capabilities", "\"params.capabilities\""),
            ("/clientInfo", "\"params.clientInfo\""),
            ("/clientInfo/name", "\"params.clientInfo.name\""),
            ("/clientInfo/version", "\"params.clientInfo.version\""),
        ] {
            let mut odd = whole();
            *odd.pointer_mut(pointer).unwrap() = 7.into();
            let flaw = in_short(&odd).unwrap_err();
            assert!(flaw.contains(named), "{pointer}: {flaw}");

            let mut less = whole();
            let (parent, name) = pointer.rsplit_once('/').unwrap_or_default();
            match less.pointer_mut(parent).unwrap().as_object_mut() {
                Some(parent) if !name.is_empty() => drop(parent.remove(name)),
                _ => less = Value::Null,
            }
            let flaw = in_short(&less).unwrap_err();
            assert!(
                flaw.contains("needs") && flaw.contains(named),
                "{pointer}: {flaw}"
            );
        }
    }
}
