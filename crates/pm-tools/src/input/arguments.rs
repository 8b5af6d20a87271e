//! Lenient input: what small models send in place of what the schema asks for.
//!
//! Driven by a schema, so that no tool deals with it itself. What is plainly
//! meant is taken; what is not is refused by name, never dropped.

use std::str::FromStr;

use pm_core::Status;
use pm_core::model::UnknownWord;
use rmcp::model::JsonObject;
use serde_json::Value;

use super::schema::Schema;
use crate::text::near_names;
use crate::text::position::Position;

/// Why the arguments do not fit the tool.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ArgumentProblem {
    /// They are not an object.
    #[error("the arguments are {0}")]
    NotAnObject(&'static str),
    /// The tool has no such argument.
    #[error("there is no argument {name:?}")]
    Unknown {
        name: String,
        /// The arguments that it may stand for, best first.
        near: Vec<String>,
        /// All arguments that were sent and that the tool does not have.
        all: Vec<String>,
    },
    /// A required argument is missing.
    #[error("{0} is missing")]
    Missing(String),
    /// Two arguments of which just one may be given.
    #[error("both {0} and {1} are given")]
    Both(&'static str, &'static str),
    /// An argument is of the wrong type.
    #[error("{name} is {found}")]
    WrongType {
        name: String,
        /// What it must be, with its article.
        wanted: &'static str,
        /// What was sent, with its article.
        found: &'static str,
    },
    /// An argument is none of the words that it may be.
    #[error("{name} is {sent:?}")]
    NotOneOf {
        name: &'static str,
        sent: String,
        words: &'static [&'static str],
    },
    /// The entry that a list was to be read on behind is not in it.
    #[error("there is no {sent:?} in the list")]
    NotListed {
        sent: String,
        /// An entry of a name like it.
        near: Option<String>,
    },
    /// None of the arguments that say what to change was given.
    #[error("none of {} was given", .0.join(", "))]
    NothingToChange(&'static [&'static str]),
    /// The arguments fit the schema, and not the type behind it.
    #[error("the arguments do not fit: {0}")]
    Unfit(String),
}

/// Finds the object of arguments in what was sent: the object itself, its JSON text, or
/// nothing at all.
pub(crate) fn object(sent: Value) -> Result<JsonObject, ArgumentProblem> {
    match sent {
        Value::Object(arguments) => Ok(arguments),
        Value::Null => Ok(JsonObject::new()),
        Value::Array(items) if items.is_empty() => Ok(JsonObject::new()),
        Value::String(text) if text.trim().is_empty() => Ok(JsonObject::new()),
        Value::String(text) => match serde_json::from_str(&text) {
            Ok(Value::Object(arguments)) => Ok(arguments),
            Ok(Value::Null) => Ok(JsonObject::new()),
            _ => Err(ArgumentProblem::NotAnObject("text that is not JSON")),
        },
        other => Err(ArgumentProblem::NotAnObject(kind(&other))),
    }
}

/// Makes the arguments fit a schema, or says which one does not.
pub(crate) fn fit(schema: &Schema, mut sent: JsonObject) -> Result<JsonObject, ArgumentProblem> {
    if let Some(name) = sent.keys().find(|name| !schema.takes(name)) {
        return Err(unknown(schema, &sent, name));
    }
    let optional = sent
        .keys()
        .filter(|name| !schema.requires(name) && *name != "process");
    let is_alone = optional.count() == 1;
    let mut arguments = JsonObject::new();
    for (name, property) in schema.parameters() {
        let is_optional = !schema.requires(name);
        let value = match sent.remove(name) {
            Some(value) if is_optional && says_nothing(name, &value, is_alone) => None,
            Some(Value::String(text)) if is_optional && text.trim().is_empty() => {
                coerce(name, property, "".into())?
            }
            Some(Value::Null) | None => None,
            Some(value) => coerce(name, property, value)?,
        };
        match value {
            Some(value) => _ = arguments.insert(name.to_owned(), value),
            None if is_optional => {}
            None => return Err(ArgumentProblem::Missing(name.to_owned())),
        }
    }
    Ok(arguments)
}

/// What models write into a parameter for which they have no value.
const FILLERS: &[&str] = &["", "none", "null", "nil", "n/a", "0", "false"];

/// The optional parameters that name something that exists: a task may be called "none", and only
/// the tool can know that.
const NAMES: &[&str] = &["process", "name", "task_name", "after", "depends_on"];

