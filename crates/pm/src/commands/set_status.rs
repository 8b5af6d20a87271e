//! `pm start`, `done`, `block`, `cancel` and `reopen`: tasks, or jobs of one, get another status.

use std::process::ExitCode;

use pm_core::Status;

use crate::context::{Context, insert};
use crate::given::text_of;
use crate::stop::{Outcome, Stop};

/// What gets another status.
#[derive(Debug, clap::Args)]
pub(crate) struct StatusArgs {
    /// Tasks
    #[arg(required = true, value_name = "TASK")]
    tasks: Vec<String>,

    /// Job of the task, in place of the task itself; repeatable
    #[arg(short, long, value_name = "NAME")]
    job: Vec<String>,

    /// Why, or what came of it; - reads it from standard input
    #[arg(
        short,
        long,
        value_name = "TEXT",
        conflicts_with = "job",
        allow_hyphen_values = true
    )]
    note: Option<String>,

    /// Take the task from another who has claimed it
    #[arg(long)]
    take_over: bool,
}

/// Gives all of them the status, one after the other.
pub(crate) fn run(args: &StatusArgs, status: Status, context: &Context) -> Outcome {
    // Standard input can be read but once, and the note is the same for each task.
    let note = args.note.as_deref().map(text_of).transpose()?;
    for task in &args.tasks {
        if args.job.is_empty() {
            let mut arguments = context.inside_task(task)?;
            arguments.insert("status".into(), status.as_str().into());
            insert(&mut arguments, "note", note.as_deref());
            insert(&mut arguments, "take_over", args.take_over.then_some(true));
            context.say(&context.call("task_update", arguments)?);
        }
        for job in &args.job {
            set_job(task, job, status, context)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn set_job(task: &str, job: &str, status: Status, context: &Context) -> Result<(), Stop> {
    let mut arguments = context.inside_task(task)?;
    arguments.insert("job_name".into(), job.into());
    arguments.insert("status".into(), status.as_str().into());
    context.say(&context.call("task_job_update", arguments)?);
    Ok(())
}
