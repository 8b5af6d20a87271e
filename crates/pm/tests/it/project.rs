//! A directory has a process of its own, and a store if that is wished.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Stdio;

use serde_json::json;

use crate::shell::Shell;

#[test]
fn a_directory_works_in_its_process() {
    let mut shell = Shell::new();
    shell.run(&["new", "Kitchen"]);
    shell.run(&["init", "Garden"]);
    shell.run(&["add", "dig"]);
    shell.run(&["init", "Shed"]);
    let below = shell.here().join("a/b");
    std::fs::create_dir_all(&below).unwrap();
    let output = shell
        .command()
        .arg("show")
        .current_dir(&below)
        .output()
        .unwrap();
    assert!(String::from_utf8(output.stdout).unwrap().contains("dig"));
    // What is named outright wins.
    let elsewhere = shell.here().join("c");
    std::fs::create_dir(&elsewhere).unwrap();
    let mut command = shell.command();
    command
        .args(["init", "-p", "Orchard"])
        .current_dir(&elsewhere);
    assert!(command.status().unwrap().success());
    let named = std::fs::read_to_string(elsewhere.join(".pm-process")).unwrap();
    assert_eq!(named, "Orchard\n");
    shell.run(&["-p", "kitchen", "show"]);
    let output = shell
        .command()
        .arg("show")
        .env("PM_PROCESS", "kitchen")
        .output()
        .unwrap();
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .contains("Kitchen")
    );
    shell.check("project");
}

#[test]
fn a_store_of_its_own_stands_beside_the_file() {
    let shell = Shell::new();
    let project = shell.here().join("Bee Hive");
    std::fs::create_dir(&project).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = shell.command();
        command.env_remove("PM_DIR").current_dir(&project);
        let output = command.args(arguments).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    run(&["init", "--here"]);
    run(&["add", "look for mites"]);
    assert!(run(&["show"]).starts_with("Bee Hive\n"));
    assert!(project.join(".processes/Bee_Hive.json").is_file());
    let file = std::fs::read_to_string(project.join(".pm-process")).unwrap();
    assert_eq!(file, "Bee Hive\n");
}

#[test]
fn a_file_that_names_no_process_is_told_of() {
    let mut shell = Shell::new();
    shell.run(&["new", "Kitchen"]);
    std::fs::write(shell.here().join(".pm-process"), "Garden\n").unwrap();
    for arguments in [&["show"][..], &["prime"]] {
        let output = shell.run(arguments);
        let told = String::from_utf8(output.stderr).unwrap();
        let stray = ".pm-process names the process \"Garden\", which is not there.";
        assert!(told.contains(stray), "{arguments:?}: {told}");
    }
    let told = shell.refused(&["show", "-p", "Shed"]);
    assert!(!told.contains(".pm-process"), "{told}");
    let told = shell.run(&["show", "-p", "Kitchen"]);
    assert!(told.stderr.is_empty(), "{told:?}");
}

/// What `pm stdio` answers to a list of tasks.
fn listed(shell: &Shell, arguments: &[&str]) -> serde_json::Value {
    let mut command = shell.command();
    command.env_remove("PM_DIR").args(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut server = command.spawn().unwrap();
    let client = json!({"name": "test", "version": "1"});
    let opened = json!({"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client});
    let called = json!({"name": "task_list", "arguments": {}});
    let mut input = server.stdin.take().unwrap();
    for message in [
        json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": opened}),
        json!({"jsonrpc": "2.0", "method": "notifications/initialized"}),
        json!({"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": called}),
    ] {
        writeln!(input, "{message}").unwrap();
    }
    let answers = BufReader::new(server.stdout.take().unwrap()).lines();
    let answer = answers.map(Result::unwrap).nth(1).unwrap();
    drop(input);
    assert!(server.wait().unwrap().success());
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    answer["result"]["structuredContent"].clone()
}

#[test]
fn the_servers_begin_in_the_process_of_the_directory() {
    let shell = Shell::new();
    let run = |arguments: &[&str]| {
        let mut command = shell.command();
        command.env_remove("PM_DIR").args(arguments);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    run(&["init", "--here", "Garden"]);
    run(&["new", "Kitchen"]);
    assert_eq!(listed(&shell, &["stdio"])["process_name"], "Garden");
    let named = listed(&shell, &["-p", "kitchen", "stdio"]);
    assert_eq!(named["process_name"], "Kitchen");
    let root = shell.here().canonicalize().unwrap();
    let told = run(&["config", "cursor", "--project", "--json"]);
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    let snippet: serde_json::Value =
        serde_json::from_str(told["snippet"].as_str().unwrap()).unwrap();
    let arguments = snippet["mcpServers"]["process-manager"]["args"].clone();
    assert_eq!(arguments, json!(["stdio", "--project", root]));
}
