//! Tests of what the prompts say, with tools of several kinds, and of what they refuse.

use pm_core::{MemoryStore, ProcessManager};
use rmcp::model::{ContentBlock, Tool};
use serde_json::{Value, json};

use super::{PROMPTS, get, list};
use crate::caller::offer::Access;
use crate::caller::offer::Offer;
use crate::catalog::find;
use crate::options::ServerOptions;

fn garden() -> ProcessManager {
    let manager = ProcessManager::new(MemoryStore::new());
    let garden = "Garden Planner".parse().unwrap();
    manager.create_process(garden, "").unwrap();
    let garden = "Garden Planner".parse().unwrap();
    manager
        .add_task(&garden, "soil test".parse().unwrap(), "")
        .unwrap();
    manager
}

/// Tools of these names.
fn tools(names: &[&str]) -> Vec<Tool> {
    let tool = |name: &&str| {
        let mut tool = find(name).unwrap().listed();
        tool.description = Some("what it does".into());
        tool
    };
    names.iter().map(tool).collect()
}

/// All tools for a plan and its work.
const WHOLE: [&str; 14] = [
    "process_new",
    "process_load",
    "process_delete",
    "process_history",
    "task_new",
    "task_list",
    "task_details_get",
    "task_next",
    "task_update",
    "task_job_add",
    "task_job_update",
    "task_code_add",
    "task_code_update",
    "code_export",
];

/// A server that offers these.
fn offering(tools: &[Tool]) -> Offer {
    Offer {
        listed: tools.to_vec(),
        ..Offer::of(ServerOptions::default())
    }
}

fn text(offer: &[Tool], prompt: &str, arguments: &Value) -> String {
    let result = get(&garden(), &offering(offer), prompt, arguments.as_object()).unwrap();
    match result.messages.as_slice() {
        [message] => match &message.content {
            ContentBlock::Text(text) => text.text.clone(),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

fn arguments(prompt: &str) -> Value {
    match prompt {
        "plan" => json!({"goal": "Grow tomatoes.\nNo chemicals."}),
        "work" | "resume" => json!({"process": "garden_planner"}),
        "review" => json!({"process": "garden planner", "task": "Soil Test"}),
        _ => json!({}),
    }
}

fn refusal(offer: &[Tool], prompt: &str, arguments: &Value) -> String {
    let refused = get(&garden(), &offering(offer), prompt, arguments.as_object());
    refused.unwrap_err().message.into_owned()
}

#[test]
fn each_prompt_leads_through_the_tools() {
    let tools = tools(&WHOLE);
    for prompt in ["plan", "work", "review", "resume"] {
        insta::assert_snapshot!(prompt, text(&tools, prompt, &arguments(prompt)));
    }
}

#[test]
fn a_prompt_makes_do_with_few_tools() {
    let few = ["process_new", "task_new", "task_list", "task_code_update"];
    let few = tools(&few);
    for prompt in ["plan", "work", "self_test"] {
        let name = format!("{prompt}_with_few_tools");
        insta::assert_snapshot!(name, text(&few, prompt, &arguments(prompt)));
    }
}

#[test]
fn no_prompt_names_a_tool_that_is_not_offered() {
    let some = ServerOptions {
        tools: "task_list,task_details_get,process_load,process_new,task_new,task_code_add"
            .parse()
            .unwrap(),
        ..ServerOptions::default()
    };
    let reference = ServerOptions {
        tools: "reference".parse().unwrap(),
        ..ServerOptions::default()
    };
    let tiny = ServerOptions {
        tools: "tiny".parse().unwrap(),
        ..ServerOptions::default()
    };
    let work = ServerOptions {
        tools: "work".parse().unwrap(),
        ..ServerOptions::default()
    };
    let reading = ServerOptions {
        access: Access::ReadOnly,
        ..ServerOptions::default()
    };
    for options in [
        ServerOptions::default(),
        some,
        reference,
        tiny,
        work,
        reading,
    ] {
        let listed = Offer::of(options.clone()).listed;
        let parameters = listed.iter().flat_map(|tool| {
            let properties = tool.input_schema["properties"].as_object().unwrap();
            properties.keys().map(String::as_str)
        });
        let known: Vec<&str> = listed
            .iter()
            .map(|tool| tool.name.as_ref())
            .chain(parameters)
            .collect();
        for prompt in list(&offering(&listed)) {
            let text = text(&listed, &prompt.name, &arguments(&prompt.name));
            let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
            for word in words.filter(|word| word.contains('_')) {
                assert!(known.contains(&word), "{}: {word}", prompt.name);
            }
        }
    }
}

#[test]
fn prompts_that_make_no_sense_are_not_listed() {
    let names = |tools: &[Tool]| {
        let prompts = list(&offering(tools)).into_iter();
        prompts.map(|prompt| prompt.name).collect::<Vec<_>>()
    };
    let all: Vec<_> = PROMPTS.iter().map(|prompt| prompt.name).collect();
    assert_eq!(names(&tools(&WHOLE)), all);
    let reading = tools(&["process_load", "task_list", "task_details_get"]);
    assert_eq!(names(&reading), ["review", "resume"]);
    assert_eq!(names(&[]), [""; 0]);
}

#[test]
fn what_a_prompt_lacks_is_named() {
    let tools = tools(&WHOLE);
    insta::assert_snapshot!(refusal(&tools, "plann", &json!({})), @"There is no prompt of this name. The nearest is plan.");
    insta::assert_snapshot!(refusal(&tools, "zzzzzz", &json!({})), @"There is no prompt of this name. The prompts are: plan, work, review, resume, self_test.");
    insta::assert_snapshot!(refusal(&tools, "plan", &json!({})), @"The prompt plan needs the argument goal.");
    insta::assert_snapshot!(refusal(&tools, "plan", &json!({"goal": " "})), @"The prompt plan needs the argument goal.");
    insta::assert_snapshot!(refusal(&tools, "plan", &json!({"goal": "x", "gaol": "x"})), @r#"The prompt plan takes goal, and not "gaol"."#);
    insta::assert_snapshot!(refusal(&tools, "self_test", &json!({"goal": "x"})), @r#"The prompt self_test takes no arguments, and not "goal"."#);
    insta::assert_snapshot!(refusal(&tools, "work", &json!({"process": "Garden Plan"})), @r#"There is no process "Garden Plan". Perhaps Garden Planner is meant."#);
    insta::assert_snapshot!(refusal(&tools, "review", &json!({"process": "Garden Planner", "task": "soil"})), @r#"There is no task "soil" in Garden Planner. Perhaps soil test is meant."#);
    insta::assert_snapshot!(refusal(&[], "plan", &json!({"goal": "x"})), @"The prompt plan needs the tool process_new, which this server does not offer.");
}
