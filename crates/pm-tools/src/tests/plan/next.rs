//! What `task_next` answers, and that it is short.

use super::*;
use crate::catalog::selection::ToolSelection;
use crate::tools::task_next::ANSWER_BYTES_MAX;

/// Calls `task_next`, whose answer has to be short.
#[track_caller]
fn next(session: &Session, sent: Value) -> Value {
    let got = session.send("task_next", sent);
    assert!(!got.failed, "{}", got.text);
    let bytes = got.text.len();
    assert!(bytes <= ANSWER_BYTES_MAX, "{bytes} bytes: {}", got.text);
    got.object
}

#[test]
fn the_next_task_is_claimed_with_what_is_needed_to_begin() {
    let garden = Garden::with_tasks(&["beds", "soil test"]);
    let session = &garden.session;
    session.ok(
        "task_update",
        json!({"task_name": "beds", "status": "done"}),
    );
    let describe = json!({"task_name": "soil test", "new_description": "Find out what grows"});
    session.ok("task_update_description", describe);
    for (job, status) in [("sample", "todo"), ("label", "done")] {
        let add = json!({"task_name": "soil test", "job_name": job, "job_description": "all five"});
        session.ok("task_job_add", add);
        let update = json!({"task_name": "soil test", "job_name": job, "status": status});
        session.ok("task_job_update", update);
    }
    for content in ["1", "2"] {
        let code = json!({"task_name": "soil test", "code_name": "ph.py", "code_content": content});
        session.ok("task_code_add", code);
    }
    let peeked = next(session, json!({"peek": "true"}));
    insta::assert_snapshot!(text(&peeked["message"]), @"This task is next; nothing was claimed.");
    assert_eq!(peeked["task_name"], "soil test");
    insta::assert_snapshot!(told(&next(session, json!({}))), @r#"
{
  "success": true,
  "message": "This task is yours now. When it is finished, call task_update with status \"done\".",
  "task_name": "soil test",
  "description": "Find out what grows",
  "open_jobs": [
    {
      "name": "sample",
      "description": "all five"
    }
  ],
  "codes": [
    {
      "name": "ph.py",
      "version": 2
    }
  ],
  "claim": {
    "by": "ui #aaaaaa"
  },
  "progress": {
    "done": 1,
    "of": 2,
    "open": 1
  },
  "finished_last": "beds",
  "process_name": "garden",
  "revision": 12
}
"#);
    insta::assert_snapshot!(text(&next(session, json!({}))["message"]), @r#"You have this task already. When it is finished, call task_update with status "done"."#);
    garden.clock.advance(Duration::from_secs(3 * 60 * 60));
    insta::assert_snapshot!(text(&next(session, json!({"peek": true}))["message"]), @"This task was yours, and nobody has taken it since.");
}

#[test]
fn an_answer_is_short_whatever_the_task_holds() {
    let long = "Dig \"deep\"\n\tund grüße 🌱. ".repeat(2_000);
    for (descriptions, jobs, codes) in [
        (long.as_str(), 0, 0),
        (long.as_str(), 200, 200),
        ("short", 200, 0),
        ("", 0, 200),
        (&long[..700], 3, 3),
        (&"\u{1}".repeat(5_000), 5, 5),
        (&"🌱".repeat(400), 1, 1),
    ] {
        let garden = Garden::with_tasks(&["beds"]);
        let session = &garden.session;
        let describe = json!({"task_name": "beds", "new_description": descriptions});
        session.ok("task_update_description", describe);
        for number in 0..jobs {
            let job = json!({"task_name": "beds", "job_name": format!("job \"{number}\""), "job_description": descriptions});
            session.ok("task_job_add", job);
        }
        for number in 0..codes {
            let code = json!({"task_name": "beds", "code_name": format!("{number}.py"), "code_content": ""});
            session.ok("task_code_add", code);
        }
        let got = next(session, json!({}));
        assert_eq!(got["task_name"], "beds");
        let count = |list: &str, more: &str| {
            let shown = got[list].as_array().map_or(0, Vec::len);
            shown as u64 + got[more].as_u64().unwrap_or(0)
        };
        assert_eq!(count("open_jobs", "more_jobs"), jobs);
        assert_eq!(count("codes", "more_codes"), codes);
        if jobs > 0 {
            assert!(
                got["open_jobs"]
                    .as_array()
                    .is_some_and(|jobs| !jobs.is_empty())
            );
        }
        if codes > 0 {
            assert!(
                got["codes"]
                    .as_array()
                    .is_some_and(|codes| !codes.is_empty())
            );
        }
        let shown = text(&got["description"]);
        assert!(descriptions.starts_with(shown.trim_end_matches('…')));
        let says_so = text(&got["message"]).contains("task_details_get");
        let is_whole = shown == descriptions
            && got.get("more_jobs").is_none()
            && got.get("more_codes").is_none()
            && (jobs == 0 || got["open_jobs"][0].get("description").is_some());
        assert_eq!(says_so, !is_whole, "{got}");
    }
}

#[test]
fn long_names_are_whole_and_the_answer_is_short_all_the_same() {
    let (process, task) = ("p".repeat(200), "t".repeat(200));
    let garden = Garden::with_tasks(&[]);
    let session = &garden.session;
    session.ok("process_new", json!({"name": process}));
    for name in [task.as_str(), "second"] {
        let new = json!({"task_name": name, "task_description": "x".repeat(3_000)});
        session.ok("task_new", new);
        session.ok(
            "task_job_add",
            json!({"task_name": name, "job_name": "j".repeat(200)}),
        );
    }
    let other = garden.caller("ui", "ui #bbbbbb");
    let got = next(session, json!({}));
    assert_eq!(
        (text(&got["process_name"]), text(&got["task_name"])),
        (process.as_str(), task.as_str())
    );
    // With all that can come together: the first is claimed by an earlier session of the client.
    let got = next(&other, json!({"process": process}));
    assert_eq!(got["task_name"], "second");
    let got = next(
        &garden.caller("x", "x #cccccc"),
        json!({"process": process}),
    );
    assert_eq!(got["held_up"][0]["task_name"], task);
}

#[test]
fn a_later_session_learns_how_to_go_on_with_the_task_of_an_earlier_one() {
    let garden = Garden::with_tasks(&["beds", "water"]);
    next(&garden.session, json!({}));
    // The page was loaded anew.
    let later = garden.caller("ui", "ui #bbbbbb");
    later.ok("process_load", json!({"name": "garden"}));
    insta::assert_snapshot!(text(&next(&later, json!({}))["message"]), @r#"This task is yours now. When it is finished, call task_update with status "done". "beds" is in progress by ui #aaaaaa, which may be an earlier session of yours."#);
    let taken = json!({"task_name": "beds", "status": "in_progress", "take_over": true});
    let got = later.ok("task_update", taken);
    assert_eq!(got["claim"]["by"], "ui #bbbbbb");
    // To another client's session nothing of that is said.
    let other = garden.caller("agent", "agent #cccccc");
    let got = next(&other, json!({"process": "garden"}));
    insta::assert_snapshot!(told(&got), @r#"
{
  "success": true,
  "message": "No task can be begun now. Others are at work.",
  "held_up": [
    {
      "task_name": "beds",
      "why": "in progress by ui #bbbbbb until 2026-11-22T14:00:00.000000Z"
    },
    {
      "task_name": "water",
      "why": "in progress by ui #bbbbbb until 2026-11-22T14:00:00.000000Z"
    }
  ],
  "progress": {
    "done": 0,
    "of": 2,
    "open": 2
  },
  "process_name": "garden",
  "revision": 6
}
"#);
}

#[test]
fn nothing_left_says_that_all_is_done_or_what_holds_up_the_rest() {
    let garden = Garden::with_tasks(&[]);
    let session = &garden.session;
    let message = || text(&next(session, json!({}))["message"]).to_owned();
    insta::assert_snapshot!(message(), @"There is no task yet.");
    for name in ["beds", "water", "seeds"] {
        session.ok("task_new", json!({"task_name": name}));
    }
    session.ok(
        "task_update",
        json!({"task_name": "seeds", "depends_on": ["beds", "water"]}),
    );
    let blocked = json!({"task_name": "beds", "status": "blocked", "note": "frost"});
    session.ok("task_update", blocked);
    session.ok(
        "task_update",
        json!({"task_name": "water", "status": "done"}),
    );
    insta::assert_snapshot!(told(&next(session, json!({}))), @r#"
{
  "success": true,
  "message": "No task can be begun now. Tell the user what blocks them.",
  "held_up": [
    {
      "task_name": "beds",
      "why": "blocked: frost"
    },
    {
      "task_name": "seeds",
      "why": "waits for \"beds\""
    }
  ],
  "progress": {
    "done": 1,
    "of": 3,
    "open": 1,
    "blocked": 1
  },
  "finished_last": "water",
  "process_name": "garden",
  "revision": 7
}
"#);
    session.ok(
        "task_update",
        json!({"task_name": "beds", "status": "cancelled"}),
    );
    assert_eq!(next(session, json!({}))["task_name"], "seeds");
    session.ok(
        "task_update",
        json!({"task_name": "seeds", "status": "done"}),
    );
    insta::assert_snapshot!(message(), @"Nothing is left to do: all tasks are done or cancelled.");
    session.ok("task_delete", json!({"task_name": "beds"}));
    insta::assert_snapshot!(message(), @"Nothing is left to do: all tasks are done.");
}

#[test]
fn many_that_are_held_up_are_counted() {
    let names: Vec<String> = (0..40)
        .map(|number| format!("a rather long name {number}"))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let garden = Garden::with_tasks(&names);
    for name in names {
        let blocked = json!({"task_name": name, "status": "blocked", "note": "x".repeat(500)});
        garden.session.ok("task_update", blocked);
    }
    let got = next(&garden.session, json!({}));
    let shown = got["held_up"].as_array().unwrap().len() as u64;
    assert!(shown >= 4, "{got}");
    assert_eq!(shown + got["more_held_up"].as_u64().unwrap(), 40);
}

#[test]
fn a_circle_that_somebody_wrote_is_spelled_out() {
    let dir = tempfile::tempdir().unwrap();
    let file = r#"{"tasks": {"a": {"depends_on": ["b"]}, "b": {"depends_on": ["c"]}, "c": {"depends_on": ["a"]}}}"#;
    std::fs::write(dir.path().join("garden.json"), file).unwrap();
    let session = Session {
        manager: ProcessManager::new(pm_core::FileStore::open(dir.path()).unwrap()),
        options: ServerOptions::default(),
        caller: Arc::default(),
    };
    let got = next(&session, json!({}));
    insta::assert_snapshot!(text(&got["message"]), @"No task can be begun now.");
    insta::assert_snapshot!(got["held_up"].to_string(), @r#"[{"task_name":"a","why":"waits for itself: a → b → c → a"},{"task_name":"b","why":"waits for itself: b → c → a → b"},{"task_name":"c","why":"waits for itself: c → a → b → c"}]"#);
}

#[test]
fn an_answer_sends_nobody_to_a_tool_that_is_not_offered() {
    let garden = Garden::with_tasks(&["beds"]);
    let tools: ToolSelection = "task_next".parse().unwrap();
    let session = garden
        .caller("ui", "ui #bbbbbb")
        .with_options(ServerOptions {
            tools,
            ..ServerOptions::default()
        });
    next(&garden.session, json!({}));
    for _ in 0..2 {
        let got = next(&session, json!({"process": "garden"}));
        let message = text(&got["message"]);
        assert!(!message.contains("task_"), "{message}");
        garden.clock.advance(Duration::from_secs(3 * 60 * 60));
    }
}
