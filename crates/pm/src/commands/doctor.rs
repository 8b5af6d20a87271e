//! `pm doctor`: the files are examined, and repaired if that is wished.

use pm_cli::doctor::{self, DoctorArgs};

use crate::context::Context;
use crate::globals::PROGRAM;
use crate::stop::Outcome;

pub(crate) fn run(args: &DoctorArgs, context: &Context) -> Outcome {
    let directory = &context.place()?.directory;
    Ok(doctor::run(PROGRAM, Some(directory), args))
}
