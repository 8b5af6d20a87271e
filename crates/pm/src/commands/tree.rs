//! `pm tree`: a process with all that it holds, as a tree of names.

use std::process::ExitCode;

use pm_core::{Process, Task, TaskName};

use crate::context::{Context, insert};
use crate::draw::line::{Line, Page, Tone};
use crate::draw::{process_view, shape};
use crate::stop::{Outcome, Stop};

/// What is drawn.
#[derive(Debug, clap::Args)]
pub(crate) struct TreeArgs {
    /// Only this task
    task: Option<String>,
}

pub(crate) fn run(args: &TreeArgs, context: &Context) -> Outcome {
    let mut arguments = context.inside()?;
    insert(&mut arguments, "task_name", args.task.as_deref());
    let tool = match args.task {
        None => "process_export",
        Some(_) => "task_details_get",
    };
    if args.task.is_none() {
        arguments.insert("format".into(), "json".into());
    }
    let answer = context.call(tool, arguments)?;
    if context.print_json(&answer) {
        return Ok(ExitCode::SUCCESS);
    }
    let process = context.process_of(&answer)?;
    let mut page = Page::default();
    match answer.text("task_name") {
        None => draw(&mut page, &process, process.tasks.iter(), context)?,
        Some(task) => {
            let found = process.task(task);
            let found = found.map_err(|error| context.refused(tool, error))?;
            draw(&mut page, &process, std::iter::once(found), context)?;
        }
    }
    context.screen.show(&page);
    Ok(ExitCode::SUCCESS)
}

fn draw<'a>(
    page: &mut Page,
    process: &Process,
    tasks: impl Iterator<Item = (&'a TaskName, &'a Task)>,
    context: &Context,
) -> Result<(), Stop> {
    page.push(Line::toned(process.name.as_str(), Tone::Strong));
    let tasks: Vec<_> = tasks.collect();
    let last = tasks.len().saturating_sub(1);
    for (number, (name, task)) in tasks.into_iter().enumerate() {
        let remarks = process_view::remarks(process, task, &context.now()?);
        let mut line = shape::shape(task.status())
            .with(" ", Tone::Plain)
            .with(name.as_str(), Tone::Plain);
        if !remarks.is_empty() {
            line = line.with("  ", Tone::Plain).followed_by(remarks);
        }
        page.push(branch("", number == last).followed_by(line));
        leaves(page, task, if number == last { "   " } else { "│  " });
    }
    Ok(())
}

/// Draws what a task holds.
fn leaves(page: &mut Page, task: &Task, indent: &str) {
    let jobs = task.jobs.values().map(|job| {
        shape::shape(job.status())
            .with(" ", Tone::Plain)
            .with(job.name.as_str(), Tone::Plain)
    });
    let code = task.latest_versions().into_iter().map(|version| {
        let of = format!("  version {}", version.of);
        Line::of(version.snippet.name.as_str()).with(&of, Tone::Faint)
    });
    let leaves: Vec<Line> = jobs.chain(code).collect();
    let last = leaves.len().saturating_sub(1);
    for (number, leaf) in leaves.into_iter().enumerate() {
        page.push(branch(indent, number == last).followed_by(leaf));
    }
}

fn branch(indent: &str, is_last: bool) -> Line {
    let branch = if is_last { "└─ " } else { "├─ " };
    Line::toned(&format!("{indent}{branch}"), Tone::Faint)
}
