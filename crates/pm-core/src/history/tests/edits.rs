//! The edits that each kind of change gives, and the states to which they apply.

use super::*;
use crate::{Job, JobName, Position, SnippetName, Task, TaskName};

fn garden() -> Process {
    let mut process = empty();
    for name in ["beds", "soil test", "water"] {
        process
            .add_task(TaskName::stored(name), String::new(), &now())
            .unwrap();
    }
    for name in ["sample", "send"] {
        let name = JobName::stored(name);
        process
            .add_job("soil test", name, String::new(), &now())
            .unwrap();
    }
    process.settle();
    process
}

fn now() -> Timestamp {
    Timestamp::stored("now")
}

fn name(name: &str) -> TaskName {
    TaskName::stored(name)
}

/// The patch of a change to the garden.
fn patch(change: impl FnOnce(&mut Process)) -> Patch {
    let old = garden();
    let mut new = old.clone();
    change(&mut new);
    Patch::between(&old, &new)
}

fn text(text: &str) -> FieldValue {
    serde_json::value::to_raw_value(text).unwrap()
}

fn field(entity: Entity, field: &str, old: &str, new: &str) -> Edit {
    Edit::Field {
        entity,
        field: field.to_owned(),
        old: Some(text(old)),
        new: Some(text(new)),
    }
}

#[test]
fn a_new_job_is_one_edit() {
    let patch = patch(|process| {
        let job = JobName::stored("dig");
        process
            .add_job("soil test", job, "d".to_owned(), &now())
            .unwrap();
    });
    let job = Job {
        name: JobName::stored("dig"),
        description: "d".to_owned(),
        created_at: now(),
        file_fields: crate::FileFields::default(),
    };
    let edit = EntryEdit {
        key: "dig_now".to_owned(),
        old: None,
        new: Some(Arc::new(job)),
        position: Position::Last,
    };
    assert_eq!(patch, Patch(vec![Edit::Job(name("soil test"), edit)]));
}

#[test]
fn a_new_description_is_one_field() {
    let patch = patch(|process| {
        process
            .describe_task("soil test", "\"d\"\n".to_owned())
            .unwrap();
    });
    let task = Entity::Task(name("soil test"));
    assert_eq!(
        patch,
        Patch(vec![field(task, "description", "", "\"d\"\n")])
    );
}

#[test]
fn a_task_that_was_renamed_and_changed_is_changed_under_its_new_name() {
    let patch = patch(|process| {
        process.describe_task("soil test", "d".to_owned()).unwrap();
        process
            .rename_task("soil test", name("Soil Test!"))
            .unwrap();
    });
    let expected = [
        Edit::RenameTask {
            old: name("soil test"),
            new: name("Soil Test!"),
        },
        field(Entity::Task(name("Soil Test!")), "description", "", "d"),
    ];
    assert_eq!(patch.0, expected);
}

#[test]
fn a_task_that_went_leaves_where_it_stood() {
    for (task, position) in [
        ("beds", Position::First),
        ("soil test", Position::After(name("beds"))),
        ("water", Position::Last),
    ] {
        let patch = patch(|process| {
            process.delete_task(task).unwrap();
        });
        let edit = EntryEdit {
            key: name(task),
            old: garden().tasks.get_shared(&name(task)).cloned(),
            new: None,
            position,
        };
        assert_eq!(patch, Patch(vec![Edit::Task(edit)]));
    }
}

#[test]
fn a_touch_without_a_change_is_no_edit() {
    let nothing = patch(|process| {
        process.describe_task("beds", String::new()).unwrap();
        process.rename_task("water", name("rain")).unwrap();
        process.rename_task("rain", name("water")).unwrap();
        let task = process.tasks.shift_remove(&name("soil test")).unwrap();
        process
            .tasks
            .insert_at(name("soil test"), task, &Position::After(name("beds")));
        process
            .add_task(name("shed"), String::new(), &now())
            .unwrap();
        process.delete_task("shed").unwrap();
    });
    assert_eq!(nothing, Patch::default());
}

#[test]
fn the_revision_is_no_part_of_a_patch() {
    let patch = patch(|process| process.revision = 7);
    assert!(patch.is_empty());
}

