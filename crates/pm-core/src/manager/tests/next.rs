//! The next task: which it is, whose it is, and for how long.

use std::collections::BTreeSet;

use super::*;
use crate::error::{HistoryProblem, PlanProblem};
use crate::model::Holdup;
use crate::{FileStore, NextTask, OthersClaim};

const LEASE: Duration = Duration::from_secs(60 * 60);

fn tasks(names: &[&str]) -> (ProcessManager, ProcessName, Arc<ManualClock>) {
    let (manager, garden, clock) = garden_in_time();
    for name in names {
        manager
            .add_task(&garden, name.parse().unwrap(), "")
            .unwrap();
    }
    (manager.with_lease(LEASE), garden, clock)
}

fn next(manager: &ProcessManager, caller: &str, look: Look) -> Option<NextTask> {
    let caller = manager.clone().claiming_as(caller);
    let garden: ProcessName = "garden".parse().unwrap();
    caller.next_task(&garden, look).unwrap().value
}

/// The name of the next task, claimed.
fn claim(manager: &ProcessManager, caller: &str) -> Option<String> {
    next(manager, caller, Look::Claim).map(|next| next.task.to_string())
}

fn set(manager: &ProcessManager, task: &str, update: TaskUpdate) {
    let garden: ProcessName = "garden".parse().unwrap();
    manager.update_task(&garden, task, update).unwrap();
}

fn status(status: Status) -> TaskUpdate {
    TaskUpdate {
        status: Some(status),
        ..TaskUpdate::default()
    }
}

fn after(names: &[&str]) -> TaskUpdate {
    TaskUpdate {
        depends_on: Some(names.iter().map(|&name| name.to_owned()).collect()),
        ..TaskUpdate::default()
    }
}

fn owner(manager: &ProcessManager, task: &str) -> Option<String> {
    let process = manager.process("garden").unwrap();
    let claim = process.task(task).unwrap().1.claim_at(&manager.now());
    claim.map(|claim| claim.by)
}

#[test]
fn dependencies_come_first_then_priority_then_order() {
    let (manager, _, clock) = tasks(&["a", "b", "c", "d"]);
    set(&manager, "a", after(&["b", "c"]));
    let high = TaskUpdate {
        priority: Some(Priority::High),
        ..TaskUpdate::default()
    };
    set(&manager, "a", high.clone());
    set(&manager, "d", high);
    let peek = || next(&manager, "x", Look::Peek).map(|next| next.task.to_string());
    assert_eq!(peek().as_deref(), Some("d"));
    set(&manager, "d", status(Status::Done));
    assert_eq!(peek().as_deref(), Some("b"));
    set(&manager, "b", status(Status::Blocked));
    assert_eq!(peek().as_deref(), Some("c"));
    set(&manager, "c", status(Status::Done));
    assert_eq!(peek(), None);
    // What will not be done holds nothing up.
    set(&manager, "b", status(Status::Cancelled));
    assert_eq!(peek().as_deref(), Some("a"));
    clock.advance(Duration::from_secs(1));
    set(&manager, "a", status(Status::Done));
    assert_eq!(peek(), None);
    let process = manager.process("garden").unwrap();
    assert_eq!(process.finished_last().unwrap().0.as_str(), "a");
}

#[test]
fn a_peek_changes_nothing() {
    let (manager, _, _) = tasks(&["a"]);
    let before = manager.process("garden").unwrap();
    let peeked = next(&manager, "x", Look::Peek).unwrap();
    assert_eq!((peeked.claim, peeked.had), (None, false));
    assert_eq!(manager.process("garden").unwrap(), before);
    set(&manager, "a", status(Status::Done));
    assert_eq!(next(&manager, "x", Look::Claim), None);
    assert_eq!(
        manager.process("garden").unwrap().revision,
        before.revision + 1
    );
}

