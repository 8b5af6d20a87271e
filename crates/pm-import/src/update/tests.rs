//! What an import brings in when it is made again.

use pm_core::{Process, Status};

use super::*;
use crate::{Options, read};

fn import(name: &str, content: &str) -> Process {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join(name);
    std::fs::write(&file, content).unwrap();
    let mut imported = read(&file, Options::default()).unwrap();
    imported.remove(0).process
}

fn issues(lines: &[&str]) -> Process {
    import("issues.jsonl", &lines.join("\n"))
}

const FIRST: &str = r#"{"id":"a","title":"First","description":"one","status":"open"}"#;
const SECOND: &str = r#"{"id":"b","title":"Second","status":"open","dependencies":["a"]}"#;

fn set(process: &mut Process, task: &str, status: Status) {
    let task = process.tasks.get_mut(task).unwrap();
    let at = task.created_at.clone();
    task.set_status(status, "", &at, "somebody");
}

#[test]
fn the_same_again_changes_nothing() {
    let mut process = issues(&[FIRST, SECOND]);
    set(&mut process, "First", Status::Done);
    process
        .rename_task("Second", "Another".parse().unwrap())
        .unwrap();
    let before = process.clone();
    let updated = update(&mut process, &issues(&[FIRST, SECOND]));
    assert!(updated.is_nothing(), "{updated:?}");
    assert_eq!((updated.unchanged, process), (2, before));
}

#[test]
fn what_the_file_says_anew_is_taken_and_what_was_changed_here_alone_stays() {
    let mut process = issues(&[FIRST, SECOND]);
    set(&mut process, "First", Status::Done);
    set(&mut process, "Second", Status::InProgress);
    let again = issues(&[
        r#"{"id":"c","title":"Third","dependencies":["B"]}"#,
        r#"{"id":"A","title":"First of all","description":"two","status":"open"}"#,
        r#"{"id":"b","title":"Second","status":"closed"}"#,
    ]);
    let updated = update(&mut process, &again);
    assert_eq!(
        (updated.added, updated.changed, updated.unchanged),
        (1, 2, 0)
    );
    assert_eq!(updated.overruled, ["the status of the task \"Second\""]);
    let names: Vec<&str> = process.tasks.keys().map(TaskName::as_str).collect();
    assert_eq!(names, ["Third", "First of all", "Second"]);
    let task = |name: &str| process.task(name).unwrap().1;
    assert_eq!(task("First of all").status(), Status::Done);
    assert!(task("First of all").description.starts_with("two"));
    assert_eq!(task("Second").status(), Status::Done);
    assert!(task("Second").depends_on().is_empty());
    assert_eq!(task("Third").depends_on(), ["Second"]);
    let again = update(&mut process, &again);
    assert!(again.is_nothing(), "{again:?}");
}

#[test]
fn labels_are_those_of_the_side_that_changed_and_comments_of_both_are_kept() {
    let issue = |labels: &str, comments: &str| {
        let text =
            format!(r#"{{"id":"a","title":"First","labels":[{labels}],"comments":[{comments}]}}"#);
        issues(&[&text])
    };
    let mut process = issue(r#""soil""#, r#"{"text":"wet","author":"ada"}"#);
    let task = process.tasks.get_mut("First").unwrap();
    task.add_comment(&Comment {
        at: None,
        by: None,
        text: "said here".to_owned(),
    });
    let labels_of = |process: &Process| process.tasks.get("First").unwrap().labels();
    let both = r#"{"text":"wet","author":"ada"},{"text":"dry","author":"bob"}"#;
    update(&mut process, &issue(r#""soil","dry""#, both));
    assert_eq!(labels_of(&process).len(), 2);
    let said = process.tasks.get("First").unwrap().comments().into_iter();
    let said: Vec<String> = said.map(|comment| comment.text).collect();
    assert_eq!(said, ["wet", "said here", "dry"]);
    // Changed here alone, they stay.
    process.tasks.get_mut("First").unwrap().set_labels(&[]);
    let again = update(&mut process, &issue(r#""soil","dry""#, both));
    assert!(again.is_nothing(), "{again:?}");
    assert!(labels_of(&process).is_empty());
}

#[test]
fn what_is_gone_from_the_file_stays_and_is_named() {
    let mut process = issues(&[FIRST, SECOND]);
    process.tasks.insert(
        "own".parse().unwrap(),
        process.tasks.get("First").cloned().unwrap(),
    );
    let own = process.tasks.get_mut("own").unwrap();
    own.set_field("imported_id", None);
    own.set_field("imported_as", None);
    let updated = update(&mut process, &issues(&[SECOND]));
    assert_eq!(updated.gone, ["First".parse().unwrap()]);
    assert_eq!(process.tasks.len(), 3);
}

#[test]
fn jobs_are_found_by_name_and_never_go_back() {
    let mut process = import(
        "plan.md",
        "# P\n\n## Soil\n\n- [ ] dig\n- [ ] dig\n- [x] sow\n",
    );
    let task = process.tasks.get_mut("Soil").unwrap();
    let key = task.jobs.keys().next().unwrap().clone();
    let mut job = task.jobs.get(&key).unwrap().clone();
    job.set_status(Status::Done, "here", &job.created_at.clone(), "somebody");
    task.jobs.insert(key, job);
    let again = import(
        "plan.md",
        "# P\n\n## Soil\n\n- [ ] dig\n- [x] dig\n- [ ] sow\n- [ ] reap\n",
    );
    let updated = update(&mut process, &again);
    assert_eq!(updated.changed, 1);
    let jobs = process.task("Soil").unwrap().1.jobs.values();
    let jobs: Vec<_> = jobs
        .map(|job| (job.name.as_str(), job.status().is_over()))
        .collect();
    assert_eq!(
        jobs,
        [("dig", true), ("dig", true), ("sow", true), ("reap", false)]
    );
}

#[test]
fn circles_that_close_between_here_and_there_are_opened_again() {
    let mut process = issues(&[
        FIRST,
        SECOND.replace(",\"dependencies\":[\"a\"]", "").as_str(),
    ]);
    let second = "Second".parse().unwrap();
    process
        .tasks
        .get_mut("First")
        .unwrap()
        .set_dependencies(&[second]);
    let updated = update(&mut process, &issues(&[FIRST, SECOND]));
    assert_eq!(updated.refused.len(), 1, "{updated:?}");
    let first = "First".parse().unwrap();
    assert_eq!(process.dependency_cycle(&first), None);
}

#[test]
fn a_name_that_another_has_here_is_not_given() {
    let mut process = issues(&[FIRST]);
    process.tasks.insert(
        "Start".parse().unwrap(),
        process.tasks.get("First").cloned().unwrap(),
    );
    process
        .tasks
        .get_mut("Start")
        .unwrap()
        .set_field("imported_id", None);
    let updated = update(&mut process, &issues(&[&FIRST.replace("First", "start!")]));
    assert_eq!(updated.refused.len(), 1, "{updated:?}");
    assert!(process.tasks.get("First").is_some());
}
