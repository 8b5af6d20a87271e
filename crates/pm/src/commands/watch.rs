//! `pm watch`: what is changed, as it happens, by whomever.

use std::collections::HashMap;
use std::process::ExitCode;
use std::sync::Arc;

use pm_core::manager::HistoryQuery;
use pm_core::{FeedItem, HistoryEntry, ProcessName};
use serde_json::json;

use crate::context::Context;
use crate::draw::line::{Line, Tone};
use crate::given::from_one;
use crate::screen::{complain, print_json_line};
use crate::stop::{Outcome, Stop};

/// How long is watched.
#[derive(Debug, clap::Args)]
pub(crate) struct WatchArgs {
    /// End after so many changes
    #[arg(short = 'n', long, value_name = "NUMBER", value_parser = from_one::<u32>)]
    limit: Option<u32>,
}

/// Up to which revision the changes of each process were told.
type Told = HashMap<ProcessName, u64>;

/// A change as it is told.
struct News {
    process: ProcessName,
    /// The entry of the history; without one, the process came or went.
    entry: Option<Arc<HistoryEntry>>,
    /// What is said if there is none.
    what: &'static str,
}

pub(crate) fn run(args: &WatchArgs, context: &Context) -> Outcome {
    let manager = context.manager()?;
    let refused = |error| context.refused("process_history", error);
    let only = match context.named_outright() {
        None => None,
        Some(name) => Some(manager.process(name).map_err(refused)?.name.clone()),
    };
    let mut changes = manager.subscribe().map_err(refused)?;
    let listing = manager.list_processes().map_err(refused)?;
    let revisions = listing.processes.iter();
    let mut told: Told = revisions.map(|it| (it.name.clone(), it.revision)).collect();
    complain("Watching; Ctrl+C ends it.");
    let mut left = args.limit.unwrap_or(u32::MAX);
    while let Some(item) = changes.recv() {
        for process in concerned(item, &told, context)? {
            if only.as_ref().is_some_and(|only| *only != process) {
                continue;
            }
            for news in news(&process, &mut told, context)? {
                left = left.saturating_sub(1);
                if !news.tell(context) || left == 0 {
                    return Ok(ExitCode::SUCCESS);
                }
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The processes that may have changed.
fn concerned(item: FeedItem, told: &Told, context: &Context) -> Result<Vec<ProcessName>, Stop> {
    if let FeedItem::Update(update) = item {
        return Ok(vec![update.process]);
    }
    let names = context.manager()?.process_names();
    let mut names = names.map_err(|error| context.refused("process_history", error))?;
    names.extend(
        told.keys()
            .filter(|name| !names.contains(name))
            .cloned()
            .collect::<Vec<_>>(),
    );
    Ok(names)
}

/// What happened to a process since it was told of, the oldest first.
fn news(process: &ProcessName, told: &mut Told, context: &Context) -> Result<Vec<News>, Stop> {
    let refused = |error| context.refused("process_history", error);
    let manager = context.manager()?;
    let of = |entry, what| News {
        process: process.clone(),
        entry,
        what,
    };
    let present = match manager.process(process.as_str()) {
        Ok(present) if present.name == *process => present,
        Ok(_) | Err(pm_core::Error::Process(_)) => {
            let was_there = told.remove(process).is_some();
            let gone = was_there.then(|| of(None, "is gone: deleted, or renamed"));
            return Ok(gone.into_iter().collect());
        }
        Err(error) => return Err(refused(error)),
    };
    let since = told.insert(process.clone(), present.revision);
    let limit = match since {
        Some(since) => present.revision.saturating_sub(since),
        // Of a process that has just come, only the last change is news.
        None => 1,
    };
    let query = HistoryQuery {
        limit: usize::try_from(limit).unwrap_or(usize::MAX),
        ..HistoryQuery::default()
    };
    let changes = manager.history(process, &query).map_err(refused)?.changes;
    let is_new = |entry: &HistoryEntry| since.is_none_or(|since| entry.revision > since);
    let entries = changes.into_iter().rev().map(|change| change.entry);
    let news: Vec<News> = entries
        .filter(|entry| is_new(entry))
        .map(|entry| of(Some(entry), ""))
        .collect();
    if news.is_empty() && since.is_none() {
        return Ok(vec![of(None, "is new")]);
    }
    Ok(news)
}

impl News {
    /// Prints it; false if nobody reads any more.
    fn tell(&self, context: &Context) -> bool {
        let process = self.process.as_str();
        if context.screen.is_json() {
            return print_json_line(&match &self.entry {
                Some(entry) => json!({
                    "process_name": process,
                    "revision": entry.revision,
                    "change": entry.action.summary,
                    "by": entry.actor.to_string(),
                    "at": entry.at.as_str(),
                }),
                None => json!({ "process_name": process, "change": self.what }),
            });
        }
        let mut line = Line::default();
        // Of what came or went no history says when: it was a moment ago.
        let now = context.now().ok();
        let at = self.entry.as_ref().map(|entry| &entry.at).or(now.as_ref());
        if let Some(at) = at {
            line = line.with(&format!("{}  ", clock(at.as_str())), Tone::Faint);
        }
        line = line.with(process, Tone::Strong).with("  ", Tone::Plain);
        line = match &self.entry {
            Some(entry) => line
                .with(&format!("{}  ", entry.actor), Tone::Busy)
                .with(&entry.action.summary, Tone::Plain),
            None => line.with(self.what, Tone::Plain),
        };
        context.screen.say_at_once(line)
    }
}

/// The time of a day in UTC, to the second.
fn clock(at: &str) -> &str {
    let time = at.split_once('T').map_or(at, |(_, time)| time);
    time.get(..8).unwrap_or(time)
}
