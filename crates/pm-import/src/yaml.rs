//! YAML, as far as people write it into the head of a file.

use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// The longest text that is read, in bytes: a head has a few hundred.
const MOST_BYTES: usize = 16 << 10;

/// How deep values are nested at most; what is deeper is taken for nothing.
const MOST_DEPTH: usize = 32;

/// Reads the first document of a text, or says why not.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    if text.len() > MOST_BYTES {
        return Err(format!("it has more than {MOST_BYTES} bytes"));
    }
    let documents = Yaml::load_from_str(text).map_err(|error| error.to_string())?;
    let value = documents
        .first()
        .map_or(Value::Null, |document| json(document, 0));
    serde_json::from_value(value).map_err(|error| error.to_string())
}

fn json(yaml: &Yaml<'_>, depth: usize) -> Value {
    if depth > MOST_DEPTH {
        return Value::Null;
    }
    let within = |yaml| json(yaml, depth + 1);
    match yaml {
        Yaml::Value(Scalar::Boolean(truth)) => (*truth).into(),
        Yaml::Value(Scalar::Integer(number)) => (*number).into(),
        Yaml::Value(Scalar::FloatingPoint(number)) => number.into_inner().into(),
        Yaml::Value(Scalar::String(text)) | Yaml::Representation(text, ..) => text.as_ref().into(),
        Yaml::Sequence(items) => items.iter().map(within).collect(),
        Yaml::Mapping(entries) => {
            let entries = entries.iter();
            let entries = entries.map(|(key, value)| (name(&within(key)), within(value)));
            Value::Object(entries.collect::<Map<_, _>>())
        }
        Yaml::Tagged(_, value) => within(value),
        Yaml::Value(Scalar::Null) | Yaml::Alias(_) | Yaml::BadValue => Value::Null,
    }
}

fn name(key: &Value) -> String {
    match key {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
