//! An agent is told where it works.

use crate::shell::Shell;

#[test]
fn an_agent_is_told_where_it_works() {
    let mut shell = Shell::new();
    shell.run(&["new", "Garden"]);
    shell.run(&["init", "Garden"]);
    let output = shell.command().arg("prime").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("\"Garden\""), "{text}");
}
