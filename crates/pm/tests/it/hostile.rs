//! Texts that would steer a terminal stand there as what they are.

use crate::shell::Shell;

#[test]
fn hostile_texts_are_made_safe() {
    let mut shell = Shell::new();
    let bell = "a\u{1b}[2J\u{202e}b\u{7}";
    let file = serde_json::json!({
        "process_name": format!("garden {bell}"),
        "description": bell,
        "created_at": "2026-01-01T00:00:00Z",
        "tasks": {
            format!("task {bell}"): {
                "description": bell,
                "created_at": "2026-01-01T00:00:00Z",
                "status": "blocked",
                "status_note": bell,
                "jobs": {"j": {"name": bell, "description": bell, "created_at": "2026-01-01T00:00:00Z"}},
                "code": {"c": {"name": "c", "content": bell, "created_at": "2026-01-01T00:00:00Z"}},
            },
        },
    });
    std::fs::create_dir(shell.store()).unwrap();
    std::fs::write(shell.store().join("garden.json"), file.to_string()).unwrap();
    let task = format!("task {bell}");
    for arguments in [
        &[][..],
        &["list"],
        &["show"],
        &["show", &task],
        &["tree"],
        &["next"],
        &["search", "2J"],
        &["export"],
        &["show", bell],
        &["done", &task],
        &["log"],
    ] {
        let output = shell.run(arguments);
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8(said).unwrap();
        assert!(
            !said.contains(['\u{1b}', '\u{202e}', '\u{7}']),
            "{arguments:?}: {said:?}"
        );
    }
}

#[test]
fn colours_are_used_only_where_they_are_wanted() {
    let mut shell = Shell::new();
    shell.run(&["new", "garden"]);
    let is_coloured =
        |shell: &mut Shell, arguments: &[&str]| shell.run(arguments).stdout.contains(&0x1b);
    assert!(!is_coloured(&mut shell, &["list"]));
    assert!(is_coloured(&mut shell, &["list", "--color", "always"]));
    assert!(!is_coloured(&mut shell, &["list", "--color", "never"]));
}
