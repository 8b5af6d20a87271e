//! `pm next`: the task to work on now, which is claimed with it.

use std::process::ExitCode;

use crate::context::{Context, insert};
use crate::draw::line::{Line, Page};
use crate::draw::{process_view, task_view};
use crate::stop::Outcome;

/// How the next task is looked for.
#[derive(Debug, clap::Args)]
pub(crate) struct NextArgs {
    /// Only look, and claim nothing
    #[arg(long)]
    peek: bool,
}

pub(crate) fn run(args: &NextArgs, context: &Context) -> Outcome {
    let mut arguments = context.inside()?;
    insert(&mut arguments, "peek", args.peek.then_some(true));
    let answer = context.call("task_next", arguments)?;
    if context.print_json(&answer) {
        return Ok(ExitCode::SUCCESS);
    }
    let process = context.process_of(&answer)?;
    let view = (&context.now()?, context.screen.width());
    let mut page = Page::default();
    let mut told = answer.told();
    if process.tasks.is_empty() {
        told += " Run `pm add TASK` to add one.";
    }
    page.lines(Line::of(&told).wrapped(view.1));
    if let Some(Ok(found)) = answer.text("task_name").map(|name| process.task(name)) {
        page.gap();
        task_view::task(&mut page, &process, found, view);
    } else {
        let tasks = process.tasks.iter();
        let held_up: Vec<_> = tasks.filter(|(_, task)| !task.status().is_over()).collect();
        if !held_up.is_empty() {
            page.gap();
        }
        process_view::tasks(&mut page, &process, held_up, view);
    }
    context.screen.show(&page);
    Ok(ExitCode::SUCCESS)
}
