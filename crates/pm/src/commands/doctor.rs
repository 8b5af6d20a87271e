//! `pm doctor`: the files are examined, and repaired if that is wished.

use pm_cli::doctor::{self, DoctorArgs};

use super::Outcome;
use crate::PROGRAM;
use crate::context::Context;

pub(crate) fn run(args: &DoctorArgs, context: &Context) -> Outcome {
    let directory = &context.place()?.directory;
    Ok(doctor::run(PROGRAM, Some(directory), args))
}
