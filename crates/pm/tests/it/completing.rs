//! A shell completes names of what there is.

use std::ffi::OsStr;

use crate::shell::Shell;

/// What fish is offered for a command line, of which the last word is being written.
fn offered(shell: &Shell, line: &[impl AsRef<OsStr>]) -> String {
    let mut command = shell.command();
    command.env("PM_COMPLETE", "fish").args(["--", "pm"]);
    let output = command.args(line).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let offered = String::from_utf8(output.stdout).unwrap();
    let mut names: Vec<&str> = offered
        .lines()
        .filter(|line| !line.starts_with('-'))
        .collect();
    names.sort_unstable();
    names.join("\n")
}

fn garden() -> Shell {
    let mut shell = Shell::new();
    shell.run(&["new", "garden"]);
    shell.run(&["add", "Dig beds", "-j", "measure (twice)", "-j", "mark"]);
    shell.run(&["add", "sow", "--job", "buy", "--job", "mark"]);
    for (task, code) in [("dig-beds", "src/main.rs"), ("sow", "plan.py")] {
        shell.run_with("x\n", &["code", "put", task, code]);
        shell.run_with("y\n", &["code", "put", task, code]);
    }
    shell
}

#[test]
fn jobs_of_the_tasks_that_are_named_are_offered() {
    let shell = garden();
    for line in [
        &["done", "dig-beds", "-j", ""][..],
        &["show", "dig beds", "--job", ""],
        &["delete", "Dig-beds", "-j", ""],
        &["rename", "dig-beds", "--job", ""],
        &["-p", "garden", "block", "dig-beds", "--job", ""],
    ] {
        let offered = offered(&shell, line);
        assert_eq!(
            offered, "mark\nmeasure--twice-\tmeasure (twice)",
            "{line:?}"
        );
    }
    let both = offered(&shell, &["done", "dig-beds", "sow", "-j", ""]);
    assert_eq!(both, "buy\nmark\nmeasure--twice-\tmeasure (twice)");
    assert_eq!(
        offered(&shell, &["done", "dig-beds", "-j", "mea"]),
        "measure--twice-\tmeasure (twice)"
    );
    // What is offered is found.
    let done = shell
        .command()
        .args(["done", "dig-beds", "-j", "measure--twice-"])
        .output();
    assert!(done.unwrap().status.success());
    // Nothing is, for what is new or in no task.
    for line in [
        &["add", "dig-beds", "-j", ""][..],
        &["job", "dig-beds", ""],
        &["done", "-j", ""],
        &["done", "nothing", "-j", ""],
    ] {
        assert_eq!(offered(&shell, line), "", "{line:?}");
    }
}

#[test]
fn code_of_the_task_that_is_named_is_offered() {
    let shell = garden();
    for command in ["get", "put", "diff", "log", "restore", "delete"] {
        let found = offered(&shell, &["code", command, "dig-beds", ""]);
        assert_eq!(found, "src/main.rs", "{command}");
    }
    assert_eq!(offered(&shell, &["code", "get", "sow", "p"]), "plan.py");
    assert_eq!(offered(&shell, &["code", "get", "sow", "s"]), "");
    assert_eq!(offered(&shell, &["code", "get", "s"]), "sow");
}

#[test]
fn nothing_is_made_by_being_asked_for_names() {
    let shell = Shell::new();
    assert_eq!(offered(&shell, &["done", "dig", "-j", ""]), "");
    assert!(!shell.store().exists());
}

#[cfg(unix)]
#[test]
fn a_word_that_is_no_text_is_in_nobodys_way() {
    use std::os::unix::ffi::OsStrExt as _;

    let shell = garden();
    let line = |task: &'static [u8]| [b"show", task, b"-j", b""].map(OsStr::from_bytes);
    assert_eq!(offered(&shell, &line(b"a\xff")), "");
    let places: [&[u8]; 6] = [b"-p", b"garden", b"done", b"a\xff", b"sow", b"-j"];
    let mut line = places.map(OsStr::from_bytes).to_vec();
    line.push(OsStr::new(""));
    assert_eq!(offered(&shell, &line), "buy\nmark");
}

#[cfg(unix)]
#[test]
fn zsh_offers_names_the_first_time_it_is_asked() {
    use std::process::Command;

    if Command::new("zsh").arg("--version").output().is_err() {
        eprintln!("skipped: there is no zsh");
        return;
    }
    let shell = garden();
    // As packages install it.
    let mut command = shell.command();
    let script = command.env("PM_COMPLETE", "zsh").output().unwrap().stdout;
    std::fs::write(shell.here().join("_pm"), &script).unwrap();
    let printed = shell.command().args(["completions", "zsh"]).output();
    assert_eq!(printed.unwrap().stdout, script);
    // What the completion system of zsh does at a TAB, and what it gives the scripts.
    let tab = "fpath=($PWD); autoload -Uz _pm; PATH=${PROGRAM:h}:$PATH
        compdef() { print -r -- compdef $@ }
        _describe() { print -rl -- ${(P)argv[3]} }
        words=(pm code get sow p) CURRENT=5
        _pm";
    let mut command = Command::new("zsh");
    command.args(["-f", "-u", "-c", tab]);
    command
        .current_dir(shell.here())
        .env("PM_DIR", shell.store());
    command.env("PROGRAM", env!("CARGO_BIN_EXE_pm"));
    let output = command.output().unwrap();
    let offered = String::from_utf8(output.stdout).unwrap();
    assert_eq!(offered, "compdef _clap_dynamic_completer_pm pm\nplan.py\n");
}