#[test]
fn whoever_has_a_task_gets_it_back_until_it_is_done() {
    let (manager, _, clock) = tasks(&["a", "b"]);
    let first = next(&manager, "x", Look::Claim).unwrap();
    assert!(!first.had);
    let held = first.claim.unwrap();
    assert_eq!(
        (held.by.as_str(), held.until.as_str()),
        ("x", "2026-11-22T13:00:00.000000Z")
    );
    let revision = manager.process("garden").unwrap().revision;
    // Asking again at once writes nothing; after a quarter of the lease, the lease begins anew.
    let again = next(&manager, "x", Look::Claim).unwrap();
    assert!(again.had && again.claim == Some(held));
    assert_eq!(manager.process("garden").unwrap().revision, revision);
    clock.advance(LEASE / 2);
    let renewed = next(&manager, "x", Look::Claim).unwrap();
    assert_eq!(
        renewed.claim.unwrap().until.as_str(),
        "2026-11-22T13:30:00.000000Z"
    );
    assert!(renewed.had && renewed.task.as_str() == "a");

    let x = manager.clone().claiming_as("x");
    set(&x, "a", status(Status::Done));
    let process = manager.process("garden").unwrap();
    assert_eq!(process.task("a").unwrap().1.claim(), None);
    assert_eq!(claim(&manager, "x").as_deref(), Some("b"));
}

#[test]
fn the_task_of_a_dead_caller_comes_free_with_the_end_of_the_lease() {
    let (manager, garden, clock) = tasks(&["a", "b"]);
    assert_eq!(claim(&manager, "x").as_deref(), Some("a"));
    assert_eq!(claim(&manager, "y").as_deref(), Some("b"));
    assert_eq!(claim(&manager, "z"), None);
    clock.advance(LEASE / 2);
    // Whatever y does to its task renews the claim.
    let y = manager.clone().claiming_as("y");
    y.add_job(&garden, "b", "dig".parse().unwrap(), "").unwrap();
    clock.advance(LEASE / 2);
    assert_eq!(owner(&manager, "a"), None);
    assert_eq!(owner(&manager, "b").as_deref(), Some("y"));
    // Others touch it without effect on the claim.
    manager.describe_task(&garden, "b", "d").unwrap();
    assert_eq!(claim(&manager, "z").as_deref(), Some("a"));
    assert_eq!(claim(&manager, "x"), None);
    clock.advance(LEASE / 2);
    assert_eq!(owner(&manager, "b"), None);
    // Nobody took it meanwhile, so it is still y's to go on with.
    assert_eq!(claim(&manager, "y").as_deref(), Some("b"));
}

#[test]
fn a_read_of_ones_own_task_renews_its_claim_when_that_is_worth_it() {
    let (manager, _, clock) = tasks(&["a"]);
    let x = manager.clone().claiming_as("x");
    claim(&manager, "x");
    let read = |caller: &ProcessManager| {
        let process = caller.process("garden").unwrap();
        caller.renew_claim(&process, "A").unwrap()
    };
    assert!(read(&x).is_none());
    clock.advance(LEASE / 2);
    assert!(read(&manager).is_none());
    let renewed = read(&x).unwrap();
    let task = renewed.task("a").unwrap().1;
    assert_eq!(
        task.claim().unwrap().until.as_str(),
        "2026-11-22T13:30:00.000000Z"
    );
    assert!(read(&x).is_none());
}

#[test]
fn a_claimed_task_is_left_to_its_owner_unless_it_is_taken_over() {
    let (manager, garden, clock) = tasks(&["a"]);
    claim(&manager, "x");
    let y = manager.clone().claiming_as("y");
    for word in Status::WORDS {
        let refused = y.update_task(&garden, "a", status(word.parse().unwrap()));
        let Err(Error::Plan(_, PlanProblem::Claimed { task, claim })) = refused else {
            panic!("{refused:?}")
        };
        assert_eq!((task.as_str(), claim.by.as_str()), ("a", "x"));
    }
    // Updates that do not set the status stay open to all.
    let others = TaskUpdate {
        note: Some("mind the roots".to_owned()),
        priority: Some(Priority::High),
        ..TaskUpdate::default()
    };
    set(&y, "a", others);
    y.add_job(&garden, "a", "dig".parse().unwrap(), "").unwrap();
    assert_eq!(owner(&manager, "a").as_deref(), Some("x"));

    let taken = TaskUpdate {
        others_claim: OthersClaim::TakeOver,
        ..status(Status::InProgress)
    };
    set(&y, "a", taken);
    assert_eq!(owner(&manager, "a").as_deref(), Some("y"));
    assert_eq!(claim(&manager, "x"), None);
    // After the end of the lease nobody has to take anything over.
    clock.advance(LEASE);
    let x = manager.clone().claiming_as("x");
    set(&x, "a", status(Status::Done));
}

