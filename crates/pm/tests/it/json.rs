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
