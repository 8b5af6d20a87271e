//! What `cargo xtask bench` measures the servers against: a program of its own, since it must be
//! built like them and its libraries would slow every other chore down.

mod database;
mod echo;
mod noticing;
mod opening;
mod process;
mod report;
mod searching;
mod writes;

use std::path::Path;
use std::time::Duration;

use anyhow::bail;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["echo"] => echo::serve(None),
        ["echo", answer] => echo::serve(Some(answer)),
        ["writes", dir, rounds, seconds] => {
            let time = Duration::try_from_secs_f64(seconds.parse()?)?;
            writes::measure(Path::new(dir), rounds.parse()?, time)
        }
        ["opening", dir, rounds] => opening::measure(Path::new(dir), rounds.parse()?),
        ["noticing", dir, rounds] => noticing::measure(Path::new(dir), rounds.parse()?),
        ["searching", dir, rounds, processes] => {
            searching::measure(Path::new(dir), rounds.parse()?, processes.parse()?)
        }
        ["database", dir, rounds, seconds, processes] => {
            let time = Duration::try_from_secs_f64(seconds.parse()?)?;
            database::measure(Path::new(dir), rounds.parse()?, time, processes.parse()?)
        }
        ["database"] => database::serve(),
        ["writer", dir, bytes] => noticing::write_when_told(Path::new(dir), bytes.parse()?),
        _ => bail!(
            "usage: pm-yardsticks echo [ANSWER] | writes DIRECTORY ROUNDS SECONDS | \
             opening DIRECTORY ROUNDS | noticing DIRECTORY ROUNDS | \
             searching DIRECTORY ROUNDS PROCESSES | database [DIRECTORY ROUNDS SECONDS PROCESSES]"
        ),
    }
}
