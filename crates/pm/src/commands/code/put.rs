//! `pm code put`: code from a file or from standard input becomes a version.

use std::path::PathBuf;
use std::process::ExitCode;

use pm_cli::path_parser;

use super::code_place::CodePlace;
use crate::context::Context;
use crate::given::content_of;
use crate::stop::Outcome;

/// What is stored, and where.
#[derive(Debug, clap::Args)]
pub(crate) struct PutArgs {
    #[command(flatten)]
    place: CodePlace,

    /// File that holds it; - is standard input
    #[arg(value_name = "FILE", default_value = "-", value_parser = path_parser())]
    file: PathBuf,
}

pub(crate) fn run(args: &PutArgs, context: &Context) -> Outcome {
    let mut arguments = args.place.arguments(context)?;
    arguments.insert("new_content".into(), content_of(&args.file)?.into());
    context.say(&context.call("task_code_update", arguments)?);
    Ok(ExitCode::SUCCESS)
}
