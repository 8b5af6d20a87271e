//! The chores of the workspace: one file a chore, one subcommand each.
//!
//! A new chore is a module with an `Options` struct and a `run(options)`
//! function, a variant of [`Chore`] and a line in [`run`]. What chores share
//! lives in `cmd`, `workspace` and `server`.

mod bench;
mod browser;
mod ci;
mod clients;
mod cmd;
mod crash;
mod deny;
mod directions;
mod dist;
mod docker;
mod docs;
mod mcp;
mod model;
mod node;
mod over_database;
mod package;
mod packages;
mod screens;
mod server;
mod table;
mod test_run;
mod tidy;
mod vendor;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The chores of the workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Measures the release build beside what could be had at most
    Bench(bench::Options),
    /// Tries the pages in a real browser, over the real server
    Browser(browser::Options),
    /// Runs everything that must hold before a change lands
    Ci(ci::Options),
    /// Runs other people's clients against the servers
    Clients(clients::Options),
    /// Crashes the file store at every moment, on a model of a file system
    Crash(crash::Options),
    /// Checks the dependencies' licences, sources and known faults
    Deny(deny::Options),
    /// Proves that the crates' dependencies point one way
    Directions(directions::Options),
    /// Makes what people get who do not build it: archive, Debian package, checksums
    Dist(dist::Options),
    /// Builds the container image and tries it
    Docker(docker::Options),
    /// Writes what the pages repeat of the code, and builds them as a book
    Docs(docs::Options),
    /// Lets a language model work with the tools, and judges what it stored
    Model(model::Options),
    /// Packages the crates as for a registry, and builds each from its package alone
    Package(package::Options),
    /// Takes the pictures of the pages
    Screens(screens::Options),
    /// Checks the sources for what the compiler does not look at
    Tidy(tidy::Options),
    /// Fetches the files of other people's releases that the pages send, or checks them
    Vendor(vendor::Options),
}

fn main() -> ExitCode {
    match run(Cli::parse().chore) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Not anyhow's own report: a back trace into the chores helps nobody.
            eprintln!("cargo xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(chore: Chore) -> anyhow::Result<()> {
    match chore {
        Chore::Bench(options) => bench::run(&options),
        Chore::Browser(options) => browser::run(&options),
        Chore::Ci(options) => ci::run(&options),
        Chore::Clients(options) => clients::run(&options),
        Chore::Crash(options) => crash::run(&options),
        Chore::Deny(options) => deny::run(&options),
        Chore::Directions(options) => directions::run(&options),
        Chore::Dist(options) => dist::run(&options),
        Chore::Docker(options) => docker::run(&options),
        Chore::Docs(options) => docs::run(&options),
        Chore::Model(options) => model::run(&options),
        Chore::Package(options) => package::run(&options),
        Chore::Screens(options) => screens::run(&options),
        Chore::Tidy(options) => tidy::run(&options),
        Chore::Vendor(options) => vendor::run(&options),
    }
}
