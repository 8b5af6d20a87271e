//! `pm import`: other task managers' files, and what `pm export` wrote, become processes.

use pm_cli::import::{self, ImportArgs};
use pm_mcp_http::give_back;

use crate::context::Context;
use crate::globals::PROGRAM;
use crate::stop::Outcome;

pub(crate) fn run(args: &ImportArgs, context: &Context) -> Outcome {
    give_back::at_once();
    Ok(import::run(PROGRAM, context.manager()?, args))
}
