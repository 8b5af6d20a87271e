//! TOML, whose comments and order stay.

use serde_json::Value;
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, TableLike};

use super::Problem;

/// See [`super::Format::merge`].
pub(super) fn merge(
    text: &str,
    keys: &[&str],
    name: &str,
    entry: &Value,
) -> Result<String, Problem> {
    let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| {
        // The first line of the message says where; the others draw that place.
        let reason = error.to_string();
        let reason = reason.lines().next().unwrap_or_default();
        Problem::Invalid {
            format: "TOML",
            reason: format!("{reason}: {}", error.message()),
        }
    })?;
    let mut table: &mut dyn TableLike = document.as_table_mut();
    for key in keys {
        // Tables that only hold others get no line of their own.
        let implicit = || {
            let mut table = Table::new();
            table.set_implicit(true);
            Item::Table(table)
        };
        table = table
            .entry(key)
            .or_insert_with(implicit)
            .as_table_like_mut()
            .ok_or_else(|| Problem::NotAnObject((*key).to_owned()))?;
    }
    let not_addable = || Problem::NotAddable(keys.join("."));
    let fields = entry.as_object().ok_or_else(not_addable)?;
    let mut ours = Table::new();
    for (name, value) in fields {
        ours.insert(name, Item::Value(toml(value).ok_or_else(not_addable)?));
    }
    table.insert(name, Item::Table(ours));
    let merged = document.to_string();
    // In an inline table an entry cannot become a table with a line of its own.
    match merged.parse::<DocumentMut>() {
        Ok(_) => Ok(merged),
        Err(_) => Err(not_addable()),
    }
}

/// A value in one line; TOML has no null.
fn toml(value: &Value) -> Option<toml_edit::Value> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(truth) => (*truth).into(),
        Value::Number(number) => number.as_i64()?.into(),
        Value::String(text) => text.as_str().into(),
        Value::Array(items) => items.iter().map(toml).collect::<Option<Array>>()?.into(),
        Value::Object(fields) => {
            let field = |(name, value): (&String, &Value)| Some((name.clone(), toml(value)?));
            let fields = fields.iter().map(field).collect::<Option<InlineTable>>()?;
            fields.into()
        }
    })
}
