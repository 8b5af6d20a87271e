//! Renaming snippets, and taking that back.

use super::*;
use crate::error::{HistoryProblem, Taken, Unresolved};
use crate::{SnippetName, TaskName};

fn code(name: &str) -> SnippetName {
    name.parse().unwrap()
}

fn planted(manager: &ProcessManager) -> ProcessName {
    let garden: ProcessName = "garden".parse().unwrap();
    manager.create_process(garden.clone(), "").unwrap();
    for task in ["beds", "soil"] {
        let task: TaskName = task.parse().unwrap();
        manager.add_task(&garden, task.clone(), "").unwrap();
        for (name, content) in [("main.py", "1"), ("lib.py", "1"), ("main.py", "2")] {
            let name = code(name);
            manager
                .add_snippet(&garden, task.as_str(), name, content)
                .unwrap();
        }
    }
    garden
}

/// The code of the beds: each version, in the order of the file.
fn beds(manager: &ProcessManager) -> String {
    let process = manager.process("garden").unwrap();
    let versions = process.task("beds").unwrap().1.code.values();
    let told = versions.map(|version| format!("{} {}", version.name, version.content));
    told.collect::<Vec<_>>().join(", ")
}

fn rename(manager: &ProcessManager, old: &str, new: &str) -> Result<u64, Error> {
    let garden: ProcessName = "garden".parse().unwrap();
    let renamed = manager.rename_snippet(&garden, "Beds", code(old), code(new))?;
    Ok(renamed.revision.unwrap())
}

#[test]
fn all_versions_get_the_new_name_and_the_old_one_back() {
    for (manager, _dir) in both_stores() {
        let garden = planted(&manager);
        let renamed = rename(&manager, "Main_py", "app.py").unwrap();
        assert_eq!(beds(&manager), "app.py 1, lib.py 1, app.py 2");
        let process = manager.process("garden").unwrap();
        let names = process.task("beds").unwrap().1.snippet_names();
        assert_eq!(names, [code("app.py"), code("lib.py")]);
        let (_, soil) = process.task("soil").unwrap();
        assert_eq!(soil.snippet_names(), [code("main.py"), code("lib.py")]);
        let entry = manager.store.history("garden", renamed - 1).unwrap();
        assert_eq!(
            entry[0].action.summary,
            "renamed the code \"main.py\" of the task \"beds\" to \"app.py\""
        );
        // Another spelling of its own name is free to it.
        let spelled = rename(&manager, "app.py", "App.py").unwrap();
        manager.undo(&garden, spelled).unwrap();
        let undone = manager.undo(&garden, renamed).unwrap();
        assert_eq!(beds(&manager), "main.py 1, lib.py 1, main.py 2");
        manager.undo(&garden, undone.revision.unwrap()).unwrap();
        assert_eq!(beds(&manager), "app.py 1, lib.py 1, app.py 2");
    }
}

#[test]
fn a_name_that_another_snippet_has_is_refused() {
    let manager = ProcessManager::new(MemoryStore::new());
    planted(&manager);
    let before = manager.process("garden").unwrap();
    for (old, new, existing) in [
        ("main.py", "Lib Py", "lib.py"),
        ("main.py", "lib.py", "lib.py"),
        ("Main Py", "main.py", "main.py"),
    ] {
        let refusal = rename(&manager, old, new).unwrap_err();
        let Error::Taken(Taken::Snippet { existing: it, .. }) = &refusal else {
            panic!("{refusal}")
        };
        assert_eq!(it.as_str(), existing);
    }
    let missing = rename(&manager, "main", "app.py").unwrap_err();
    assert!(
        matches!(missing, Error::Snippet(_, Unresolved::NotFound { .. })),
        "{missing}"
    );
    assert_eq!(manager.process("garden").unwrap(), before);
}

#[test]
fn versions_of_the_new_name_are_in_the_way_of_the_old_one_until_they_are_taken_back() {
    let manager = ProcessManager::new(MemoryStore::new());
    let garden = planted(&manager);
    let renamed = rename(&manager, "main.py", "app.py").unwrap();
    let added = manager
        .update_snippet(&garden, "beds", code("app.py"), "3")
        .unwrap()
        .revision
        .unwrap();
    let in_the_way = |revision| match manager.undo(&garden, revision).unwrap_err() {
        Error::History(_, HistoryProblem::ChangedSince { later, .. }) => {
            later.iter().map(|later| later.revision).collect::<Vec<_>>()
        }
        other => panic!("{other}"),
    };
    assert_eq!(in_the_way(renamed), [added]);
    assert_eq!(beds(&manager), "app.py 1, lib.py 1, app.py 2, app.py 3");
    // Nor does a version go away under its new name.
    assert_eq!(in_the_way(5), [renamed]);
    // Versions of other snippets, and those of other tasks, are in nobody's way.
    manager
        .update_snippet(&garden, "beds", code("lib.py"), "2")
        .unwrap();
    manager
        .update_snippet(&garden, "soil", code("app.py"), "1")
        .unwrap();
    manager.undo(&garden, added).unwrap();
    manager.undo(&garden, renamed).unwrap();
    assert_eq!(beds(&manager), "main.py 1, lib.py 1, main.py 2, lib.py 2");
}

#[test]
fn a_snippet_gets_no_name_back_that_another_has_got_since() {
    let manager = ProcessManager::new(MemoryStore::new());
    let garden = planted(&manager);
    let renamed = rename(&manager, "main.py", "app.py").unwrap();
    let other = manager
        .add_snippet(&garden, "beds", code("Main.py"), "new")
        .unwrap();
    let refusal = manager.undo(&garden, renamed).unwrap_err();
    let Error::History(_, HistoryProblem::ChangedSince { later, .. }) = &refusal else {
        panic!("{refusal}")
    };
    assert_eq!(later[0].revision, other.revision.unwrap());
    // A deleted snippet does not come back among the versions of the one that has its name.
    let deleted = manager
        .delete_snippets(&garden, "beds", code("lib.py"))
        .unwrap();
    rename(&manager, "app.py", "lib.py").unwrap();
    let refusal = manager
        .undo(&garden, deleted.revision.unwrap())
        .unwrap_err();
    assert!(
        matches!(
            refusal,
            Error::History(_, HistoryProblem::ChangedSince { .. })
        ),
        "{refusal}"
    );
    // Nor if it was changed in a way that nobody knows.
    let edit = |process: &mut Process, now: &Timestamp| {
        let task = process.tasks.get_mut("beds").unwrap();
        task.add_snippet(code("app.py"), "x".to_owned(), now)
            .unwrap();
        Ok(((), Action::new("edit", "edited")))
    };
    manager.revise(&garden, edit).unwrap();
    let mut process = Process::clone(&manager.process("garden").unwrap());
    let entries = manager.store.history("garden", 0).unwrap();
    let last_rename = &entries[entries.len() - 2];
    let back = last_rename.patch.as_ref().unwrap().inverse();
    process.apply(&back).unwrap();
    let twins = process.refuse_twins(&back).unwrap_err();
    assert!(
        matches!(twins, Error::Taken(Taken::Snippet { .. })),
        "{twins}"
    );
}
