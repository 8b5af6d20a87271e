//! What the page tells of changes, whatever things are called.

use pm_core::model::{Position, TaskUpdate};
use pm_core::{Actor, ProcessManager, ProcessName, Status};

use crate::tests::support::{check, from_json, garden, get, nothing, pages};

const GARDEN: &str = "/p/Garden%20%3Cscript%3Ealert%281%29%3C%2Fscript%3E";

fn agent(client: &str) -> Actor {
    Actor::Client {
        client: client.into(),
        principal: None,
    }
}

/// A garden in which two have worked since revision 4.
fn worked_on() -> ProcessManager {
    let manager = garden();
    let garden: ProcessName = manager
        .process("garden script alert 1 script")
        .unwrap()
        .name
        .clone();
    let ann = manager.clone().acting_as(agent("ann <i>"));
    let bob = manager.clone().acting_as(agent("bob"));
    let update = TaskUpdate {
        status: Some(Status::Done),
        note: Some("<b>done</b>\u{202e}".to_owned()),
        depends_on: Some(vec!["fence".to_owned()]),
        labels: Some(vec!["<u>".parse().unwrap()]),
        comment: Some("<script>alert(2)</script>".to_owned()),
        ..TaskUpdate::default()
    };
    ann.update_task(&garden, "beds", update).unwrap();
    ann.rename_task(&garden, "soil test", "<soil>".parse().unwrap())
        .unwrap();
    ann.describe_task(&garden, "<soil>", "one\n<two>\n")
        .unwrap();
    ann.add_job(&garden, "<soil>", "dig & rake".parse().unwrap(), "deep")
        .unwrap();
    ann.delete_job(&garden, "<soil>", "sample").unwrap();
    let code = || "tokens.rs".parse().unwrap();
    bob.update_snippet(&garden, "<soil>", code(), "fn next() {\n    three();\n}\n")
        .unwrap();
    bob.update_snippet(&garden, "<soil>", code(), "fn next() {\n    four();\n}\n")
        .unwrap();
    bob.rename_snippet(&garden, "<soil>", code(), "lexer<.rs".parse().unwrap())
        .unwrap();
    bob.delete_snippets(&garden, "<soil>", "notes/<i>.txt".parse().unwrap())
        .unwrap();
    bob.delete_task(&garden, "..").unwrap();
    bob.move_task(&garden, "fence", Position::First).unwrap();
    ann.add_task(&garden, "pond".parse().unwrap(), "fish")
        .unwrap();
    ann.describe_process(&garden, "*green*").unwrap();
    manager
}

#[tokio::test]
async fn what_changed_since_is_told_by_task_and_snippet() {
    let pages = pages(worked_on());
    let answer = get(&pages, &format!("{GARDEN}/since/4")).await;
    assert_eq!(answer.status, 200);
    check("since", answer.main());
}

#[tokio::test]
async fn what_somebody_had_a_hand_in_is_told_alone() {
    let pages = pages(worked_on());
    let answer = get(&pages, &format!("{GARDEN}/since/4?who=bob")).await;
    check("since_who", answer.main());
    let nobody = get(&pages, &format!("{GARDEN}/since/4?who=eve")).await.body;
    assert!(nobody.contains("Nothing of that is left."), "{nobody}");
}

#[tokio::test]
async fn nothing_to_tell_is_told() {
    let manager = garden();
    let garden = manager
        .process("garden script alert 1 script")
        .unwrap()
        .name
        .clone();
    let path = format!("{GARDEN}/since/4");
    let answer = get(&pages(manager.clone()), &path).await;
    check("since_nothing", answer.main());
    manager
        .add_task(&garden, "pond".parse().unwrap(), "")
        .unwrap();
    manager.delete_task(&garden, "pond").unwrap();
    let back = get(&pages(manager), &path).await.body;
    assert!(
        back.contains("what was changed since was changed back"),
        "{back}"
    );
}