/// Whether a value that was sent for an optional parameter says no more than if the parameter had
/// been left out. If no other is sent, an empty value can only mean to empty what is there, and
/// position 0 the first place. Code may be anything.
fn says_nothing(name: &str, value: &Value, is_alone: bool) -> bool {
    if name == "new_content" {
        return false;
    }
    if is_alone && (is_blank(value) || name == "position" && value.is_number()) {
        return false;
    }
    if NAMES.contains(&name) {
        is_blank(value) || value.is_boolean()
    } else {
        is_filler(value)
    }
}

/// Whether a value is a text without anything in it, or a list of such texts.
fn is_blank(value: &Value) -> bool {
    match value {
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => !items.is_empty() && items.iter().all(is_blank),
        _ => false,
    }
}

/// Whether a value says no more than if the parameter had been left out.
fn is_filler(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(truth) => !truth,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => is_filler_text(text),
        Value::Array(items) => !items.is_empty() && items.iter().all(is_filler),
        Value::Object(_) => false,
    }
}

/// Whether a text says no more than if it had been left out.
pub(crate) fn is_filler_text(text: &str) -> bool {
    let text = text.trim();
    FILLERS
        .iter()
        .any(|filler| filler.eq_ignore_ascii_case(text))
}

/// Takes a number or a boolean for the text that it was meant to be, text for a number or a
/// boolean, and one text for a list of texts. `None` stands for a number, a boolean or a list that
/// was left empty.
fn coerce(name: &str, property: &Value, value: Value) -> Result<Option<Value>, ArgumentProblem> {
    let wrong = |wanted, found| ArgumentProblem::WrongType {
        name: name.to_owned(),
        wanted,
        found,
    };
    match property.get("type").and_then(Value::as_str) {
        Some("string") => match value {
            Value::String(text) => Ok(Some(text.into())),
            Value::Number(number) => Ok(Some(number.to_string().into())),
            Value::Bool(truth) => Ok(Some(truth.to_string().into())),
            other => Err(wrong("text", kind(&other))),
        },
        Some("integer") => {
            let text = match &value {
                Value::String(text) => text.trim().to_owned(),
                // As text, `5.0` and `5.5` differ without rounding.
                Value::Number(number) => number.to_string(),
                other => return Err(wrong("a whole number", kind(other))),
            };
            if text != "0" && is_filler_text(&text) {
                return Ok(None);
            }
            let whole = text.strip_suffix(".0").unwrap_or(&text);
            match whole.parse::<u64>() {
                Ok(number) => Ok(Some(number.into())),
                Err(_) if value.is_string() => Err(wrong("a whole number", "text")),
                Err(_) => Err(wrong("a whole number", "another number")),
            }
        }
        Some("boolean") => match value {
            Value::Bool(truth) => Ok(Some(truth.into())),
            Value::Number(number) if number.as_u64() == Some(0) => Ok(Some(false.into())),
            Value::Number(number) if number.as_u64() == Some(1) => Ok(Some(true.into())),
            Value::String(text) => match text.trim().to_lowercase().as_str() {
                "true" | "yes" | "1" => Ok(Some(true.into())),
                "false" | "no" | "0" => Ok(Some(false.into())),
                text if is_filler_text(text) => Ok(None),
                _ => Err(wrong("true or false", "other text")),
            },
            other => Err(wrong("true or false", kind(&other))),
        },
        Some("array") => match value {
            Value::Array(items) => {
                let items = items.into_iter().map(|item| match item {
                    Value::String(text) => Ok(text.into()),
                    Value::Number(number) => Ok(number.to_string().into()),
                    other => Err(wrong("a list of names", kind(&other))),
                });
                Ok(Some(Value::Array(items.collect::<Result<_, _>>()?)))
            }
            // A blank text stays one, which the tool may take for an empty list.
            Value::String(text) => match serde_json::from_str(&text) {
                // The JSON text of a list.
                Ok(list @ Value::Array(_)) => coerce(name, property, list),
                Ok(Value::Null) => Ok(None),
                _ => Ok(Some(Value::Array(vec![text.into()]))),
            },
            Value::Number(number) => Ok(Some(Value::Array(vec![number.to_string().into()]))),
            other => Err(wrong("a list of names", kind(&other))),
        },
        _ => Ok(Some(value)),
    }
}

