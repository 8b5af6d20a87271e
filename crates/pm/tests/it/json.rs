//! With `--json` the answers are the objects of the tools.

use crate::shell::Shell;

#[test]
fn answers_and_refusals_are_those_of_the_tools() {
    let mut shell = Shell::new();
    shell.run(&["new", "garden"]);
    shell.run(&["add", "dig"]);
    let listed = shell.json(&["show"]);
    assert_eq!(listed["success"], true);
    assert_eq!(listed["tasks"].as_object().unwrap().len(), 1);
    let next = shell.json(&["next"]);
    assert_eq!(next["task_name"], "dig");
    assert_eq!(next["claim"]["by"], "ann");
    let done = shell.json(&["done", "dig"]);
    assert_eq!(done["status"], "done");
    let refused = shell.json(&["done", "dug"]);
    assert_eq!(refused["success"], false);
    assert_eq!(refused["hint"], "Run `pm done` again with TASK \"dig\".");
    let history = shell.json(&["log"]);
    assert_eq!(history["changes"][0]["by"], "you");
    assert_eq!(shell.json(&["list"])["total"], 1);
    assert_eq!(shell.json(&["trash"])["total"], 0);
    assert_eq!(shell.json(&["export"])["process_name"], "garden");
    let output = shell.run(&["--json", "show", "nothing"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stderr.is_empty());
}

#[test]
fn an_export_into_a_file_says_where_it_is() {
    let mut shell = Shell::new();
    shell.run(&["new", "garden"]);
    let written = shell.json(&["export", "--to", "garden.md"]);
    assert_eq!(written["success"], true, "{written}");
    assert_eq!(written["file"], "garden.md");
    let text = std::fs::read_to_string(shell.here().join("garden.md")).unwrap();
    assert_eq!(written["bytes"], text.len());
    assert!(text.starts_with("# garden"), "{text}");
    let refused = shell.json(&["export", "--to", "garden.md"]);
    assert_eq!(refused["success"], false, "{refused}");
}

#[test]
fn several_answers_are_a_line_each() {
    let mut shell = Shell::new();
    shell.run(&["new", "garden"]);
    shell.run(&["add", "dig"]);
    shell.run(&["add", "sow"]);
    let mut lines = |arguments: &[&str]| {
        let output = shell.run(&[&["--json"], arguments].concat());
        let text = String::from_utf8(output.stdout).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
        lines.collect::<Vec<serde_json::Value>>()
    };
    let done = lines(&["done", "dig", "sow"]);
    assert_eq!(done.len(), 2, "{done:?}");
    assert!(done.iter().all(|answer| answer["status"] == "done"));
    let edited = lines(&["edit", "dig", "-d", "Deep.", "--priority", "high"]);
    assert_eq!(edited.len(), 2, "{edited:?}");
    let deleted = lines(&["delete", "dig", "weather", "sow"]);
    let success: Vec<_> = deleted.iter().map(|answer| &answer["success"]).collect();
    assert_eq!(success, [true, false]);
}

#[test]
fn the_doctor_answers_in_json_too() {
    let mut shell = Shell::new();
    shell.run(&["new", "garden"]);
    let sound = shell.json(&["doctor"]);
    assert_eq!(sound["sound"], true, "{sound}");
    std::fs::write(shell.store().join("damaged.json"), "{\"process_name\": ").unwrap();
    let damaged = shell.json(&["doctor", "--repair"]);
    assert_eq!(damaged["sound"], false, "{damaged}");
    let finding = damaged["findings"][0].as_str().unwrap();
    assert!(finding.contains("damaged.json"), "{finding}");
    let output = shell.run(&["--json", "doctor"]);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn json_is_refused_where_there_is_none() {
    let mut shell = Shell::new();
    for (arguments, instead) in [
        (&["tools"][..], "--format json"),
        (&["import", "plan.md"], "leave it out"),
        (&["token", "new", "anna"], "leave it out"),
        (&["copy", "--from", "a", "--to", "b"], "leave it out"),
        (&["service", "install", "--dry-run"], "leave it out"),
        (&["man", "pages"], "leave it out"),
        (&["completions", "bash"], "leave it out"),
    ] {
        let output = shell.run(&[&["--json"], arguments].concat());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains(instead), "{arguments:?}: {told}");
    }
}
