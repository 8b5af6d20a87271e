//! `cargo xtask bench`: how much the release build does, beside what could be had at most.
//!
//! Figures of one run belong together and no others: the servers take turns, round by round, and
//! what is compared are medians and ratios.

mod caller;
mod core_reads;
mod core_rounds;
mod core_writes;
mod http;
mod listeners;
mod load;
mod over_postgres;
mod page_files;
mod pages;
mod paint;
mod plan;
mod proc;
mod process;
mod reads;
mod searches;
mod series;
mod servers;
mod shell;
mod sizes;
mod starts;
mod statistics;
mod target;
mod wire;
mod writes;

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use clap::ValueEnum;

use self::{
    servers::{Programs, Servers},
    target::Target,
    wire::Endpoint,
};
use crate::{
    browser::Setup,
    cmd::{cargo, cmd},
    table::figure,
    workspace,
};

/// The options of `cargo xtask bench`.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Measure another server in the same run, as `http://127.0.0.1:5018/mcp`; repeatable
    ///
    /// It is prepared through the same tool calls, in processes called "Bench ...".
    #[arg(long, value_name = "URL")]
    against: Vec<Endpoint>,
    /// Where the server of --against keeps its files: its processes are put there as files then,
    /// as one with many jobs would take it too long to add them one by one
    #[arg(long, value_name = "DIR", requires = "against")]
    against_dir: Option<PathBuf>,
    /// Store on this directory's file system [default: below the target directory]
    #[arg(long)]
    dir: Option<PathBuf>,
    /// Take less time and show less: to see that it works
    #[arg(long)]
    quick: bool,
    /// Measure only this; repeatable
    #[arg(long, value_enum)]
    only: Vec<Part>,
    /// Measure the programs in this directory, as of an unpacked release, and build none; with
    /// --only shell alone
    #[arg(long, value_name = "DIR", requires = "only")]
    built: Option<PathBuf>,
    /// Write the tables to a file, too
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
}

/// What can be measured by itself.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    Reads,
    Writes,
    Plan,
    Pages,
    /// Needs Chromium and npm
    Paint,
    Core,
    Search,
    /// Only if it is asked for; needs PostgreSQL
    Postgres,
    Starts,
    /// Beside the programs of other task managers that are installed
    Shell,
    Sizes,
}

/// How much a run measures.
struct Effort {
    rounds: usize,
    read_time: Duration,
    write_time: Duration,
    /// How long the core is written to in a round.
    core_time: Duration,
    /// How long a server may take to get one process ready.
    prepare: Duration,
    /// The jobs of the processes that are written to.
    process_jobs: &'static [usize],
    /// The processes that are on disk when a server starts.
    start_processes: &'static [usize],
    /// The processes that are looked through.
    search_processes: usize,
}

const FULL: Effort = Effort {
    rounds: 7,
    read_time: Duration::from_secs(2),
    write_time: Duration::from_secs(4),
    core_time: Duration::from_millis(2_500),
    prepare: Duration::from_secs(90),
    process_jobs: &[0, 1_800, 20_000],
    start_processes: &[0, 1_000, 10_000],
    search_processes: 10_000,
};

const QUICK: Effort = Effort {
    rounds: 2,
    read_time: Duration::from_millis(500),
    write_time: Duration::from_secs(1),
    core_time: Duration::from_millis(1_500),
    prepare: Duration::from_secs(30),
    process_jobs: &[0, 1_800],
    start_processes: &[0, 1_000],
    search_processes: 1_000,
};

/// Builds what is measured, measures it, and prints the tables.
pub(crate) fn run(options: &Options) -> Result<()> {
    // A program that is started and waited for needs no light generator beside it.
    let is_shell = options.only == [Part::Shell];
    if cfg!(debug_assertions) && !is_shell {
        return run_optimised();
    }
    let programs = match &options.built {
        Some(folder) => {
            ensure!(is_shell, "--built is for --only shell alone");
            Programs::in_folder(folder)?
        }
        None => Programs::build()?,
    };
    let parent = match &options.dir {
        Some(dir) => dir.clone(),
        None => workspace::target_dir()?,
    };
    let dir = tempfile::Builder::new()
        .prefix("pm-bench-")
        .tempdir_in(&parent)
        .with_context(|| format!("nothing can be made in {}", parent.display()))?;
    let effort = if options.quick { &QUICK } else { &FULL };
    let report = if is_shell {
        shell::report(&programs, dir.path(), effort)?
    } else {
        measure(options, &programs, dir.path(), effort)?
    };
    if let Some(file) = &options.markdown {
        fs::write(file, report).with_context(|| format!("{} stays as it was", file.display()))?;
    }
    Ok(())
}

