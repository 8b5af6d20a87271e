//! `pm show`: a process with its tasks, one of its tasks, or a job of that.

use std::process::ExitCode;

use pm_core::{Process, Status};

use crate::context::{Context, insert};
use crate::draw::line::{Line, Page, Tone};
use crate::draw::{process_view, task_view};
use crate::stop::{Outcome, Stop};

/// What is shown.
#[derive(Debug, clap::Args)]
pub(crate) struct ShowArgs {
    /// Task to show; without it, the process
    task: Option<String>,

    /// Job of the task to show
    #[arg(short, long, requires = "task")]
    job: Option<String>,

    /// Only tasks of this status: open, closed, todo, `in_progress`, blocked, done, cancelled
    #[arg(long, conflicts_with = "task")]
    status: Option<String>,

    /// Only tasks with this label
    #[arg(long, conflicts_with = "task")]
    label: Option<String>,

    /// With --json: read on behind this task, or behind this job of a task
    #[arg(long, value_name = "NAME", requires = "json")]
    after: Option<String>,
}

pub(crate) fn run(args: &ShowArgs, context: &Context) -> Outcome {
    let page = match (&args.task, &args.job) {
        (None, _) => process(args, context)?,
        (Some(name), None) => task(name, args, context)?,
        (Some(task), Some(name)) => job(task, name, context)?,
    };
    if let Some(page) = page {
        context.screen.show(&page);
    }
    Ok(ExitCode::SUCCESS)
}

fn process(args: &ShowArgs, context: &Context) -> Result<Option<Page>, Stop> {
    let mut arguments = context.inside()?;
    insert(&mut arguments, "status", args.status.as_deref());
    insert(&mut arguments, "label", args.label.as_deref());
    insert(&mut arguments, "after", args.after.as_deref());
    let answer = context.call("task_list", arguments)?;
    if context.print_json(&answer) {
        return Ok(None);
    }
    let process = context.process_of(&answer)?;
    let now = context.now()?;
    let width = context.screen.width();
    let mut page = Page::default();
    process_view::head(&mut page, &process, width);
    page.gap();
    let tasks = process.tasks.iter().filter(|(_, task)| {
        let label = args.label.as_deref();
        has_status(task.status(), args.status.as_deref())
            && label.is_none_or(|label| task.has_label(label))
    });
    let tasks: Vec<_> = tasks.collect();
    if tasks.is_empty() {
        page.push(Line::toned(none(&process), Tone::Faint));
    }
    process_view::tasks(&mut page, &process, tasks, (&now, width));
    Ok(Some(page))
}

fn none(process: &Process) -> &'static str {
    if process.tasks.is_empty() {
        "No task yet. Run `pm add TASK` to add one."
    } else {
        "No such task."
    }
}

/// Whether a status is one of those that are meant; the tool has refused any other word.
fn has_status(status: Status, wanted: Option<&str>) -> bool {
    let Some(wanted) = wanted else { return true };
    match wanted.trim().to_lowercase().as_str() {
        "open" => !status.is_over(),
        "closed" => status.is_over(),
        word => word.parse().is_ok_and(|wanted: Status| wanted == status),
    }
}

fn task(task: &str, args: &ShowArgs, context: &Context) -> Result<Option<Page>, Stop> {
    let mut arguments = context.inside_task(task)?;
    let tool = match &args.after {
        None => "task_details_get",
        Some(after) => {
            arguments.insert("after".into(), after.as_str().into());
            "task_jobs_list"
        }
    };
    let answer = context.call(tool, arguments)?;
    if context.print_json(&answer) {
        return Ok(None);
    }
    let process = context.process_of(&answer)?;
    let found = process.task(answer.text("task_name").unwrap_or_default());
    let found = found.map_err(|error| context.refused(tool, error))?;
    let mut page = Page::default();
    let (now, width) = (context.now()?, context.screen.width());
    task_view::task(&mut page, &process, found, (&now, width));
    Ok(Some(page))
}

fn job(task: &str, name: &str, context: &Context) -> Result<Option<Page>, Stop> {
    let mut arguments = context.inside_task(task)?;
    arguments.insert("job_name".into(), name.into());
    let answer = context.call("task_job_get", arguments)?;
    if let Some(none_fits) = answer.text("message") {
        return Err(Stop::Failed(none_fits.to_owned()));
    }
    if context.print_json(&answer) {
        return Ok(None);
    }
    let process = context.process_of(&answer)?;
    let found = process.task(answer.text("task_name").unwrap_or_default());
    let (_, task) = found.map_err(|error| context.refused("task_job_get", error))?;
    let mut page = Page::default();
    for job in task.jobs_matching(name) {
        page.gap();
        task_view::job(&mut page, job, context.screen.width());
    }
    Ok(Some(page))
}
