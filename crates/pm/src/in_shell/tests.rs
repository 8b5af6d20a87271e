//! The sentences of tools as a shell says them.

use pm_tools::{ServerOptions, ToolList};
use serde_json::Value;

use super::*;

/// The names of all tools, and of all their parameters that no sentence has for another reason.
fn tools_and_parameters() -> (Vec<String>, Vec<String>) {
    let functions = ToolList::new(&ServerOptions::default()).functions();
    let (mut tools, mut parameters) = (vec!["code_export".to_owned()], Vec::new());
    for tool in functions.as_array().unwrap() {
        let function = &tool["function"];
        tools.push(function["name"].as_str().unwrap().to_owned());
        let properties = function["parameters"]["properties"].as_object();
        let names = properties.into_iter().flat_map(|it| it.keys().cloned());
        parameters.extend(names.filter(|name| name.contains('_')));
    }
    (tools, parameters)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_'))
}

/// What stands outside of quotes.
fn unquoted(text: &str) -> String {
    text.split('"').step_by(2).collect()
}

#[test]
fn every_tool_has_a_command() {
    for tool in tools_and_parameters().0 {
        assert!(row(&tool).is_some(), "{tool}");
    }
}

/// Refusals of servers, as the end-to-end tests keep them.
const REFUSALS: &[&str] = &[
    include_str!("../../../../tests/snapshots/refusals_missing_or_taken.snap"),
    include_str!("../../../../tests/snapshots/refusals_repeated.snap"),
    include_str!("../../../../tests/snapshots/refusals_names_and_arguments.snap"),
];

#[test]
fn no_refusal_names_a_tool_any_more() {
    let (tools, parameters) = tools_and_parameters();
    let mut translated = Vec::new();
    for line in REFUSALS.iter().flat_map(|text| text.lines()) {
        if !line.trim_start().starts_with("Nothing was") {
            continue;
        }
        let said = sentence(line, "done");
        let outside = unquoted(&said);
        for word in words(&outside) {
            let is_left = tools.iter().chain(&parameters).any(|name| name == word);
            // What is no object, or has unknown arguments, comes from no command line.
            let cannot_be = line.contains("has no argument") || line.contains("the arguments of");
            assert!(!is_left || word == "search" || cannot_be, "{said}");
        }
        translated.push(said);
    }
    assert!(translated.len() > 40, "{}", translated.len());
    insta::assert_snapshot!(translated.join("\n"));
}

/// The strings in the source of the tools, apart from the texts of prompts and of descriptions,
/// which no command shows.
fn strings_of_tools() -> Vec<String> {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/../pm-tools/src");
    let mut places = vec![std::path::PathBuf::from(source)];
    let mut strings = Vec::new();
    while let Some(place) = places.pop() {
        let name = place.file_name().unwrap().to_string_lossy().into_owned();
        if ["prompts", "prompts.rs", "tests", "tests.rs"].contains(&&*name) {
            continue;
        }
        if place.is_dir() {
            let entries = std::fs::read_dir(&place).unwrap();
            places.extend(entries.map(|entry| entry.unwrap().path()));
        } else if place.extension().is_some_and(|it| it == "rs") {
            strings.extend(strings_in(&std::fs::read_to_string(&place).unwrap()));
        }
    }
    strings.sort();
    strings.dedup();
    strings
}

/// The strings in a source before its tests, as they are when the program runs.
fn strings_in(source: &str) -> Vec<String> {
    let source = source.split("#[cfg(test)]\nmod").next().unwrap();
    let is_comment = |line: &&str| line.trim_start().starts_with("//");
    let lines: Vec<&str> = source.lines().filter(|line| !is_comment(line)).collect();
    let source = lines.join("\n").replace("'\"'", "").replace("\\\"", "'");
    let mut strings = Vec::new();
    for (number, part) in source.split('"').enumerate() {
        if number % 2 == 1 {
            let mut lines = part.split("\\\n");
            let mut joined = lines.next().unwrap_or_default().to_owned();
            joined.extend(lines.map(str::trim_start));
            strings.push(joined);
        }
    }
    strings
}