#[test]
fn a_change_costs_the_same_whatever_the_process_holds() {
    // Nothing but what was touched is looked at: a difference elsewhere is not noticed, which
    // only this test can bring about.
    let old = garden();
    let mut new = old.clone();
    new.describe_task("beds", "d".to_owned()).unwrap();
    let mut forged = old.clone();
    let water = forged.tasks.get_mut(&name("water")).unwrap();
    water.description = "forged".to_owned();
    forged.tasks.forget_touches();
    assert_eq!(Patch::between(&forged, &new).0.len(), 1);
    assert_eq!(Patch::compared(&forged, &new).0.len(), 2);
}

#[test]
fn an_order_by_hand_is_one_edit_and_can_be_taken_back() {
    let old = garden();
    let mut new = empty();
    for task in ["water", "beds", "shed", "soil test"] {
        let found = old.tasks.get_shared(&name(task)).cloned();
        let task_or_new = found.unwrap_or_else(|| Arc::new(Task::new(String::new(), now())));
        new.tasks.insert(name(task), task_or_new);
    }
    let patch = Patch::compared(&old, &new);
    let order = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect();
    let expected = Edit::Order {
        entity: Entity::Process,
        entries: "tasks".to_owned(),
        old: order(&["beds", "soil test", "water"]),
        new: order(&["water", "beds", "soil test"]),
    };
    assert_eq!(patch.0.len(), 2);
    assert_eq!(patch.0[0], expected);
    assert_eq!(applied(&patch, &old), new);
    assert_eq!(applied(&patch.inverse(), &new), old);
}

#[test]
fn an_edit_fits_where_its_value_before_or_after_is_found() {
    let patch = patch(|process| {
        process.describe_task("beds", "d".to_owned()).unwrap();
    });
    let once = applied(&patch, &garden());
    assert_eq!(applied(&patch, &once), once);
    let mut other = garden();
    other.describe_task("beds", "e".to_owned()).unwrap();
    assert_eq!(other.apply(&patch), Err(Misfit { edit: 0 }));
    assert_eq!(other.apply_fitting(&patch), patch.0);
}

#[test]
fn a_deleted_task_comes_back_also_where_its_neighbour_is_gone() {
    let patch = patch(|process| {
        process.delete_task("soil test").unwrap();
    });
    let mut process = applied(&patch, &garden());
    process.delete_task("beds").unwrap();
    process.apply(&patch.inverse()).unwrap();
    let names: Vec<_> = process.tasks.keys().map(TaskName::as_str).collect();
    assert_eq!(names, ["water", "soil test"]);
}

#[test]
fn a_known_field_is_compared_by_its_text_and_must_have_one() {
    let mut process = garden();
    let escaped = Edit::Field {
        entity: Entity::Process,
        field: "process_name".to_owned(),
        old: Some(serde_json::from_str("\"Garden\\u0020Planner\"").unwrap()),
        new: Some(text("Shed")),
    };
    process.apply(&Patch(vec![escaped])).unwrap();
    assert_eq!(process.name.as_str(), "Shed");
    for (field, value) in [
        ("description", None),
        ("description", Some("5")),
        ("tasks", Some("{}")),
        ("revision", Some("5")),
    ] {
        let edit = Edit::Field {
            entity: Entity::Process,
            field: field.to_owned(),
            old: Some(text("")),
            new: value.map(|value| serde_json::from_str(value).unwrap()),
        };
        assert!(process.apply(&Patch(vec![edit])).is_err(), "{field}");
    }
}

#[test]
fn a_snippet_that_is_renamed_by_hand_is_found_by_its_new_name() {
    let mut process = garden();
    let snippet = SnippetName::stored("main.py");
    process
        .add_snippet("beds", snippet, String::new(), &now())
        .unwrap();
    let key = "main.py_now".to_owned();
    let edit = field(
        Entity::Code(name("beds"), key),
        "name",
        "main.py",
        "Main Py",
    );
    process.apply(&Patch(vec![edit])).unwrap();
    let names = process.tasks.get(&name("beds")).unwrap().snippet_names();
    assert_eq!(names, [SnippetName::stored("Main Py")]);
}
