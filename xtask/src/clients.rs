//! `cargo xtask clients`: real clients against the real servers.
//!
//! Our own tests know what our servers mean; these programs are other people's
//! and know only the protocol: its conformance suite, its Inspector, its
//! TypeScript SDK, also used as llama.cpp's web UI uses it, and its Python SDK,
//! each in its newest version and in one that many programs still have. They also log
//! in at an authorization server, somebody else's as well. They come
//! through npm and pip, at the versions that `xtask/clients` pins. The tests over
//! the Rust SDK, and those of calls sent all at once, are run with them.

mod conformance;
mod expected;
mod inspector;
mod login;
mod python;
mod row;
mod rust;
mod sdk;
mod web_ui;

use std::{fs, path::PathBuf, time::Instant};

use anyhow::{Result, bail};
use clap::ValueEnum;

use crate::{
    packages::Packages,
    workspace::{self, Binaries, Profile},
};

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
    /// The official TypeScript SDKs, which send all calls of a turn at once
    TypeScript,
    /// The official TypeScript SDKs, which log in at an authorization server
    Login,
    /// The official Python SDKs, likewise
    Python,
    /// Our own tests over the official Rust SDK, and of calls sent at once
    Rust,
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

/// Runs the clients, and says what could not be run.
pub(crate) fn run(options: &Options) -> Result<()> {
    if let Some(what) = check(options)? {
        println!("not checked: {what}");
    }
    Ok(())
}

/// Runs the clients, prints a table, and fails where anything was not as expected; returns
/// what could not be run, and why.
pub(crate) fn check(options: &Options) -> Result<Option<String>> {
    let folder = workspace::temp_dir()?;
    let setup = Setup {
        packages: Packages::install("xtask/clients")?,
        binaries: workspace::binaries(Profile::Dev)?,
        folder: folder.path().to_owned(),
    };
    let mut rows = Vec::new();
    let mut unchecked = None;
    for &client in Client::value_variants() {
        if options.only.is_some_and(|only| only != client) {
            continue;
        }
        if client == Client::Python
            && let Some(why) = python::missing()
        {
            unchecked = Some(format!("the Python SDK, as {why}"));
            continue;
        }
        let start = Instant::now();
        let run = match client {
            Client::Conformance => conformance::run,
            Client::Inspector => inspector::run,
            Client::WebUi => web_ui::run,
            Client::TypeScript => sdk::run_typescript,
            Client::Login => login::run,
            Client::Python => sdk::run_python,
            Client::Rust => rust::run,
        };
        rows.extend(run(&setup));
        println!("{:.1} s", start.elapsed().as_secs_f64());
    }
    if options.keep {
        println!("\nlogs and stores: {}", folder.keep().display());
    }
    println!("\n{}", row::table(&rows));
    let problems: usize = rows.iter().map(|row| row.problems.len()).sum();
    if problems > 0 {
        bail!("problems that the clients found: {problems}");
    }
    Ok(unchecked)
}

impl Setup {
    /// A new directory for what a client leaves behind.
    fn folder(&self, name: &str) -> Result<PathBuf> {
        let folder = self.folder.join(name);
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }
}
