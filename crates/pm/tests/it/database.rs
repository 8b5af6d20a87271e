//! A database that does not answer is told of before anybody wonders.
#![cfg(feature = "postgres")]

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::process::Stdio;

use crate::shell::Shell;

#[test]
fn a_database_that_is_away_is_told_of_while_it_is_waited_for() {
    let shell = Shell::new();
    // Nothing listens where something did.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr();
    let address = format!("postgres://nobody@127.0.0.1:{}/pm", port.unwrap().port());
    for arguments in [
        &["list"][..],
        &["store", "check"],
        &["serve", "--listen", "127.0.0.1:0"],
    ] {
        let mut command = shell.command();
        command.args(arguments).args(["--store", &address]);
        let command = command.stdout(Stdio::null()).stderr(Stdio::piped());
        let mut program = command.spawn().unwrap();
        let told = BufReader::new(program.stderr.take().unwrap()).lines();
        let told = told.map(Result::unwrap).next().unwrap();
        // It is still trying, for half a minute.
        let is_over = program.try_wait().unwrap().is_some();
        program.kill().unwrap();
        program.wait().unwrap();
        assert!(!is_over, "{arguments:?}: {told}");
        for part in [&*address, "cannot be reached", "tried again for 30 s"] {
            assert!(told.contains(part), "{arguments:?}: {told}");
        }
    }
}
