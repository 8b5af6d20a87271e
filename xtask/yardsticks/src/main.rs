//! What `cargo xtask bench` measures the servers against: a program of its own, since it must be
//! built like them and its libraries would slow every other chore down.

mod echo;
mod writes;

use std::path::Path;

use anyhow::bail;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["echo"] => echo::serve(None),
        ["echo", answer] => echo::serve(Some(answer)),
        ["writes", dir, rounds] => writes::measure(Path::new(dir), rounds.parse()?),
        _ => bail!("usage: pm-yardsticks echo [ANSWER] | pm-yardsticks writes DIRECTORY ROUNDS"),
    }
}
