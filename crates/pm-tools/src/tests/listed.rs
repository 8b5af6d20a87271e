//! A model writes only the tools and parameters that it sees: what it is told to do is possible with
//! them, in every profile.

use serde_json::{Map, Value, json};

use super::Session;
use crate::ServerOptions;
use crate::caller::offer::Offer;
use crate::catalog::find;

fn options(profile: &str) -> ServerOptions {
    ServerOptions {
        tools: profile.parse().unwrap(),
        ..ServerOptions::default()
    }
}

/// What a text tells a model to use that is not listed: tools, and parameters behind the tool that
/// takes them.
fn not_listed(offer: &Offer, text: &str) -> Vec<String> {
    let words = text.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    let (mut tool, mut missing) = (None, Vec::new());
    for word in words {
        if let Some(named) = find(word) {
            tool = Some(named);
            if !offer.has(word) {
                missing.push(word.to_owned());
            }
        } else if let Some(tool) = tool
            // Words that are parameters as well.
            && !["description", "status", "name", "tasks", "to", "from", "note"].contains(&word)
            && tool.schema.takes(word)
            && !offer.lists(tool.name, word)
        {
            missing.push(format!("{}.{word}", tool.name));
        }
    }
    missing
}

/// Arguments for each parameter that is listed; each name is that of something that may be there.
fn sent(tool: &rmcp::model::Tool, names: &[&str; 2]) -> Value {
    let [process, other] = names;
    let properties = tool.input_schema["properties"].as_object().unwrap();
    let argument = |name: &String| {
        let value = match name.as_str() {
            "name" | "process" => json!(process),
            "tasks" => json!(["dig: deep", "dig"]),
            "status" => json!("done"),
            name if name.ends_with("_name") => json!(other),
            _ => json!("x"),
        };
        (name.clone(), value)
    };
    Value::Object(properties.keys().map(argument).collect::<Map<_, _>>())
}

#[test]
fn what_is_told_is_possible_with_what_is_listed() {
    let mut told = 0;
    for profile in ["tiny", "work", "reference", "full"] {
        let offer = Offer::of(options(profile));
        for names in [
            ["garden", "beds"],
            ["garden", "zzz"],
            ["attic", "beds"],
            ["attic", "paint"],
            ["shed", "house"],
            ["gardn", "bed"],
        ] {
            for opens in [None, Some("garden"), Some("house")] {
                for tool in &offer.listed {
                    let session = world().other_caller().with_options(options(profile));
                    if let Some(process) = opens {
                        session.ok("process_load", json!({"name": process}));
                    }
                    let got = session.send(&tool.name, sent(tool, &names));
                    let said = if got.failed {
                        got.text.clone()
                    } else {
                        sentences(&got.object)
                    };
                    let missing = not_listed(&offer, &said);
                    assert!(
                        missing.is_empty(),
                        "{profile}, {opens:?}: {missing:?} in {}",
                        got.text
                    );
                    told += usize::from(got.failed);
                }
            }
        }
    }
    assert!(told > 500, "{told}");
}

/// What the answer of a call that was done says in sentences.
fn sentences(answer: &Value) -> String {
    let fields = ["message", "notice", "note", "left_out"].map(|name| answer[name].as_str());
    fields.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Two processes, one of them with a task that somebody else has, and a third in the trash.
fn world() -> Session {
    let session = Session::new();
    for name in ["shed", "house", "garden"] {
        session.ok("process_new", json!({"name": name}));
    }
    session.ok("process_delete", json!({"name": "shed"}));
    session.ok(
        "task_new",
        json!({"task_name": "paint", "process": "house"}),
    );
    session.ok("task_new", json!({"task_name": "beds"}));
    session.ok(
        "task_job_add",
        json!({"task_name": "beds", "job_name": "dig"}),
    );
    session.ok("task_next", json!({}));
    session
}