#[test]
fn what_holds_a_task_up_is_told() {
    let (manager, _, _) = tasks(&["a", "b", "c", "d"]);
    claim(&manager, "x");
    let blocked = TaskUpdate {
        note: Some("frost".to_owned()),
        ..status(Status::Blocked)
    };
    set(&manager, "b", blocked);
    set(&manager, "c", after(&["a", "b"]));
    let process = manager.process("garden").unwrap();
    let holdup = |name: &str| process.holdup(process.task(name).unwrap().1, &manager.now());
    assert!(matches!(holdup("a"), Some(Holdup::Claimed(claim)) if claim.by == "x"));
    assert!(
        matches!(holdup("b"), Some(Holdup::Blocked(why)) if why.note.as_deref() == Some("frost"))
    );
    let waits = ["a", "b"].map(|name| name.parse().unwrap()).to_vec();
    assert_eq!(holdup("c"), Some(Holdup::Waits(waits)));
    assert_eq!(holdup("d"), None);
}

#[test]
fn claims_that_are_let_go_leave_their_tasks_to_others() {
    let (manager, garden, _) = tasks(&["a", "b"]);
    claim(&manager, "x");
    let x = manager.clone().claiming_as("x");
    set(&x, "b", status(Status::InProgress));
    assert_eq!(owner(&manager, "b").as_deref(), Some("x"));
    assert_eq!(x.release_claims(&garden).unwrap(), 2);
    assert_eq!(x.release_claims(&garden).unwrap(), 0);
    let process = manager.process("garden").unwrap();
    assert_eq!(process.task("a").unwrap().1.status(), Status::InProgress);
    assert_eq!(claim(&manager, "y").as_deref(), Some("a"));
}

#[test]
fn claims_are_in_nobodys_way_when_something_is_taken_back() {
    let (manager, garden, clock) = tasks(&["a"]);
    let x = manager.clone().claiming_as("x");
    x.next_task(&garden, Look::Claim).unwrap();
    clock.advance(LEASE / 2);
    let added = x.add_job(&garden, "a", "dig".parse().unwrap(), "").unwrap();
    clock.advance(LEASE / 2);
    x.add_job(&garden, "a", "rake".parse().unwrap(), "")
        .unwrap();
    let undone = manager
        .undo(&garden, added.process.revision)
        .unwrap()
        .process;
    let jobs: Vec<_> = undone
        .task("a")
        .unwrap()
        .1
        .jobs
        .values()
        .map(|job| job.name.as_str())
        .collect();
    assert_eq!(jobs, ["rake"]);
    assert_eq!(owner(&manager, "a").as_deref(), Some("x"));
    // A change of nothing but claims cannot be taken back.
    clock.advance(LEASE / 2);
    let renewed = x.next_task(&garden, Look::Claim).unwrap().process;
    let refused = manager.undo(&garden, renewed.revision);
    assert!(
        matches!(
            refused,
            Err(Error::History(_, HistoryProblem::ChangedNothing { .. }))
        ),
        "{refused:?}"
    );
    // The change by which a task was claimed and begun can be; the claim goes with it.
    let claimed = manager.undo(&garden, 3).unwrap().process;
    let task = claimed.task("a").unwrap().1;
    assert_eq!((task.status(), task.claim()), (Status::Todo, None));
}

#[test]
fn sixteen_threads_get_sixteen_different_tasks() {
    let names: Vec<String> = (0..16).map(|number| format!("task {number}")).collect();
    let dir = tempfile::tempdir().unwrap();
    let files = || {
        let store = FileStore::open(dir.path()).unwrap();
        ProcessManager::new(store)
    };
    // Two stores over one directory, as two programs have.
    let stores = [files(), files()];
    let garden = stores[0]
        .create_process("garden".parse().unwrap(), "")
        .unwrap();
    for name in &names {
        stores[0]
            .add_task(&garden.name, name.parse().unwrap(), "")
            .unwrap();
    }
    let barrier = std::sync::Barrier::new(16);
    let claimed: BTreeSet<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..16)
            .map(|number| {
                let (manager, barrier) = (&stores[number % 2], &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    let caller = format!("agent {number}");
                    let first = claim(manager, &caller).unwrap();
                    // A caller that asks again has its own.
                    assert_eq!(claim(manager, &caller).as_ref(), Some(&first));
                    first
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    assert_eq!(claimed.len(), 16);
    assert_eq!(claim(&stores[1], "agent 17"), None);
}
