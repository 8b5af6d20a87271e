//! `pm doctor`: the store is examined, and files are repaired if that is wished.

use pm_cli::doctor::{self, DoctorArgs};
use serde_json::json;

use crate::context::Context;
use crate::globals::PROGRAM;
use crate::place::StorePlace;
use crate::stop::Outcome;

pub(crate) fn run(args: &DoctorArgs, context: &Context) -> Outcome {
    let report = match &context.place()?.store {
        StorePlace::Directory(directory) => doctor::examine(Some(directory), args),
        #[cfg(feature = "postgres")]
        StorePlace::Database(database) => {
            doctor::examine_over(context.manager()?, &database.place(), args)
        }
    };
    match report {
        Ok(report) if context.screen.is_json() => {
            context.screen.print_json(&json!({
                "success": true,
                "message": report.summary,
                "sound": report.is_sound,
                "findings": report.findings,
                "repaired": report.repaired,
            }));
            Ok(report.exit_code())
        }
        report => Ok(doctor::tell(PROGRAM, report)),
    }
}
