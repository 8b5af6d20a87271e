//! The transcripts of the Python reference, replayed call by call.
//!
//! An answer may hold more fields than the reference's. Times and wording are masked in the
//! transcripts. The differences that are meant are written down in [`DIFFERENCES`]. With the
//! profile `full` answers are lean, and lack what is written down in [`is_left_out`].

use serde_json::{Map, Value};

use super::Session;
use crate::options::ServerOptions;

/// One recorded call.
#[derive(serde::Deserialize)]
struct Line {
    tool: String,
    arguments: Value,
    result: Value,
}

/// A call whose answer differs from the reference's on purpose.
struct Difference {
    transcript: &'static str,
    /// The line, from 1.
    line: usize,
    tool: &'static str,
    why: &'static str,
}

/// The calls that differ on purpose.
const DIFFERENCES: &[Difference] = &[];

#[test]
fn lifecycle() {
    replay("lifecycle", 28);
}

#[test]
fn refusals() {
    replay("refusals", 26);
}

#[test]
fn switching() {
    replay("switching", 11);
}

#[test]
fn unicode() {
    replay("unicode", 5);
}

#[test]
fn versions() {
    replay("versions", 14);
}

#[test]
fn lean_answers_miss_only_what_is_empty_or_was_just_sent() {
    for transcript in ["lifecycle", "refusals", "switching", "unicode", "versions"] {
        let session = Session::new();
        for (index, line) in recorded(transcript).lines().enumerate() {
            let Line {
                tool,
                arguments,
                mut result,
            } = serde_json::from_str(line).unwrap();
            let got = session.send(&tool, arguments);
            leave_out(&tool, "", &mut result, &got.object);
            assert!(
                agree("", &result, &got.object),
                "{transcript}:{}: {tool}\nthe reference: {result}\nhere: {}",
                index + 1,
                got.object
            );
        }
    }
}

/// Takes out of a recorded answer what a lean one may lack, and does lack.
fn leave_out(tool: &str, parent: &str, recorded: &mut Value, here: &Value) {
    match (recorded, here) {
        (Value::Object(recorded), Value::Object(here)) => {
            // Told by snippet, not by version.
            recorded.remove("deleted_codes");
            recorded.retain(|name, value| {
                here.contains_key(name) || !is_left_out(tool, parent, name, value)
            });
            for (name, value) in recorded {
                // The keys of jobs and code end with a time.
                let start = name.strip_suffix("<time>").unwrap_or(name);
                let found = here.iter().find(|(key, _)| key.starts_with(start));
                if let Some((_, here)) = found {
                    leave_out(tool, name, value, here);
                }
            }
        }
        (Value::Array(recorded), Value::Array(here)) => {
            for (recorded, here) in recorded.iter_mut().zip(here) {
                leave_out(tool, parent, recorded, here);
            }
        }
        _ => {}
    }
}

/// What lean answers leave out of those that the reference gives.
fn is_left_out(tool: &str, parent: &str, name: &str, value: &Value) -> bool {
    let is_empty = match value {
        Value::String(text) => text.is_empty(),
        Value::Number(count) => count.as_u64() == Some(0),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Null | Value::Bool(_) => false,
    };
    let was_just_sent = matches!(
        (tool, name),
        ("process_new", "process") | ("task_new", "task")
    );
    is_empty || was_just_sent || (name == "created_at" && !parent.is_empty())
}

fn recorded(transcript: &str) -> String {
    let path = format!(
        "{}/../../tests/parity/{transcript}.jsonl",
        env!("CARGO_MANIFEST_DIR")
    );
    std::fs::read_to_string(path).unwrap()
}

fn replay(transcript: &str, calls: usize) {
    let recorded = recorded(transcript);
    assert_eq!(recorded.lines().count(), calls);
    let session = Session::new().with_options(ServerOptions {
        tools: "reference".parse().unwrap(),
        ..ServerOptions::default()
    });
    for (index, line) in recorded.lines().enumerate() {
        let Line {
            tool,
            arguments,
            result,
        } = serde_json::from_str(line).unwrap();
        let got = session.send(&tool, arguments);
        let difference = DIFFERENCES
            .iter()
            .find(|d| d.transcript == transcript && d.line == index + 1);
        let agrees = agree("", &result, &got.object);
        match difference {
            None => assert!(
                agrees && got.failed == (result["success"] == false),
                "{transcript}:{}: {tool}\nthe reference: {result}\nhere: {}",
                index + 1,
                got.object
            ),
            Some(difference) => {
                assert_eq!(difference.tool, tool);
                assert!(!agrees, "no longer a difference: {}", difference.why);
            }
        }
    }
}

/// Whether `here` says all that the reference said, in its order if order counts; `name` is the
/// field that holds them.
fn agree(name: &str, reference: &Value, here: &Value) -> bool {
    match (reference, here) {
        (Value::String(text), Value::String(_)) if text == "<time>" || text == "<text>" => true,
        (Value::Object(reference), Value::Object(here)) => fields_agree(name, reference, here),
        (Value::Array(reference), Value::Array(here)) => {
            reference.len() == here.len()
                && reference.iter().zip(here).all(|(r, h)| agree("", r, h))
        }
        (reference, here) => reference == here,
    }
}

fn fields_agree(name: &str, reference: &Map<String, Value>, here: &Map<String, Value>) -> bool {
    let same = |key: &str, candidate: &str| match key.strip_suffix("<time>") {
        Some(start) => candidate.starts_with(start),
        None => key == candidate,
    };
    let mut rest = here.iter();
    // What the reference keeps in order (tasks, jobs) stands here in the same order, perhaps
    // with more in between.
    let ordered = ["tasks", "jobs", "code"].contains(&name);
    reference.iter().all(|(key, value)| {
        let found = if ordered {
            rest.find(|(candidate, _)| same(key, candidate))
        } else {
            here.iter().find(|(candidate, _)| same(key, candidate))
        };
        found.is_some_and(|(_, here)| agree(key, value, here))
    })
}