/// Reads an optional number that counts from 1, for which models also send 0.
pub(crate) fn number(sent: Option<u64>) -> Option<usize> {
    let number = sent.filter(|number| *number > 0)?;
    Some(usize::try_from(number).unwrap_or(usize::MAX))
}

/// Reads an optional position to read on from: a line, and perhaps a character in it. Models also
/// send 0, and a line in a form such as `5.0`.
pub(crate) fn optional_position(
    name: &'static str,
    sent: Option<&str>,
) -> Result<Option<Position>, ArgumentProblem> {
    let text = optional_name(sent, |_| false).map(|text| text.strip_suffix(".0").unwrap_or(text));
    let Some(text) = text.filter(|text| *text != "0") else {
        return Ok(None);
    };
    let position = text.parse().map(Some);
    position.map_err(|_| ArgumentProblem::WrongType {
        name: name.to_owned(),
        wanted: "the number of a line",
        found: "other text",
    })
}

/// Reads a list of names, for which models also send one text with commas: a text that is no
/// name as a whole, as `exists` knows, is taken apart at its commas. What is blank is passed over.
pub(crate) fn names(sent: Vec<String>, exists: impl Fn(&str) -> bool) -> Vec<String> {
    let apart = |text: String| -> Vec<String> {
        if text.contains(',') && !exists(&text) {
            text.split(',').map(str::to_owned).collect()
        } else {
            vec![text]
        }
    };
    let names = sent.into_iter().flat_map(apart);
    names.filter(|name| !name.trim().is_empty()).collect()
}

/// Reads an optional word that is one of some, also in another spelling.
pub(crate) fn optional_word<T: FromStr<Err = UnknownWord>>(
    name: &'static str,
    sent: Option<&str>,
) -> Result<Option<T>, ArgumentProblem> {
    let Some(word) = optional_name(sent, |_| false) else {
        return Ok(None);
    };
    let parsed = word.parse().map(Some);
    parsed.map_err(|unknown: UnknownWord| ArgumentProblem::NotOneOf {
        name,
        sent: unknown.word,
        words: unknown.known,
    })
}

/// A status as it was sent.
pub(crate) struct SentStatus {
    pub(crate) status: Status,
    /// The word for it, if it says something that the status does not.
    pub(crate) word: Option<String>,
}

/// Reads an optional status, also by a word that is not quite one of ours.
pub(crate) fn optional_status(sent: Option<&str>) -> Result<Option<SentStatus>, ArgumentProblem> {
    let problem = match optional_word("status", sent) {
        Ok(status) => return Ok(status.map(|status| SentStatus { status, word: None })),
        Err(problem) => problem,
    };
    let word = sent.unwrap_or_default().trim();
    let status = Status::roughly(word).ok_or(problem)?;
    Ok(Some(SentStatus {
        status,
        word: Some(word.to_owned()),
    }))
}

/// Names the argument that an unknown one most likely stands for: one like it that was not sent, or
/// else the first required one that was not.
fn unknown(schema: &Schema, sent: &JsonObject, name: &str) -> ArgumentProblem {
    let open = |parameter: &&str| !sent.contains_key(*parameter);
    let parameters = || schema.names().filter(open);
    let mut near = near_names(name, parameters());
    if near.is_empty() {
        // `code_content` for `new_content`, and what a text may be called.
        let end = name.rsplit('_').next().unwrap_or(name);
        let is_text = ["code", "text", "source", "body"].contains(&end);
        let ends_alike = |parameter: &&str| {
            let its_end = parameter.rsplit('_').next();
            its_end == Some(end) && end != "name" || is_text && its_end == Some("content")
        };
        near.extend(parameters().find(ends_alike));
    }
    if near.is_empty() {
        near.extend(parameters().find(|parameter| schema.requires(parameter)));
    }
    let all = sent.keys().filter(|name| !schema.takes(name));
    ArgumentProblem::Unknown {
        name: name.to_owned(),
        near: near.into_iter().map(str::to_owned).collect(),
        all: all.cloned().collect(),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Reads an optional name, for which models also send fillers such as `""` and `"none"`: these are
/// names only if something has them, as `exists` knows.
pub(crate) fn optional_name(sent: Option<&str>, exists: impl FnOnce(&str) -> bool) -> Option<&str> {
    let name = sent.map(str::trim).filter(|name| !name.is_empty())?;
    (!is_filler_text(name) || exists(name)).then_some(name)
}
