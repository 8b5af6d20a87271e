//! `pm` alone: what is going on. Processes and how far they are, who is at work, what changed last.

use std::cmp::Reverse;
use std::process::ExitCode;
use std::sync::Arc;

use pm_core::Timestamp;
use pm_core::manager::{ActivityQuery, ProcessChange};
use pm_core::model::ProcessSummary;

use super::list;
use crate::context::{Context, Object};
use crate::draw::columns::Columns;
use crate::draw::line::{Line, Page, Tone};
use crate::draw::moment::ago;
use crate::stop::Outcome;

/// How many processes are shown: those that changed last.
const PROCESSES_MAX: usize = 10;

/// How many changes are shown.
const CHANGES_MAX: usize = 8;

pub(crate) fn run(context: &Context) -> Outcome {
    if context.screen.is_json() {
        context.print_json(&context.call("process_list_all", Object::new())?);
        return Ok(ExitCode::SUCCESS);
    }
    let manager = context.manager()?;
    let refused = |error| context.refused("process_list_all", error);
    let listing = manager.list_processes().map_err(refused)?;
    let (now, width) = (context.now()?, context.screen.width());
    let mut page = Page::default();
    let store = context.place()?.store.to_string();
    let count = listing.processes.len();
    let count = match count {
        0 => "No process yet".to_owned(),
        1 => "1 process".to_owned(),
        more => format!("{more} processes"),
    };
    let place = Line::of(&count).with(&format!(" in {store}"), Tone::Faint);
    page.push(place.whole());
    if listing.processes.is_empty() {
        page.push(Line::of(
            "Run `pm new NAME` to make one, and `pm --help` to see what there is.",
        ));
    } else {
        page.gap();
        processes(&mut page, &listing.processes, (&now, width));
    }
    let query = ActivityQuery {
        who: None,
        limit: CHANGES_MAX,
        histories_max: CHANGES_MAX,
    };
    let activity = manager.activity(&query).map_err(refused)?;
    if !activity.changes.is_empty() {
        page.gap();
        changes(&mut page, &activity.changes, (&now, width));
    }
    context.screen.show(&page);
    list::complain_of(&listing.problems);
    Ok(ExitCode::SUCCESS)
}

fn processes(page: &mut Page, all: &[Arc<ProcessSummary>], (now, width): (&Timestamp, usize)) {
    let mut latest: Vec<_> = all.iter().collect();
    latest.sort_by_key(|summary| Reverse(summary.updated_at.instant()));
    let mut columns = Columns::default();
    for summary in latest.iter().take(PROCESSES_MAX) {
        columns.row(list::row(summary, now));
    }
    columns.put(page, 0, width);
    let more = latest.len().saturating_sub(PROCESSES_MAX);
    if more > 0 {
        let more = format!("and {more} more: run `pm list`");
        page.push(Line::toned(&more, Tone::Faint));
    }
}

fn changes(page: &mut Page, changes: &[ProcessChange], (now, width): (&Timestamp, usize)) {
    let mut columns = Columns::default();
    for ProcessChange { process, change } in changes {
        let entry = &change.entry;
        columns.row(vec![
            Line::toned(&ago(&entry.at, now), Tone::Faint),
            Line::toned(process.as_str(), Tone::Strong),
            Line::of(&entry.actor.to_string()),
            Line::of(&entry.action.summary),
        ]);
    }
    columns.put(page, 0, width);
}
