//! Moving tasks and jobs behind others.

use super::*;
use crate::error::Unresolved;
use crate::model::Moved;
use crate::{Position, TaskName};

fn planted(manager: &ProcessManager) -> ProcessName {
    let garden: ProcessName = "garden".parse().unwrap();
    manager.create_process(garden.clone(), "").unwrap();
    for task in ["soil test", "beds", "water", "weeds"] {
        let task: TaskName = task.parse().unwrap();
        manager.add_task(&garden, task.clone(), "").unwrap();
        for job in ["dig", "rake", "Dig", "sow"] {
            let job = job.parse().unwrap();
            manager.add_job(&garden, task.as_str(), job, "").unwrap();
        }
    }
    garden
}

fn tasks(process: &Process) -> String {
    let names: Vec<&str> = process.tasks.keys().map(TaskName::as_str).collect();
    names.join(", ")
}

fn jobs(process: &Process, task: &str) -> String {
    let jobs = process.task(task).unwrap().1.jobs.values();
    let names: Vec<&str> = jobs.map(|job| job.name.as_str()).collect();
    names.join(", ")
}

fn after(name: &str) -> Position<String> {
    Position::After(name.to_owned())
}

#[test]
fn a_task_moves_behind_another_and_back() {
    for (manager, _dir) in both_stores() {
        let garden = planted(&manager);
        let to = |task: &str, to| manager.move_task(&garden, task, to).unwrap();
        let moved = to("weeds", after("Soil_Test"));
        assert_eq!(tasks(&moved.process), "soil test, weeds, beds, water");
        let (name, places) = moved.value;
        assert_eq!(name.as_str(), "weeds");
        assert_eq!(places, Moved { old: 4, new: 2 });
        let first = to("Water", Position::First);
        assert_eq!(tasks(&first.process), "water, soil test, weeds, beds");
        let last = to("water", Position::Last);
        assert_eq!(tasks(&last.process), "soil test, weeds, beds, water");
        let down = to("soil test", after("beds"));
        assert_eq!(tasks(&down.process), "weeds, beds, soil test, water");
        let told = manager.store.history("garden", down.process.revision - 1);
        let summary = &told.unwrap()[0].action.summary;
        assert_eq!(
            summary,
            "moved the task \"soil test\" from place 1 to place 3"
        );
        let undone = manager.undo(&garden, down.revision.unwrap()).unwrap();
        assert_eq!(tasks(&undone.process), "soil test, weeds, beds, water");
    }
}

#[test]
fn a_job_moves_behind_another_and_back_also_for_another_program() {
    for (manager, dir) in both_stores() {
        let garden = planted(&manager);
        let to = |job: &str, to| manager.move_job(&garden, "Beds", job, to).unwrap();
        assert_eq!(
            jobs(&to("SOW", after("dig")).process, "beds"),
            "dig, sow, rake, Dig"
        );
        // Of several jobs of one name, the newest that is open is moved.
        assert_eq!(
            jobs(&to("Dig", Position::First).process, "beds"),
            "Dig, dig, sow, rake"
        );
        let last = to("dig", Position::Last);
        assert_eq!(jobs(&last.process, "beds"), "Dig, sow, rake, dig");
        assert_eq!(last.value.1, Moved { old: 2, new: 4 });
        assert_eq!(jobs(&last.process, "water"), "dig, rake, Dig, sow");
        let by_key = to(&last.value.0.key, after("rake"));
        assert_eq!(by_key.revision, None);
        let undone = manager.undo(&garden, last.revision.unwrap()).unwrap();
        assert_eq!(jobs(&undone.process, "beds"), "Dig, dig, sow, rake");
        let Some(dir) = dir else { continue };
        let opened = || ProcessManager::new(crate::FileStore::open(dir.path()).unwrap());
        let other = opened();
        assert_eq!(other.process("garden").unwrap(), undone.process);
        manager.flush().unwrap();
        std::fs::remove_dir_all(dir.path().join(".pm")).unwrap();
        let from_file = opened().process("garden").unwrap();
        assert_eq!(jobs(&from_file, "beds"), "Dig, dig, sow, rake");
    }
}

#[test]
fn what_stands_there_already_is_not_moved() {
    let (manager, garden) = garden();
    for task in ["soil test", "beds", "water"] {
        manager
            .add_task(&garden, task.parse().unwrap(), "")
            .unwrap();
    }
    for job in ["dig", "rake"] {
        manager
            .add_job(&garden, "beds", job.parse().unwrap(), "")
            .unwrap();
    }
    let before = manager.process("garden").unwrap();
    for (task, to) in [
        ("soil test", Position::First),
        ("beds", after("soil test")),
        ("beds", after("beds")),
        ("water", Position::Last),
    ] {
        let moved = manager.move_task(&garden, task, to).unwrap();
        assert_eq!(moved.revision, None);
        assert!(moved.value.1.is_nowhere_else());
    }
    for (job, to) in [
        ("dig", Position::First),
        ("dig", after("dig")),
        ("rake", after("DIG")),
        ("rake", Position::Last),
    ] {
        let moved = manager.move_job(&garden, "beds", job, to).unwrap();
        assert_eq!(moved.revision, None);
    }
    let gone = manager
        .move_task(&garden, "beds", after("shed"))
        .unwrap_err();
    let Error::Task(_, Unresolved::NotFound { wanted, .. }) = &gone else {
        panic!("{gone}")
    };
    assert_eq!(wanted, "shed");
    let gone = manager
        .move_job(&garden, "beds", "dig", after("sow"))
        .unwrap_err();
    assert!(matches!(gone, Error::Job(..)), "{gone}");
    assert_eq!(manager.process("garden").unwrap(), before);
}
