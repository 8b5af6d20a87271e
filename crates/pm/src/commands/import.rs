//! `pm import`: other task managers' files, and what `pm export` wrote, become processes.

use pm_cli::import::{self, ImportArgs};

use super::Outcome;
use crate::PROGRAM;
use crate::context::Context;

pub(crate) fn run(args: &ImportArgs, context: &Context) -> Outcome {
    let directory = &context.place()?.directory;
    Ok(import::run(PROGRAM, Some(directory), context.actor(), args))
}
