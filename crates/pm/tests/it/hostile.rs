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

#[test]
fn no_line_is_wider_than_the_terminal() {
    let mut shell = Shell::new();
    let long = |letter: &str| letter.repeat(66);
    let spaced = |letter: &str| format!("{} ", letter.repeat(9)).repeat(10);
    let (first, second, spoken) = (long("a"), long("四"), spaced("b"));
    shell.run(&["new", &long("p"), "-d", &spoken]);
    shell.run(&["add", &first, "--job", &long("j"), "-l", &long("l")]);
    shell.run(&["add", &second, "--after", &first, "-d", &long("d")]);
    shell.run(&["add", spoken.trim(), "--after", &second, "--after", &first]);
    shell.run_with("x\n", &["code", "put", &first, &long("c")]);
    shell.run(&["block", &first, "-n", &long("n"), "--as", &long("w")]);
    shell.run(&["note", &first, &long("t"), "--as", &long("w")]);
    shell.run(&["delete", spoken.trim()]);
    for arguments in [
        &[][..],
        &["list"],
        &["show"],
        &["show", &first],
        &["show", &second],
        &["tree"],
        &["log"],
        &["search", &first],
        &["code", "log", &first, &long("c")],
        &["trash"],
    ] {
        let mut command = shell.command();
        let output = command.args(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        // The path of the store stays whole, to be copied.
        let store = shell.store().display().to_string();
        for line in text.lines().filter(|line| !line.ends_with(&store)) {
            let wide = line.chars().filter(|c| *c == '四').count();
            let columns = line.chars().count() + wide;
            assert!(columns <= 80, "{arguments:?}: {columns}: {line}");
        }
    }
}
