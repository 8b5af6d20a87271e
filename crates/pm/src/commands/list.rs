//! `pm list`: all processes, a line each.

use std::process::ExitCode;

use pm_core::Timestamp;
use pm_core::model::ProcessSummary;
use pm_core::store::Unusable;

use crate::context::{Context, Object, insert};
use crate::draw::columns::Columns;
use crate::draw::line::{Line, Page, Tone};
use crate::draw::moment::ago;
use crate::draw::shape;
use crate::screen::complain;
use crate::stop::Outcome;

/// Which processes are listed.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct ListArgs {
    /// With --json: read on behind this process
    #[arg(long, value_name = "NAME", requires = "json")]
    after: Option<String>,
}

pub(crate) fn run(args: &ListArgs, context: &Context) -> Outcome {
    if context.screen.is_json() {
        let mut arguments = Object::new();
        insert(&mut arguments, "after", args.after.as_deref());
        context.print_json(&context.call("process_list_all", arguments)?);
        return Ok(ExitCode::SUCCESS);
    }
    let listing = context.manager()?.list_processes();
    let listing = listing.map_err(|error| context.refused("process_list_all", error))?;
    let now = context.now()?;
    let mut page = Page::default();
    if listing.processes.is_empty() {
        page.push(Line::of(
            "There is no process yet. Run `pm new NAME` to make one.",
        ));
    }
    let mut columns = Columns::default();
    for summary in &listing.processes {
        columns.row(row(summary, &now));
    }
    columns.put(&mut page, 0, context.screen.width());
    context.screen.show(&page);
    complain_of(&listing.problems);
    Ok(ExitCode::SUCCESS)
}

/// Names the files that are no process, on standard error: what is listed may be read by a program.
pub(crate) fn complain_of(problems: &[Unusable]) {
    for problem in problems {
        complain(&problem.to_string());
    }
}

/// What a list says of a process.
pub(crate) fn row(summary: &ProcessSummary, now: &Timestamp) -> Vec<Line> {
    let progress = summary.progress;
    let (claims, others) = summary.claims.at(now);
    let mut holders: Vec<&str> = claims.iter().map(|claim| claim.by.as_str()).collect();
    holders.dedup();
    let more = if others > 0 {
        format!(", {others} more")
    } else {
        String::new()
    };
    let at_work = format!("{}{more}", holders.join(", "));
    let name = Line::toned(summary.name.as_str(), Tone::Strong);
    vec![
        shape::shape(shape::status_of(progress))
            .with(" ", Tone::Plain)
            .followed_by(name),
        Line::of(&shape::progress(progress)),
        Line::toned(&ago(&summary.updated_at, now), Tone::Faint),
        Line::toned(&at_work, Tone::Busy),
    ]
}
