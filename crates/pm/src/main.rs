//! `pm`: the process manager for a shell.

use std::process::ExitCode;

fn main() -> ExitCode {
    pm::run()
}
