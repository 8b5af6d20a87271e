//! The tool for what was: the history of a process.

use pm_core::Actor;
use pm_core::history::PastChange;
use pm_core::manager::HistoryQuery;

use crate::answer::{AnswerStyle, Page, WholeEntry};
use crate::input::arguments::optional_name;
use crate::tool::prelude::*;

/// How many changes are listed if no number is asked for.
const CHANGES_USUAL: usize = 20;

/// The most changes that are listed.
const CHANGES_MAX: usize = 200;

/// Lists the changes of a process.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct ProcessHistory {
    /// of this task
    task_name: Option<String>,
    /// how many changes
    limit: Option<u64>,
    /// to read on
    after: Option<u64>,
    /// if the user names one
    process: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct ProcessHistoryAnswer {
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(flatten)]
    concerned: Concerned,
    changes: Vec<ChangeBody>,
}

/// A change as the history shows it.
#[derive(Serialize)]
struct ChangeBody {
    revision: u64,
    change: String,
    by: String,
    at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    undone_by_revision: Option<u64>,
}

impl ChangeBody {
    fn of(change: &PastChange, is_own: bool, style: AnswerStyle) -> Self {
        let entry = &change.entry;
        // Many callers may be without a name.
        let is_own = is_own && entry.actor != Actor::Unnamed;
        Self {
            revision: entry.revision,
            change: entry.action.summary.clone(),
            by: if is_own {
                "you".to_owned()
            } else {
                entry.actor.to_string()
            },
            at: style.time(&entry.at),
            undone_by_revision: change.undone_by,
        }
    }
}

impl ToolDefinition for ProcessHistory {
    const NAME: &'static str = "process_history";
    const TITLE: &'static str = "Read history";
    const DESCRIPTION: &'static str = "List the last changes and by whom, the newest first.";
    const EFFECT: Effect = Effect::Reads;
    const NOTHING: &'static str = "Nothing was listed";
    const REST: &'static str =
        "Call process_history with a task_name for the changes of that task alone.";

    fn run(self, call: &Call<'_>) -> Result<impl Serialize, Failure> {
        let named = self.process.as_deref();
        let task = self.task_name.as_deref();
        let chosen = call.process_of(task, named)?;
        let exists = |name: &str| chosen.process.task(name).is_ok();
        let asked = self.limit.map(usize::try_from);
        let limit = match asked {
            None | Some(Ok(0)) => CHANGES_USUAL,
            Some(asked) => asked.unwrap_or(CHANGES_MAX).min(CHANGES_MAX),
        };
        let query = HistoryQuery {
            task: task
                .and_then(|task| optional_name(Some(task), exists))
                .map(str::to_owned),
            limit,
            before: self.after.filter(|revision| *revision > 0),
            ..HistoryQuery::default()
        };
        let page = call.manager.history(chosen.name(), &query)?;
        let is_own = call.manager.own_changes(&chosen.process);
        let listed =
            |change: &PastChange| ChangeBody::of(change, is_own(&change.entry), call.style());
        let listed = &listed;
        let entries = page.changes.iter().map(|change| WholeEntry {
            after: change.entry.revision.to_string(),
            body: move || listed(change),
        });
        let entries: Vec<_> = entries.collect();
        let oldest = page.changes.last().map(|change| change.entry.revision);
        let mut answer = ProcessHistoryAnswer {
            message: oldest.filter(|_| page.more).map(|oldest| {
                format!("There are older changes: call process_history again with after {oldest}.")
            }),
            concerned: chosen.concerned(),
            changes: Vec::new(),
        };
        let room = call.room_beside(&answer);
        let shown = Page::of("/changes", &entries, room);
        answer.changes = call.shown(shown);
        if answer.changes.len() < entries.len() {
            // Said with what is left out.
            answer.message = None;
        }
        if entries.is_empty() {
            answer.message = Some(match query.before {
                Some(revision) => format!("No change before revision {revision} is kept."),
                None => "No change is kept.".to_owned(),
            });
        }
        Ok(answer)
    }
}
