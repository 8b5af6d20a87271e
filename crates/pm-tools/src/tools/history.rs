//! The tool for what was: the history of a process.

use pm_core::{Actor, HistoryEntry, HistoryQuery, PastChange};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Effect, ToolDefinition};
use crate::arguments::optional_name;
use crate::call::Call;
use crate::failure::Failure;
use crate::options::AnswerStyle;
use crate::wire::Concerned;

/// How many changes are listed where no number is asked for.
const USUAL_CHANGES: usize = 20;

/// The most changes that are listed.
const MOST_CHANGES: usize = 200;

/// Lists the changes of a process.
pub(super) struct ProcessHistory;

#[derive(Deserialize, JsonSchema)]
pub(super) struct ProcessHistoryParameters {
    /// only of this task
    task_name: Option<String>,
    /// how many changes
    limit: Option<u64>,
    /// if the user names one
    process: Option<String>,
}

#[derive(Serialize)]
pub(super) struct ProcessHistoryAnswer {
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'static str>,
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
    /// `own` says whether a change is the caller's.
    fn new(change: &PastChange, style: AnswerStyle, own: impl Fn(&HistoryEntry) -> bool) -> Self {
        let entry = &change.entry;
        // Those without a name are many.
        let is_own = own(entry) && entry.actor != Actor::Unnamed;
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
    const DESCRIPTION: &'static str =
        "List the last changes: what, when and by whom, the newest first.";
    const EFFECT: Effect = Effect::Reads;
    const NOTHING: &'static str = "Nothing was listed";
    const REST: &'static str =
        "Call process_history with a task_name for the changes of that task alone.";
    type Parameters = ProcessHistoryParameters;
    type Answer = ProcessHistoryAnswer;

    fn run(call: &Call<'_>, parameters: Self::Parameters) -> Result<Self::Answer, Failure> {
        let named = parameters.process.as_deref();
        let task = parameters.task_name.as_deref();
        let chosen = match task {
            Some(task) => call.process_with(task, named)?,
            None => call.process(named)?,
        };
        let exists = |name: &str| chosen.process.task(name).is_ok();
        let asked = parameters.limit.map(usize::try_from);
        let limit = match asked {
            None | Some(Ok(0)) => USUAL_CHANGES,
            Some(asked) => asked.unwrap_or(MOST_CHANGES).min(MOST_CHANGES),
        };
        let query = HistoryQuery {
            task: task
                .and_then(|task| optional_name(Some(task), exists))
                .map(str::to_owned),
            limit,
            ..HistoryQuery::default()
        };
        let page = call.manager.history(chosen.name(), &query)?;
        let own = call.manager.own_changes(&chosen.process);
        Ok(ProcessHistoryAnswer {
            message: match (page.changes.is_empty(), page.more) {
                (true, _) => Some("No change is kept."),
                (_, true) if limit < MOST_CHANGES => {
                    Some("There are older changes; ask for more of them with a larger limit.")
                }
                (_, true) => Some("There are older changes."),
                _ => None,
            },
            concerned: chosen.concerned(),
            changes: page
                .changes
                .iter()
                .map(|change| ChangeBody::new(change, call.style(), &own))
                .collect(),
        })
    }
}
