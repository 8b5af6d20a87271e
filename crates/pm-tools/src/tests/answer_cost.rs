//! What the answers of a whole session cost a model to read.

use serde_json::{Value, json};

use super::Session;
use crate::options::ServerOptions;

/// Bytes of answers for each token, in hundredths: measured with o200k on the answers of this
/// session, of which 16,944 bytes were 4,277 tokens. (As recorded they are 20,526 bytes and 5,670
/// tokens: times, of which those are full, take a token for two bytes.)
const HUNDREDTHS_OF_BYTES_A_TOKEN: usize = 396;

/// The most tokens that the answers of the session may take.
const BUDGET: usize = 4_500;

/// The tasks of a plan as a model writes one, each with its description and a job.
const TASKS: [(&str, &str, &str); 12] = [
    (
        "project setup",
        "Create the crate, the license and the first test.",
        "choose a license",
    ),
    (
        "parser",
        "Turn the text of a note into a tree.",
        "tokens first",
    ),
    ("printer", "Turn a tree back into text.", "keep blank lines"),
    (
        "round trip test",
        "What was parsed and printed is the same.",
        "collect samples",
    ),
    (
        "command line",
        "Options for input, output and checking only.",
        "write the help text",
    ),
    (
        "configuration file",
        "Read the style from a file beside the notes.",
        "name the keys",
    ),
    (
        "error messages",
        "Say the line, the column and what was expected.",
        "look at rustc",
    ),
    (
        "speed",
        "A thousand notes in a second.",
        "measure before changing",
    ),
    ("documentation", "", "a page for each option"),
    (
        "packaging",
        "Build for three systems.",
        "ask for the signing key",
    ),
    (
        "release",
        "Write the notes and tag the version.",
        "read the checklist",
    ),
    ("feedback", "", "open a discussion"),
];

/// The 60 calls in which a model plans twelve tasks, works on them and looks around.
fn calls() -> Vec<(&'static str, Value)> {
    let mut calls = vec![(
        "process_new",
        json!({"name": "Note Formatter", "description": "A formatter for plain text notes"}),
    )];
    for (task, description, _) in TASKS {
        let task = json!({"task_name": task, "task_description": description});
        calls.push(("task_new", task));
    }
    for (task, _, job) in TASKS {
        let job = json!({"task_name": task, "job_name": job});
        calls.push(("task_job_add", job));
    }
    calls.push(("task_list", json!({})));
    for (number, (task, _, _)) in TASKS.into_iter().enumerate().take(10) {
        calls.push(("task_next", json!({})));
        if number < 5 {
            let content = format!("fn {}() {{\n    start()\n}}\n", task.replace(' ', "_"));
            let code = json!({"task_name": task, "code_name": "main.rs", "new_content": content});
            calls.push(("task_code_update", code));
        }
        calls.push(("task_update", json!({"task_name": task, "status": "done"})));
    }
    calls.extend([
        ("process_list_all", json!({})),
        ("task_details_get", json!({"task_name": "parser"})),
        ("task_jobs_list", json!({"task_name": "packaging"})),
        (
            "task_code_get",
            json!({"task_name": "parser", "code_name": "main.rs"}),
        ),
        (
            "task_code_delete",
            json!({"task_name": "parser", "code_name": "main.rs"}),
        ),
        ("process_history", json!({"limit": 5})),
        ("task_delete", json!({"task_name": "feedback"})),
        ("task_list", json!({})),
        ("search", json!({"query": "notes"})),
    ]);
    calls
}

/// The bytes of all answers, as each caller gets them from a server with these tools.
fn bytes(tools: &str) -> usize {
    let session = Session::new().with_options(ServerOptions {
        tools: tools.parse().unwrap(),
        ..ServerOptions::default()
    });
    let answers = calls().into_iter().map(|(tool, sent)| {
        let got = session.send(tool, sent);
        assert!(!got.failed, "{tool}: {}", got.text);
        got.text.len()
    });
    answers.sum()
}

#[test]
fn sixty_calls_over_a_plan_of_twelve_tasks_stay_within_their_budget() {
    assert_eq!(calls().len(), 60);
    let bytes = bytes("full");
    let tokens = bytes * 100 / HUNDREDTHS_OF_BYTES_A_TOKEN;
    assert!(
        tokens <= BUDGET,
        "{tokens} tokens in {bytes} bytes, and {BUDGET} are the most"
    );
}

/// The clients of the reference get what it answered, at its price.
#[test]
fn lean_answers_are_shorter_than_those_as_recorded_by_a_sixth() {
    let (lean, recorded) = (bytes("full"), bytes("full,reference"));
    assert!(lean * 6 <= recorded * 5, "{lean} of {recorded} bytes");
}
