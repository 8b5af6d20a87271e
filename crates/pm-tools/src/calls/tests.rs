//! Tests of what is kept of calls, and of who seems stuck.

use pm_core::{MemoryStore, ProcessManager};
use rmcp::model::ContentBlock;
use serde_json::json;

use super::*;

fn now() -> Timestamp {
    ProcessManager::new(MemoryStore::new()).now()
}

fn call(caller: &str, tool: &'static str, refused: Option<&str>) -> Arc<CallRecord> {
    let mut result = CallToolResult::success(vec![ContentBlock::text("four")]);
    if let Some(reason) = refused {
        result = CallToolResult::error(vec![ContentBlock::text("refused")]);
        result.structured_content = Some(json!({
            "error": format!("Nothing was added: {reason}."),
            "process_name": "garden",
        }));
    }
    let running = RunningCall::begin(caller.into());
    Arc::new(running.answered(tool, &result, refused, now()))
}

/// Who seems stuck after these calls, the last of which comes last.
fn stuck_after(calls: &[(&str, &'static str, Option<&str>)]) -> Vec<(String, usize)> {
    let calls = calls.iter().rev();
    let calls: Vec<_> = calls
        .map(|(caller, tool, refused)| call(caller, tool, *refused))
        .collect();
    let stuck = stuck(&calls).into_iter();
    stuck
        .map(|stuck| (stuck.last.caller.to_string(), stuck.times))
        .collect()
}

#[test]
fn a_caller_that_is_refused_alike_three_times_in_a_row_seems_stuck() {
    let refused = ("ann", "task_new", Some("there is no process"));
    let done = ("ann", "task_new", None);
    assert_eq!(stuck_after(&[refused, refused]), []);
    assert_eq!(
        stuck_after(&[refused, refused, refused]),
        [("ann".to_owned(), 3)]
    );
    assert_eq!(
        stuck_after(&[refused, done, refused, refused, refused, refused]),
        [("ann".to_owned(), 4)]
    );
    // It goes on.
    assert_eq!(stuck_after(&[refused, refused, refused, done]), []);
    // The calls of others change nothing.
    let other = ("bob", "task_new", None);
    assert_eq!(
        stuck_after(&[refused, refused, other, refused, other]),
        [("ann".to_owned(), 3)]
    );
    assert_eq!(stuck_after(&[]), []);
}

#[test]
fn what_is_refused_for_another_reason_is_not_the_same() {
    let refused = ("ann", "task_new", Some("there is no process"));
    let otherwise = ("ann", "task_new", Some("the name is taken"));
    let elsewhere = ("ann", "task_delete", Some("there is no process"));
    assert_eq!(stuck_after(&[refused, otherwise, refused]), []);
    assert_eq!(stuck_after(&[refused, refused, elsewhere]), []);
}

#[test]
fn the_last_stuck_caller_comes_first() {
    let ann = ("ann", "task_new", Some("there is no process"));
    let bob = ("bob", "task_list", Some("there is no process"));
    assert_eq!(
        stuck_after(&[ann, bob, ann, bob, ann, bob]),
        [("bob".to_owned(), 3), ("ann".to_owned(), 3)]
    );
}

#[test]
fn what_is_kept_of_a_call_has_bounds() {
    let long = "x".repeat(100_000);
    let refused = call("ann", "task_new", Some(&long));
    let refusal = refused.refusal.as_ref().unwrap();
    assert_eq!(refusal.sentence.chars().count(), REFUSAL_CHARS_MAX + 1);
    assert_eq!(refusal.reason.chars().count(), REFUSAL_CHARS_MAX + 1);
    assert_eq!(refused.process.as_deref(), Some("garden"));
    assert_eq!(refused.answer_bytes, "refused".len());
    let nothing = RunningCall::begin("ann".into()).of_no_tool(&long, "There is none.", now());
    assert_eq!(nothing.tool.chars().count(), NAME_CHARS_MAX + 1);
    assert_eq!(nothing.refusal.unwrap().sentence, "There is none.");
    let done = call("ann", "task_new", None);
    assert_eq!((done.answer_bytes, &done.refusal), (4, &None));
}

#[test]
fn only_the_last_calls_are_kept() {
    let calls = Calls::default();
    for number in 0..CALLS_MAX + 7 {
        calls.keep(call(&number.to_string(), "task_list", None));
    }
    let last = calls.last();
    assert_eq!(last.len(), CALLS_MAX);
    assert_eq!(&*last[0].caller, (CALLS_MAX + 6).to_string());
    assert_eq!(&*last[CALLS_MAX - 1].caller, "7");
}
