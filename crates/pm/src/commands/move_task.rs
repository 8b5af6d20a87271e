//! `pm move`: a task gets another place in the plan.

use std::process::ExitCode;
use std::str::FromStr;

use crate::context::Context;
use crate::stop::Outcome;

/// What is moved, and where to.
#[derive(Debug, clap::Args)]
pub(crate) struct MoveArgs {
    /// Task
    task: String,

    /// Its place, from 1, or first or last
    place: TaskPlace,
}

/// A place among the tasks, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct TaskPlace(u64);

impl FromStr for TaskPlace {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "first" => Ok(Self(1)),
            // A place behind the last one is the last one.
            "last" => Ok(Self(u64::from(u32::MAX))),
            number => match number.parse() {
                Ok(place @ 1..) => Ok(Self(place)),
                _ => Err("write a number from 1, or first or last"),
            },
        }
    }
}

pub(crate) fn run(args: &MoveArgs, context: &Context) -> Outcome {
    let mut arguments = context.inside_task(&args.task)?;
    arguments.insert("position".into(), args.place.0.into());
    context.say(&context.call("task_update", arguments)?);
    Ok(ExitCode::SUCCESS)
}
