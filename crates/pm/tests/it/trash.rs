//! What was deleted comes back, until somebody who was asked says that it is to go for ever.

use crate::shell::Shell;

fn with_trash() -> Shell {
    let mut shell = Shell::new();
    for name in ["garden", "shed"] {
        shell.run(&["new", name]);
        shell.run(&["delete", "--whole", "-p", name]);
    }
    shell
}

#[test]
fn the_trash_is_emptied_only_if_that_is_said() {
    let mut shell = with_trash();
    let refused = shell.run(&["trash", "empty"]);
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    let told = String::from_utf8(refused.stderr).unwrap();
    assert!(
        told.contains("2 processes (\"shed\", \"garden\")"),
        "{told}"
    );
    assert!(told.contains("`pm trash empty --yes`"), "{told}");
    let refused = shell.json(&["trash", "empty"]);
    assert_eq!(refused["success"], false, "{refused}");
    assert_eq!(shell.json(&["trash"])["total"], 2);
    let emptied = shell.json(&["trash", "empty", "--yes"]);
    assert_eq!(emptied["purged"], 2, "{emptied}");
    assert_eq!(shell.json(&["trash"])["total"], 0);
    // Of what is not there, nobody needs to be asked.
    let emptied = shell.run(&["trash", "empty"]);
    assert_eq!(emptied.stdout, b"The trash is empty.\n", "{emptied:?}");
}

#[test]
fn an_empty_trash_says_how_a_task_comes_back() {
    let mut shell = Shell::new();
    shell.run(&["new", "garden"]);
    shell.run(&["add", "dig"]);
    shell.run(&["delete", "dig"]);
    let told = String::from_utf8(shell.run(&["trash"]).stdout).unwrap();
    assert!(told.starts_with("The trash is empty. "), "{told}");
    assert!(told.contains("`pm undo`"), "{told}");
    shell.run(&["undo"]);
    assert!(shell.json(&["show"])["tasks"].get("dig").is_some());
}
