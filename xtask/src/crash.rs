//! `cargo xtask crash`: what a crash leaves of what was promised.
//!
//! Each way of crashing has a file: on a model of a file system (`modelled`), by killing servers
//! (`kill`), by faults of the operating system (`faults`), and by cutting off a real file system
//! (`power_cut`).

mod faults;
mod kill;
mod modelled;
mod power_cut;
mod session;
mod table;

use anyhow::Result;

/// The options of `cargo xtask crash`.
#[derive(clap::Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are the flags of a command line"
)]
pub(crate) struct Options {
    /// How many disks are recovered: by all campaigns together, or by each of
    /// them for each sync that is left out [default: 100000, or 2000]
    #[arg(long)]
    states: Option<u64>,
    /// The seed of the first scenario
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Leaves out one sync after another; each time a campaign must notice
    #[arg(long)]
    mutations: bool,
    /// Kills servers that write to one directory, on real files
    #[arg(long, group = "way")]
    kill: bool,
    /// How many servers are killed, or how often the file system is cut off
    /// [default: 10000, or 50]
    #[arg(long)]
    cycles: Option<u64>,
    /// Has each system call of a server fail, or be its last one (needs strace)
    #[arg(long, group = "way")]
    faults: bool,
    /// Cuts off an XFS file system that is written to (needs root and xfsprogs)
    #[arg(long, group = "way")]
    power_cut: bool,
}

/// Crashes, and fails where anything was lost that was promised.
pub(crate) fn run(options: &Options) -> Result<()> {
    if options.kill {
        kill::run(options.cycles.unwrap_or(10_000), options.seed)
    } else if options.faults {
        faults::run()
    } else if options.power_cut {
        power_cut::run(options.cycles.unwrap_or(50), options.seed)
    } else if options.mutations {
        modelled::mutations(options.states.unwrap_or(2_000), options.seed)
    } else {
        modelled::campaigns(options.states.unwrap_or(100_000), options.seed)
    }
}
