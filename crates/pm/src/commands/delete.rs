//! `pm delete`: tasks, jobs of one, or the whole process are taken away; all of it can be restored.

use std::process::ExitCode;

use crate::context::{Context, Object};
use crate::stop::{Outcome, Stop};

/// What is taken away.
#[derive(Debug, clap::Args)]
pub(crate) struct DeleteArgs {
    /// Tasks, each with its jobs and code
    #[arg(
        value_name = "TASK",
        required_unless_present = "whole",
        conflicts_with = "whole"
    )]
    tasks: Vec<String>,

    /// Job of the task, in place of the task itself; repeatable
    #[arg(short, long, value_name = "NAME", conflicts_with = "whole")]
    job: Vec<String>,

    /// Delete the process, with all that it holds
    #[arg(long)]
    whole: bool,
}

pub(crate) fn run(args: &DeleteArgs, context: &Context) -> Outcome {
    if args.whole {
        let Some(process) = &context.place()?.process else {
            return Err(Stop::Usage(
                "name the process to delete with -p NAME".into(),
            ));
        };
        let mut arguments = Object::new();
        arguments.insert("name".into(), process.as_str().into());
        context.say(&context.call("process_delete", arguments)?);
    }
    for task in &args.tasks {
        if args.job.is_empty() {
            let answer = context.call("task_delete", context.inside_task(task)?);
            let answer = answer.map_err(|stop| {
                let instead = "delete it, run `pm delete --whole -p NAME`";
                context.or_the_process(stop, Some(task), instead)
            });
            context.say(&answer?);
        }
        for job in &args.job {
            let mut arguments = context.inside_task(task)?;
            arguments.insert("job_name".into(), job.as_str().into());
            context.say(&context.call("task_job_delete", arguments)?);
        }
    }
    Ok(ExitCode::SUCCESS)
}
