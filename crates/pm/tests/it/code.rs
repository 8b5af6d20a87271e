//! Code goes in and comes out, to the letter.

use crate::shell::Shell;

const FIRST: &str = "fn main() {}\n";
const SECOND: &str = "fn main() {\n\tprintln!(\"hi\");\n}\n";

#[test]
fn code_is_kept_in_versions() {
    let mut shell = Shell::new();
    shell.run(&["new", "garden"]);
    shell.run(&["add", "pump"]);
    shell.run_with(FIRST, &["code", "put", "pump", "main.rs"]);
    std::fs::write(shell.here().join("second"), SECOND).unwrap();
    shell.run(&["code", "put", "Pump", "main.rs", "second"]);
    let newest = shell.run(&["code", "get", "pump", "main"]);
    assert_eq!(newest.stdout, SECOND.as_bytes());
    let first = shell.run(&["code", "get", "pump", "main.rs", "--version", "1"]);
    assert_eq!(first.stdout, FIRST.as_bytes());
    shell.run(&["code", "diff", "pump", "main.rs"]);
    shell.run(&["code", "log", "pump", "main.rs"]);
    shell.run(&["code", "restore", "pump", "main.rs", "1"]);
    shell.run(&["code", "get", "pump", "main.rs", "--version", "9"]);
    shell.run(&["code", "put", "pump", "main.rs", "missing"]);
    shell.run(&["code", "export", "--to", "out"]);
    let written = std::fs::read(shell.here().join("out/main.rs")).unwrap();
    assert_eq!(written, FIRST.as_bytes());
    shell.run(&["code", "export", "--zip", "code.zip"]);
    assert!(shell.here().join("code.zip").is_file());
    shell.run(&["code", "delete", "pump", "main.rs"]);
    shell.check("code");
}
