//! The name that the address gives a caller: `/mcp?caller=anna`, or the header `PM-Caller`.
//!
//! Without sessions, two programs that call themselves alike are one caller; so are all that go
//! through one proxy. A name in the address is the one thing that every client lets a person set.

use http::request::Parts;
use pm_tools::CallerName;

use crate::refusal::Refusal;

/// The header, for clients that let a person set those and not the address.
const HEADER: &str = "pm-caller";
/// The longest name, in characters.
const NAME_MAX: usize = 100;

/// Puts the name of the caller into the request's extensions, if the address or the header has one.
/// The address wins over the header.
pub(super) fn note(parts: &mut Parts) -> Result<(), Refusal> {
    let query = parts.uri.query().unwrap_or_default();
    let mut fields = form_urlencoded::parse(query.as_bytes());
    let in_address = fields.find_map(|(key, name)| (key == "caller").then(|| name.into_owned()));
    let name = match (in_address, parts.headers.get(HEADER)) {
        (Some(name), _) => name,
        (None, Some(name)) => String::from_utf8_lossy(name.as_bytes()).into_owned(),
        (None, None) => return Ok(()),
    };
    let name = name.trim();
    if name.is_empty() || name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
        return Err(Refusal::CallerName { limit: NAME_MAX });
    }
    parts.extensions.insert(CallerName(name.into()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(uri: &str, header: Option<&str>) -> Result<Option<String>, Refusal> {
        let mut request = http::Request::builder().uri(uri);
        if let Some(name) = header {
            request = request.header(HEADER, name);
        }
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        note(&mut parts)?;
        let name = parts.extensions.get();
        Ok(name.map(|CallerName(name)| name.to_string()))
    }

    #[test]
    fn the_address_names_the_caller_or_else_the_header() {
        for (uri, header, expected) in [
            ("/mcp", None, None),
            ("/mcp?other=1", None, None),
            ("/mcp?x=1&caller=anna", None, Some("anna")),
            ("/mcp?caller=J%C3%B6rg+K.", None, Some("Jörg K.")),
            ("/mcp", Some(" ben "), Some("ben")),
            ("/mcp?caller=anna", Some("ben"), Some("anna")),
        ] {
            assert_eq!(name(uri, header).unwrap().as_deref(), expected, "{uri}");
        }
    }

    #[test]
    fn a_name_that_is_none_is_refused() {
        let long = format!("/mcp?caller={}", "x".repeat(NAME_MAX + 1));
        for uri in [
            "/mcp?caller=",
            "/mcp?caller=%20",
            "/mcp?caller=a%0Ab",
            &long,
        ] {
            assert!(name(uri, None).is_err(), "{uri}");
        }
    }
}
