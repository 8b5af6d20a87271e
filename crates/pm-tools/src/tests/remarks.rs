//! Comments and labels: how they are left, shown, found and taken back.

use serde_json::json;

use super::plan::{Garden, told};

#[test]
fn a_comment_is_added_to_the_others_with_who_left_it_and_when() {
    let garden = Garden::with_tasks(&["beds", "water"]);
    let (ann, bob) = (&garden.session, garden.caller("agent", "agent #bbbbbb"));
    bob.ok("process_load", json!({"name": "garden"}));
    let comment = |text: &str| json!({"task_name": "beds", "comment": text});
    let said = ann.ok("task_update", comment("The soil is too wet."));
    insta::assert_snapshot!(said["message"].as_str().unwrap(), @r#"Left a comment on the task "beds"."#);
    garden.clock.advance(std::time::Duration::from_secs(60));
    bob.ok("task_update", comment(" Dry by now. "));
    let details = ann.ok("task_details_get", json!({"task_name": "beds"}));
    insta::assert_snapshot!(told(&details["comments"]), @r#"
[
  {
    "at": "2026-11-22T12:00:00Z",
    "by": "ui",
    "text": "The soil is too wet."
  },
  {
    "at": "2026-11-22T12:01:00Z",
    "by": "agent",
    "text": "Dry by now."
  }
]
"#);
    // A list says how many comments there are, and can show the tasks with comments alone.
    let list = ann.ok("task_list", json!({"status": "commented"}));
    assert_eq!(list["tasks"], json!({"beds": {"comment_count": 2}}));
    insta::assert_snapshot!(list["message"].as_str().unwrap(), @"Only the tasks with status commented: 1 of 2.");
    let found = ann.ok("search", json!({"query": "dry now"}));
    assert_eq!(found["total"], 1, "{found}");
    // The last one is taken back, and the other stays.
    bob.ok("process_undo", json!({}));
    let details = ann.ok("task_details_get", json!({"task_name": "beds"}));
    assert_eq!(details["comments"].as_array().map(Vec::len), Some(1));
}

#[test]
fn labels_are_set_as_a_whole_and_narrow_lists() {
    let garden = Garden::with_tasks(&["beds", "water", "fence"]);
    let session = &garden.session;
    let labelled = |task: &str, labels: serde_json::Value| {
        session.ok("task_update", json!({"task_name": task, "labels": labels}))
    };
    let said = labelled("beds", json!(["spring", "needs water", "Spring"]));
    assert_eq!(said["labels"], json!(["spring", "needs water"]));
    labelled("water", json!("spring, tools"));
    let names = |label: &str| -> Vec<String> {
        let list = session.ok("task_list", json!({"label": label}));
        list["tasks"].as_object().unwrap().keys().cloned().collect()
    };
    assert_eq!(names("SPRING"), ["beds", "water"]);
    assert_eq!(names("needs_water"), ["beds"]);
    assert_eq!(names("winter"), [""; 0]);
    assert_eq!(names("none"), ["beds", "water", "fence"]);
    let list = session.ok("task_list", json!({"label": "tools", "status": "open"}));
    insta::assert_snapshot!(list["message"].as_str().unwrap(), @r#"Only the tasks with status open and label "tools": 1 of 3."#);
    let found = session.ok("search", json!({"query": "tools"}));
    assert_eq!(found["total"], 1, "{found}");
    // A filler beside something else says nothing; sent alone, it can only mean none.
    let update = json!({"task_name": "beds", "labels": [], "priority": "high"});
    assert_eq!(
        session.ok("task_update", update)["labels"],
        json!(["spring", "needs water"])
    );
    labelled("beds", json!([]));
    assert_eq!(names("spring"), ["water"]);
    let long = json!({"task_name": "beds", "labels": ["x".repeat(201)]});
    insta::assert_snapshot!(session.refused("task_update", long), @"Nothing was changed: label has 201 characters, and 200 are the most. Call task_update again with a shorter label.");
}

#[test]
fn what_is_said_and_labelled_is_in_the_history() {
    let garden = Garden::with_tasks(&["beds"]);
    let session = &garden.session;
    let update = json!({"task_name": "beds", "labels": ["spring"], "comment": "wet"});
    session.ok("task_update", update);
    let history = session.ok("process_history", json!({}));
    insta::assert_snapshot!(told(&history["changes"][0]["change"]), @r#""updated the task \"beds\": label \"spring\", a comment""#);
}
