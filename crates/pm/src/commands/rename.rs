//! `pm rename`: a task, a job or the process gets another name.

use std::process::ExitCode;

use pm_core::ProcessName;

use crate::context::Context;
use crate::stop::{Outcome, Stop};

/// What gets another name.
#[derive(Debug, clap::Args)]
pub(crate) struct RenameArgs {
    /// Task and its new name; with --whole, the new name of the process alone
    #[arg(required = true, num_args = 1..=2, value_names = ["TASK", "NEW"])]
    names: Vec<String>,

    /// Job of the task that gets the name
    #[arg(short, long, value_name = "NAME", conflicts_with = "whole")]
    job: Option<String>,

    /// Rename the process, not a task
    #[arg(long)]
    whole: bool,
}

pub(crate) fn run(args: &RenameArgs, context: &Context) -> Outcome {
    let (tool, arguments) = match (args.names.as_slice(), args.whole) {
        ([new], true) => {
            let mut arguments = context.inside()?;
            arguments.insert("name".into(), new.as_str().into());
            // The tool takes a name that is blank for none, and confirms that all is saved.
            new.parse::<ProcessName>()
                .map_err(|problem| context.refused("process_save", problem.into()))?;
            ("process_save", arguments)
        }
        ([task, new], false) => match &args.job {
            None => {
                let mut arguments = context.inside()?;
                arguments.insert("old_task_name".into(), task.as_str().into());
                arguments.insert("new_task_name".into(), new.as_str().into());
                ("task_name_change", arguments)
            }
            Some(job) => {
                let mut arguments = context.inside_task(task)?;
                arguments.insert("job_name".into(), job.as_str().into());
                arguments.insert("new_name".into(), new.as_str().into());
                ("task_job_update", arguments)
            }
        },
        (_, true) => {
            return Err(Stop::Usage(
                "--whole takes the new name of the process alone; see --help".into(),
            ));
        }
        (_, false) => {
            return Err(Stop::Usage(
                "name the task and its new name, or --whole and the new name of the process; see \
                 --help"
                    .into(),
            ));
        }
    };
    let answer = context.call(tool, arguments).map_err(|stop| {
        let is_of_task = !args.whole && args.job.is_none();
        let task = args.names.first().filter(|_| is_of_task);
        context.or_the_process(stop, task, "rename it, run `pm rename --whole NEW`")
    });
    context.say(&answer?);
    Ok(ExitCode::SUCCESS)
}
