//! Tests of what is right and what was not asked for.

use serde_json::{Value, json};

use super::*;
use crate::model::state::{Job, Process};

fn case(expect: &Value) -> Case {
    let case = json!({
        "id": "a", "group": "task", "kind": "single", "user": "Do it.", "solve": [],
        "expect": expect,
    });
    serde_json::from_value(case).unwrap()
}

/// A process "garden plan" with the task "soil test", its job "buy kit" and two versions of "ph".
fn garden() -> State {
    let job = Job {
        name: "buy kit".to_owned(),
        description: "At the hardware store".to_owned(),
        status: "todo".to_owned(),
    };
    let task = Task {
        description: "Measure the pH".to_owned(),
        status: "todo".to_owned(),
        priority: "normal".to_owned(),
        jobs: vec![job],
        codes: [(
            "ph".to_owned(),
            vec!["a = 1".to_owned(), "a  =  2".to_owned()],
        )]
        .into(),
    };
    let process = Process {
        description: "Plan the garden".to_owned(),
        tasks: [("soil test".to_owned(), task)].into(),
    };
    State([("garden plan".to_owned(), process)].into())
}

fn judged(expect: &Value, after: &State) -> Vec<String> {
    let before = garden();
    let evidence = Evidence {
        before: &before,
        after,
        solved: &before,
        current: Some("Garden Plan"),
        seen: &["{\"task_name\": \"soil test\"}".to_owned()],
    };
    wrong(&case(expect), &evidence)
}

#[test]
fn each_expectation_is_met_and_its_opposite_is_not() {
    let pairs = [
        (
            json!({"processes": ["Garden Plan"]}),
            json!({"processes": ["garden", "plan"]}),
        ),
        (
            json!({"process_desc": {"garden plan": ["plan"]}}),
            json!({"process_desc": {"garden plan": ["house"]}}),
        ),
        (
            json!({"tasks": {"Garden Plan": ["Soil-Test"]}}),
            json!({"tasks": {"Garden Plan": []}}),
        ),
        (
            json!({"desc": {"Garden Plan/soil test": ["ph"]}}),
            json!({"desc": {"Garden Plan/seeds": ["ph"]}}),
        ),
        (
            json!({"jobs": {"Garden Plan/soil test": ["buy kit"]}}),
            json!({"jobs": {"Garden Plan/soil test": []}}),
        ),
        (
            json!({"job_has": {"Garden Plan/soil test/buy kit": ["hardware"]}}),
            json!({"job_has": {"Garden Plan/soil test/dig": ["hardware"]}}),
        ),
        (
            json!({"codes": {"Garden Plan/soil test": ["ph"]}}),
            json!({"codes": {"Garden Plan/soil test": ["ph", "ec"]}}),
        ),
        (
            json!({"code_has": {"Garden Plan/soil test/ph": ["a = 2"]}}),
            json!({"code_has": {"Garden Plan/soil test/ph": ["a = 3"]}}),
        ),
        (
            json!({"code_last": {"Garden Plan/soil test/ph": "a  =  2"}}),
            json!({"code_last": {"Garden Plan/soil test/ph": "a = 1"}}),
        ),
        (
            json!({"code_count": {"Garden Plan/soil test": 1}}),
            json!({"code_count": {"Garden Plan/soil test": 2}}),
        ),
        (
            json!({"status": {"Garden Plan/soil test": ["todo", "done"]}}),
            json!({"status": {"Garden Plan/soil test": ["done"]}}),
        ),
        (
            json!({"priority": {"Garden Plan/soil test": "normal"}}),
            json!({"priority": {"Garden Plan/soil test": "high"}}),
        ),
        (
            json!({"job_status": {"Garden Plan/soil test/buy kit": ["todo"]}}),
            json!({"job_status": {"Garden Plan/soil test/buy kit": ["done"]}}),
        ),
        (
            json!({"min": {"processes": 0}}),
            json!({"min": {"tasks": 1}}),
        ),
        (
            json!({"current": "garden plan"}),
            json!({"current": "House Move"}),
        ),
        (
            json!({"seen": ["Soil test"]}),
            json!({"seen": ["seed order"]}),
        ),
    ];
    for (met, unmet) in pairs {
        assert_eq!(judged(&met, &garden()), Vec::<String>::new(), "{met}");
        assert_eq!(judged(&unmet, &garden()).len(), 1, "{unmet}");
    }
    let mut changed = garden();
    changed.0.clear();
    assert!(judged(&json!({"unchanged": true}), &garden()).is_empty());
    assert_eq!(judged(&json!({"unchanged": true}), &changed).len(), 1);
}

#[test]
fn what_the_solution_leaves_alone_was_not_asked_for() {
    let before = garden();
    let mut after = garden();
    let task = after
        .0
        .get_mut("garden plan")
        .unwrap()
        .tasks
        .get_mut("soil test")
        .unwrap();
    task.codes.clear();
    task.jobs[0].status = "done".to_owned();
    after.0.insert("main".to_owned(), Process::default());
    let found = |solved: &State, expect: &Value| {
        let evidence = Evidence {
            before: &before,
            after: &after,
            solved,
            current: None,
            seen: &[],
        };
        unasked(&case(expect), &evidence)
    };
    let all = [
        "the code garden plan/soil test/ph is gone",
        "the job garden plan/soil test/buy kit is changed",
        "the process main is new",
    ];
    assert_eq!(found(&before, &json!({})), all);
    assert_eq!(found(&before, &json!({"min": {}})), all[..2]);
    assert!(found(&after, &json!({})).is_empty());
}