/// Goes on in an optimised build of the chores: the generator must be light beside the server.
fn run_optimised() -> Result<()> {
    cargo()
        .args(["build", "--quiet", "--release", "--package", "xtask"])
        .dir(workspace::root()?)
        .run()?;
    let chores = workspace::target_dir()?.join("release").join("xtask");
    cmd(chores).args(std::env::args_os().skip(1)).run()
}

/// Starts our server over a directory of its own with what pages are measured over.
fn with_files(binary: &Path, dir: &Path) -> Result<(Target, PathBuf)> {
    let files = dir.join("pages");
    page_files::fill(&files)?;
    Ok((Target::ours(binary, &files)?, files))
}

fn measure(options: &Options, programs: &Programs, dir: &Path, effort: &Effort) -> Result<String> {
    let wanted = |part| options.only.is_empty() || options.only.contains(&part);
    let begin = Instant::now();
    let machine = proc::machine(dir);
    let load_before = figure(proc::load_average());
    let mut report = String::new();
    let mut add = |text: &dyn std::fmt::Display| {
        println!("{text}");
        writeln!(report, "{text}")
    };
    add(&format!("Machine: {machine}\n"))?;

    let servers = Servers::start(options, programs, dir)?;
    let idle = servers.ours.pid().and_then(proc::resident);
    if wanted(Part::Reads) {
        add(&reads::table(&servers, effort)?)?;
    }
    if wanted(Part::Writes) {
        add(&writes::table(&servers, effort)?)?;
    }
    if wanted(Part::Plan) {
        add(&plan::table(&servers.ours, effort)?)?;
    }
    if wanted(Part::Pages) {
        let (ours, files) = with_files(&programs.servers.http, dir)?;
        add(&pages::table(&ours, effort)?)?;
        add(&listeners::beside(&ours, effort)?)?;
        add(&listeners::heard(&ours)?)?;
        ours.stop()?;
        fs::remove_dir_all(files)?;
    }
    if wanted(Part::Paint) {
        match Setup::over(&programs.servers.http) {
            Err(missing) if options.only.is_empty() => {
                add(&format!("Not measured: until it is seen, as {missing:#}\n"))?;
            }
            setup => {
                let (ours, files) = with_files(&programs.servers.http, dir)?;
                add(&paint::table(&setup?, &ours, effort)?)?;
                ours.stop()?;
                fs::remove_dir_all(files)?;
            }
        }
    }
    let after = servers.ours.pid().and_then(proc::resident);
    let most = servers.ours.pid().and_then(proc::most_resident);
    servers.stop()?;
    if wanted(Part::Core) {
        let yardsticks = &programs.yardsticks;
        add(&core_writes::table(yardsticks, dir, effort)?)?;
        add(&core_reads::opening(yardsticks, dir, effort)?)?;
        add(&core_reads::noticing(yardsticks, dir, effort)?)?;
    }
    if wanted(Part::Search) {
        add(&searches::table(&programs.yardsticks, dir, effort)?)?;
    }
    if options.only.contains(&Part::Postgres) {
        let yardsticks = &programs.yardsticks;
        for table in over_postgres::tables(yardsticks, dir, effort)? {
            add(&table)?;
        }
        add(&over_postgres::over_http(programs, dir, effort)?)?;
    }
    if wanted(Part::Starts) {
        add(&starts::table(&programs.servers.http, dir, effort)?)?;
    }
    if wanted(Part::Shell) {
        for table in shell::tables(programs, dir, effort)? {
            add(&table)?;
        }
    }
    if wanted(Part::Sizes) {
        add(&sizes::table(programs, [idle, after, most])?)?;
    }
    add(&format!(
        "Medians of {} rounds; `ours / this` is the median of the rounds' ratios. The load \
         average was {load_before} before the run and {} at its end, {:.0} minutes later.",
        effort.rounds,
        figure(proc::load_average()),
        begin.elapsed().as_secs_f64() / 60.0,
    ))?;
    Ok(report)
}
