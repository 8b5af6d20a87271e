//! `pm doctor`: the store is examined, and files are repaired if that is wished.

use pm_cli::doctor::{self, DoctorArgs};

use crate::context::Context;
use crate::globals::PROGRAM;
use crate::place::StorePlace;
use crate::stop::Outcome;

pub(crate) fn run(args: &DoctorArgs, context: &Context) -> Outcome {
    match &context.place()?.store {
        StorePlace::Directory(directory) => Ok(doctor::run(PROGRAM, Some(directory), args)),
        #[cfg(feature = "postgres")]
        StorePlace::Database(database) => {
            let manager = context.manager()?;
            Ok(doctor::run_over(PROGRAM, manager, &database.place(), args))
        }
    }
}
