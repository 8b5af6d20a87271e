//! `pm completions` and `pm man`: what goes with the program, for those who installed it alone.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use pm_cli::{companions, path_parser};
use pm_core::reason;

use crate::context::Context;
use crate::globals::PROGRAM;
use crate::stop::{Outcome, Stop};

/// The shell that is to complete.
#[derive(Debug, clap::Args)]
pub(crate) struct CompletionsArgs {
    /// Shell to complete in
    #[arg(value_parser = PossibleValuesParser::new(companions::SHELLS))]
    shell: String,
}

/// Where the pages go.
#[derive(Debug, clap::Args)]
pub(crate) struct ManArgs {
    /// Directory to write the pages into, such as ~/.local/share/man/man1
    #[arg(value_parser = path_parser())]
    directory: PathBuf,
}

/// Prints the script with which a shell completes commands, and names of processes, tasks, jobs and
/// code.
pub(crate) fn run(args: &CompletionsArgs, context: &Context) -> Outcome {
    let script = companions::completions(PROGRAM, &args.shell)
        .ok_or_else(|| Stop::Usage(format!("there are no completions for {}", args.shell)))?;
    context.screen.print_text(&script);
    Ok(ExitCode::SUCCESS)
}

/// Writes the manual pages of a command line.
pub(crate) fn run_man(args: &ManArgs, defined: clap::Command, context: &Context) -> Outcome {
    let directory = &args.directory;
    companions::write_manual(defined, directory)
        .map_err(|error| Stop::Unable(format!("{}: {}", directory.display(), reason(&error))))?;
    context
        .screen
        .print_text(&format!("Written into {}\n", directory.display()));
    Ok(ExitCode::SUCCESS)
}
