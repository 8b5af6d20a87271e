//! Input schemas, reduced to the subset that every llama.cpp build accepts.
//!
//! llama-server turns the schemas of all tools into one grammar, so that one bad schema fails
//! every request. What is not on the list here never gets out, whatever schemars emits: a flat
//! object whose properties have one scalar type, or an array of one, a description and perhaps
//! an enumeration. Optional means not required, never null.

use rmcp::model::JsonObject;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

/// Makes the input schema of a tool from the type of its parameters.
pub(crate) fn input_schema<T: JsonSchema>() -> JsonObject {
    let mut settings = SchemaSettings::draft2020_12();
    settings.inline_subschemas = true;
    settings.meta_schema = None;
    let full = settings.into_generator().into_root_schema_for::<T>();
    let properties = full
        .get("properties")
        .and_then(Value::as_object)
        .map(|properties| {
            let flat = |(name, schema): (&String, &Value)| (name.clone(), property(schema).into());
            properties.iter().map(flat).collect::<JsonObject>()
        });
    let mut schema = JsonObject::new();
    schema.insert("type".into(), "object".into());
    schema.insert("properties".into(), properties.unwrap_or_default().into());
    if let Some(required) = full.get("required") {
        schema.insert("required".into(), required.clone());
    }
    schema
}

/// Reduces the schema of one property.
fn property(full: &Value) -> JsonObject {
    let mut schema = JsonObject::new();
    if let Some(kind) = full.get("type").and_then(scalar_type) {
        schema.insert("type".into(), kind.clone());
    }
    for keyword in ["description", "enum"] {
        if let Some(value) = full.get(keyword) {
            schema.insert(keyword.into(), value.clone());
        }
    }
    if let Some(items) = full.get("items") {
        schema.insert("items".into(), property(items).into());
    }
    schema
}

/// The one type of a property; an optional one is also null to schemars.
fn scalar_type(kind: &Value) -> Option<&Value> {
    match kind {
        Value::Array(kinds) => kinds.iter().find(|kind| *kind != "null"),
        kind => Some(kind),
    }
}
