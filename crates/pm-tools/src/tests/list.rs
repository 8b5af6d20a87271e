//! The list of tools: what it costs a model to read, and what llama.cpp accepts.

use serde_json::{Value, json};

use crate::catalog::{TOOLS, find};
use crate::tool::Tool;
use crate::{Descriptions, ServerOptions, ToolList};

/// The most that the reference's 18 tools may take as a function array: 1,450 tokens of
/// o200k, at 4.2 bytes a token.
const REFERENCE_BUDGET: usize = 6_100;

/// The most that the tools for a small context may take: 600 tokens.
const TINY_BUDGET: usize = 2_520;

/// The most that a session's work may take: 1,500 tokens.
const WORK_BUDGET: usize = 6_300;

/// The most that all tools may take: 2,800 tokens.
const FULL_BUDGET: usize = 11_760;

/// The list of a profile.
fn list(profile: &str) -> ToolList {
    ToolList::new(&ServerOptions {
        tools: profile.parse().unwrap(),
        ..ServerOptions::default()
    })
}

#[test]
fn the_list_stays_within_its_budget() {
    for (profile, budget) in [
        ("tiny", TINY_BUDGET),
        ("work", WORK_BUDGET),
        ("reference", REFERENCE_BUDGET),
        ("full", FULL_BUDGET),
    ] {
        let bytes = list(profile).size().bytes;
        assert!(
            bytes <= budget,
            "the list of {profile} takes {bytes} bytes, and {budget} are the most"
        );
    }
}

#[test]
fn the_tools_stand_in_a_fixed_order() {
    let names: Vec<&str> = TOOLS.iter().map(|tool| tool.name).collect();
    insta::assert_snapshot!(names.join(" "), @"process_new process_load process_list_all process_save process_delete task_new task_list task_details_get task_update_description task_name_change task_delete task_job_add task_job_get task_jobs_list task_code_add task_code_get task_code_update task_code_delete process_update process_history process_undo process_restore process_export plan_new task_next task_update task_job_update task_job_delete task_code_version task_code_restore task_code_diff code_export search");
}

#[test]
fn what_a_model_reads_of_the_tools() {
    let (reference, full) = (list("reference").functions(), list("full").functions());
    insta::assert_snapshot!(serde_json::to_string_pretty(&reference).unwrap());
    // The list of the reference is the beginning of the longer one, but for parameters.
    let (reference, full) = (reference.as_array().unwrap(), full.as_array().unwrap());
    let (beginning, more) = full.split_at(reference.len());
    let mut differing = Vec::new();
    for (long, short) in beginning.iter().zip(reference) {
        let name = short["function"]["name"].as_str().unwrap();
        assert_eq!(name, long["function"]["name"].as_str().unwrap());
        let has = |tool: &Value, name: &str| {
            let properties = &tool["function"]["parameters"]["properties"];
            properties.get(name).is_some()
        };
        for parameter in find(name).unwrap().schema.names() {
            match (has(short, parameter), has(long, parameter)) {
                (false, true) => differing.push(format!("+{name}.{parameter}")),
                (true, false) => differing.push(format!("-{name}.{parameter}")),
                _ => {}
            }
        }
    }
    insta::assert_snapshot!(differing.join(" "), @"+process_list_all.after +task_list.after +task_list.status +task_list.label +task_details_get.after +task_jobs_list.after +task_jobs_list.status -task_code_get.version -task_code_get.latest_only -task_code_get.from_line -task_code_update.from_version");
    let more = serde_json::to_string_pretty(more).unwrap();
    insta::assert_snapshot!("what_a_model_reads_of_the_other_tools", more);
}

#[test]
fn no_short_list_has_what_reads_long_lists_on() {
    let parameters = |profile: &str| -> Vec<String> {
        let list = list(profile).functions();
        let tools = list.as_array().unwrap().iter();
        let names = tools.flat_map(|tool| {
            let tool = &tool["function"];
            let names = tool["parameters"]["properties"].as_object().unwrap().keys();
            names.map(|name| format!("{}.{name}", tool["name"].as_str().unwrap()))
        });
        names.filter(|name| name.contains(".after")).collect()
    };
    assert_eq!(parameters("full").len(), 7);
    assert_eq!(parameters("task_list"), ["task_list.after"]);
    assert_eq!(parameters("tiny,task_list"), ["task_list.after"]);
    for short in ["reference", "tiny", "work"] {
        assert_eq!(parameters(short), [""; 0], "{short}");
    }
    // What says how far a task is stays.
    let tiny = list("tiny").functions().to_string();
    assert!(tiny.contains("\"status\""), "{tiny}");
}

