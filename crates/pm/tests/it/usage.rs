//! A command line that is wrong is answered in plain words, with the command that was meant.

use crate::shell::Shell;

#[test]
fn what_was_meant_is_named() {
    let mut shell = Shell::new();
    for (arguments, told) in [
        (
            &["new"][..],
            "<NAME> is missing, as in pm new <NAME>; see --help",
        ),
        (
            &["code", "get", "dig"],
            "<CODE> is missing, as in pm code get <TASK> <CODE>; see --help",
        ),
        (
            &["delete", "-p", "garden"],
            "<TASK>... is missing, as in pm delete <TASK>..., or --whole in its place if the process \
             is meant; see --help",
        ),
        (
            &["undo", "abc"],
            "invalid value 'abc' for '[REVISION]': write a whole number; see --help",
        ),
        (
            &["add", "one", "two"],
            "'two' is one word too many; what has several words stands in quotes, as in 'one two'; see \
             --help",
        ),
        (
            &["todo", "one"],
            "there is no command 'todo'; perhaps you mean 'reopen'; see --help",
        ),
        (
            &["unblock", "one"],
            "there is no command 'unblock'; perhaps you mean 'reopen'; see --help",
        ),
        (
            &["help", "shwo"],
            "unrecognized subcommand 'shwo'; tip: a similar subcommand exists: 'show'; see --help",
        ),
        (
            &["trash", "restore"],
            "<NAME> is missing, as in pm trash restore <NAME>; see --help",
        ),
    ] {
        assert_eq!(shell.refused(arguments), format!("pm: {told}\n"));
    }
}

#[test]
fn a_process_that_is_taken_for_a_task_is_told_apart() {
    let mut shell = Shell::new();
    shell.run(&["new", "Plan"]);
    let told = shell.refused(&["rename", "plan", "Plan 9", "-p", "Plan"]);
    assert!(told.contains("`pm rename --whole NEW`"), "{told}");
    let told = shell.refused(&["delete", "plan", "-p", "Plan"]);
    assert!(told.contains("`pm delete --whole -p NAME`"), "{told}");
    let told = shell.refused(&["delete", "dig", "-p", "Plan"]);
    assert!(!told.contains("--whole"), "{told}");
    // What is refused of a task that is there has nothing to do with the process.
    shell.run(&["add", "plan", "-p", "Plan"]);
    shell.run(&["add", "dig", "-p", "Plan"]);
    let told = shell.refused(&["rename", "plan", "dig", "-p", "Plan"]);
    assert!(!told.contains("--whole"), "{told}");
}

#[test]
fn refusals_speak_of_commands_and_not_of_what_tools_take() {
    let mut shell = Shell::new();
    shell.run(&["new", "garden"]);
    shell.run(&["add", "dig"]);
    std::fs::write(shell.here().join("empty"), "\n").unwrap();
    let told = shell.refused(&["new", "beds", "--plan", "empty"]);
    assert!(told.contains("there is no task in the plan."), "{told}");
    assert!(!told.contains("tasks such as"), "{told}");
    let told = shell.refused(&["note", "dig", ""]);
    assert!(told.contains("`pm note TASK TEXT`"), "{told}");
    assert!(!told.contains("position"), "{told}");
    let started = shell.run(&["start", "dig"]);
    let told = String::from_utf8(started.stdout).unwrap();
    assert_eq!(told, "The task \"dig\" is now in progress.\n");
    let told = shell.refused(&["--as", "eve", "done", "dig"]);
    let (_, until) = told.split_once(" until ").unwrap();
    let (until, _) = until.split_once('.').unwrap();
    assert_eq!(until.len(), "2026-11-30 23:10 UTC".len(), "{told}");
    assert!(until.ends_with(" UTC"), "{told}");
}
