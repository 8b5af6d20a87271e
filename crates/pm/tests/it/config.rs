//! Clients are told of the program that runs, in their own files.

use std::fs;

use serde_json::Value;

use crate::shell::Shell;

#[test]
fn a_client_is_told_once_and_keeps_what_it_had() {
    let shell = Shell::new();
    let home = shell.here().join("home");
    let file = home.join(".cursor").join("mcp.json");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let before = r#"{"mcpServers": {"weather": {"command": "weather"}}}"#;
    fs::write(&file, before).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = shell.command();
        command.env("HOME", &home).env("USERPROFILE", &home);
        command.arg("config").args(arguments).output().unwrap()
    };
    let written = run(&["cursor", "--write", "--json"]);
    assert!(written.status.success(), "{written:?}");
    let said: Value = serde_json::from_slice(&written.stdout).unwrap();
    assert_eq!(said["changed"], true, "{said}");
    let backup = said["backup"].as_str().unwrap();
    assert_eq!(fs::read_to_string(backup).unwrap(), before);
    let now: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(now["mcpServers"]["weather"]["command"], "weather");
    let entry = &now["mcpServers"]["process-manager"];
    // What the client will start is the very program that wrote this.
    let program = fs::canonicalize(entry["command"].as_str().unwrap()).unwrap();
    assert_eq!(program, fs::canonicalize(env!("CARGO_BIN_EXE_pm")).unwrap());
    assert_eq!(entry["args"][0], "stdio");
    let again = run(&["cursor", "--write", "--json"]);
    let said: Value = serde_json::from_slice(&again.stdout).unwrap();
    assert_eq!(said["changed"], false, "{said}");
}

#[test]
fn what_cannot_be_done_is_said_with_what_can() {
    let shell = Shell::new();
    let run = |arguments: &[&str]| {
        let mut command = shell.command();
        command.env("HOME", shell.here());
        let output = command.arg("config").args(arguments).output().unwrap();
        assert!(!output.status.success(), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let refused = run(&["claude-desktop", "--http"]);
    assert!(refused.contains("--stdio"), "{refused}");
    let refused = run(&["goose", "--project"]);
    assert!(refused.contains("--project"), "{refused}");
    let refused = run(&["cursor", "--tools", "bogus"]);
    assert!(refused.contains("bogus"), "{refused}");
    for over_http in [
        &["cursor", "--http"][..],
        &["cursor", "--url", "http://a"],
        &["llama-ui"],
    ] {
        let refused = run(&[over_http, &["--tools", "tiny"]].concat());
        assert!(refused.contains("pm serve --tools tiny"), "{refused}");
    }
    let damaged = shell.here().join("mcp.json");
    fs::write(&damaged, "{ oh").unwrap();
    let refused = run(&["cursor", "--write", "--file", damaged.to_str().unwrap()]);
    assert!(refused.contains("Nothing was written"), "{refused}");
    assert_eq!(fs::read_to_string(&damaged).unwrap(), "{ oh");
}

#[test]
fn what_all_projects_read_binds_the_store_of_none() {
    let shell = Shell::new();
    let run = |arguments: &[&str]| {
        let mut command = shell.command();
        command.env_remove("PM_DIR").env("HOME", shell.here());
        command.env_remove("XDG_CONFIG_HOME");
        let output = command.args(arguments).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (text(output.stdout), text(output.stderr))
    };
    run(&["init", "--here", "Garden"]);
    let (snippet, told) = run(&["config", "cursor"]);
    assert!(!snippet.contains(".processes"), "{snippet}");
    assert!(told.contains("with --project"), "{told}");
    let (snippet, told) = run(&["config", "cursor", "--project"]);
    assert!(snippet.contains("--project"), "{snippet}");
    assert!(!told.contains("all projects"), "{told}");
    // This one reads no file of a project.
    let (snippet, told) = run(&["config", "claude-desktop"]);
    assert!(!snippet.contains(".processes"), "{snippet}");
    assert!(told.contains("with --dir"), "{told}");
    let store = shell.here().canonicalize().unwrap().join(".processes");
    let store = store.to_str().unwrap();
    let (snippet, told) = run(&["--dir", store, "config", "claude-desktop"]);
    assert!(snippet.contains(store), "{snippet}");
    assert!(!told.contains("all projects"), "{told}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_service_is_not_for_the_project_in_which_it_is_installed() {
    let shell = Shell::new();
    let run = |arguments: &[&str]| {
        let mut command = shell.command();
        command.env_remove("PM_DIR").env("HOME", shell.here());
        let output = command.args(arguments).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    run(&["init", "--here", "Garden"]);
    let told = run(&["service", "install", "--dry-run"]);
    assert!(!told.contains(".processes"), "{told}");
    let told = run(&["--dir", "elsewhere", "service", "install", "--dry-run"]);
    assert!(told.contains("elsewhere"), "{told}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_service_that_cannot_be_installed_leaves_nothing_behind() {
    use std::os::unix::fs::PermissionsExt as _;

    let shell = Shell::new();
    let home = shell.here().join("home");
    let programs = shell.here().join("bin");
    fs::create_dir_all(&home).unwrap();
    fs::create_dir(&programs).unwrap();
    let systemctl = programs.join("systemctl");
    fs::write(&systemctl, "#!/bin/sh\nexit 1\n").unwrap();
    fs::set_permissions(&systemctl, fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = shell.command();
    command.env("HOME", &home).env("PATH", &programs);
    command.env_remove("XDG_CONFIG_HOME");
    let output = command.args(["service", "install"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.starts_with("Nothing was installed: "), "{told}");
    assert!(told.contains("pm serve"), "{told}");
    let unit = home.join(".config/systemd/user/process-manager.service");
    assert!(!unit.exists());
    assert!(unit.parent().unwrap().is_dir());
}
