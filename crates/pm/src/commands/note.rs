//! `pm note`: what somebody found is left on a task, beside what others left.

use std::process::ExitCode;

use crate::context::Context;
use crate::given::text_of;
use crate::stop::Outcome;

/// What is left, and where.
#[derive(Debug, clap::Args)]
pub(crate) struct NoteArgs {
    /// Task
    task: String,

    /// What you found; - reads it from standard input
    #[arg(required = true, value_name = "TEXT")]
    text: Vec<String>,
}

pub(crate) fn run(args: &NoteArgs, context: &Context) -> Outcome {
    let mut arguments = context.inside_task(&args.task)?;
    let text = text_of(&args.text.join(" "))?;
    arguments.insert("comment".into(), text.into());
    context.say(&context.call("task_update", arguments)?);
    Ok(ExitCode::SUCCESS)
}
