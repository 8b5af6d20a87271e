//! Status, order and dependencies of tasks, and the jobs within them.

use std::time::Duration;

use super::*;
use crate::error::{HistoryProblem, PlanProblem, Unresolved};
use crate::model::JobMatch;
use crate::{FoundJob, JobName, StatusDetails, TaskName, UpdatedTask};

fn with_tasks(names: &[&str]) -> (ProcessManager, ProcessName, Arc<ManualClock>) {
    let (manager, garden, clock) = garden_in_time();
    for name in names {
        manager
            .add_task(&garden, name.parse().unwrap(), "")
            .unwrap();
    }
    (manager, garden, clock)
}

fn status(status: Status) -> TaskUpdate {
    TaskUpdate {
        status: Some(status),
        ..TaskUpdate::default()
    }
}

fn depending(on: &[&str]) -> TaskUpdate {
    TaskUpdate {
        depends_on: Some(on.iter().map(|&name| name.to_owned()).collect()),
        ..TaskUpdate::default()
    }
}

fn update(manager: &ProcessManager, task: &str, update: TaskUpdate) -> UpdatedTask {
    let garden: ProcessName = "garden".parse().unwrap();
    manager.update_task(&garden, task, update).unwrap().value
}

fn refusal(manager: &ProcessManager, task: &str, update: TaskUpdate) -> String {
    let garden: ProcessName = "garden".parse().unwrap();
    let before = manager.process("garden").unwrap();
    let refusal = manager.update_task(&garden, task, update).unwrap_err();
    assert_eq!(manager.process("garden").unwrap(), before);
    refusal.to_string()
}

fn names(manager: &ProcessManager) -> Vec<String> {
    let process = manager.process("garden").unwrap();
    process.tasks.keys().map(TaskName::to_string).collect()
}

fn depends_on(manager: &ProcessManager, task: &str) -> Vec<String> {
    let process = manager.process("garden").unwrap();
    process.task(task).unwrap().1.depends_on()
}

#[test]
fn a_status_is_kept_with_its_note_its_time_and_its_author() {
    let (manager, _, clock) = with_tasks(&["beds"]);
    let ann = manager.clone().acting_as(Actor::Client {
        client: "agent".into(),
        principal: Some("ann".into()),
    });
    let beds = |manager: &ProcessManager| {
        let process = manager.process("garden").unwrap();
        let task = process.task("beds").unwrap().1.clone();
        (task.status(), task.status_details())
    };
    assert_eq!(beds(&manager), (Status::Todo, StatusDetails::default()));
    let blocked = TaskUpdate {
        note: Some("no spade".to_owned()),
        ..status(Status::Blocked)
    };
    let updated = update(&ann, "BEDS", blocked);
    assert_eq!(updated.task.as_str(), "beds");
    assert_eq!(
        (updated.old_status, updated.status),
        (Status::Todo, Status::Blocked)
    );
    let at = |text: &str| Some(Timestamp::stored(format!("2026-11-22T{text}.000000Z")));
    let first = StatusDetails {
        note: Some("no spade".to_owned()),
        at: at("12:00:00"),
        by: Some("agent (ann)".to_owned()),
    };
    assert_eq!(beds(&manager), (Status::Blocked, first.clone()));
    clock.advance(Duration::from_secs(60));

    // The same once more changes nothing, not even the time.
    update(&manager, "beds", status(Status::Blocked));
    assert_eq!(beds(&manager), (Status::Blocked, first));
    // A note alone is one on the present status; another status has none of its own yet.
    let note = TaskUpdate {
        note: Some("bought one".to_owned()),
        ..TaskUpdate::default()
    };
    update(&manager, "beds", note);
    let second = StatusDetails {
        note: Some("bought one".to_owned()),
        at: at("12:01:00"),
        by: Some("a program".to_owned()),
    };
    assert_eq!(beds(&manager), (Status::Blocked, second));
    update(&manager, "beds", status(Status::Todo));
    let (now, details) = beds(&manager);
    assert_eq!((now, details.note), (Status::Todo, None));
}