#[tokio::test]
async fn a_revision_that_is_not_kept_leads_to_one_that_is() {
    let pages = pages(worked_on());
    let answer = get(&pages, &format!("{GARDEN}/since/900")).await;
    assert_eq!(answer.status, 404);
    check("since_not_kept", answer.main());
    for wrong in ["x", "-1", "", "99999999999999999999999"] {
        let answer = get(&pages, &format!("{GARDEN}/since/{wrong}")).await;
        assert!(
            answer.status == 400 || wrong.is_empty() && answer.status == 404,
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn lately_is_what_changed_in_the_last_changes() {
    let manager = nothing();
    let long = manager.create_process("long".parse().unwrap(), "").unwrap();
    for number in 2..=40 {
        let task = format!("step {number}").parse().unwrap();
        manager.add_task(&long.name, task, "").unwrap();
    }
    let pages = pages(manager);
    let answer = get(&pages, "/p/long/since").await.body;
    assert!(answer.contains("from revision 20, made"), "{answer}");
    assert!(
        answer.contains(">step 21<") && !answer.contains(">step 20<"),
        "{answer}"
    );
    let whole = get(&pages, "/p/long/since/1").await.body;
    assert!(whole.contains("39 parts"), "{whole}");
}

#[tokio::test]
async fn many_parts_take_several_pages_and_long_texts_are_cut() {
    let manager = nothing();
    let steps: Vec<String> = (1..=120)
        .map(|step| format!(r#""step {step}": {{}}"#))
        .collect();
    let text = format!(
        r#"{{"process_name": "long", "tasks": {{{}}}}}"#,
        steps.join(",")
    );
    let long = manager.create_whole(from_json(&text)).unwrap();
    let names: Vec<String> = long.tasks.keys().map(ToString::to_string).collect();
    let update = TaskUpdate {
        status: Some(Status::Done),
        ..TaskUpdate::default()
    };
    manager.update_tasks(&long.name, &names, update).unwrap();
    let text = |word: &str| format!("{word}\n").repeat(300);
    let code = || "long.txt".parse().unwrap();
    manager
        .add_snippet(&long.name, "step 1", code(), text("old"))
        .unwrap();
    let pages_before = pages(manager.clone());
    let first = get(&pages_before, "/p/long/since/1").await.body;
    assert!(first.contains("id=\"t-step%20100\"") && !first.contains("id=\"t-step%20101\""));
    assert!(
        first.contains("href=\"/p/long/since/1?from=101\""),
        "the parts behind are linked"
    );
    let second = get(&pages_before, "/p/long/since/1?from=101").await.body;
    assert!(second.contains("id=\"t-step%20120\""));
    manager
        .update_snippet(&long.name, "step 1", code(), text("new"))
        .unwrap();
    let long = get(&pages(manager), "/p/long/since/3").await.body;
    assert!(long.contains("more lines of the difference are not shown"));
    let whole = "href=\"/p/long/t/step%201/c/long.txt?v=2&#38;with=1\">The whole difference";
    assert!(long.contains(whole), "{long}");
}

#[tokio::test]
async fn what_one_change_changed_is_told_alone() {
    let pages = pages(worked_on());
    // The first change since revision 4, by which a task was updated, and those by bob.
    let one = get(&pages, &format!("{GARDEN}/since/4?to=5")).await;
    check("since_to", one.main());
    let turned = get(&pages, &format!("{GARDEN}/since/5?to=4")).await;
    assert_eq!(turned.body, one.body);
    let code = get(&pages, &format!("{GARDEN}/since/9?to=10&who=bob"))
        .await
        .body;
    assert!(code.contains("/since/9?to=10&#38;who=bob\""), "{code}");
    assert!(!code.contains("id=\"all-seen\"") && !code.contains("data-revision=\"17\""));
    // The name that it had then leads nowhere any more.
    assert!(
        code.contains("three();") && !code.contains("/c/tokens.rs\""),
        "{code}"
    );
    let later = get(&pages, &format!("{GARDEN}/since/4?to=900")).await;
    assert_eq!(later.status, 404);
    assert!(
        later.body.contains("at revision 900 is not known"),
        "{}",
        later.body
    );
    assert_eq!(
        get(&pages, &format!("{GARDEN}/since/4?to=x")).await.status,
        400
    );
}
