//! Tests of what is offered for each argument.

use pm_core::MemoryStore;
use rmcp::model::{ArgumentInfo, CompletionContext};
use serde_json::{Value, json};

use super::*;
use crate::options::ServerOptions;
use crate::resources::templates::{CODE, CODE_VERSION, PROCESS, TASK};

fn manager() -> ProcessManager {
    let manager = ProcessManager::new(MemoryStore::new());
    for process in ["Garden Planner", "The Garden", "house"] {
        manager
            .create_process(process.parse().unwrap(), "")
            .unwrap();
    }
    let garden = "The Garden".parse().unwrap();
    for task in ["soil test", "beds"] {
        manager
            .add_task(&garden, task.parse().unwrap(), "")
            .unwrap();
    }
    for (code, content) in [("main.rs", "1"), ("lib.rs", "1"), ("main.rs", "2")] {
        let code = code.parse().unwrap();
        manager.add_snippet(&garden, "beds", code, content).unwrap();
    }
    manager
}

fn ask(
    manager: &ProcessManager,
    open: Option<&str>,
    reference: Reference,
    argument: &str,
    begun: &str,
    known: &Value,
) -> Result<CompletionInfo, String> {
    let known = serde_json::from_value(known.clone()).unwrap();
    let request = CompleteRequestParams::new(reference, ArgumentInfo::new(argument, begun))
        .with_context(CompletionContext::with_arguments(known));
    let result = complete(
        manager,
        &Offer::of(ServerOptions::default()),
        open.map(|open| open.parse().unwrap()).as_ref(),
        &request,
    );
    let result = result.map_err(|error| error.message.into_owned())?;
    Ok(result.completion)
}

fn values(reference: Reference, argument: &str, begun: &str, known: &Value) -> Vec<String> {
    ask(&manager(), None, reference, argument, begun, known)
        .unwrap()
        .values
}

#[test]
fn processes_are_completed_from_their_beginning_or_middle() {
    let prompt = || Reference::for_prompt("work");
    let none = json!({});
    assert_eq!(
        values(prompt(), "process", "", &none),
        ["Garden Planner", "The Garden", "house"]
    );
    assert_eq!(
        values(prompt(), "process", "gard", &none),
        ["Garden Planner", "The Garden"]
    );
    assert_eq!(
        values(Reference::for_resource(PROCESS), "process", "THE_G", &none),
        ["The Garden"]
    );
    assert_eq!(values(prompt(), "process", "zzz", &none), [""; 0]);
}

#[test]
fn what_is_within_is_completed_from_what_is_known() {
    let process = json!({"process": "the garden"});
    assert_eq!(
        values(Reference::for_prompt("review"), "task", "", &process),
        ["soil test", "beds"]
    );
    assert_eq!(
        values(Reference::for_resource(TASK), "task", "so", &process),
        ["soil test"]
    );
    let task = json!({"process": "The Garden", "task": "beds"});
    assert_eq!(
        values(Reference::for_resource(CODE), "code", "", &task),
        ["main.rs", "lib.rs"]
    );
    let code = json!({"process": "The Garden", "task": "beds", "code": "main.rs"});
    assert_eq!(
        values(Reference::for_resource(CODE_VERSION), "version", "", &code),
        ["2", "1"]
    );
    let none = json!({});
    let gone = json!({"process": "gone"});
    assert_eq!(
        values(Reference::for_resource(TASK), "task", "", &gone),
        [""; 0]
    );
    assert_eq!(
        values(Reference::for_prompt("plan"), "goal", "x", &none),
        [""; 0]
    );
}

#[test]
fn a_client_that_does_not_tell_the_process_is_offered_the_open_one_and_then_all() {
    let manager = manager();
    let house = "house".parse().unwrap();
    for task in ["roof", "Soil Test"] {
        let task = task.parse().unwrap();
        manager.add_task(&house, task, "").unwrap();
    }
    let offered = |open: Option<&str>, template: &str, argument: &str, begun: &str| {
        let reference = Reference::for_resource(template);
        let nothing = json!({"process": "", "task": " "});
        let info = ask(&manager, open, reference, argument, begun, &nothing);
        info.unwrap().values
    };
    assert_eq!(
        offered(Some("house"), TASK, "task", ""),
        ["roof", "Soil Test"]
    );
    // Nothing in the open process begins so, and another one has it.
    assert_eq!(offered(Some("house"), TASK, "task", "bed"), ["beds"]);
    let all = ["soil test", "beds", "roof", "Soil Test"];
    assert_eq!(offered(None, TASK, "task", ""), all);
    assert_eq!(offered(Some("Garden Planner"), TASK, "task", ""), all);
    assert_eq!(offered(Some("deleted since"), TASK, "task", ""), all);
    assert_eq!(
        offered(Some("The Garden"), CODE, "code", ""),
        ["main.rs", "lib.rs"]
    );
    assert_eq!(offered(Some("house"), CODE, "code", "li"), ["lib.rs"]);
    assert_eq!(offered(None, CODE_VERSION, "version", ""), [""; 0]);
}

#[test]
fn no_more_than_a_hundred_are_offered() {
    let manager = ProcessManager::new(MemoryStore::new());
    for number in 0..120 {
        let name = format!("process {number}").parse().unwrap();
        manager.create_process(name, "").unwrap();
    }
    let prompt = Reference::for_prompt("work");
    let found = ask(&manager, None, prompt, "process", "p", &json!({})).unwrap();
    assert_eq!(found.values.len(), 100);
    assert_eq!((found.total, found.has_more), (Some(120), Some(true)));
}

#[test]
fn what_there_is_not_is_refused() {
    let refused = |reference, argument: &str| {
        ask(&manager(), None, reference, argument, "", &json!({})).unwrap_err()
    };
    insta::assert_snapshot!(refused(Reference::for_prompt("wrk"), "process"), @"There is no prompt of this name. The nearest is work.");
    insta::assert_snapshot!(refused(Reference::for_prompt("review"), "goal"), @"There is no argument of this name. The arguments are: process, task.");
    insta::assert_snapshot!(refused(Reference::for_resource("pm://process/{name}"), "name"), @"There is no such template. The nearest is pm://process/{process}.");
    insta::assert_snapshot!(refused(Reference::for_resource(CODE_VERSION), "line"), @"There is no argument of this name. The arguments are: process, task, code, version.");
}