#[test]
fn of_comments_that_are_left_at_once_none_is_lost() {
    let (manager, garden, _) = with_tasks(&["beds"]);
    std::thread::scope(|scope| {
        for caller in 0..4 {
            let (manager, garden) = (&manager, &garden);
            scope.spawn(move || {
                for number in 0..10 {
                    let comment = TaskUpdate {
                        comment: Some(format!("{caller}: {number}")),
                        ..TaskUpdate::default()
                    };
                    manager.update_task(garden, "beds", comment).unwrap();
                }
            });
        }
    });
    let process = manager.process("garden").unwrap();
    let comments = process.task("beds").unwrap().1.comments();
    for caller in 0..4 {
        let begins = format!("{caller}: ");
        let of_caller = comments
            .iter()
            .filter_map(|it| it.text.strip_prefix(&begins));
        let numbers: Vec<usize> = of_caller.map(|text| text.parse().unwrap()).collect();
        assert_eq!(numbers, (0..10).collect::<Vec<_>>(), "{caller}");
    }
    // A blank comment is none, and changes nothing.
    let blank = TaskUpdate {
        comment: Some(" ".to_owned()),
        ..TaskUpdate::default()
    };
    update(&manager, "beds", blank);
    let process = manager.process("garden").unwrap();
    assert_eq!(process.task("beds").unwrap().1.comments().len(), 40);
}

#[test]
fn a_comment_is_taken_back_from_between_others_and_comes_back() {
    let (manager, garden, clock) = with_tasks(&["beds"]);
    let says = |text: &str| {
        clock.advance(Duration::from_secs(1));
        let comment = TaskUpdate {
            comment: Some(text.to_owned()),
            ..TaskUpdate::default()
        };
        update(&manager, "beds", comment);
    };
    let said = || -> Vec<String> {
        let process = manager.process("garden").unwrap();
        let comments = process.task("beds").unwrap().1.comments().into_iter();
        comments.map(|comment| comment.text).collect()
    };
    for text in ["one", "two", "three"] {
        says(text);
    }
    let undone = |revision| manager.undo(&garden, revision).unwrap().process.revision;
    undone(4);
    assert_eq!(said(), ["one", "three"]);
    let first_gone = undone(3);
    assert_eq!(said(), ["three"]);
    says("four");
    // The undo is taken back beside what came later; the comment comes back where it stood.
    undone(first_gone);
    assert_eq!(said(), ["one", "three", "four"]);
    undone(5);
    assert_eq!(said(), ["one", "four"]);
}

#[test]
fn a_task_moves_to_its_place_and_back() {
    let (manager, garden, _) = with_tasks(&["a", "b", "c", "d"]);
    let to = |position| TaskUpdate {
        position: Some(position),
        ..TaskUpdate::default()
    };
    assert_eq!(update(&manager, "a", to(3)).position, Some(3));
    assert_eq!(names(&manager), ["b", "c", "a", "d"]);
    assert_eq!(update(&manager, "d", to(1)).position, Some(1));
    assert_eq!(names(&manager), ["d", "b", "c", "a"]);
    assert_eq!(update(&manager, "b", to(99)).position, Some(4));
    assert_eq!(names(&manager), ["d", "c", "a", "b"]);
    assert_eq!(update(&manager, "b", to(0)).position, Some(1));
    assert_eq!(names(&manager), ["b", "d", "c", "a"]);
    // A move that is taken back, with another change in between.
    manager.add_task(&garden, "e".parse().unwrap(), "").unwrap();
    manager.undo(&garden, 9).unwrap();
    assert_eq!(names(&manager), ["d", "c", "a", "b", "e"]);
}

#[test]
fn a_move_is_kept_as_the_order_of_those_that_moved() {
    let (manager, garden, _) = with_tasks(&["a", "b", "c", "d", "e"]);
    let moved = TaskUpdate {
        position: Some(2),
        ..status(Status::Done)
    };
    update(&manager, "d", moved);
    let history = manager.store.history(garden.as_str(), 0).unwrap();
    let patch = history.last().unwrap().patch.clone().unwrap();
    let orders = patch.0.iter().filter_map(|edit| match edit {
        crate::Edit::Order { old, new, .. } => Some((old.join(" "), new.join(" "))),
        _ => None,
    });
    let orders: Vec<_> = orders.collect();
    assert_eq!(orders, [("b c d".to_owned(), "d b c".to_owned())]);
    // The other edits are only of the fields of the task that was changed.
    assert!(patch.0.len() <= 4, "{patch:#?}");
}

