//! Which changes touch the same places.

use super::*;
use crate::{JobName, TaskName};

type Change = fn(&mut Process);

fn now() -> Timestamp {
    Timestamp::stored("now")
}

fn garden() -> Process {
    let mut process = empty();
    add_task(&mut process, "beds");
    add_task(&mut process, "soil test");
    add_job(&mut process, "soil test", "sample");
    process.settle();
    process
}

fn add_task(process: &mut Process, name: &str) {
    process
        .add_task(TaskName::stored(name), String::new(), &now())
        .unwrap();
}

fn add_job(process: &mut Process, task: &str, job: &str) {
    process
        .add_job(task, JobName::stored(job), String::new(), &now())
        .unwrap();
}

fn rename(process: &mut Process, old: &str, new: &str) {
    process.rename_task(old, TaskName::stored(new)).unwrap();
}

fn describe(process: &mut Process, task: &str) {
    process.describe_task(task, "new".to_owned()).unwrap();
}

/// Makes the changes one after the other; answers whether the last touches what the first did,
/// which is carried past all in between.
fn overlap(changes: &[Change]) -> bool {
    let mut process = garden();
    let mut patches = changes.iter().map(|change| {
        let old = process.clone();
        change(&mut process);
        let patch = Patch::between(&old, &process);
        process.settle();
        patch
    });
    let mut first = patches.next().unwrap();
    let mut overlaps = false;
    for later in patches {
        overlaps = first.overlaps(&later);
        first = first.carried_past(&later);
    }
    overlaps
}

#[test]
fn changes_of_the_same_place_overlap() {
    let cases: [(&str, &[Change]); 12] = [
        (
            "one field",
            &[
                |p| describe(p, "beds"),
                |p| p.describe_task("beds", String::new()).map(drop).unwrap(),
            ],
        ),
        (
            "a task that came, and a job of it",
            &[|p| add_task(p, "shed"), |p| add_job(p, "shed", "dig")],
        ),
        (
            "a task that came, and its name",
            &[|p| add_task(p, "shed"), |p| rename(p, "shed", "barn")],
        ),
        (
            "a task that came, and went",
            &[
                |p| add_task(p, "shed"),
                |p| p.delete_task("shed").map(drop).unwrap(),
            ],
        ),
        (
            "a task that went, and another of its name",
            &[
                |p| p.delete_task("beds").map(drop).unwrap(),
                |p| add_task(p, "beds"),
            ],
        ),
        (
            "a task that went, and another of nearly its name",
            &[
                |p| p.delete_task("beds").map(drop).unwrap(),
                |p| add_task(p, "Beds!"),
            ],
        ),
        (
            "a task that went, and one renamed to its name",
            &[
                |p| p.delete_task("beds").map(drop).unwrap(),
                |p| rename(p, "soil test", "beds"),
            ],
        ),
        (
            "a name, and the next one",
            &[
                |p| rename(p, "beds", "plots"),
                |p| rename(p, "plots", "fields"),
            ],
        ),
        (
            "a name, and another task that takes the old one",
            &[|p| rename(p, "beds", "plots"), |p| add_task(p, "beds")],
        ),
        (
            "a change within a task that went",
            &[
                |p| describe(p, "beds"),
                |p| p.delete_task("beds").map(drop).unwrap(),
            ],
        ),
        (
            "the name of a task that went",
            &[
                |p| rename(p, "beds", "plots"),
                |p| p.delete_task("plots").map(drop).unwrap(),
            ],
        ),
        (
            "one field of a task that was renamed in between",
            &[
                |p| describe(p, "beds"),
                |p| rename(p, "beds", "plots"),
                |p| p.describe_task("plots", String::new()).map(drop).unwrap(),
            ],
        ),
    ];
    for (what, changes) in cases {
        assert!(overlap(changes), "{what}");
    }
}

