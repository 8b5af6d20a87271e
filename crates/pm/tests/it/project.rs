//! A directory has a process of its own, and a store if that is wished.

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