#[test]
fn dependencies_follow_a_task_to_its_new_name_and_end_with_it() {
    let (manager, garden, _) = with_tasks(&["beds", "soil test", "water"]);
    update(
        &manager,
        "water",
        depending(&["Soil_Test", "beds", "soil test"]),
    );
    assert_eq!(depends_on(&manager, "water"), ["soil test", "beds"]);
    manager
        .rename_task(&garden, "soil test", "earth".parse().unwrap())
        .unwrap();
    assert_eq!(depends_on(&manager, "water"), ["earth", "beds"]);
    manager.delete_task(&garden, "earth").unwrap();
    assert_eq!(depends_on(&manager, "water"), ["beds"]);
    manager.delete_task(&garden, "beds").unwrap();
    assert_eq!(depends_on(&manager, "water"), [""; 0]);

    // One undo takes all of a change back.
    manager.undo(&garden, 8).unwrap();
    manager.undo(&garden, 7).unwrap();
    assert_eq!(depends_on(&manager, "water"), ["earth", "beds"]);
    manager.undo(&garden, 6).unwrap();
    assert_eq!(names(&manager), ["beds", "soil test", "water"]);
    assert_eq!(depends_on(&manager, "water"), ["soil test", "beds"]);
    manager.undo(&garden, 5).unwrap();
    assert_eq!(depends_on(&manager, "water"), [""; 0]);
}

#[test]
fn what_cannot_be_depended_on_is_refused() {
    let (manager, _, _) = with_tasks(&["beds", "soil test", "water", "seeds"]);
    update(&manager, "water", depending(&["soil test"]));
    update(&manager, "soil test", depending(&["seeds"]));
    insta::assert_snapshot!(
        refusal(&manager, "seeds", depending(&["beds", "Water"])),
        @"tasks of garden would wait for each other: seeds → water → soil test → seeds"
    );
    insta::assert_snapshot!(
        refusal(&manager, "beds", depending(&["beds"])),
        @"tasks of garden would wait for each other: beds → beds"
    );
    let unknown = TaskUpdate {
        priority: Some(Priority::High),
        ..depending(&["soil", "water"])
    };
    insta::assert_snapshot!(
        refusal(&manager, "beds", unknown),
        @r#"the task beds of garden cannot depend on "soil": there is no such task"#
    );
    let garden: ProcessName = "garden".parse().unwrap();
    let missing = manager.update_task(&garden, "beds", depending(&["soil"]));
    let Err(Error::Plan(
        _,
        PlanProblem::Dependency {
            on: Unresolved::NotFound { near, .. },
            ..
        },
    )) = missing
    else {
        panic!("{missing:?}")
    };
    assert_eq!(near, ["soil test".parse().unwrap()]);
}