#[test]
fn whoever_reads_is_the_user_and_not_told_to_ask_one() {
    let is_for_model = |text: &str| text.to_lowercase().contains("the user");
    let mut translated = Vec::new();
    for string in strings_of_tools() {
        // The one that is filled in goes on with "that" or "to".
        let string = string.replace("{or_tell}", "that there is none");
        if is_for_model(&string) {
            let said = sentence(&string, "done");
            assert!(!is_for_model(&said), "{string:?} is said as {said:?}");
            translated.push(format!("{string:?}\n    {said:?}"));
        }
    }
    assert!(translated.len() > 25, "{}", translated.len());
    insta::assert_snapshot!(translated.join("\n"));
}

#[test]
fn what_a_tool_is_to_be_called_with_becomes_part_of_the_command() {
    let said = |text: &str| sentence(text, "code get");
    for (text, expected) in [
        (
            "Call task_details_get with task_name \"dig it\" and process \"Garden\" to see it.",
            "Run `pm show 'dig it' -p Garden` to see it.",
        ),
        (
            "Call task_list with process \"Ann's\" to see what there is.",
            r"Run `pm show -p 'Ann'\''s'` to see what there is.",
        ),
        (
            "Call process_undo with revision 7 to get it back.",
            "Run `pm undo 7` to get it back.",
        ),
        (
            "Call process_load with name \"Kitchen\", \"garden\" or \"shed\" first.",
            "Name the process with -p \"Kitchen\", \"garden\" or \"shed\".",
        ),
        (
            "Call task_code_get again with task_name \"dig\" or \"dug\".",
            "Run `pm code get` again with TASK \"dig\" or \"dug\".",
        ),
        (
            "This task is yours now. When it is finished, call task_update with status \"done\".",
            "This task is yours now. When it is finished, run `pm done TASK`.",
        ),
        (
            "Call task_next for another task, or task_update again with take_over true only where \
             the user wants that.",
            "Run `pm next` for another task, or `pm code get` again with --take-over only if you \
             want that.",
        ),
        (
            "Call process_restore without a name to see what was.",
            "Run `pm trash` to see what was.",
        ),
        (
            "The process \"task_list with name\" has no task \"x\".",
            "The process \"task_list with name\" has no task \"x\".",
        ),
        (
            "There are older changes: call process_history again with after 30.",
            "There are older changes: run `pm code get` again with --after 30.",
        ),
        (
            "Deleted it. Undo with process_restore and name \"A B\".",
            "Deleted it. Undo with `pm trash restore 'A B'`.",
        ),
        (
            "No process is open; this one was used because no other has such a task.",
            "No process is named; this one was used because no other has such a task.",
        ),
        (
            "Created and opened the process \"It is open.\" with 2 tasks.",
            "Created the process \"It is open.\" with 2 tasks.",
        ),
        (
            "Tell the user, then call task_list again once it is there.",
            "Run `pm code get` again once it is there.",
        ),
        (
            "Ask the user to free some space, then call task_list again.",
            "Free some space, then run `pm code get` again.",
        ),
        (
            "Ask the user whether revision 7 is to be taken back first.",
            "If you want that, take back revision 7 first.",
        ),
        (
            "The task \"in_progress\" is now in_progress.",
            "The task \"in_progress\" is now in progress.",
        ),
        (
            "it is claimed by \"bob\" until 2026-11-30T23:10:52.958265Z. Wait until then.",
            "it is claimed by \"bob\" until 2026-11-30 23:10 UTC. Wait until then.",
        ),
        (
            "there is no task in tasks. Call plan_new again with tasks such as [\"dig: two spades \
             deep\", \"plant\"].",
            "there is no task in the plan. Run `pm code get` again with a line for each task, such as \
             \"dig: two spades deep\".",
        ),
        (
            "Call process_history to see what there is to take back.",
            "Run `pm log` to see all changes; `pm undo REVISION` takes back any that still stands.",
        ),
        ("A task \"Tell the user.\"", "A task \"Tell the user.\""),
        ("An odd \" quote", "An odd \" quote"),
    ] {
        assert_eq!(said(text), expected);
    }
}

#[test]
fn only_the_sentences_of_an_answer_are_translated() {
    let answer = serde_json::json!({
        "message": "Undo with process_undo.",
        "task_name": "process_undo",
        "tasks": {"a": {"message": "task_list"}},
    });
    let Value::Object(mut answer) = answer else {
        unreachable!()
    };
    translate(&mut answer, "delete");
    assert_eq!(answer["message"], "Undo with `pm undo`.");
    assert_eq!(answer["task_name"], "process_undo");
    assert_eq!(answer["tasks"]["a"]["message"], "task_list");
}
