//! Things that are asked for by names that they had.

use super::activity::Many;
use super::{garden, garden_in_time};
use crate::{ProcessManager, ProcessName};

fn name<T: std::str::FromStr<Err: std::fmt::Debug>>(name: &str) -> T {
    name.parse().unwrap()
}

fn once(manager: &ProcessManager, wanted: &str) -> Option<String> {
    let found = manager.process_once_called(wanted).unwrap();
    found.map(|name| name.to_string())
}

fn rename(manager: &ProcessManager, old: &str, new: &str) {
    manager.rename_process(&name(old), &name(new)).unwrap();
}

#[test]
fn a_process_is_found_by_every_name_that_it_had() {
    let (manager, _, clock) = garden_in_time();
    let second = || clock.advance(std::time::Duration::from_secs(1));
    assert_eq!(once(&manager, "garden"), None);
    for (old, new) in [("garden", "Soil Test"), ("Soil Test", "park")] {
        second();
        rename(&manager, old, new);
    }
    assert_eq!(once(&manager, "garden").as_deref(), Some("park"));
    assert_eq!(once(&manager, "soil_test").as_deref(), Some("park"));
    assert_eq!(once(&manager, "none"), None);
    // Another process had the name later, and gave it up.
    second();
    manager.create_process(name("garden"), "").unwrap();
    second();
    rename(&manager, "garden", "shed");
    assert_eq!(once(&manager, "garden").as_deref(), Some("shed"));
    // What was read of a process that is gone is not taken for another of its name.
    manager.delete_process(&name("shed")).unwrap();
    assert_eq!(once(&manager, "garden").as_deref(), Some("park"));
    second();
    manager.create_process(name("shed"), "").unwrap();
    manager.add_task(&name("shed"), name("paint"), "").unwrap();
    assert_eq!(once(&manager, "garden").as_deref(), Some("park"));
    manager.undo(&name("park"), 3).unwrap();
    assert_eq!(once(&manager, "park").as_deref(), Some("Soil Test"));
}

#[test]
fn only_so_many_histories_are_read_and_each_once() {
    let many = Many::new(120);
    rename(&many.manager, "p 0", "first");
    let name: ProcessName = name("first");
    // It is not the last process to change any more.
    for number in 1..120 {
        many.change(&format!("p {number}"), "again", "bob");
    }
    let search = || many.reading(|manager| once(manager, "p 0"));
    assert_eq!(search(), (50, None));
    assert_eq!(search(), (50, None));
    assert_eq!(search(), (20, Some(name.to_string())));
    assert_eq!(search(), (0, Some(name.to_string())));
    many.change("p 7", "once more", "bob");
    assert_eq!(search(), (1, Some(name.to_string())));
    rename(&many.manager, "first", "new");
    assert_eq!(search(), (1, Some("new".to_owned())));
}

#[test]
fn a_task_is_found_by_every_name_that_it_had() {
    let (manager, garden) = garden();
    let once = |wanted: &str| {
        let found = manager.task_once_called(&garden, wanted).unwrap();
        found.map(|name| name.to_string())
    };
    manager.add_task(&garden, name("soil"), "").unwrap();
    manager.rename_task(&garden, "soil", name("earth")).unwrap();
    manager.rename_task(&garden, "earth", name("beds")).unwrap();
    assert_eq!(once("soil").as_deref(), Some("beds"));
    assert_eq!(once("Earth!").as_deref(), Some("beds"));
    assert_eq!(once("none"), None);
    manager.add_task(&garden, name("soil"), "").unwrap();
    manager.rename_task(&garden, "soil", name("sand")).unwrap();
    assert_eq!(once("soil").as_deref(), Some("sand"));
    manager.delete_task(&garden, "sand").unwrap();
    assert_eq!(once("soil"), None);
    assert_eq!(once("earth").as_deref(), Some("beds"));
}

#[test]
fn a_snippet_is_found_by_the_name_that_its_versions_had() {
    let (manager, garden) = garden();
    let task = name("soil");
    manager.add_task(&garden, name("soil"), "").unwrap();
    let content = "one".to_owned();
    manager
        .add_snippet(&garden, "soil", name("main.py"), content)
        .unwrap();
    let once = |wanted: &str| {
        let found = manager.snippet_once_called(&garden, &task, wanted);
        found.unwrap().map(|name| name.to_string())
    };
    assert_eq!(once("main.py"), None);
    // The version stays under its key, or gets one that has the new name.
    for (new, new_key) in [
        ("app.py", None),
        ("run.py", Some("run.py_1")),
        ("end.py", None),
    ] {
        let renamed = manager.revise(&garden, move |process, _| {
            let task = process.tasks.get_mut("soil").unwrap();
            let key = task.code.keys().next().unwrap().clone();
            let version = task.code.shift_remove(&key).unwrap();
            let mut version = crate::SnippetVersion::clone(&version);
            version.name = name(new);
            let key = new_key.map_or(key, ToOwned::to_owned);
            task.code.insert(key, version);
            Ok(((), crate::Action::new("rename_code", "renamed it")))
        });
        renamed.unwrap();
    }
    assert_eq!(once("main.py").as_deref(), Some("end.py"));
    assert_eq!(once("App_py").as_deref(), Some("end.py"));
    assert_eq!(once("run.py").as_deref(), Some("end.py"));
    assert_eq!(once("end.py"), None);
}

#[test]
fn a_snippet_that_was_renamed_is_found_also_if_its_task_was() {
    let (manager, garden) = garden();
    manager.add_task(&garden, name("soil"), "").unwrap();
    for content in ["one", "two"] {
        manager
            .update_snippet(&garden, "soil", name("main.py"), content)
            .unwrap();
    }
    let rename = |task: &str, old: &str, new: &str| {
        manager
            .rename_snippet(&garden, task, name(old), name(new))
            .unwrap();
    };
    rename("soil", "main.py", "app.py");
    manager.rename_task(&garden, "soil", name("earth")).unwrap();
    rename("earth", "app.py", "run.py");
    let once = |task: &str, wanted: &str| {
        let found = manager.snippet_once_called(&garden, &name(task), wanted);
        found.unwrap().map(|name| name.to_string())
    };
    assert_eq!(once("earth", "Main.py").as_deref(), Some("run.py"));
    assert_eq!(once("earth", "app.py").as_deref(), Some("run.py"));
    assert_eq!(once("soil", "main.py"), None);
    manager
        .delete_snippets(&garden, "earth", name("run.py"))
        .unwrap();
    assert_eq!(once("earth", "main.py"), None);
}