#[test]
fn what_somebody_wrote_by_hand_is_read_as_far_as_it_can_be() {
    let text = r#"{"tasks": {
        "a": {"status": "In Progress", "priority": "HIGH", "depends_on": ["B", "nothing"]},
        "b": {"status": "half", "priority": 3, "depends_on": "a", "claim": "ann"},
        "c": {"status": 7, "claim": {"by": "ann", "until": "soon"}, "depends_on": ["d"]},
        "d": {"status": null, "depends_on": ["e"]},
        "e": {"status": "d\u006fne", "depends_on": ["c"]}
    }}"#;
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("garden.json");
    std::fs::write(&file, text).unwrap();
    let manager = ProcessManager::new(crate::FileStore::open(dir.path()).unwrap());
    let process = manager.process("garden").unwrap();
    let task = |name: &str| process.task(name).unwrap().1;
    assert_eq!(task("a").status(), Status::InProgress);
    assert_eq!(task("a").priority(), Priority::High);
    let met: Vec<_> = process
        .dependencies(task("a"))
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(met, ["b"]);
    let b = (
        task("b").status(),
        task("b").priority(),
        task("b").depends_on(),
        task("b").claim(),
    );
    assert_eq!(b, (Status::Todo, Priority::Normal, Vec::new(), None));
    assert_eq!(
        (task("c").status(), task("c").claim()),
        (Status::Todo, None)
    );
    assert_eq!(
        (task("d").status(), task("e").status()),
        (Status::Todo, Status::Done)
    );
    let cycle = process.dependency_cycle(&"d".parse().unwrap()).unwrap();
    let cycle: Vec<_> = cycle.iter().map(TaskName::as_str).collect();
    assert_eq!(cycle, ["d", "e", "c", "d"]);
    assert_eq!(process.dependency_cycle(&"a".parse().unwrap()), None);

    // What cannot be read stays as it stands when something else changes.
    update(&manager, "b", depending(&["e"]));
    update(&manager, "a", status(Status::Done));
    manager.flush().unwrap();
    let after = std::fs::read_to_string(&file).unwrap();
    for kept in [
        r#""status": "half""#,
        r#""priority": 3"#,
        r#""claim": "ann""#,
    ] {
        assert!(after.contains(kept), "{kept}: {after}");
    }
    assert!(after.contains(r#""depends_on": ["e"]"#), "{after}");
}

fn job(update: impl FnOnce(&mut JobUpdate)) -> JobUpdate {
    let mut job = JobUpdate::default();
    update(&mut job);
    job
}

#[test]
fn of_jobs_of_one_name_the_newest_open_one_is_meant() {
    let (manager, garden, clock) = with_tasks(&["beds"]);
    for description in ["1", "2", "3"] {
        clock.advance(Duration::from_secs(1));
        let name: JobName = "dig".parse().unwrap();
        manager.add_job(&garden, "beds", name, description).unwrap();
    }
    let done = || job(|job| job.status = Some(Status::Done));
    let finish = |wanted: &str| {
        let found: FoundJob = manager
            .update_job(&garden, "beds", wanted, done())
            .unwrap()
            .value;
        (found.job.description, found.by)
    };
    assert_eq!(
        finish("dig"),
        ("3".to_owned(), JobMatch::NewestOpen { of: 3 })
    );
    assert_eq!(
        finish("DIG"),
        ("2".to_owned(), JobMatch::NewestOpen { of: 3 })
    );
    assert_eq!(
        finish(" dig "),
        ("1".to_owned(), JobMatch::NewestOpen { of: 3 })
    );
    // All are over: the newest.
    assert_eq!(finish("dig"), ("3".to_owned(), JobMatch::Newest { of: 3 }));
    // By its key, any of them.
    assert_eq!(
        finish("dig_2026-11-22T12:00:02.000000Z"),
        ("2".to_owned(), JobMatch::Key)
    );
    let deleted = manager
        .delete_job(&garden, "beds", "dig_2026-11-22T12:00:01.000000Z")
        .unwrap();
    assert_eq!(deleted.value.job.description, "1");
    assert_eq!(deleted.process.task("beds").unwrap().1.jobs.len(), 2);
    manager.undo(&garden, deleted.process.revision).unwrap();
    let process = manager.process("garden").unwrap();
    let jobs = process.task("beds").unwrap().1.jobs.values();
    let told: Vec<_> = jobs
        .map(|job| (job.description.as_str(), job.status()))
        .collect();
    let done = Status::Done;
    assert_eq!(told, [("1", done), ("2", done), ("3", done)]);
}

#[test]
fn a_job_that_is_not_there_is_refused_with_those_like_it() {
    let (manager, garden, _) = with_tasks(&["beds"]);
    for name in ["dig up", "Dig-Up", "rake"] {
        manager
            .add_job(&garden, "beds", name.parse().unwrap(), "")
            .unwrap();
    }
    let refusal = |wanted: &str| manager.delete_job(&garden, "beds", wanted).unwrap_err();
    let missing = refusal("rak");
    let Error::Job(_, Unresolved::NotFound { near, .. }) = &missing else {
        panic!("{missing}")
    };
    assert_eq!(*near, ["rake".parse().unwrap()]);
    let Error::Job(_, Unresolved::Ambiguous { candidates, .. }) = refusal("dig_up") else {
        panic!("taken")
    };
    assert_eq!(
        candidates,
        ["dig up".parse().unwrap(), "Dig-Up".parse().unwrap()]
    );
    assert!(matches!(
        refusal(""),
        Error::Job(_, Unresolved::NotFound { .. })
    ));
    // A time is part of each key, and of no name.
    assert!(matches!(
        refusal("2026"),
        Error::Job(_, Unresolved::NotFound { .. })
    ));
    assert!(manager.delete_job(&garden, "beds", "Dig-Up").is_ok());
}

#[test]
fn every_change_of_the_plan_can_be_taken_back_and_made_again() {
    let (manager, garden, _) = with_tasks(&["beds", "water"]);
    manager
        .add_job(&garden, "beds", "dig".parse().unwrap(), "")
        .unwrap();
    let changes: [&dyn Fn(); 7] = [
        &|| {
            let everything = TaskUpdate {
                note: Some("at last".to_owned()),
                priority: Some(Priority::Low),
                depends_on: Some(vec!["water".to_owned()]),
                position: Some(2),
                ..status(Status::Done)
            };
            update(&manager, "beds", everything);
        },
        &|| drop(update(&manager, "beds", depending(&[]))),
        &|| drop(update(&manager, "water", status(Status::Cancelled))),
        &|| {
            let everything = job(|job| {
                job.status = Some(Status::Blocked);
                job.note = Some("stones".to_owned());
                job.description = Some("deep".into());
                job.new_name = Some("dig deep".parse().unwrap());
            });
            manager
                .update_job(&garden, "beds", "dig", everything)
                .unwrap();
        },
        &|| drop(manager.delete_job(&garden, "beds", "dig deep").unwrap()),
        &|| drop(manager.describe_process(&garden, "all of it").unwrap()),
        &|| drop(update(&manager, "water", status(Status::Todo))),
    ];
    let content = |process: &Process| Process {
        revision: 0,
        ..process.clone()
    };
    for change in changes {
        let before = manager.process("garden").unwrap();
        change();
        let after = manager.process("garden").unwrap();
        assert_ne!(content(&before), content(&after));
        let undone = manager.undo(&garden, after.revision).unwrap().process;
        assert_eq!(content(&undone), content(&before));
        let redone = manager.undo(&garden, undone.revision).unwrap().process;
        assert_eq!(content(&redone), content(&after));
    }
}

#[test]
fn what_waits_for_a_task_follows_it_when_its_new_name_is_taken_back() {
    let (manager, garden, _) = with_tasks(&["soil", "beds"]);
    let renamed = manager.rename_task(&garden, "soil", "earth".parse().unwrap());
    let revision = renamed.unwrap().process.revision;
    update(&manager, "beds", depending(&["earth"]));
    manager.undo(&garden, revision).unwrap();
    assert_eq!(depends_on(&manager, "beds"), ["soil"]);
}

#[test]
fn a_dependency_comes_back_under_the_name_that_its_task_has_by_then() {
    let (manager, garden, _) = with_tasks(&["soil", "paths", "beds"]);
    update(&manager, "beds", depending(&["soil", "paths"]));
    update(&manager, "beds", depending(&[]));
    let freed = manager.process("garden").unwrap().revision;
    let deleted = manager.delete_task(&garden, "beds").unwrap();
    for new in ["earth", "loam"] {
        let present = manager.process("garden").unwrap();
        let old = present.tasks.keys().next().unwrap().as_str();
        manager
            .rename_task(&garden, old, new.parse().unwrap())
            .unwrap();
    }
    manager.undo(&garden, deleted.process.revision).unwrap();
    manager.undo(&garden, freed).unwrap();
    assert_eq!(depends_on(&manager, "beds"), ["loam", "paths"]);
    // Made again, and taken back again.
    let last = || manager.process("garden").unwrap().revision;
    manager.undo(&garden, last()).unwrap();
    assert!(depends_on(&manager, "beds").is_empty());
    manager.undo(&garden, last()).unwrap();
    assert_eq!(depends_on(&manager, "beds"), ["loam", "paths"]);
}

#[test]
fn a_deleted_task_comes_back_with_what_it_waits_for_by_its_present_name() {
    let (manager, garden, _) = with_tasks(&["soil", "beds"]);
    update(&manager, "beds", depending(&["soil"]));
    let deleted = manager.delete_task(&garden, "beds").unwrap();
    manager
        .rename_task(&garden, "soil", "earth".parse().unwrap())
        .unwrap();
    manager.undo(&garden, deleted.process.revision).unwrap();
    assert_eq!(depends_on(&manager, "beds"), ["earth"]);
}

#[test]
fn a_dependency_does_not_come_back_without_its_task() {
    let (manager, garden, _) = with_tasks(&["soil", "paths", "beds"]);
    update(&manager, "beds", depending(&["soil", "paths"]));
    update(&manager, "beds", depending(&["paths"]));
    let first = manager.process("garden").unwrap().revision;
    update(&manager, "beds", depending(&[]));
    let second = manager.process("garden").unwrap().revision;
    let gone = manager.delete_task(&garden, "soil").unwrap();
    let gone = gone.process.revision;
    manager.undo(&garden, second).unwrap();
    assert_eq!(depends_on(&manager, "beds"), ["paths"]);
    let refusal = manager.undo(&garden, first).unwrap_err();
    let Error::History(_, HistoryProblem::ChangedSince { later, .. }) = &refusal else {
        panic!("{refusal}")
    };
    let later: Vec<u64> = later.iter().map(|later| later.revision).collect();
    assert_eq!(later, [gone]);
    manager.undo(&garden, gone).unwrap();
    manager.undo(&garden, first).unwrap();
    assert_eq!(depends_on(&manager, "beds"), ["soil", "paths"]);
}

#[test]
fn a_dependency_is_taken_back_after_its_task_got_its_former_name() {
    let (manager, garden, _) = with_tasks(&["soil", "beds"]);
    let renamed = manager.rename_task(&garden, "soil", "earth".parse().unwrap());
    let renamed = renamed.unwrap().process.revision;
    update(&manager, "beds", depending(&["earth"]));
    let depended = manager.process("garden").unwrap().revision;
    manager.undo(&garden, renamed).unwrap();
    manager.undo(&garden, depended).unwrap();
    assert!(depends_on(&manager, "beds").is_empty());
}

#[test]
fn a_new_name_is_taken_back_whatever_became_of_the_names_that_followed_it() {
    let (manager, garden, _) = with_tasks(&["soil", "beds", "water"]);
    update(&manager, "beds", depending(&["soil"]));
    let depended = manager.process("garden").unwrap().revision;
    let rename = || {
        let earth = "earth".parse().unwrap();
        let renamed = manager.rename_task(&garden, "soil", earth).unwrap();
        renamed.process.revision
    };
    let renamed = rename();
    // The dependency goes, with the name that it has by now.
    manager.undo(&garden, depended).unwrap();
    manager.undo(&garden, renamed).unwrap();
    assert_eq!(depends_on(&manager, "beds"), [""; 0]);
    // Another dependency comes beside it.
    update(&manager, "beds", depending(&["soil"]));
    let renamed = rename();
    update(&manager, "beds", depending(&["earth", "water"]));
    manager.undo(&garden, renamed).unwrap();
    assert_eq!(depends_on(&manager, "beds"), ["soil", "water"]);
}

#[test]
fn taking_back_makes_no_circle() {
    let (manager, garden, _) = with_tasks(&["soil", "beds"]);
    update(&manager, "soil", depending(&["beds"]));
    update(&manager, "soil", depending(&[]));
    let freed = manager.process("garden").unwrap().revision;
    update(&manager, "beds", depending(&["soil"]));
    let before = manager.process("garden").unwrap();
    let refusal = manager.undo(&garden, freed).unwrap_err();
    assert!(
        matches!(refusal, Error::Plan(_, PlanProblem::Cycle(_))),
        "{refusal}"
    );
    assert_eq!(manager.process("garden").unwrap(), before);
}

#[test]
fn the_longest_lease_still_ends() {
    let (manager, garden, _) = with_tasks(&["soil"]);
    let owned = |owner: &str| manager.clone().with_lease(Duration::MAX).claiming_as(owner);
    let claimed = owned("ann").next_task(&garden, Look::Claim).unwrap().value;
    assert!(claimed.is_some());
    let other = owned("bob").next_task(&garden, Look::Claim).unwrap().value;
    assert_eq!(other.map(|next| next.task.to_string()), None);
}
