//! What real files hold beside what their programs' documentation says: none of it stops the
//! rest, and none of it is lost unsaid.

use super::{imported, only, statuses, told};
use crate::{Bullets, Options, read};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use pm_core::Timestamp;
use pm_core::model::Comment;
use time::macros::datetime;

fn titles(process: &pm_core::Process) -> Vec<&str> {
    process
        .tasks
        .keys()
        .map(pm_core::TaskName::as_str)
        .collect()
}

#[test]
fn beads_says_what_each_line_is() {
    let (process, report) = only(imported(
        "issues.jsonl",
        concat!(
            r#"{"_type":"issue","id":"bd-a1","title":"First","status":"open","priority":1,"issue_type":"task","created_at":"2026-04-14T10:00:00Z","updated_at":"2026-04-15T10:00:00Z","dependency_count":0,"dependent_count":1,"comment_count":0}"#,
            "\n",
            r#"{"_type":"issue","id":"bd-a2","title":"Second","status":"closed","closed_at":"2026-04-20T10:00:00Z","priority":2,"issue_type":"bug","assignee":"ada","estimated_minutes":30,"dependencies":[{"issue_id":"bd-a2","depends_on_id":"bd-a1","type":"blocks","created_at":"2026-04-14T10:00:00Z","metadata":"{}"}],"comments":[{"id":"c-1","author":"ada","text":"do not forget\nthe migration","created_at":"2026-04-14T10:00:00Z"}],"metadata":{"ticket":42}}"#,
            "\n",
            r#"{"_type":"memory","key":"build-tip","value":"use make all"}"#,
            "\n",
            r#"{"_type":"rig","id":"x"}"#,
            "\n",
            "{\"id\":\"bd-a3\",\n",
            r#"{"id":"bd-a1","title":"First once more","status":"Fertig"}"#,
            "\n",
        ),
    ));
    let first = process.task("first").unwrap().1;
    assert_eq!(first.created_at.as_str(), "2026-04-14T10:00:00.000000Z");
    let second = process.task("second").unwrap().1;
    let at = second.status_details().at.unwrap();
    assert_eq!(at.as_str(), "2026-04-20T10:00:00.000000Z");
    assert_eq!(second.depends_on(), ["First"]);
    let at = Timestamp::from(datetime!(2026-04-14 10:00 UTC));
    let said = Comment {
        at: Some(at),
        by: Some("ada".to_owned()),
        text: "do not forget\nthe migration".to_owned(),
    };
    assert_eq!(second.comments(), [said]);
    insta::assert_snapshot!(second.description, @r#"
    - Type: bug
    - Assignee: ada
    - Estimate: 30 minutes
    - metadata: {"ticket":42}

    (beads id: bd-a2)
    "#);
    insta::assert_snapshot!(process.description, @r#"
    ## Memories

    - build-tip: use make all
    "#);
    insta::assert_snapshot!(told(Path::new("issues.jsonl"), &report), @r#"
    left out: issues.jsonl, line 4: a record of the type "rig" is not known here
    left out: issues.jsonl, line 5: this is no JSON object
    not carried over: which of several tasks the id bd-a1 means; the first is taken
    taken: line 6, whose id bd-a1 is that of line 1 too, for a task of its own
    taken: the status "Fertig" for todo, with a note
    "#);
}

#[test]
fn tags_of_task_master_stand_beside_an_old_list() {
    let all = imported(
        "garden/tasks.json",
        r#"{"tasks":[{"id":1,"title":"Legacy one"}],
            "metadata": {"description": "old"},
            "feature-x":{"tasks":[{"id":1,"title":"Tagged one"},{"id":2,"title":"Tagged two"}]},
            "tasks": {"tasks": [{"id": 1, "title": "In a tag called tasks"}]},
            "a": {"tasks": [{"id": 1, "title": "A"}], "metadata": {"projectName": "Same"}},
            "b": {"tasks": [{"id": 1, "title": "B"}], "metadata": {"projectName": "same"}},
            "odd": 5}"#,
    );
    let names: Vec<_> = all
        .iter()
        .map(|one| (one.process.name.as_str(), titles(&one.process)))
        .collect();
    insta::assert_debug_snapshot!(names, @r#"
    [
        (
            "garden",
            [
                "Legacy one",
            ],
        ),
        (
            "garden (feature-x)",
            [
                "Tagged one",
                "Tagged two",
            ],
        ),
        (
            "garden (tasks)",
            [
                "In a tag called tasks",
            ],
        ),
        (
            "Same",
            [
                "A",
            ],
        ),
        (
            "same (b)",
            [
                "B",
            ],
        ),
    ]
    "#);
    assert_eq!(all[0].process.description, "old");
    assert_eq!(
        all[0].report.not_carried_over,
        ["\"odd\", which is no list of tasks"]
    );
}

#[test]
fn what_task_master_has_in_other_types_and_deeper_is_text() {
    let (process, report) = only(imported(
        "tasks.json",
        r#"{"master": {"tasks": [
            {"id": "1", "title": 5, "details": ["step one", "step two"], "testStrategy": null,
             "dependencies": null, "priority": "asap", "complexity": 7,
             "subtasks": [
                {"id": 10, "title": "ten"}, {"id": 2, "title": "two", "dependencies": ["1.1"],
                 "subtasks": [{"id": 1, "title": "grandchild", "details": "deep", "status": "done"}]},
                {"id": 1, "title": "one"}, "no object"]},
            5,
            {},
            {"id": 2, "description": "no title", "dependencies": ["1.2"]}
        ]}}"#,
    ));
    assert_eq!(titles(&process), ["5", "2"]);
    let (_, task) = process.task("5").unwrap();
    let jobs: Vec<_> = task.jobs.values().map(|job| job.name.as_str()).collect();
    assert_eq!(jobs, ["one", "two", "ten"]);
    insta::assert_snapshot!(task.description, @r#"
    ## Details

    - step one
    - step two

    - complexity: 7

    (task-master id: 1)
    "#);
    insta::assert_snapshot!(task.jobs.values().nth(1).unwrap().description, @r#"
    ## Subtasks

    - [x] 1 grandchild
      ## Details

      deep

    - Depends on: 1.1

    (task-master id: 1.2)
    "#);
    assert_eq!(process.task("2").unwrap().1.depends_on(), ["5"]);
    insta::assert_snapshot!(told(Path::new("tasks.json"), &report), @r#"
    left out: tasks.json, line 8: this is no task, which is an object with a title
    left out: tasks.json, line 9: this task has neither a title nor an id nor a description
    not carried over: a subtask that is no object: no object
    taken: the priority "asap" for normal
    "#);
}

/// A folder of Backlog.md with these files.
fn backlog(files: &[(&str, &str)]) -> (pm_core::Process, crate::Report) {
    let dir = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let file = dir.path().join("backlog").join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
    }
    only(read(&dir.path().join("backlog"), Options::default()).unwrap())
}

#[test]
fn heads_of_backlog_are_read_as_people_write_them() {
    let (process, report) = backlog(&[
        (
            "tasks/task-1 - p.md",
            "---\nid: task-1\ntitle: 404\nassignee: [@ada, bob]\nmilestone: m-6\nordinal: \"1000\"\ncreated_date: 2026-01-01 10:00\nupdated_date: '2026-02-01'\n---\n## Description\n\nx\n",
        ),
        (
            "tasks/task-1.10 - c.md",
            "---\nid: task-1.10\ntitle: ten\nparent_task_id: task-1\n---\n",
        ),
        (
            "tasks/task-1.2 - c.md",
            "---\nid: task-1.2\ntitle: Fix: the roof\ndependencies: [back-1.01, task-9]\nmilestone: 1.0\nreporter: @eve\nodd: [\n---\n",
        ),
        (
            "tasks/task-1.1 - c.md",
            "---\nstatus: Done\n---\n## Comments\n\n<!-- COMMENTS:BEGIN -->\nauthor: ada\ncreated: 2026-01-02 10:00\n---\nDo not forget.\n---\n<!-- COMMENTS:END -->\n",
        ),
        ("tasks/notes.md", "Only notes.\n"),
        ("tasks/._task-2 - two.md", "\0\0Mac OS X"),
        ("docs/doc-1.md", "a"),
        ("decisions/decision-1.md", "a"),
        (
            "milestones/m-6 - ui.md",
            "---\nid: m-6\ntitle: \"New UI\"\n---\n",
        ),
    ]);
    assert_eq!(titles(&process), ["404", "c", "Fix: the roof", "ten"]);
    let task = |name: &str| process.task(name).unwrap().1;
    assert_eq!(
        task("404").created_at.as_str(),
        "2026-01-01T10:00:00.000000Z"
    );
    assert_eq!(task("Fix: the roof").depends_on(), ["c"]);
    insta::assert_snapshot!(task("404").description, @r#"
    x

    - Assignee: @ada, bob
    - Milestone: New UI (m-6)

    (backlog id: task-1)
    "#);
    insta::assert_snapshot!(task("Fix: the roof").description, @r#"
    - Reporter: @eve
    - Milestone: 1.0
    - odd: [

    (backlog id: task-1.2)
    "#);
    insta::assert_snapshot!(task("c").description, @"(backlog id: task-1.1)");
    let said = Comment {
        at: Some(Timestamp::from(datetime!(2026-01-02 10:00 UTC))),
        by: Some("ada".to_owned()),
        text: "Do not forget.".to_owned(),
    };
    assert_eq!(task("c").comments(), [said]);
    insta::assert_snapshot!(told(Path::new("backlog"), &report), @r#"
    left out: backlog/tasks/notes.md: it does not begin with front matter between --- lines, so that it is no task
    not carried over: a decision (in decisions/)
    not carried over: a document (in docs/)
    not carried over: that the task "Fix: the roof" waits for task-9, which is not in the file
    "#);
}

#[test]
fn boxes_say_more_than_done_and_not_done() {
    let (process, report) = only(imported(
        "plan.md",
        "# Plan\n\n- [ ] open\n- [x] done\n- [-] given up\n- [~] struck\n- [/] half done\n- [>] later\n- [ ]\n- [-](link)\n",
    ));
    insta::assert_debug_snapshot!(statuses(&process), @r#"
    [
        (
            "open",
            "todo",
        ),
        (
            "done",
            "done",
        ),
        (
            "given up",
            "cancelled",
        ),
        (
            "struck",
            "cancelled",
        ),
        (
            "half done",
            "in_progress",
        ),
        (
            "later",
            "blocked",
        ),
        (
            "[-](link)",
            "todo",
        ),
    ]
    "#);
    insta::assert_snapshot!(told(Path::new("plan.md"), &report), @r#"
    not carried over: an item without a text
    taken: [-] for cancelled
    taken: [/] for in_progress
    taken: [>] for blocked, with the note "moved on"
    taken: [~] for cancelled
    "#);
}

#[test]
fn headings_have_boxes_texts_and_headings_above_them() {
    let (process, report) = only(imported(
        "plan.md",
        "---\ntitle: ignored\nowner: ada\n---\n# Plan\n\n## [x] Soil\n\n- [ ] dig\n\n## Phase 1\n\nFirst of all.\n\n### Beds\n\n- [x] build\n- [-] paint\n  - red\n\n    or blue\n\n### Later [see](https://x.example)\n\n## Empty\n\n<!-- secret -->\n",
    ));
    insta::assert_debug_snapshot!(statuses(&process), @r#"
    [
        (
            "Soil",
            "done",
        ),
        (
            "Beds",
            "done",
        ),
    ]
    "#);
    insta::assert_snapshot!(process.description, @r#"
    - owner: ada

    ## Phase 1

    First of all.

    ## Later see

    - Link: https://x.example
    "#);
    let (_, beds) = process.task("Beds").unwrap();
    assert_eq!(beds.description, "- Part of: Phase 1");
    assert_eq!(
        beds.jobs.values().last().unwrap().description,
        "- red\n\n  or blue"
    );
    insta::assert_snapshot!(told(Path::new("plan.md"), &report), @r#"
    not carried over: a comment (<!-- -->)
    not carried over: the heading "Empty", under which there is nothing
    taken: [-] for cancelled
    "#);
}

#[test]
fn plain_bullets_are_a_plan_where_that_is_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("plan.md");
    fs::write(&file, "# Plan\n\n## Soil\n\n- dig\n- test\n\n1. sow\n").unwrap();
    assert!(read(&file, Options::default()).is_err());
    let bullets = Options {
        bullets: Bullets::All,
        ..Options::default()
    };
    let (process, _) = only(read(&file, bullets).unwrap());
    let jobs = process.task("Soil").unwrap().1.jobs.values();
    assert_eq!(
        jobs.map(|job| job.name.as_str()).collect::<Vec<_>>(),
        ["dig", "test", "sow"]
    );
}

#[test]
fn boards_of_one_name_and_cards_without_a_column_come_along() {
    let all = imported(
        "boards.json",
        r#"{"data":{"boards":[{"id":"b1","name":"Board"},{"id":"b2","name":"Board"},7],
            "columns":[{"id":"c1","board_id":"b1","name":"Todo","position":0},{"id":"c2","board_id":"b2","name":"Fertig","default_status":"Done"}],
            "cards":[{"id":"k1","column_id":"c1","title":"Same","sprint_id":"s1"},{"id":"k2","column_id":"c1","title":"same","status":"InProgress"},{"id":"k3","column_id":"c2","title":"x","status":null},{"id":"k4","column_id":"gone","title":"orphan"}],
            "graph":{"blocks":{"edges":[{"source":"k1","target":"k2"}]},"spawns":{"edges":[{"source":"k1","target":"k3"}]}},
            "archived_cards":[{}],"sprints":[{"id":"s1","name":"May"}]}}"#,
    );
    let names: Vec<_> = all
        .iter()
        .map(|one| (one.process.name.as_str(), titles(&one.process)))
        .collect();
    insta::assert_debug_snapshot!(names, @r#"
    [
        (
            "Board",
            [
                "Same",
                "same (k2)",
                "orphan",
            ],
        ),
        (
            "Board (2)",
            [
                "x",
            ],
        ),
    ]
    "#);
    let (_, same) = all[0].process.task("Same").unwrap();
    assert!(
        same.description.contains("- Sprint: May"),
        "{}",
        same.description
    );
    insta::assert_snapshot!(told(Path::new("boards.json"), &all[0].report), @r#"
    left out: boards.json, line 1: this is no board, which is an object
    not carried over: a card in the archive
    not carried over: a sprint; its cards say which one it is
    not carried over: in which column a card is, as the file does not have that
    "#);
}

#[test]
fn a_chain_of_tasks_and_jobs_of_one_name_cost_no_more_than_others() {
    const COUNT: usize = 4000;
    let mut text = String::new();
    for number in 0..COUNT {
        let before = (number + 1) % COUNT;
        let _ = writeln!(
            text,
            "{{\"id\":\"t-{number}\",\"title\":\"same\",\"issue_type\":\"task\",\"dependencies\":[\"t-{before}\"]}}"
        );
    }
    let (process, report) = only(imported("issues.jsonl", &text));
    assert_eq!(process.tasks.len(), COUNT);
    let waiting = process
        .tasks
        .values()
        .filter(|task| !task.depends_on().is_empty());
    assert_eq!(waiting.count(), COUNT - 1);
    assert_eq!(report.not_carried_over.len(), 1);
    let (process, _) = only(imported(
        "plan.md",
        &format!("## one\n\n{}", "- [ ] same\n".repeat(COUNT)),
    ));
    assert_eq!(process.tasks.values().next().unwrap().jobs.len(), COUNT);
}