#[test]
fn changes_of_different_places_do_not_overlap() {
    let cases: [(&str, &[Change]); 10] = [
        (
            "two tasks",
            &[|p| describe(p, "beds"), |p| describe(p, "soil test")],
        ),
        (
            "two jobs of a task",
            &[
                |p| add_job(p, "beds", "dig"),
                |p| add_job(p, "beds", "rake"),
            ],
        ),
        (
            "a job, and the task's description",
            &[|p| add_job(p, "beds", "dig"), |p| describe(p, "beds")],
        ),
        (
            "a job, and the task's name",
            &[
                |p| add_job(p, "beds", "dig"),
                |p| rename(p, "beds", "plots"),
            ],
        ),
        (
            "a name, and a job under it",
            &[
                |p| rename(p, "beds", "plots"),
                |p| add_job(p, "plots", "dig"),
            ],
        ),
        (
            "a job under each of two names",
            &[
                |p| add_job(p, "beds", "dig"),
                |p| rename(p, "beds", "plots"),
                |p| add_job(p, "plots", "rake"),
            ],
        ),
        (
            "a task, and another that took its name",
            &[
                |p| describe(p, "beds"),
                |p| rename(p, "beds", "plots"),
                |p| add_task(p, "beds"),
                |p| describe(p, "beds"),
            ],
        ),
        (
            "the process's description, and a task's",
            &[|p| p.description = "d".to_owned(), |p| describe(p, "beds")],
        ),
        (
            "two tasks that came",
            &[|p| add_task(p, "shed"), |p| add_task(p, "barn")],
        ),
        (
            "a task that went, and a job of another",
            &[
                |p| p.delete_task("beds").map(drop).unwrap(),
                |p| add_job(p, "soil test", "dig"),
            ],
        ),
    ];
    for (what, changes) in cases {
        assert!(!overlap(changes), "{what}");
    }
}

#[test]
fn an_order_overlaps_with_what_it_orders() {
    let order: Change = |process| {
        let names = ["soil test", "beds"].map(TaskName::stored);
        process.tasks.arrange(&names);
    };
    assert!(overlap(&[order, |p| p
        .delete_task("beds")
        .map(drop)
        .unwrap()]));
    assert!(overlap(&[
        |p| p.delete_task("beds").map(drop).unwrap(),
        |p| add_task(p, "beds")
    ]));
    assert!(!overlap(&[order, |p| add_task(p, "shed")]));
    assert!(!overlap(&[order, |p| rename(p, "beds", "plots")]));
    assert!(overlap(&[
        order,
        |p| rename(p, "beds", "plots"),
        |p| p.delete_task("plots").map(drop).unwrap()
    ]));
}

#[test]
fn what_was_renamed_since_is_taken_back_under_its_new_name() {
    let old = garden();
    let mut new = old.clone();
    add_job(&mut new, "beds", "dig");
    let patch = Patch::between(&old, &new);
    new.settle();
    let mut renamed = new.clone();
    rename(&mut renamed, "beds", "plots");
    let later = Patch::between(&new, &renamed);
    let undo = patch.carried_past(&later).inverse();
    let mut process = renamed.clone();
    process.apply(&undo).unwrap();
    assert!(process.task("plots").unwrap().1.jobs.is_empty());
}

#[test]
fn a_name_means_another_task_in_front_of_the_renaming() {
    let replace: Change = |process| {
        process.delete_task("soil test").unwrap();
        rename(process, "beds", "soil test");
    };
    assert!(!overlap(&[replace, |p| add_job(p, "soil test", "dig")]));
    assert!(overlap(&[replace, |p| add_task(p, "beds")]));

    let rename = |old, new| Edit::RenameTask {
        old: TaskName::stored(old),
        new: TaskName::stored(new),
    };
    let field = Edit::Field {
        entity: Entity::Task(TaskName::stored("beds")),
        field: "owner".to_owned(),
        old: None,
        new: None,
    };
    let patch = Patch(vec![field, rename("beds", "plots")]);
    let others = Patch(vec![rename("water", "beds"), rename("beds", "shed")]);
    assert_eq!(patch.clone().carried_past(&others), patch);
    let own = Patch(vec![rename("plots", "fields")]);
    let carried = patch.clone().carried_past(&own);
    assert_eq!(
        carried,
        Patch(vec![patch.0[0].clone(), rename("beds", "fields")])
    );
}

#[test]
fn what_is_within_another_task_of_the_name_of_one_that_went_does_not_matter() {
    let change = |change: Change, process: &mut Process| {
        let old = process.clone();
        change(process);
        let patch = Patch::between(&old, process);
        process.settle();
        patch
    };
    let mut process = garden();
    let went = change(|p| p.delete_task("beds").map(drop).unwrap(), &mut process);
    let renamed = change(|p| rename(p, "soil test", "beds"), &mut process);
    let within = change(|p| add_job(p, "beds", "dig"), &mut process);
    assert!(went.overlaps(&renamed));
    assert!(!went.overlaps(&within));
}
