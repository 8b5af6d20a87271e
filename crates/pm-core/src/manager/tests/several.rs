//! Changes of several tasks at once, each of which is one change.

use super::*;
use crate::error::{PlanProblem, Unresolved};
use crate::{Task, TaskName};

fn planted(manager: &ProcessManager) -> ProcessName {
    let garden: ProcessName = "garden".parse().unwrap();
    manager.create_process(garden.clone(), "").unwrap();
    for task in ["soil test", "beds", "water", "weeds", "shed"] {
        let task: TaskName = task.parse().unwrap();
        manager.add_task(&garden, task.clone(), "").unwrap();
        manager
            .add_job(&garden, task.as_str(), "dig".parse().unwrap(), "")
            .unwrap();
    }
    garden
}

fn tasks(process: &Process) -> String {
    let names: Vec<&str> = process.tasks.keys().map(TaskName::as_str).collect();
    names.join(", ")
}

fn depend(manager: &ProcessManager, task: &str, on: &str) {
    let update = TaskUpdate {
        depends_on: Some(vec![on.to_owned()]),
        ..TaskUpdate::default()
    };
    let garden: ProcessName = "garden".parse().unwrap();
    manager.update_task(&garden, task, update).unwrap();
}

fn status(status: Status) -> TaskUpdate {
    TaskUpdate {
        status: Some(status),
        ..TaskUpdate::default()
    }
}

fn last_summary(manager: &ProcessManager) -> String {
    let last = manager.store.history("garden", 0).unwrap().pop().unwrap();
    last.action.summary.clone()
}

#[test]
fn several_tasks_are_changed_in_one_change_and_back_again() {
    for (manager, _dir) in both_stores() {
        let garden = planted(&manager);
        let before = manager.process("garden").unwrap();
        let done = TaskUpdate {
            priority: Some(Priority::High),
            note: Some("rain".to_owned()),
            ..status(Status::Blocked)
        };
        let selected = ["Soil_Test", "weeds", "soil test"];
        let changed = manager
            .update_tasks(&garden, &selected, done.clone())
            .unwrap();
        assert_eq!(changed.process.revision, before.revision + 1);
        let told: Vec<&str> = changed.value.iter().map(|it| it.task.as_str()).collect();
        assert_eq!(told, ["soil test", "weeds"]);
        let blocked = |task: &Task| task.status() == Status::Blocked;
        let blocked: Vec<&str> = changed
            .process
            .tasks
            .iter()
            .filter(|(_, task)| blocked(task) && task.priority() == Priority::High)
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(blocked, ["soil test", "weeds"]);
        assert_eq!(
            last_summary(&manager),
            "updated 2 tasks: blocked, a note, priority high"
        );
        let undone = manager.undo(&garden, changed.revision.unwrap()).unwrap();
        assert_eq!(undone.process.tasks, before.tasks);
        manager.update_tasks(&garden, &["beds"], done).unwrap();
        assert_eq!(
            last_summary(&manager),
            "updated the task \"beds\": blocked, a note, priority high"
        );
        let none: [&str; 0] = [];
        let nothing = manager.update_tasks(&garden, &none, status(Status::Done));
        assert_eq!(nothing.unwrap().revision, None);
    }
}

#[test]
fn several_tasks_are_moved_together() {
    let manager = ProcessManager::new(MemoryStore::new());
    let garden = planted(&manager);
    let to = |selected: &[&str], place| {
        let update = TaskUpdate {
            position: Some(place),
            ..TaskUpdate::default()
        };
        let moved = manager.update_tasks(&garden, selected, update).unwrap();
        let places = moved.value.iter().map(|task| task.position.unwrap());
        (tasks(&moved.process), places.collect::<Vec<_>>())
    };
    assert_eq!(
        to(&["soil test", "beds"], 3),
        ("water, weeds, soil test, beds, shed".to_owned(), vec![3, 4])
    );
    assert_eq!(last_summary(&manager), "updated 2 tasks: moved to place 3");
    assert_eq!(
        to(&["shed", "weeds"], 1),
        ("shed, weeds, water, soil test, beds".to_owned(), vec![1, 2])
    );
    assert_eq!(
        to(&["shed", "water"], 99),
        ("weeds, soil test, beds, shed, water".to_owned(), vec![4, 5])
    );
}

#[test]
fn all_of_several_tasks_are_changed_or_none() {
    for (manager, _dir) in both_stores() {
        let garden = planted(&manager);
        depend(&manager, "water", "beds");
        let agent = manager.clone().claiming_as("agent");
        agent
            .update_task(&garden, "weeds", status(Status::InProgress))
            .unwrap();
        let before = manager.process("garden").unwrap();
        let refusal = |selected: &[&str], update| {
            let refusal = manager.update_tasks(&garden, selected, update).unwrap_err();
            assert_eq!(manager.process("garden").unwrap(), before);
            refusal
        };
        let claimed = refusal(&["soil test", "weeds"], status(Status::Done));
        let Error::Plan(_, PlanProblem::Claimed { task, .. }) = &claimed else {
            panic!("{claimed}")
        };
        assert_eq!(task.as_str(), "weeds");
        let waits = TaskUpdate {
            depends_on: Some(vec!["water".to_owned()]),
            ..TaskUpdate::default()
        };
        let cycle = refusal(&["soil test", "beds"], waits);
        assert!(
            matches!(cycle, Error::Plan(_, PlanProblem::Cycle(_))),
            "{cycle}"
        );
        let gone = refusal(&["soil test", "roses"], status(Status::Done));
        assert!(
            matches!(gone, Error::Task(_, Unresolved::NotFound { .. })),
            "{gone}"
        );
        let gone = manager
            .delete_tasks(&garden, &["beds", "roses"])
            .unwrap_err();
        assert!(matches!(gone, Error::Task(..)), "{gone}");
        assert_eq!(manager.process("garden").unwrap(), before);
    }
}

#[test]
fn several_tasks_are_deleted_in_one_change_and_come_back_as_they_were() {
    for (manager, _dir) in both_stores() {
        let garden = planted(&manager);
        depend(&manager, "beds", "soil test");
        depend(&manager, "water", "beds");
        depend(&manager, "shed", "water");
        let before = manager.process("garden").unwrap();
        let selected = ["Beds", "water", "soil test", "beds"];
        let deleted = manager.delete_tasks(&garden, &selected).unwrap();
        assert_eq!(tasks(&deleted.process), "weeds, shed");
        let shed = deleted.process.tasks.get("shed").unwrap();
        assert!(shed.depends_on().is_empty());
        assert_eq!(
            last_summary(&manager),
            "deleted 3 tasks (jobs: 3, code versions: 0)"
        );
        let names: Vec<&str> = deleted
            .value
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(names, ["beds", "water", "soil test"]);
        for (name, task) in &deleted.value {
            assert_eq!(before.tasks.get(name), Some(task));
        }
        let undone = manager.undo(&garden, deleted.revision.unwrap()).unwrap();
        assert_eq!(undone.process.tasks, before.tasks);
        manager.delete_tasks(&garden, &["beds"]).unwrap();
        assert_eq!(
            last_summary(&manager),
            "deleted the task \"beds\" (jobs: 1, code versions: 0)"
        );
        let none: [&str; 0] = [];
        assert_eq!(manager.delete_tasks(&garden, &none).unwrap().revision, None);
    }
}
