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
    let width = context.screen.width();
    page.lines(Line::toned(process.name.as_str(), Tone::Strong).wrapped(width));
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
        branch(page, "", number == last, (line, width));
        leaves(
            page,
            task,
            if number == last { "   " } else { "│  " },
            width,
        );
    }
    Ok(())
}

/// Draws what a task holds.
fn leaves(page: &mut Page, task: &Task, indent: &str, width: usize) {
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
        branch(page, indent, number == last, (leaf, width));
    }
}

/// Draws a branch with what is on it.
fn branch(page: &mut Page, indent: &str, is_last: bool, (leaf, width): (Line, usize)) {
    let (mut stem, further) = if is_last {
        ("└─ ", "   ")
    } else {
        ("├─ ", "│  ")
    };
    let stem_width = Line::of(indent).width() + Line::of(stem).width();
    for part in leaf.wrapped(width.saturating_sub(stem_width)) {
        let stem = std::mem::replace(&mut stem, further);
        page.push(Line::toned(&format!("{indent}{stem}"), Tone::Faint).followed_by(part));
    }
}
