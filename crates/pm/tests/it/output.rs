//! What was printed is there, or it is said that it is not.
#![cfg(target_os = "linux")]

use std::fs::File;
use std::process::{Output, Stdio};

use crate::shell::Shell;

fn run_into(shell: &Shell, out: impl Into<Stdio>, arguments: &[&str]) -> Output {
    let mut command = shell.command();
    command.args(arguments).stdout(out).stderr(Stdio::piped());
    command.spawn().unwrap().wait_with_output().unwrap()
}

fn garden() -> Shell {
    let mut shell = Shell::new();
    shell.run(&["new", "garden"]);
    shell.run(&["add", "dig"]);
    // Without a line break at the end, which would be kept back until the program ends.
    shell.run_with("deep", &["code", "put", "dig", "how.txt"]);
    shell
}

#[test]
fn what_does_not_get_onto_a_full_disk_is_no_success() {
    let shell = garden();
    for arguments in [
        &["export"][..],
        &["code", "get", "dig", "how.txt"],
        &["--json", "list"],
        &["show", "dig"],
        &["tools"],
        &["doctor"],
        &["add", "sow"],
        &["--help"],
    ] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = run_into(&shell, full, arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert_eq!(
            String::from_utf8(output.stderr).unwrap(),
            "pm: what was to be printed is not complete: no space left on device (standard \
             output)\n",
            "{arguments:?}"
        );
    }
}

#[test]
fn that_nobody_reads_any_more_is_no_failure() {
    let shell = garden();
    for arguments in [&["export"][..], &["--json", "list"], &["--help"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = run_into(&shell, writer, arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    }
}

#[test]
fn looking_makes_no_directory() {
    let shell = Shell::new();
    let looks: [&[&str]; 9] = [
        &[],
        &["list"],
        &["show"],
        &["search", "soil"],
        &["trash"],
        &["log"],
        &["next"],
        &["add", "dig"],
        &["-p", "Garden", "delete", "dig"],
    ];
    for arguments in looks {
        let output = shell.command().args(arguments).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        let told = format!("There is no directory {}: ", shell.store().display());
        assert!(said.contains(&told), "{arguments:?}: {said}");
        assert!(!shell.store().exists(), "{arguments:?}");
    }
    let made = shell.command().args(["new", "Garden"]).output().unwrap();
    assert!(made.status.success() && made.stderr.is_empty(), "{made:?}");
    assert!(shell.store().is_dir());
}
