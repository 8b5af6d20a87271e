//! Changes are shown as they happen, also those of other programs.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use serde_json::Value;

use crate::shell::Shell;

#[test]
fn the_changes_of_other_programs_are_told() {
    let mut shell = Shell::new();
    shell.run(&["new", "garden"]);
    let mut command = shell.command();
    let command = command.args(["--json", "watch", "-n", "2"]);
    let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut watching = command.spawn().unwrap();
    // It says when it has begun.
    let mut said = BufReader::new(watching.stderr.take().unwrap()).lines();
    assert_eq!(said.next().unwrap().unwrap(), "Watching; Ctrl+C ends it.");
    shell.run(&["add", "dig"]);
    shell.run(&["--as", "bob", "done", "dig"]);
    let output = watching.wait_with_output().unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    let told: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(told.len(), 2, "{lines}");
    assert_eq!(told[0]["change"], "added the task \"dig\"");
    assert_eq!(told[1]["by"], "bob");
}

#[test]
fn that_a_process_is_gone_is_told_with_its_time() {
    let mut shell = Shell::new();
    shell.run(&["new", "garden"]);
    let mut command = shell.command();
    let command = command.args(["watch", "-n", "1"]);
    let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut watching = command.spawn().unwrap();
    let mut said = BufReader::new(watching.stderr.take().unwrap()).lines();
    assert_eq!(said.next().unwrap().unwrap(), "Watching; Ctrl+C ends it.");
    shell.run(&["delete", "--whole", "-p", "garden"]);
    let output = watching.wait_with_output().unwrap();
    let line = String::from_utf8(output.stdout).unwrap();
    let (time, rest) = line.split_once("  ").unwrap();
    assert_eq!(time.len(), "21:26:58".len(), "{line}");
    assert_eq!(rest, "garden  is gone: deleted, or renamed\n");
}
