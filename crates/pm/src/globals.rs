//! What holds for every command: the program's name, and the options that each takes.

use std::path::PathBuf;

use pm_cli::{env, path_parser};

/// The program's name, as messages carry it.
pub(crate) const PROGRAM: &str = "pm";

/// What holds for every command.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Everywhere", mut_args(|arg| arg.global(true)))]
pub(crate) struct GlobalArgs {
    /// Process to work in
    #[arg(short, long, env = env::PROCESS, value_name = "NAME")]
    pub(crate) process: Option<String>,

    /// Directory in which processes are stored [default: .processes beside .pm-process, or else the
    /// one that the servers use]
    #[arg(long, env = env::DIR, value_name = "DIRECTORY", value_parser = path_parser())]
    pub(crate) dir: Option<PathBuf>,

    /// In whose name changes are made [default: who is logged in]
    #[arg(long = "as", env = env::AS, value_name = "NAME")]
    pub(crate) actor: Option<String>,

    /// Print the answer as JSON, the same that a model gets of the tools; one line for each, if there
    /// are several
    #[arg(long)]
    pub(crate) json: bool,

    /// When to use colours; the variable `NO_COLOR` switches them off, too
    #[arg(long, value_name = "WHEN", default_value = "auto", value_enum)]
    pub(crate) color: ColorChoice,

    /// Print long answers at once, without a pager
    #[arg(long)]
    pub(crate) no_pager: bool,

    /// The database to store in, in place of the directory.
    #[cfg(feature = "postgres")]
    #[command(flatten)]
    pub(crate) database: pm_cli::DatabaseArgs,
}

/// When colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}
