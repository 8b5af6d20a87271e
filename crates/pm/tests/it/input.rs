//! `-` stands for standard input wherever something is read, and for standard output where a file is
//! written; a file that cannot be read or written is told with what to do.

use crate::shell::Shell;

fn garden() -> Shell {
    let mut shell = Shell::new();
    shell.run(&["new", "garden"]);
    shell.run(&["add", "dig", "-d", "Deep."]);
    shell
}

#[test]
fn an_export_goes_through_a_pipe_into_an_import() {
    for format in ["markdown", "json"] {
        let mut shell = garden();
        let exported = shell.run(&["export", "--format", format, "--to", "-"]);
        assert!(exported.status.success(), "{exported:?}");
        assert!(!shell.here().join("-").exists());
        let text = String::from_utf8(exported.stdout).unwrap();
        let imported = shell.run_with(&text, &["import", "-", "--name", "copy"]);
        assert!(imported.status.success(), "{imported:?}");
        let told = String::from_utf8(imported.stdout).unwrap();
        assert!(told.contains("from standard input (process)"), "{told}");
        let copy = shell.json(&["show", "dig", "-p", "copy"]);
        assert_eq!(copy["task_description"], "Deep.", "{copy}");
    }
}

#[test]
fn what_standard_input_does_not_tell_is_asked_for() {
    let mut shell = Shell::new();
    let list = "- [ ] dig\n- [x] sow\n";
    let refused = shell.run_with(list, &["import", "-"]);
    let told = String::from_utf8(refused.stderr).unwrap();
    assert!(told.starts_with("pm: standard input: "), "{told}");
    assert!(told.contains("--format"), "{told}");
    let imported = shell.run_with(
        list,
        &["import", "-", "--format", "markdown", "--name", "beds"],
    );
    assert!(imported.status.success(), "{imported:?}");
    assert_eq!(shell.json(&["show"])["task_count"], 2);
    let told = shell.refused(&["import", "-", "-"]);
    assert!(told.contains("write - once"), "{told}");
}

#[test]
fn the_note_of_a_status_comes_from_standard_input_too() {
    let mut shell = garden();
    shell.run(&["add", "sow"]);
    shell.run_with("no spade\n", &["block", "dig", "sow", "--note", "-"]);
    for task in ["dig", "sow"] {
        let note = shell.json(&["show", task])["status_note"].clone();
        assert_eq!(note.as_str().map(str::trim), Some("no spade"), "{task}");
    }
}

#[test]
fn a_file_that_is_there_is_left_with_the_way_out() {
    let mut shell = garden();
    let written = shell.run(&["export", "--to", "garden.md"]);
    assert_eq!(
        String::from_utf8(written.stdout).unwrap(),
        "Wrote the process \"garden\" into garden.md.\n"
    );
    let told = "is there already, and was left as it is; remove it, or name another file with";
    let refused = shell.refused(&["export", "--to", "garden.md"]);
    assert_eq!(refused, format!("pm: garden.md {told} --to\n"));
    shell.run(&["code", "export", "--zip", "code.zip"]);
    let refused = shell.refused(&["code", "export", "--zip", "code.zip"]);
    assert_eq!(refused, format!("pm: code.zip {told} --zip\n"));
}

#[test]
fn what_cannot_be_read_is_told_with_what_to_do() {
    let mut shell = garden();
    std::fs::write(shell.here().join("picture.png"), b"\x89PNG\xff\n").unwrap();
    std::fs::write(shell.here().join("plan.json"), "[\"dig\"").unwrap();
    let told = shell.refused(&["code", "put", "dig", "picture.png", "picture.png"]);
    let why = "picture.png is not text in UTF-8, and nothing else is kept; save it as UTF-8 first";
    assert_eq!(told, format!("pm: {why}\n"));
    let told = shell.refused(&["new", "beds", "--plan", "picture.png"]);
    assert_eq!(told, format!("pm: {why}\n"));
    let told = shell.refused(&["new", "beds", "--plan", "plan.json"]);
    assert!(
        told.contains("ends too early at line 1, column 6; "),
        "{told}"
    );
    assert!(told.contains("`pm new --help`"), "{told}");
}

#[test]
fn what_is_empty_is_told_with_the_command_that_fills_it() {
    let mut shell = Shell::new();
    shell.run(&["new", "garden"]);
    let said = |output: std::process::Output| String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        said(shell.run(&["next"])),
        "There is no task yet. Run `pm add TASK` to add one.\n"
    );
    shell.run(&["add", "dig"]);
    assert_eq!(
        said(shell.run(&["job", "dig"])),
        "No job yet. Run `pm job TASK JOB` to add one.\n"
    );
    shell.run(&["undo"]);
    let told = shell.refused(&["undo"]);
    assert!(told.contains("`pm undo REVISION`"), "{told}");
}

#[test]
fn files_that_are_damaged_are_named_beside_the_list() {
    let mut shell = garden();
    std::fs::write(shell.store().join("damaged.json"), "{\"process_name\": ").unwrap();
    for arguments in [&["list"][..], &[]] {
        let output = shell.run(arguments);
        let list = String::from_utf8(output.stdout).unwrap();
        assert!(list.contains("garden"), "{arguments:?}: {list}");
        assert!(!list.contains("damaged.json"), "{arguments:?}: {list}");
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains("damaged.json"), "{arguments:?}: {told}");
    }
}
