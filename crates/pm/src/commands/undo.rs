//! `pm undo`: what was done last is taken back.

use std::process::ExitCode;

use crate::context::{Context, insert};
use crate::stop::Outcome;

/// What is taken back.
#[derive(Debug, clap::Args)]
pub(crate) struct UndoArgs {
    /// Revision of the process, as `pm log` lists them [default: your last change]
    revision: Option<u64>,
}

pub(crate) fn run(args: &UndoArgs, context: &Context) -> Outcome {
    let mut arguments = context.inside()?;
    insert(&mut arguments, "revision", args.revision);
    context.say(&context.call("process_undo", arguments)?);
    Ok(ExitCode::SUCCESS)
}