#[test]
fn what_a_client_reads_of_the_tools() {
    let hints = |tool: &Tool| {
        let listed = tool.listed();
        let hints = listed.annotations.unwrap();
        assert_eq!(hints.title, listed.title);
        assert_eq!(hints.open_world_hint, Some(false));
        assert!(listed.output_schema.is_none() && listed.icons.is_none());
        let kinds = [
            ("read-only", hints.read_only_hint),
            ("destructive", hints.destructive_hint),
            ("idempotent", hints.idempotent_hint),
        ];
        let kinds = kinds.iter().filter(|(_, hint)| hint.unwrap());
        let kinds: Vec<&str> = kinds.map(|(kind, _)| *kind).collect();
        format!(
            "{} ({}): {}",
            listed.name,
            listed.title.unwrap(),
            kinds.join(", ")
        )
    };
    let hints: Vec<String> = TOOLS.iter().map(hints).collect();
    insta::assert_snapshot!(hints.join("\n"), @r#"
process_new (New process): idempotent
process_load (Open process): read-only, idempotent
process_list_all (List processes): read-only, idempotent
process_save (Rename process): destructive, idempotent
process_delete (Delete process): destructive, idempotent
task_new (New task): idempotent
task_list (List tasks): read-only, idempotent
task_details_get (Read task): read-only, idempotent
task_update_description (Describe task anew): destructive, idempotent
task_name_change (Rename task): destructive, idempotent
task_delete (Delete task): destructive, idempotent
task_job_add (Add job): 
task_job_get (Read jobs): read-only, idempotent
task_jobs_list (List jobs): read-only, idempotent
task_code_add (Add code): 
task_code_get (Read code): read-only, idempotent
task_code_update (Update code): 
task_code_delete (Delete code): destructive
process_update (Describe process anew): destructive, idempotent
process_history (Read history): read-only, idempotent
process_undo (Undo): destructive
process_restore (Restore process): idempotent
process_export (Export process): read-only, idempotent
plan_new (New plan): idempotent
task_next (Next task): idempotent
task_update (Update task): destructive, idempotent
task_job_update (Update job): destructive, idempotent
task_job_delete (Delete job): destructive
task_code_version (Read a version): read-only, idempotent
task_code_restore (Restore code): 
task_code_diff (Compare code): read-only, idempotent
code_export (Export code): destructive, idempotent
search (Search): read-only, idempotent
"#);
}

/// Schemas that every llama.cpp build turns into a grammar.
#[test]
fn every_schema_keeps_to_the_subset() {
    for tool in TOOLS.iter() {
        let listed = tool.listed();
        let schema = &*listed.input_schema;
        let keywords: Vec<&str> = schema.keys().map(String::as_str).collect();
        assert_eq!(schema["type"], "object", "{}", tool.name);
        assert!(
            keywords == ["type", "properties", "required"] || keywords == ["type", "properties"],
            "{}: {keywords:?}",
            tool.name
        );
        let properties = schema["properties"].as_object().unwrap();
        for (name, property) in properties {
            check_property(property, &format!("{}.{name}", tool.name));
            // Some names say it all.
            let description = property.get("description");
            let length = description.map(|text| text.as_str().unwrap().len());
            assert!(
                length.is_none_or(|length| (1..=60).contains(&length)),
                "{}.{name}",
                tool.name
            );
        }
        let required = schema
            .get("required")
            .map(|names| names.as_array().unwrap());
        // What must be written comes first, in the order of the properties.
        let first: Vec<&String> = properties
            .keys()
            .take(required.map_or(0, Vec::len))
            .collect();
        assert_eq!(
            json!(first),
            json!(required.into_iter().flatten().collect::<Vec<_>>())
        );
    }
}

/// What is not listed is taken all the same, and nothing is asked for that is not listed.
#[test]
fn a_profile_lists_what_its_models_can_use() {
    let profile = |profile: &str| -> String {
        let list = list(profile).functions();
        let tools = list.as_array().unwrap().iter().map(|tool| {
            let tool = &tool["function"];
            let required = tool["parameters"].get("required");
            let required = required.map_or(&[][..], |names| names.as_array().unwrap());
            let properties = tool["parameters"]["properties"].as_object().unwrap();
            let names = properties.keys().map(|name| {
                let mark = if required.contains(&json!(name)) {
                    ""
                } else {
                    "?"
                };
                format!(" {name}{mark}")
            });
            let all = properties.len();
            assert!(
                required
                    .iter()
                    .all(|name| properties.contains_key(name.as_str().unwrap())),
                "{all}"
            );
            format!(
                "{}{}\n",
                tool["name"].as_str().unwrap(),
                names.collect::<String>()
            )
        });
        tools.collect()
    };
    insta::assert_snapshot!("tiny", profile("tiny"));
    insta::assert_snapshot!("work", profile("work"));
}

/// The objects of a list: what they hold is of the same subset.
fn check_object(object: &Value, place: &str) {
    let properties = object["properties"].as_object().unwrap();
    for (name, property) in properties {
        check_property(property, &format!("{place}.{name}"));
    }
    for keyword in object.as_object().unwrap().keys() {
        let is_known = ["type", "properties", "required"].contains(&keyword.as_str());
        assert!(is_known, "{place} has {keyword}");
    }
    for name in object["required"].as_array().unwrap() {
        assert!(
            properties.contains_key(name.as_str().unwrap()),
            "{place}: {name}"
        );
    }
}

fn check_property(property: &Value, place: &str) {
    const SCALARS: &[&str] = &["string", "integer", "number", "boolean"];
    let kind = property["type"]
        .as_str()
        .unwrap_or_else(|| panic!("{place} has no one type"));
    for (keyword, value) in property.as_object().unwrap() {
        match keyword.as_str() {
            "type" | "description" => assert!(value.is_string(), "{place}"),
            "enum" => {
                let values = value.as_array().unwrap();
                assert!(
                    !values.is_empty() && values.iter().all(Value::is_string),
                    "{place}"
                );
            }
            "items" if value["type"] == "object" => check_object(value, place),
            "items" => assert!(
                SCALARS.contains(&value["type"].as_str().unwrap()),
                "{place}"
            ),
            other => panic!("{place} has {other}, which not every llama.cpp build accepts"),
        }
    }
    assert!(SCALARS.contains(&kind) || (kind == "array" && property.get("items").is_some()));
}

#[test]
fn every_tool_that_works_inside_a_process_takes_one() {
    let without: Vec<&str> = TOOLS
        .iter()
        .filter(|tool| !tool.schema.takes("process"))
        .map(|tool| tool.name)
        .collect();
    assert_eq!(
        without,
        [
            "process_new",
            "process_load",
            "process_list_all",
            "process_delete",
            "process_restore"
        ]
    );
}

#[test]
fn the_texts_of_a_list_are_printed_as_they_are_read() {
    let full = list("full");
    let toml = full.to_toml();
    let texts: Descriptions = toml.parse().unwrap();
    let again = ToolList::new(&ServerOptions {
        descriptions: texts,
        ..ServerOptions::default()
    });
    assert_eq!(again.functions(), full.functions());
    let beginning: Vec<&str> = toml.lines().take(6).collect();
    insta::assert_snapshot!(beginning.join("\n"), @r#"
[process_new]
description = "Create a new process (project) and open it."

[process_new.parameters]
name = "its name"
description = "what it is about"
"#);
}

#[test]
fn other_texts_take_the_place_of_ours_and_change_nothing_else() {
    let text = "[task_list]\ndescription = 'Zebra.'\nparameters.process = 'yak'";
    let other = ToolList::new(&ServerOptions {
        descriptions: text.parse().unwrap(),
        ..ServerOptions::default()
    });
    let (ours, theirs) = (list("full").functions(), other.functions());
    let pairs = ours
        .as_array()
        .unwrap()
        .iter()
        .zip(theirs.as_array().unwrap());
    let changed: Vec<_> = pairs.filter(|(ours, theirs)| ours != theirs).collect();
    let [(ours, theirs)] = changed.as_slice() else {
        panic!("{} tools changed", changed.len())
    };
    let mut expected = (*ours).clone();
    expected["function"]["description"] = "Zebra.".into();
    expected["function"]["parameters"]["properties"]["process"]["description"] = "yak".into();
    assert_eq!(**theirs, expected);
    assert_eq!(theirs["function"]["name"], "task_list");
}
