//! What stands above each view of a plan, and how it is looked at.

use pm_core::{Priority, Process, Status, TaskName};

use super::filter::Filter;
use crate::address;
use crate::found::near;
use crate::frame::Link;
use crate::parts::ProgressBar;
use crate::problem::Problem;
use crate::query::Query;
use crate::rich_text::RichText;

/// How the plan is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    List,
    Board,
    Graph,
}

/// What stands above each view.
pub(super) struct Head<'a> {
    pub(super) process: &'a Process,
    pub(super) description: Option<RichText>,
    pub(super) address: String,
    /// The page of the process as it is.
    pub(super) present: &'a str,
    pub(super) progress: ProgressBar,
    /// How many tasks are claimed.
    pub(super) claimed: usize,
    pub(super) view: View,
    pub(super) filter: Filter,
    /// Who has tasks, or set their status.
    pub(super) people: Vec<String>,
    /// What a person can give to a model to have the plan worked on.
    pub(super) prompt: Option<String>,
}

impl View {
    pub(super) fn of(query: &Query) -> Result<Self, Problem> {
        match query.get("view") {
            "" | "list" => Ok(Self::List),
            "board" => Ok(Self::Board),
            "graph" => Ok(Self::Graph),
            other => Err(Problem::unknown_word(
                "view",
                other,
                &["list", "board", "graph"],
            )),
        }
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Board => "board",
            Self::Graph => "graph",
        }
    }
}

impl Head<'_> {
    /// The address of a view, narrowed as this one is.
    pub(super) fn view_address(&self, view: &str) -> String {
        self.filter.address(&self.address, view, &[])
    }

    /// The page of a task.
    pub(super) fn task_address(&self, task: &TaskName) -> String {
        address::task_below(&self.address, task)
    }

    /// The address of this view with all tasks.
    pub(super) fn all_address(&self) -> String {
        Filter::default().address(&self.address, self.view.as_str(), &[])
    }

    /// The views, and which one this is.
    pub(super) fn views(&self) -> [(&'static str, String, bool); 3] {
        [View::List, View::Board, View::Graph].map(|view| {
            let name = match view {
                View::List => "List",
                View::Board => "Board",
                View::Graph => "Graph",
            };
            (name, self.view_address(view.as_str()), view == self.view)
        })
    }

    /// Names of tasks that come near to what was typed, in case no task has that.
    pub(super) fn near(&self) -> Vec<Link> {
        let names = self.process.tasks.keys();
        let links = names.map(|name| Link::below(&self.address, name));
        near(&self.filter.text, links)
    }

    /// The priorities that can be asked for, and whether each is.
    pub(super) fn priorities(&self) -> [(&'static str, bool); 3] {
        let all = [Priority::High, Priority::Normal, Priority::Low];
        all.map(|it| (it.as_str(), self.filter.priority == Some(it)))
    }

    /// The statuses that can be asked for, and which one is.
    pub(super) fn statuses(&self) -> Vec<(&'static str, &'static str, bool)> {
        let chosen = self.filter.status;
        Status::ALL
            .into_iter()
            .map(|status| {
                let is_chosen = chosen == Some(status);
                (status.as_str(), crate::parts::word(status), is_chosen)
            })
            .collect()
    }
}
