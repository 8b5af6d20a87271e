//! What is changed in an editor is saved, and nothing else.
#![cfg(unix)]

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;

use crate::shell::Shell;

/// Makes an editor of a script of sed, during which others run the program with these words.
fn editor(shell: &Shell, script: &str, others: &[&str]) -> String {
    let program = env!("CARGO_BIN_EXE_pm");
    let others = others
        .iter()
        .map(|words| format!("'{program}' --as bob {words} > /dev/null\n"));
    let others: Vec<String> = others.collect();
    let others = others.concat();
    written(shell, &format!("{others}sed -i -e '{script}' \"$1\"\n"))
}

/// Makes an editor of a script of the shell.
fn written(shell: &Shell, script: &str) -> String {
    let path = shell.here().join("editor");
    std::fs::write(&path, format!("#!/bin/sh\nset -e\n{script}")).unwrap();
    std::fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
    path.display().to_string()
}

fn edit(shell: &Shell, script: &str, arguments: &[&str]) -> (String, String) {
    edit_beside(shell, &[], script, arguments)
}

fn edit_beside(
    shell: &Shell,
    others: &[&str],
    script: &str,
    arguments: &[&str],
) -> (String, String) {
    edit_in(shell, &editor(shell, script, others), arguments)
}

fn edit_in(shell: &Shell, editor: &str, arguments: &[&str]) -> (String, String) {
    let mut command = shell.command();
    command.env("EDITOR", editor).env_remove("VISUAL");
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
    assert!(kept(&complaint).contains("status: half"));
    edit(&shell, "s/^# .*/# Yard/; $a Behind the house.", &[]);
    shell.run(&["show"]);
    shell.check("edit");
}

/// What a complaint says was kept, which is taken away.
#[track_caller]
fn kept(complaint: &str) -> String {
    let kept = complaint.split("What you wrote is in ").nth(1);
    let kept = kept.unwrap_or_else(|| panic!("nothing was kept: {complaint}"));
    let kept = kept.lines().next().unwrap().trim().trim_end_matches('.');
    let text = std::fs::read_to_string(kept).unwrap();
    std::fs::remove_file(kept).unwrap();
    text
}

fn garden() -> Shell {
    let mut shell = Shell::new();
    shell.run(&["new", "garden", "-d", "Grow."]);
    shell.run(&["add", "sow"]);
    shell.run(&[
        "add", "dig", "-d", "Deep.", "--job", "one", "--job", "two", "--job", "three",
    ]);
    shell
}

fn task(shell: &Shell, name: &str) -> serde_json::Value {
    shell.json(&["show", name])
}

