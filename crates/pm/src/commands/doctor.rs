//! `pm doctor`: the files are examined, and repaired if that is wished.

use pm_cli::doctor::{self, DoctorArgs};

use crate::context::Context;
use crate::globals::PROGRAM;
use crate::stop::{Outcome, Stop};

pub(crate) fn run(args: &DoctorArgs, context: &Context) -> Outcome {
    let store = &context.place()?.store;
    let Some(directory) = store.directory() else {
        return Err(Stop::Usage(format!(
            "nothing was examined: this looks after the files of a directory, and the processes are \
             in {store}; run `pm store check` to see whether that can be used"
        )));
    };
    Ok(doctor::run(PROGRAM, Some(directory), args))
}
