//! JSON, with comments if the client reads them. Comments, order and spaces stay.

use jsonc_parser::ParseOptions;
use jsonc_parser::cst::{CstInputValue, CstObject, CstRootNode};
use serde_json::Value;

use super::Problem;

/// What a client reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// JSON alone.
    Strict,
    /// Comments, and commas at the end of lists.
    Comments,
}

impl Dialect {
    fn name(self) -> &'static str {
        match self {
            Self::Strict => "JSON",
            Self::Comments => "JSON with comments",
        }
    }

    fn options(self) -> ParseOptions {
        let lenient = self == Self::Comments;
        ParseOptions {
            allow_comments: lenient,
            allow_trailing_commas: lenient,
            allow_loose_object_property_names: false,
            allow_missing_commas: false,
            allow_single_quoted_strings: false,
            allow_hexadecimal_numbers: false,
            allow_unary_plus_numbers: false,
            allow_bare_decimal_point_numbers: false,
            allow_non_finite_numbers: false,
            allow_extended_string_escapes: false,
        }
    }

    fn parse(self, text: &str) -> Result<CstRootNode, Problem> {
        let invalid = |reason: String| Problem::Invalid {
            format: self.name(),
            reason,
        };
        if self == Self::Strict {
            // This finds what the other reader does not look at, such as comments behind the last
            // bracket.
            let read: Result<Value, _> = serde_json::from_str(text);
            read.map_err(|error| invalid(error.to_string()))?;
        }
        CstRootNode::parse(text, &self.options()).map_err(|error| invalid(error.to_string()))
    }
}

/// See [`super::Format::merge`].
pub(super) fn merge(
    text: &str,
    dialect: Dialect,
    keys: &[&str],
    name: &str,
    entry: &Value,
) -> Result<String, Problem> {
    let (mark, text) = split_mark(text);
    if text.trim().is_empty() {
        return merge("{}\n", dialect, keys, name, entry);
    }
    let root = dialect.parse(text)?;
    let mut object = root.object_value().ok_or(Problem::NotNames)?;
    for key in keys {
        object = object
            .object_value_or_create(key)
            .ok_or_else(|| Problem::NotAnObject((*key).to_owned()))?;
    }
    set(&object, name, entry);
    let merged = root.to_string();
    // A name that stands twice would be set in one place and read in the other.
    if lookup(&dialect.parse(&merged)?, keys, name).as_ref() != Some(entry) {
        return Err(Problem::NotAddable(keys.join(".")));
    }
    Ok(format!("{mark}{merged}"))
}

/// See [`super::holds_servers`]: an object whose members are objects with a `type`.
pub(super) fn holds_servers(text: &str, keys: &[&str]) -> bool {
    let Ok(root) = Dialect::Comments.parse(split_mark(text).1) else {
        return false;
    };
    let Some((last, before)) = keys.split_last() else {
        return false;
    };
    let servers = lookup(&root, before, last);
    let members = servers.as_ref().and_then(Value::as_object);
    members.is_some_and(|members| members.values().any(|member| member.get("type").is_some()))
}

/// Sets a member of an object, in its place if there is one.
pub(super) fn set(object: &CstObject, name: &str, value: &Value) {
    match object.get(name) {
        Some(member) if member.to_serde_value().as_ref() == Some(value) => {}
        Some(member) => member.set_value(input(value)),
        None => {
            object.append(name, input(value));
        }
    }
}

/// The value of a name in the object that `keys` lead to, as a parser would have it.
fn lookup(root: &CstRootNode, keys: &[&str], name: &str) -> Option<Value> {
    let whole = root.to_serde_value()?;
    let object = keys.iter().try_fold(&whole, |value, key| value.get(key))?;
    object.get(name).cloned()
}

/// A mark of the byte order, which some editors write first, and the rest.
fn split_mark(text: &str) -> (&str, &str) {
    match text.strip_prefix('\u{feff}') {
        Some(rest) => ("\u{feff}", rest),
        None => ("", text),
    }
}

fn input(value: &Value) -> CstInputValue {
    match value {
        Value::Null => CstInputValue::Null,
        Value::Bool(truth) => CstInputValue::Bool(*truth),
        Value::Number(number) => CstInputValue::Number(number.to_string()),
        Value::String(text) => CstInputValue::String(text.clone()),
        Value::Array(items) => CstInputValue::Array(items.iter().map(input).collect()),
        Value::Object(members) => {
            let members = members
                .iter()
                .map(|(name, value)| (name.clone(), input(value)));
            CstInputValue::Object(members.collect())
        }
    }
}