#[test]
fn what_nobody_changed_is_kept_to_the_letter() {
    let shell = Shell::new();
    let run = |arguments: &[&str]| {
        let output = shell.command().args(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
    };
    let listed = "Intro.\n\n## Jobs\n\n1. Ask Ann.\n2. Call Bob.";
    let windows = "one\r\n\r\ntwo\r\n";
    run(&["new", "garden", "-d", listed]);
    run(&["add", "dig", "-d", listed]);
    run(&["job", "dig", "first", "-d", "one\n\ntwo"]);
    run(&["job", "dig", "second"]);
    run(&["add", "sow", "-d", windows]);
    for place in [&[][..], &["dig"], &["sow"]] {
        let (said, complaint) = edit(&shell, "", place);
        assert_eq!((&*said, &*complaint), ("Nothing was changed.\n", ""));
    }
    // Beside what is changed, the rest stays.
    for (task, script) in [
        ("dig", "s/^priority.*/priority: high/; s/ second/ last/"),
        ("sow", "s/^priority.*/priority: high/"),
    ] {
        assert_eq!(edit(&shell, script, &[task]).1, "");
        assert_eq!(shell.json(&["show", task])["priority"], "high");
    }
    let dig = task(&shell, "dig");
    assert_eq!(dig["task_description"], listed);
    let jobs = serde_json::json!([
        { "name": "first", "description": "one\n\ntwo" },
        { "name": "last" },
    ]);
    assert_eq!(dig["jobs"], jobs);
    assert_eq!(task(&shell, "sow")["task_description"], windows);
    assert_eq!(edit(&shell, "s/Call Bob/Call Bea/", &[]).1, "");
    let bea = listed.replace("Bob", "Bea");
    let garden = shell.json(&["list"]);
    assert_eq!(garden["process_list"][0]["description"], bea);
}

#[test]
fn what_others_change_elsewhere_in_the_task_is_kept() {
    let shell = garden();
    let others = [
        "edit dig --priority high --label urgent",
        "done dig -j one",
        "job dig four",
        "edit -d Bigger",
    ];
    let script = "s/Deep/Two spades deep/; s/2. .* two/2. [x] zwei/; /3. /d; \
                  s/^priority.*/&\\nafter: sow/";
    let (said, complaint) = edit_beside(&shell, &others, script, &["dig"]);
    assert_eq!(complaint, "", "{said}");
    let told = shell.command().args(["show", "dig"]).output().unwrap();
    let told = String::from_utf8(told.stdout).unwrap();
    insta::assert_snapshot!(told, @r#"
    dig  in garden
    ○ todo · waits for "sow" · high priority · 2 of 3 jobs · #urgent

    Two spades deep.

    Jobs  2 of 3 done
      ● done  one
      ● done  zwei
      ○ todo  four
    "#);
}

#[test]
fn a_task_that_another_renames_meanwhile_is_the_same_task() {
    let shell = garden();
    let (_, complaint) = edit_beside(&shell, &["rename dig trench"], "s/Deep/Deeper/", &["dig"]);
    assert_eq!(complaint, "");
    assert_eq!(task(&shell, "trench")["task_description"], "Deeper.");
    // One that is gone is not made again, nor is another of the name taken for it.
    let others = ["delete trench", "add trench"];
    let (_, complaint) = edit_beside(&shell, &others, "s/Deeper/Deepest/", &["trench"]);
    assert!(
        complaint.contains("deleted the task \"trench\""),
        "{complaint}"
    );
    assert!(kept(&complaint).contains("Deepest."));
}

#[test]
fn the_same_field_is_not_written_over_and_nothing_is_lost() {
    let shell = garden();
    for (other, script, field) in [
        (
            "edit dig -d Shallow.",
            "s/Deep/Two spades deep/",
            "the description, which is now \"Shallow.\"",
        ),
        (
            "edit dig --priority low",
            "s/^priority.*/priority: high/",
            "the priority, which is now \"low\"",
        ),
        (
            "block dig",
            "s/^status.*/status: cancelled/",
            "the status, which is now \"blocked\"",
        ),
        (
            "done dig -j one",
            "s/1. .* one/1. [-] one/",
            "the status of a job, which is now \"done\"",
        ),
        (
            "rename dig -j one eins",
            "/1. .*one/d",
            "a job that you deleted",
        ),
        (
            "delete dig -j two",
            "s/2. .* two/2. [x] two/",
            "the status of a job, which is gone",
        ),
        (
            "rename dig trench",
            "s/^# .*/# ditch/",
            "the name, which is now \"trench\"",
        ),
    ] {
        let name = if field.starts_with("the name,") {
            "trench"
        } else {
            "dig"
        };
        // Beside it stands a change that nobody is in the way of: it is not made either.
        let script = format!("{script}; s/] three/] drei/");
        let (said, complaint) = edit_beside(&shell, &[other], &script, &["dig"]);
        assert_eq!(said, "", "{other}");
        assert!(complaint.contains(field), "{other}: {complaint}");
        assert!(complaint.starts_with("Nothing was saved"), "{complaint}");
        let written = kept(&complaint);
        assert!(written.contains("drei"), "{other}: {written}");
        let now = task(&shell, name);
        assert!(!now.to_string().contains("drei"), "{now}");
    }
    // What both wrote alike is in nobody's way.
    let (_, complaint) = edit_beside(
        &shell,
        &["edit trench -d Deep"],
        "s/Shallow./Deep/",
        &["trench"],
    );
    assert_eq!(complaint, "");
}

#[test]
fn a_process_is_saved_by_fields_as_well() {
    let shell = garden();
    let (_, complaint) = edit_beside(&shell, &["edit -d Bigger"], "s/Grow/Shrink/", &[]);
    assert!(
        complaint.contains("the description, which is now \"Bigger\""),
        "{complaint}"
    );
    assert!(kept(&complaint).contains("Shrink."));
    let (_, complaint) = edit_beside(&shell, &["edit -d Biggest"], "s/^# .*/# Yard/", &[]);
    assert_eq!(complaint, "");
    let told = shell.command().args(["show", "-p", "Yard"]).output();
    let told = String::from_utf8(told.unwrap().stdout).unwrap();
    assert!(told.starts_with("Yard\nBiggest\n"), "{told}");
}

#[test]
fn what_was_made_under_the_name_since_is_left_alone() {
    let shell = garden();
    let others = ["delete --whole -p garden", "new garden -d Grow."];
    let (said, complaint) = edit_beside(&shell, &others, "s/Grow/Shrink/", &[]);
    assert_eq!(said, "");
    assert!(
        complaint.contains("deleted the process \"garden\" and made another"),
        "{complaint}"
    );
    assert!(kept(&complaint).contains("Shrink."));
    let garden = shell.json(&["list"]);
    assert_eq!(garden["process_list"][0]["description"], "Grow.");
}

#[test]
fn a_task_that_was_made_in_the_same_call_is_another_one() {
    let mut shell = Shell::new();
    shell.run_with(
        "dig: Deep.\nsow: Deep.\n",
        &["new", "garden", "--plan", "-"],
    );
    let others = ["delete dig", "rename sow plant"];
    let (said, complaint) = edit_beside(&shell, &others, "s/Deep/Deeper/", &["dig"]);
    assert_eq!(said, "");
    assert!(
        complaint.contains("deleted the task \"dig\" of \"garden\", or renamed it"),
        "{complaint}"
    );
    assert!(kept(&complaint).contains("Deeper."));
    assert_eq!(task(&shell, "plant")["task_description"], "Deep.");
}

#[test]
fn a_name_with_a_comma_is_not_two_names() {
    let mut shell = garden();
    for name in ["a, b", "a", "b"] {
        shell.run(&["add", name]);
    }
    shell.run(&["edit", "dig", "--after", "a, b"]);
    let others = ["edit dig --after a --after b"];
    let (said, complaint) = edit_beside(&shell, &others, "s/^after.*/after: sow/", &["dig"]);
    assert_eq!(said, "");
    assert!(
        complaint.contains("what has to be over first, which is now \"a, b\""),
        "{complaint}"
    );
    kept(&complaint);
    let now = serde_json::json!(["a", "b"]);
    assert_eq!(task(&shell, "dig")["depends_on"], now);
}

#[test]
fn what_was_written_is_kept_if_the_editor_fails_or_a_tool_refuses() {
    let shell = garden();
    let failing = written(&shell, "sed -i -e s/Deep/Deeper/ \"$1\"\nexit 1\n");
    let (_, complaint) = edit_in(&shell, &failing, &["dig"]);
    assert!(complaint.contains("ended with"), "{complaint}");
    assert!(kept(&complaint).contains("Deeper"));
    let (_, complaint) = edit(&shell, "s/^# .*/# sow/; s/Deep/Deeper/", &["dig"]);
    assert!(kept(&complaint).contains("Deeper"));
    assert_eq!(task(&shell, "dig")["task_description"], "Deep.");
}
