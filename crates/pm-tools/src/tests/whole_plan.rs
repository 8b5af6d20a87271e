//! A whole plan in one call: how it may be written, and that it is made whole or not at all.

use serde_json::{Value, json};

use super::Session;

fn plan(tasks: &Value) -> Value {
    json!({"process": "garden", "description": "All of it", "tasks": tasks})
}

/// Soil test with two jobs, and beds that come after it.
fn soil_and_beds() -> Value {
    json!([
        "Soil test: take samples\n- sample: five of them\n- send",
        "Beds: build three\nafter: Soil test"
    ])
}

/// The tasks as they are kept.
fn stored(session: &Session, process: &str) -> String {
    let process = session.manager.process(process).unwrap();
    let told = process.tasks.iter().map(|(name, task)| {
        let jobs = task.jobs.values();
        let jobs: Vec<String> = jobs
            .map(|job| format!("{}={}", job.name, job.description))
            .collect();
        let (status, priority) = (task.status(), task.priority());
        let description = task.description.replace('\n', " / ");
        let after = task.depends_on().join(", ");
        format!(
            "{name}: {description} [{}] after [{after}] {status} {priority}",
            jobs.join(", ")
        )
    });
    told.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_plan_is_made_in_a_new_process_in_one_revision() {
    let session = Session::new();
    let got = session.ok("plan_new", plan(&soil_and_beds()));
    insta::assert_snapshot!(serde_json::to_string_pretty(&got).unwrap(), @r#"
{
  "success": true,
  "message": "Created and opened the process \"garden\" with 2 tasks.",
  "tasks": {
    "Soil test": {
      "jobs": [
        "sample",
        "send"
      ]
    },
    "Beds": {
      "depends_on": [
        "Soil test"
      ]
    }
  },
  "process_name": "garden",
  "revision": 1
}
"#);
    insta::assert_snapshot!(stored(&session, "garden"), @r#"
Soil test: take samples [sample=five of them, send=] after [] todo normal
Beds: build three [] after [Soil test] todo normal
"#);
    assert_eq!(
        session.manager.process("garden").unwrap().description,
        "All of it"
    );
    // It is open, and what waits is not next.
    assert_eq!(session.ok("task_next", json!({}))["task_name"], "Soil test");
    let done = json!({"task_name": "Soil test", "status": "todo"});
    session.ok("task_update", done);
}

#[test]
fn a_plan_is_written_as_objects_and_a_short_list_asks_for_no_order() {
    let session = Session::new();
    let tasks = json!([
        {"name": "Soil test", "description": "take samples", "jobs": ["sample", "send"]},
        {"name": "Beds", "description": "build three", "jobs": [], "after": ["Soil test"]},
    ]);
    session.ok("plan_new", plan(&tasks));
    insta::assert_snapshot!(stored(&session, "garden"), @r"
    Soil test: take samples [sample=, send=] after [] todo normal
    Beds: build three [] after [Soil test] todo normal
    ");
    let fields = |profile: &str| -> Vec<String> {
        let tools = crate::ToolList::new(&crate::ServerOptions {
            tools: profile.parse().unwrap(),
            ..crate::ServerOptions::default()
        });
        let functions = tools.functions();
        let of_name = |tool: &&Value| tool["function"]["name"] == "plan_new";
        let tool = functions.as_array().unwrap().iter().find(of_name).unwrap();
        let tasks = &tool["function"]["parameters"]["properties"]["tasks"];
        let fields = tasks["items"]["properties"].as_object().unwrap();
        fields.keys().cloned().collect()
    };
    assert_eq!(fields("full"), ["name", "description", "jobs", "after"]);
    assert_eq!(fields("work"), ["name", "description", "jobs"]);
}

#[test]
fn a_plan_is_added_to_a_process_and_taken_back_in_one_go() {
    let session = Session::new();
    session.ok("process_new", json!({"name": "garden"}));
    session.ok("task_new", json!({"task_name": "fence"}));
    session.ok("process_new", json!({"name": "shed"}));
    let tasks = json!(["Soil test\nafter: fence", "Beds\nafter: Soil test"]);
    let got = session.ok("plan_new", plan(&tasks));
    insta::assert_snapshot!(got["message"].as_str().unwrap(), @r#"Added 2 tasks and no jobs to the process "garden" and opened it."#);
    assert_eq!(got["revision"], 3);
    assert_eq!(session.ok("task_list", json!({}))["task_count"], 3);
    session.ok("process_undo", json!({}));
    assert_eq!(session.ok("task_list", json!({}))["task_count"], 1);
    // A process that was new with its plan goes when the plan is taken back.
    let other = Session::new();
    other.ok("plan_new", plan(&soil_and_beds()));
    other.ok("process_undo", json!({}));
    assert!(other.manager.process("garden").is_err());
}

#[test]
fn the_same_plan_again_is_answered_as_done() {
    let session = Session::new();
    session.ok("plan_new", plan(&soil_and_beds()));
    let again = session.ok("plan_new", plan(&soil_and_beds()));
    insta::assert_snapshot!(again["message"].as_str().unwrap(), @r#"The process "garden" has this plan already; nothing was added. It is open."#);
    assert_eq!(
        (&again["already_there"], &again["revision"]),
        (&json!(true), &json!(1))
    );
    // Also once it is worked on.
    session.ok("task_next", json!({}));
    session.ok(
        "task_job_add",
        json!({"task_name": "Beds", "job_name": "saw"}),
    );
    let again = session.ok("plan_new", plan(&soil_and_beds()));
    assert_eq!(again["already_there"], true);
    assert_eq!(session.ok("task_list", json!({}))["task_count"], 2);
}

#[test]
fn a_plan_that_differs_says_what_is_there_and_changes_nothing() {
    let session = Session::new();
    session.ok("plan_new", plan(&soil_and_beds()));
    let before = stored(&session, "garden");
    let refused = |tasks: Value| session.refused("plan_new", plan(&tasks));
    insta::assert_snapshot!(refused(json!(["soil-test: take samples\n- sample: five of them", "Water", "Plant"])), @r#"Nothing was planned: the process "garden" already has "Soil test" as planned. Call plan_new again with only what is missing: "Water" and "Plant"."#);
    insta::assert_snapshot!(refused(json!(["Soil test: other", "Beds: build three", "Water"])), @r#"Nothing was planned: the process "garden" already has "Beds" as planned, and "Soil test" with other content. Call task_list with process "garden" to see what there is."#);
    assert_eq!(stored(&session, "garden"), before);
}

#[test]
fn a_plan_that_cannot_be_is_refused_whole() {
    let refused = |tasks: Value| {
        let session = Session::new();
        let sentence = session.refused("plan_new", plan(&tasks));
        assert!(session.manager.process_names().unwrap().is_empty());
        sentence
    };
    insta::assert_snapshot!(refused(json!([])), @r#"Nothing was planned: there is no task in tasks. Call plan_new again with tasks such as ["dig: two spades deep", "plant"]."#);
    insta::assert_snapshot!(refused(json!([" ", ""])), @r#"Nothing was planned: there is no task in tasks. Call plan_new again with tasks such as ["dig: two spades deep", "plant"]."#);
    insta::assert_snapshot!(refused(json!(["Dig", "dig!"])), @r#"Nothing was planned: the plan has two tasks of one name, "Dig" and "dig!". Call plan_new again with another name for one of them."#);
    insta::assert_snapshot!(refused(json!(["Dig", "x".repeat(201)])), @"Nothing was planned: task 2 has a name of 201 characters, and 200 are the most. Call plan_new again with a short name for it, and the rest behind a colon.");
    insta::assert_snapshot!(refused(json!(["Dig", format!("Plant\n- {}", "x".repeat(201))])), @"Nothing was planned: a job of task 2 has a name of 201 characters, and 200 are the most. Call plan_new again with a short name for it, and the rest behind a colon.");
    insta::assert_snapshot!(refused(json!([{"description": ""}])), @"Nothing was planned: task 1 has no name. Call plan_new again with a name for it, in front of a colon.");
    insta::assert_snapshot!(refused(json!(["Dig\nafter: Rake"])), @r#"Nothing was planned: the task "Dig" is to come after "Rake", and no task is called so. Call plan_new again with the names of tasks of the plan in after."#);
    insta::assert_snapshot!(refused(json!(["Dig\nafter: Plant", "Plant\nafter: Water", "Water\nafter: Dig"])), @r#"Nothing was planned: these tasks would wait for each other: "Dig" → "Plant" → "Water" → "Dig". Call plan_new again with a plan without that circle."#);
    insta::assert_snapshot!(refused(json!(["Dig\nafter: Dig"])), @r#"Nothing was planned: these tasks would wait for each other: "Dig" → "Dig". Call plan_new again with a plan without that circle."#);
    insta::assert_snapshot!(refused(json!([["Dig"]])), @"Nothing was planned: tasks must be a list of names and came as a list. Call plan_new again with tasks as a list of names.");
    let session = Session::new();
    insta::assert_snapshot!(session.refused("plan_new", json!({"name": "garden", "tasks": ["Dig"]})), @r#"Nothing was planned: plan_new has no argument "name". Call plan_new again with process in its place."#);
    insta::assert_snapshot!(session.refused("plan_new", json!({"process": " ", "tasks": ["Dig"]})), @"Nothing was planned: process is blank. Call plan_new again with a process.");
}

#[test]
fn objects_are_read_as_tasks() {
    let session = Session::new();
    let made = |process: &str, tasks: Value| {
        session.ok("plan_new", json!({"process": process, "tasks": tasks}));
        stored(&session, process)
    };
    let objects = json!([
        {"id": 7, "title": "Soil test", "details": "take samples", "priority": "high",
            "subtasks": ["sample: five", {"title": "send", "description": "to the lab"}]},
        {"id": 8, "name": "Beds", "dependencies": [7], "status": "pending", "estimate": "2h"},
        {"content": "Water", "status": "in review", "activeForm": "Watering", "after": "Beds, Soil test"},
        "Plant (after: Water)",
    ]);
    let told = made("objects", objects.clone());
    insta::assert_snapshot!(told, @r#"
Soil test: take samples [sample=five, send=to the lab] after [] todo high
Beds: estimate: 2h [] after [Soil test] todo normal
Water: status: in review [] after [Beds, Soil test] in_progress normal
Plant:  [] after [Water] todo normal
"#);
    assert_eq!(made("as text", objects.to_string().into()), told);
    insta::assert_snapshot!(made("one", json!({"name": "Dig", "steps": "mark; dig"})), @"Dig:  [mark=, dig=] after [] todo normal");
    insta::assert_snapshot!(made("by name", json!({"Dig": "deep", "Plant": {"depends_on": "Dig"}})), @r#"
Dig: deep [] after [] todo normal
Plant:  [] after [Dig] todo normal
"#);
}

#[test]
fn one_text_is_read_as_a_list() {
    let session = Session::new();
    let list = "# Garden\n\n1. **Soil test**: take samples\n   - sample\n   - send\n2. Beds - build three\n   after: 1\n3. Plant (after: step 2)\n";
    session.ok("plan_new", json!({"process": "garden", "tasks": list}));
    insta::assert_snapshot!(stored(&session, "garden"), @r#"
Soil test: take samples [sample=, send=] after [] todo normal
Beds: build three [] after [Soil test] todo normal
Plant:  [] after [Beds] todo normal
"#);
}

#[test]
fn two_thousand_tasks_in_a_chain_are_one_plan() {
    let session = Session::new();
    let tasks: Vec<String> = (0..2000)
        .map(|number| match number {
            0 => "t0".to_owned(),
            _ => format!("t{number}\nafter: t{}", number - 1),
        })
        .collect();
    let got = session.ok("plan_new", plan(&json!(tasks)));
    assert!(
        got["left_out"].as_str().unwrap().contains("tasks"),
        "{}",
        got["left_out"]
    );
    assert_eq!(session.ok("task_list", json!({}))["task_count"], 2000);
}
