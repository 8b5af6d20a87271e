//! What is changed in an editor is saved, and nothing else.
#![cfg(unix)]

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;

use crate::shell::Shell;

/// Makes an editor of a script of sed.
fn editor(shell: &Shell, script: &str) -> String {
    let path = shell.here().join("editor");
    let text = format!("#!/bin/sh\nsed -i -e '{script}' \"$1\"\n");
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
    path.display().to_string()
}

fn edit(shell: &Shell, script: &str, arguments: &[&str]) -> (String, String) {
    let mut command = shell.command();
    command
        .env("EDITOR", editor(shell, script))
        .env_remove("VISUAL");
    let output = command.arg("edit").args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr))
}

#[test]
fn a_task_is_edited_as_markdown() {
    let mut shell = Shell::new();
    shell.run(&["new", "garden"]);
    shell.run(&["add", "sow"]);
    shell.run(&[
        "add", "dig", "-d", "Deep.", "--job", "one", "--job", "two", "--job", "three",
    ]);
    let script = "s/^# dig/# dig it/; s/^status: todo/status: blocked/; s/Deep/Two spades deep/; \
                  s/1. \\[ \\] one/1. [x] uno/; /2. \\[ \\] two/d; s/^priority.*/&\\nafter: sow/; \
                  s/3. .*/&\\n- [ ] four\\n   on Friday/";
    let (said, complaint) = edit(&shell, script, &["dig"]);
    assert_eq!(complaint, "", "{said}");
    assert_eq!(edit(&shell, "", &["dig it"]).0, "Nothing was changed.\n");
    shell.run(&["show", "dig it"]);
    shell.run(&["show", "dig it", "--job", "four"]);
    let (_, complaint) = edit(&shell, "s/^status.*/status: half/", &["dig it"]);
    assert!(
        complaint.contains("\"half\" is none of todo"),
        "{complaint}"
    );
    let kept = complaint.split("What you wrote is in ").nth(1).unwrap();
    let kept = kept.trim().trim_end_matches('.');
    assert!(
        std::fs::read_to_string(kept)
            .unwrap()
            .contains("status: half")
    );
    std::fs::remove_file(kept).unwrap();
    edit(&shell, "s/^# .*/# Yard/; $a Behind the house.", &[]);
    shell.run(&["show"]);
    shell.check("edit");
}
