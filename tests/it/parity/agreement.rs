//! Whether an answer says all that the reference's did.

use serde_json::{Map, Value};

/// Stands in a transcript for a time, also at the end of a key.
const TIME: &str = "<time>";
/// Stands in a transcript for wording, which is ours.
const TEXT: &str = "<text>";

/// The places where `here` lacks what `reference` says, or says something else.
pub(crate) fn disagreements(reference: &Value, here: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare("", reference, here, &mut found);
    found
}

fn compare(place: &str, reference: &Value, here: &Value, found: &mut Vec<String>) {
    let agree = match (reference, here) {
        (Value::String(mask), Value::String(text)) if mask == TIME => is_time(text),
        (Value::String(mask), Value::String(text)) if mask == TEXT => !text.is_empty(),
        (Value::Object(reference), Value::Object(here)) => {
            return compare_objects(place, reference, here, found);
        }
        (Value::Array(reference), Value::Array(here)) if reference.len() == here.len() => {
            for (index, (reference, here)) in reference.iter().zip(here).enumerate() {
                compare(&format!("{place}/{index}"), reference, here, found);
            }
            return;
        }
        (reference, here) => reference == here,
    };
    if !agree {
        found.push(format!("{place}: {reference} there, {here} here"));
    }
}

fn compare_objects(
    place: &str,
    reference: &Map<String, Value>,
    here: &Map<String, Value>,
    found: &mut Vec<String>,
) {
    // What both have stands in the same order, with more in between at most: the order of tasks
    // and jobs means something. Two versions of a snippet have keys that look the same, so each
    // key is taken once.
    let mut rest: Vec<&String> = here.keys().collect();
    let mut last = 0;
    for (wanted, value) in reference {
        let place = format!("{place}/{wanted}");
        let Some(at) = rest.iter().position(|key| same_key(wanted, key)) else {
            found.push(format!("{place}: missing here"));
            continue;
        };
        let key = rest.remove(at);
        if is_collection(&place) && at < last {
            found.push(format!("{place}: in another order here"));
        }
        last = at;
        compare(&place, value, &here[key], found);
    }
    if is_collection(&format!("{place}/")) && !rest.is_empty() {
        found.push(format!("{place}: {rest:?} here only"));
    }
}

/// Whether the keys of the object that holds `place` are names rather than fields.
fn is_collection(place: &str) -> bool {
    let holder = place.rsplit('/').nth(1).unwrap_or_default();
    matches!(holder, "tasks" | "jobs" | "code")
}

fn same_key(wanted: &str, key: &str) -> bool {
    match wanted.strip_suffix(TIME) {
        Some(start) => key.strip_prefix(start).is_some_and(is_time),
        None => wanted == key,
    }
}

/// Whether a text is a time the way it is written here: RFC 3339, UTC, with `Z`.
fn is_time(text: &str) -> bool {
    let shape: String = text
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    let Some((seconds, fraction)) = shape.split_once('.') else {
        return shape == "0000-00-00T00:00:00Z";
    };
    let fraction = fraction.trim_start_matches('0');
    seconds == "0000-00-00T00:00:00" && fraction == "Z"
}

#[test]
fn every_kind_of_disagreement_is_found() {
    use serde_json::json;
    let reference = json!({"at": "<time>", "tasks": {"a": {"jobs": {"j_<time>": 1}}, "b": 2}});
    let time = "2026-11-22T12:00:00.123456Z";
    let tasks = |tasks: Value| json!({"at": time, "more": 1, "tasks": tasks});
    let job = format!("j_{time}");
    let agrees = tasks(json!({"a": {"jobs": {job.clone(): 1}, "more": 2}, "b": 2}));
    assert_eq!(disagreements(&reference, &agrees), [""; 0]);
    for disagrees in [
        tasks(json!({"a": {"jobs": {job.clone(): 1}}})),
        tasks(json!({"a": {"jobs": {job.clone(): 2}}, "b": 2})),
        tasks(json!({"a": {"jobs": {"j_soon": 1}}, "b": 2})),
        tasks(json!({"b": 2, "a": {"jobs": {job.clone(): 1}}})),
        tasks(json!({"a": {"jobs": {job.clone(): 1}}, "b": 2, "c": 3})),
        json!({"at": "today", "tasks": {"a": {"jobs": {job: 1}}, "b": 2}}),
    ] {
        assert!(
            !disagreements(&reference, &disagrees).is_empty(),
            "{disagrees}"
        );
    }
}
