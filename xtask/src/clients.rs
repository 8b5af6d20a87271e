//! `cargo xtask clients`: real clients against the real servers.
//!
//! Our own tests know what our servers mean; these programs are other people's
//! and know only the protocol: its conformance suite, its Inspector, and its
//! TypeScript SDK, used as llama.cpp's web UI uses it. All come through npm, at
//! the versions that `xtask/clients/package.json` pins.

mod conformance;
mod expected;
mod inspector;
mod packages;
mod row;
mod web_ui;

use std::{fs, path::PathBuf, time::Instant};

use anyhow::{Result, bail};
use clap::ValueEnum;

use self::packages::Packages;
use crate::workspace::{self, Binaries, Profile};

/// The options of `cargo xtask clients`.
#[derive(Default, clap::Args)]
pub(crate) struct Options {
    /// Runs one client alone
    #[arg(long, value_name = "CLIENT")]
    only: Option<Client>,
    /// Keeps the logs and stores, and says where they are
    #[arg(long)]
    keep: bool,
}

/// The clients, in the order in which they run.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Client {
    /// The official conformance suite, for both eras of the protocol
    Conformance,
    /// The official Inspector, over both transports and in both eras
    Inspector,
    /// The official TypeScript SDK in the way of llama.cpp's web UI
    WebUi,
}

/// What every client runs with.
struct Setup {
    binaries: Binaries,
    packages: Packages,
    /// Where logs and stores go.
    folder: PathBuf,
}

/// The tools of the Python reference, which every version of the servers has.
const TOOLS: [&str; 18] = [
    "process_new",
    "process_load",
    "process_list_all",
    "process_save",
    "process_delete",
    "task_new",
    "task_list",
    "task_details_get",
    "task_update_description",
    "task_name_change",
    "task_delete",
    "task_job_add",
    "task_job_get",
    "task_jobs_list",
    "task_code_add",
    "task_code_get",
    "task_code_update",
    "task_code_delete",
];

/// Runs the clients, prints a table, and fails where anything was not as expected.
pub(crate) fn run(options: &Options) -> Result<()> {
    let folder = workspace::temp_dir()?;
    let setup = Setup {
        packages: Packages::install()?,
        binaries: workspace::binaries(Profile::Dev)?,
        folder: folder.path().to_owned(),
    };
    let mut rows = Vec::new();
    for &client in Client::value_variants() {
        if options.only.is_none_or(|only| only == client) {
            let start = Instant::now();
            let run = match client {
                Client::Conformance => conformance::run,
                Client::Inspector => inspector::run,
                Client::WebUi => web_ui::run,
            };
            rows.extend(run(&setup));
            println!("{:.1} s", start.elapsed().as_secs_f64());
        }
    }
    if options.keep {
        println!("\nlogs and stores: {}", folder.keep().display());
    }
    println!("\n{}", row::table(&rows));
    let problems: usize = rows.iter().map(|row| row.problems.len()).sum();
    if problems > 0 {
        bail!("problems that the clients found: {problems}");
    }
    Ok(())
}

impl Setup {
    /// A new directory for what a client leaves behind.
    fn folder(&self, name: &str) -> Result<PathBuf> {
        let folder = self.folder.join(name);
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }
}
