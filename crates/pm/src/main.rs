//! `pm`: the process manager for a shell.

use std::process::ExitCode;

/// For serving, as in the program of the HTTP server: what one thread allocates another frees.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    pm::run()
}
