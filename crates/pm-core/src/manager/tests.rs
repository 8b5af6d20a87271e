//! What the history says of each operation.

mod activity;
mod copied;
mod former_names;
mod meanwhile;
mod moves;
mod next;
mod past;
mod plan;
mod preview;
mod random;
mod release;
mod renamed_code;
mod revision;
mod several;
mod since;
mod trash;
mod undo;
mod versions;

use std::sync::Arc;

use time::macros::datetime;

use super::*;
use crate::{JobUpdate, ManualClock, MemoryStore, Priority, Status, TaskUpdate};

pub(super) fn garden() -> (ProcessManager, ProcessName) {
    let (manager, name, _) = garden_in_time();
    (manager, name)
}

pub(super) fn garden_in_time() -> (ProcessManager, ProcessName, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new(datetime!(2026-11-22 12:00 UTC)));
    let told = Arc::clone(&clock);
    let manager = ProcessManager::new(MemoryStore::with_clock(clock));
    let garden = manager
        .create_process("garden".parse().unwrap(), "")
        .unwrap();
    (manager, garden.name.clone(), told)
}

#[test]
fn each_operation_says_what_it_did() {
    let (manager, garden) = garden();
    let name = |name: &str| name.parse().unwrap();
    manager.add_task(&garden, name("soil test"), "").unwrap();
    manager.describe_task(&garden, "Soil_Test", "d").unwrap();
    manager
        .add_job(&garden, "Soil_Test", "sample".parse().unwrap(), "")
        .unwrap();
    for content in ["1", "2"] {
        let snippet = "main.py".parse().unwrap();
        manager
            .add_snippet(&garden, "Soil_Test", snippet, content)
            .unwrap();
    }
    let snippet = || "Main Py".parse().unwrap();
    manager
        .update_snippet(&garden, "soil test", snippet(), "3")
        .unwrap();
    manager
        .update_snippet(&garden, "soil test", "main_test.py".parse().unwrap(), "")
        .unwrap();
    manager
        .delete_snippets(&garden, "soil test", snippet())
        .unwrap();
    manager
        .add_snippet(&garden, "soil test", "my test".parse().unwrap(), "")
        .unwrap();
    manager
        .delete_snippets(&garden, "soil test", "_test".parse().unwrap())
        .unwrap();
    manager
        .rename_task(&garden, "soil test", name("Soil"))
        .unwrap();
    manager
        .update_job(
            &garden,
            "soil",
            "SAMPLE",
            JobUpdate {
                status: Some(Status::Done),
                note: Some("five of them".to_owned()),
                description: Some("".into()),
                new_name: Some("samples".parse().unwrap()),
            },
        )
        .unwrap();
    manager.delete_job(&garden, "soil", "samples").unwrap();
    manager.add_task(&garden, name("beds"), "").unwrap();
    let update = |update: TaskUpdate| manager.update_task(&garden, "soil", update).unwrap();
    update(TaskUpdate {
        status: Some(Status::Blocked),
        note: Some("rain".to_owned()),
        priority: Some(Priority::High),
        depends_on: Some(vec!["beds".to_owned()]),
        position: Some(9),
        ..TaskUpdate::default()
    });
    update(TaskUpdate {
        note: Some(String::new()),
        depends_on: Some(Vec::new()),
        ..TaskUpdate::default()
    });
    manager.next_task(&garden, Look::Claim).unwrap();
    manager.release_claims(&garden).unwrap();
    manager.describe_process(&garden, "all of it").unwrap();
    manager.delete_task(&garden, "soil").unwrap();
    let park: ProcessName = "park".parse().unwrap();
    manager.rename_process(&garden, &park).unwrap();
    let told = manager.store.history("park", 0).unwrap();
    let told: Vec<String> = told
        .iter()
        .map(|entry| {
            let Action {
                operation, summary, ..
            } = &entry.action;
            format!("{} {operation}: {summary}", entry.revision)
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
2 add_task: added the task "soil test"
3 describe_task: described the task "soil test" anew
4 add_job: added the job "sample" to the task "soil test"
5 add_snippet: added the code "main.py" to the task "soil test"
6 add_snippet: added version 2 of the code "main.py" to the task "soil test"
7 update_snippet: added version 3 of the code "main.py" to the task "soil test"
8 update_snippet: added the code "main_test.py" to the task "soil test"
9 delete_snippets: deleted the code "main.py" from the task "soil test" (versions: 3)
10 add_snippet: added the code "my test" to the task "soil test"
11 delete_snippets: deleted the code "main_test.py" from the task "soil test" (versions: 1)
12 rename_task: renamed the task "soil test" to "Soil"
13 update_job: updated the job "sample" of the task "Soil": done, a note, described anew, renamed to "samples"
14 delete_job: deleted the job "samples" from the task "Soil"
15 add_task: added the task "beds"
16 update_task: updated the task "Soil": blocked, a note, priority high, depends on "beds", moved to place 2
17 update_task: updated the task "Soil": no note, depends on nothing
18 claim_task: claimed the task "beds"
19 release_claims: let go of the claimed tasks (tasks: 1)
20 describe_process: described the process anew
21 delete_task: deleted the task "Soil" (jobs: 0, code versions: 1)
22 rename_process: renamed the process "garden" to "park"
"#);
}

#[test]
fn a_name_is_told_on_one_line_and_cut() {
    use crate::history::quoted;
    assert_eq!(quoted("a\nb"), "\"a b\"");
    let long = "ü".repeat(201);
    assert_eq!(quoted(&long), format!("\"{}…\"", "ü".repeat(200)));
}

#[test]
fn each_change_is_kept_with_its_actor_and_its_patch() {
    let (manager, garden) = garden();
    let agent = Actor::Client {
        client: "agent".into(),
        principal: Some("ann".into()),
    };
    assert_eq!(agent.to_string(), "agent (ann)");
    let acting = manager.clone().acting_as(agent.clone());
    acting
        .add_task(&garden, "beds".parse().unwrap(), "")
        .unwrap();
    manager.delete_task(&garden, "beds").unwrap();
    let history = manager.store.history("garden", 0).unwrap();
    let actors: Vec<&Actor> = history.iter().map(|entry| &entry.actor).collect();
    assert_eq!(actors, [&agent, &Actor::Unnamed]);
    let mut process = Process::clone(&manager.process("garden").unwrap());
    for entry in history.iter().rev() {
        process
            .apply(&entry.patch.as_ref().unwrap().inverse())
            .unwrap();
    }
    assert!(process.tasks.is_empty());
}

#[test]
fn a_refused_change_leaves_no_entry() {
    let (manager, garden) = garden();
    manager.delete_task(&garden, "beds").unwrap_err();
    assert!(manager.store.history("garden", 0).unwrap().is_empty());
    assert!(manager.store.history("park", 0).is_err());
}

#[test]
fn the_oldest_changes_give_way() {
    let (manager, garden) = garden();
    manager
        .add_task(&garden, "beds".parse().unwrap(), "")
        .unwrap();
    for n in 0..crate::store::HISTORY_CHANGES {
        manager
            .describe_task(&garden, "beds", n.to_string())
            .unwrap();
    }
    let history = manager.store.history("garden", 0).unwrap();
    assert_eq!(history.len(), crate::store::HISTORY_CHANGES);
    assert_eq!(history[0].revision, 3);
}

/// A handle over a store in memory, and one over files with their directory.
fn both_stores() -> [(ProcessManager, Option<tempfile::TempDir>); 2] {
    let dir = tempfile::tempdir().unwrap();
    let files = crate::FileStore::open(dir.path()).unwrap();
    [
        (ProcessManager::new(MemoryStore::new()), None),
        (ProcessManager::new(files), Some(dir)),
    ]
}

/// Acts in the name of a client.
fn named(manager: &ProcessManager, client: &str) -> ProcessManager {
    manager.clone().acting_as(Actor::Client {
        client: client.into(),
        principal: None,
    })
}
