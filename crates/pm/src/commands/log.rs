//! `pm log`: what was changed, by whom, the newest first.

use std::process::ExitCode;

use pm_core::Timestamp;
use pm_core::history::PastChange;
use pm_core::manager::HistoryQuery;

use crate::context::{Context, insert};
use crate::draw::columns::Columns;
use crate::draw::line::{Line, Page, Tone};
use crate::draw::moment::ago;
use crate::given::from_one;
use crate::stop::Outcome;

/// Which changes are listed.
#[derive(Debug, clap::Args)]
pub(crate) struct LogArgs {
    /// Only changes of this task
    task: Option<String>,

    /// How many changes
    #[arg(
        short = 'n',
        long,
        value_name = "NUMBER",
        default_value = "20",
        value_parser = from_one::<u32>
    )]
    limit: u32,

    /// Only changes before this revision
    #[arg(long, value_name = "REVISION")]
    before: Option<u64>,
}

pub(crate) fn run(args: &LogArgs, context: &Context) -> Outcome {
    let mut arguments = context.inside()?;
    insert(&mut arguments, "task_name", args.task.as_deref());
    insert(&mut arguments, "limit", Some(args.limit));
    insert(&mut arguments, "after", args.before);
    let answer = context.call("process_history", arguments)?;
    if context.print_json(&answer) {
        return Ok(ExitCode::SUCCESS);
    }
    let process = context.process_of(&answer)?;
    let query = HistoryQuery {
        task: args.task.clone(),
        limit: args.limit as usize,
        before: args.before,
        ..HistoryQuery::default()
    };
    let history = context.manager()?.history(&process.name, &query);
    let history = history.map_err(|error| context.refused("process_history", error))?;
    let now = context.now()?;
    let mut columns = Columns::default();
    for change in &history.changes {
        columns.row(row(change, &now));
    }
    let mut page = Page::default();
    if columns.is_empty() {
        page.push(Line::of("No change is kept."));
    }
    columns.put(&mut page, 0, context.screen.width());
    if let (true, Some(oldest)) = (history.more, history.changes.last()) {
        let oldest = oldest.entry.revision;
        let more = format!("There are older changes: run `pm log --before {oldest}`.");
        page.push(Line::toned(&more, Tone::Faint));
    }
    context.screen.show(&page);
    Ok(ExitCode::SUCCESS)
}

/// A change as a list shows it.
fn row(change: &PastChange, now: &Timestamp) -> Vec<Line> {
    let entry = &change.entry;
    let (summary, undone) = match change.undone_by {
        None => (Line::of(&entry.action.summary), String::new()),
        Some(by) => (
            Line::toned(&entry.action.summary, Tone::Faint),
            format!(" (taken back by {by})"),
        ),
    };
    vec![
        Line::toned(&entry.revision.to_string(), Tone::Strong),
        Line::toned(&ago(&entry.at, now), Tone::Faint),
        Line::of(&entry.actor.to_string()),
        summary.with(&undone, Tone::Faint),
    ]
}
