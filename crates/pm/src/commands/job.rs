//! `pm job`: a job is added to a task, or its jobs are listed.

use std::process::ExitCode;

use crate::context::{Context, insert};
use crate::draw::line::{Line, Page, Tone};
use crate::draw::task_view;
use crate::given::text_of;
use crate::stop::Outcome;

/// The job that is added.
#[derive(Debug, clap::Args)]
pub(crate) struct JobArgs {
    /// Task that it belongs to
    task: String,

    /// Name of the job; without one, the jobs of the task are listed
    job: Option<String>,

    /// What is to be done; - reads it from standard input
    #[arg(
        short,
        long,
        value_name = "TEXT",
        requires = "job",
        allow_hyphen_values = true
    )]
    description: Option<String>,
}

pub(crate) fn run(args: &JobArgs, context: &Context) -> Outcome {
    let mut arguments = context.inside_task(&args.task)?;
    let Some(job) = &args.job else {
        let answer = context.call("task_jobs_list", arguments)?;
        if !context.print_json(&answer) {
            let process = context.process_of(&answer)?;
            let task = process.task(answer.text("task_name").unwrap_or_default());
            let (_, task) = task.map_err(|error| context.refused("task_jobs_list", error))?;
            let mut page = Page::default();
            if task.jobs.is_empty() {
                let none = "No job yet. Run `pm job TASK JOB` to add one.";
                page.push(Line::toned(none, Tone::Faint));
            }
            task_view::jobs(&mut page, task, context.screen.width());
            context.screen.show(&page);
        }
        return Ok(ExitCode::SUCCESS);
    };
    arguments.insert("job_name".into(), job.as_str().into());
    let description = args.description.as_deref();
    let description = description.map(text_of).transpose()?;
    insert(&mut arguments, "job_description", description);
    context.say(&context.call("task_job_add", arguments)?);
    Ok(ExitCode::SUCCESS)
}
