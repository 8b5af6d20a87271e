//! `pm release`: a claimed task is let go, whosever it is.

use std::process::ExitCode;

use crate::context::{Answer, Context, Object};
use crate::stop::Outcome;

/// What is let go.
#[derive(Debug, clap::Args)]
pub(crate) struct ReleaseArgs {
    /// Task; it stays in progress, and is free for others
    task: String,
}

/// The tool in whose words a refusal is made.
const NEAREST: &str = "task_update";

pub(crate) fn run(args: &ReleaseArgs, context: &Context) -> Outcome {
    let found = context.call("task_details_get", context.inside_task(&args.task)?)?;
    let process = context.process_of(&found)?;
    let task = found.text("task_name").unwrap_or_default();
    let released = context.manager()?.release_claim(&process.name, task);
    let released = released.map_err(|error| context.refused(NEAREST, error))?;
    let message = match &released.value {
        Some((task, claim)) => format!("Let go of the task \"{task}\", claimed by {}.", claim.by),
        None => format!("Nobody has claimed the task \"{task}\"."),
    };
    let mut answer = Object::new();
    answer.insert("success".into(), true.into());
    answer.insert("message".into(), message.into());
    answer.insert("task_name".into(), task.into());
    answer.insert("process_name".into(), released.process.name.as_str().into());
    answer.insert("revision".into(), released.process.revision.into());
    context.say(&Answer(answer));
    Ok(ExitCode::SUCCESS)
}
