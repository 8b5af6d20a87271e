//! Versions of snippets: numbered, restored, and never the same twice in a row.

use super::*;
use crate::error::{Unresolved, VersionProblem};
use crate::{AddedSnippet, SnippetName};

fn task() -> (ProcessManager, ProcessName) {
    let (manager, name) = garden();
    manager
        .add_task(&name, "main".parse().unwrap(), "")
        .unwrap();
    (manager, name)
}

fn update(manager: &ProcessManager, name: &ProcessName, code: &str, content: &str) -> AddedSnippet {
    let code = code.parse().unwrap();
    manager
        .update_snippet(name, "main", code, content)
        .unwrap()
        .value
        .1
}

/// The number, the count and the content of each version that matches.
fn matching(process: &Process, wanted: &str) -> Vec<(usize, usize, String)> {
    let (_, task) = process.task("main").unwrap();
    let versions = task.versions_matching(wanted).into_iter();
    versions
        .map(|v| (v.version, v.of, v.snippet.content.clone()))
        .collect()
}

#[test]
fn versions_are_numbered_in_the_order_of_the_file() {
    let (manager, name) = task();
    for (code, content) in [
        ("a.rs", "a1"),
        ("b.rs", "b1"),
        ("a.rs", "a2"),
        ("b.rs", "b2"),
    ] {
        update(&manager, &name, code, content);
    }
    let process = manager.process("garden").unwrap();
    let numbered = |version, of, content: &str| (version, of, content.to_owned());
    assert_eq!(
        matching(&process, "a.rs"),
        [numbered(1, 2, "a1"), numbered(2, 2, "a2")]
    );
    let both = ["a1", "b1", "a2", "b2"];
    let both = both
        .iter()
        .zip([1, 1, 2, 2])
        .map(|(content, v)| numbered(v, 2, content));
    assert_eq!(matching(&process, ".rs"), both.collect::<Vec<_>>());
    let (_, task) = process.task("main").unwrap();
    let latest = task.latest_versions();
    let latest: Vec<&str> = latest.iter().map(|v| v.snippet.content.as_str()).collect();
    assert_eq!(latest, ["a2", "b2"]);
}

#[test]
fn one_version_is_found_by_its_number() {
    let (manager, name) = task();
    for content in ["one", "two", "three"] {
        update(&manager, &name, "main.rs", content);
    }
    update(&manager, &name, "main_test.rs", "test");
    let process = manager.process("garden").unwrap();
    let content = |wanted: &str, version| {
        let (_, found) = process.snippet_version("MAIN", wanted, version)?;
        Ok::<_, Error>(found.snippet.content.clone())
    };
    assert_eq!(content("main.rs", None).unwrap(), "three");
    assert_eq!(content("Main-RS", Some(2)).unwrap(), "two");
    assert_eq!(content("test", Some(1)).unwrap(), "test");
    for wrong in [0, 4, usize::MAX] {
        let refused = content("main.rs", Some(wrong)).unwrap_err();
        assert!(
            matches!(refused, Error::Version(_, VersionProblem::NotFound { wanted, of: 3, .. }) if wanted == wrong),
            "{refused}"
        );
    }
    let refused = content("main", None).unwrap_err();
    assert!(
        matches!(refused, Error::Snippet(_, Unresolved::Ambiguous { candidates, .. }) if candidates.len() == 2)
    );
    let refused = content("mian.rs", None).unwrap_err();
    assert!(
        matches!(refused, Error::Snippet(_, Unresolved::NotFound { near, .. }) if near[0].as_str() == "main.rs")
    );
    let refused = content(" ", None).unwrap_err();
    assert!(matches!(
        refused,
        Error::Snippet(_, Unresolved::NotFound { .. })
    ));
}

#[test]
fn the_same_content_makes_no_version() {
    let (manager, name) = task();
    assert!(update(&manager, &name, "main.rs", "one").is_new);
    let before = manager.process("garden").unwrap();
    let code: SnippetName = "main.rs".parse().unwrap();
    let added = manager
        .add_snippet(&name, "main", code.clone(), "one")
        .unwrap();
    assert_eq!((added.value.1.version, added.value.1.is_new), (1, false));
    assert_eq!(added.value.0.as_str(), "main");
    assert_eq!(*added.process, *before);
    let same = update(&manager, &name, "Main RS", "one");
    assert_eq!(
        (same.version, same.is_new, same.name.as_str()),
        (1, false, "main.rs")
    );
    assert_eq!(manager.process("garden").unwrap().revision, before.revision);
    // The content of a version that is not the last makes a version like any other.
    update(&manager, &name, "main.rs", "two");
    let again = update(&manager, &name, "main.rs", "one");
    assert_eq!((again.version, again.is_new), (3, true));
}

#[test]
fn a_former_version_is_restored_as_a_new_one() {
    let (manager, name) = task();
    for content in ["one", "two"] {
        update(&manager, &name, "main.rs", content);
    }
    let restore = |code: &str, version| {
        let code: SnippetName = code.parse().unwrap();
        manager.restore_snippet(&name, "main", code, version)
    };
    let restored = restore("MAIN.rs", 1).unwrap();
    assert_eq!(
        (restored.value.1.version, restored.value.1.is_new),
        (3, true)
    );
    let process = manager.process("garden").unwrap();
    assert_eq!(matching(&process, "main.rs").last().unwrap().2, "one");
    let history = manager.history(&name, &HistoryQuery::default()).unwrap();
    assert_eq!(
        history.changes[0].entry.action.summary,
        "restored version 1 of the code \"main.rs\" in the task \"main\" as version 3"
    );
    assert!(!restore("main.rs", 3).unwrap().value.1.is_new);
    assert!(!restore("main.rs", 1).unwrap().value.1.is_new);
    let refused = restore("main.rs", 4).unwrap_err();
    assert!(matches!(
        refused,
        Error::Version(
            _,
            VersionProblem::NotFound {
                wanted: 4,
                of: 3,
                ..
            }
        )
    ));
    // No snippet is found by a part of its name, and none is made.
    let refused = restore("main", 1).unwrap_err();
    assert!(matches!(
        refused,
        Error::Snippet(_, Unresolved::NotFound { .. })
    ));
    assert_eq!(
        manager.process("garden").unwrap().revision,
        process.revision
    );
    // And it can be taken back like every change.
    manager.undo(&name, process.revision).unwrap();
    let process = manager.process("garden").unwrap();
    assert_eq!(matching(&process, "main.rs").last().unwrap().2, "two");
}
