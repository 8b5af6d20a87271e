//! Input schemas, reduced to the subset that every llama.cpp build accepts.
//!
//! llama-server turns the schemas of all tools into one grammar, so that one bad schema fails
//! every request. What is not on the list here never gets out, whatever schemars emits: an object
//! whose properties have one scalar type, or an array of one or of such objects, a description and
//! perhaps an enumeration. Optional means not required, never null.

use std::sync::Arc;

use rmcp::model::JsonObject;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

/// The input schema of a tool.
#[derive(Debug, Clone)]
pub(crate) struct Schema(Arc<JsonObject>);

impl Schema {
    /// Makes it from the type of the tool's parameters.
    pub(crate) fn of<T: JsonSchema>() -> Self {
        let mut settings = SchemaSettings::draft2020_12();
        settings.inline_subschemas = true;
        settings.meta_schema = None;
        let full = settings.into_generator().into_root_schema_for::<T>();
        Self(Arc::new(object(full.as_value())))
    }

    /// The schema as it is listed.
    pub(crate) fn object(&self) -> Arc<JsonObject> {
        Arc::clone(&self.0)
    }

    /// The parameters in order, each with its name.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = (&str, &Value)> {
        let properties = self.0.get("properties").and_then(Value::as_object);
        properties
            .into_iter()
            .flatten()
            .map(|(name, schema)| (name.as_str(), schema))
    }

    /// The names of the parameters, in order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.parameters().map(|(name, _)| name)
    }

    /// Whether there is a parameter of this name.
    pub(crate) fn takes(&self, parameter: &str) -> bool {
        self.names().any(|name| name == parameter)
    }

    /// Whether the parameter of this name has to be given.
    pub(crate) fn requires(&self, parameter: &str) -> bool {
        let required = self.0.get("required").and_then(Value::as_array);
        required.is_some_and(|names| names.iter().any(|name| name == parameter))
    }
}

/// Reduces the schema of an object.
fn object(full: &Value) -> JsonObject {
    let properties = full.get("properties").and_then(Value::as_object);
    let reduced = |(name, schema): (&String, &Value)| (name.clone(), property(schema).into());
    let properties: JsonObject = properties.into_iter().flatten().map(reduced).collect();
    let mut schema = JsonObject::new();
    schema.insert("type".into(), "object".into());
    schema.insert("properties".into(), properties.into());
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
        let of_objects = items.get("properties").is_some();
        let items = if of_objects {
            object(items)
        } else {
            property(items)
        };
        schema.insert("items".into(), items.into());
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
