//! The transcripts of the Python reference, replayed call by call.
//!
//! An answer may hold more fields than the reference's. Times and wording are masked in the
//! transcripts. Where we differ on purpose, it is written down in [`DIFFERENCES`].

use serde_json::{Map, Value};

use super::Session;

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

fn replay(transcript: &str, calls: usize) {
    let path = format!(
        "{}/../../tests/parity/{transcript}.jsonl",
        env!("CARGO_MANIFEST_DIR")
    );
    let recorded = std::fs::read_to_string(path).unwrap();
    assert_eq!(recorded.lines().count(), calls);
    let session = Session::new();
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

/// Whether `here` says all that the reference said, in its order where order counts; `name` is
/// the field that holds them.
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
