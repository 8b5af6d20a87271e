//! `pm code`: the code of a task, read, written and compared, version by version.

mod code_place;
mod diff;
mod files;
mod get;
mod put;
mod versions;

use crate::context::Context;
use crate::stop::Outcome;

/// What is done with code.
#[derive(Debug, clap::Args)]
pub(crate) struct CodeArgs {
    #[command(subcommand)]
    pub(crate) command: CodeCommand,
}

/// What is done with code.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum CodeCommand {
    /// Print code: the newest version, or another
    Get(get::GetArgs),
    /// Store code, as a new version where there is some
    Put(put::PutArgs),
    /// Show what a version changed, or what differs between two
    Diff(diff::DiffArgs),
    /// List the versions
    Log(versions::VersionsArgs),
    /// Make an old version the newest again
    Restore(versions::RestoreArgs),
    /// Write the newest code to files in a folder, or into a zip archive
    Export(files::FilesArgs),
    /// Delete code, all versions
    Delete(versions::DeleteArgs),
}

impl CodeCommand {
    /// The command as it is written.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Get(_) => "code get",
            Self::Put(_) => "code put",
            Self::Diff(_) => "code diff",
            Self::Log(_) => "code log",
            Self::Restore(_) => "code restore",
            Self::Export(_) => "code export",
            Self::Delete(_) => "code delete",
        }
    }
}

pub(crate) fn run(args: &CodeArgs, context: &Context) -> Outcome {
    match &args.command {
        CodeCommand::Get(args) => get::run(args, context),
        CodeCommand::Put(args) => put::run(args, context),
        CodeCommand::Diff(args) => diff::run(args, context),
        CodeCommand::Log(args) => versions::log(args, context),
        CodeCommand::Restore(args) => versions::restore(args, context),
        CodeCommand::Export(args) => files::run(args, context),
        CodeCommand::Delete(args) => versions::delete(args, context),
    }
}
