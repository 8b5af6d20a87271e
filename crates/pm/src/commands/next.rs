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
    page.lines(Line::of(&answer.told()).wrapped(view.1));
    page.gap();
    if let Some(Ok(found)) = answer.text("task_name").map(|name| process.task(name)) {
        task_view::task(&mut page, &process, found, view);
    } else {
        let held_up = process
            .tasks
            .iter()
            .filter(|(_, task)| !task.status().is_over());
        process_view::tasks(&mut page, &process, held_up, view);
    }
    context.screen.show(&page);
    Ok(ExitCode::SUCCESS)
}
