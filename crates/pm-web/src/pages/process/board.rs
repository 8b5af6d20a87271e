//! The plan as a board: a column for each status.

use askama::Template;
use pm_core::{Status, Task, TaskName, Timestamp};

use super::head::Head;
use super::row::Row;
use crate::frame::Frame;
use crate::parts::{StatusMark, word};
use crate::problem::Problem;
use crate::query::Query;

/// How many cards a column has, and how many more each time that more are asked for.
const CARDS: usize = 100;

/// How many cards of done tasks there are: the last ones.
const DONE_CARDS: usize = 20;

#[derive(Template)]
#[template(path = "board.html")]
pub(super) struct Board<'a> {
    frame: Frame,
    head: Head<'a>,
    columns: Vec<Column<'a>>,
}

/// The tasks of one status.
struct Column<'a> {
    status: StatusMark,
    /// How many there are.
    count: usize,
    cards: Vec<Row<'a>>,
    /// The address of the board with more of them.
    more: Option<String>,
}

impl<'a> Board<'a> {
    pub(super) fn new(
        frame: Frame,
        head: Head<'a>,
        now: &Timestamp,
        query: &Query,
    ) -> Result<Self, Problem> {
        let most = query.number("most")?;
        let grown = query.get("more");
        let shown = Status::ALL.into_iter().filter(|status| {
            // If one status is asked for, the board has that one column.
            head.filter.status.is_none_or(|asked| asked == *status)
        });
        let columns = shown.map(|status| {
            let most = most.filter(|_| grown == status.as_str());
            Column::new(&head, status, most, now)
        });
        Ok(Self {
            columns: columns.collect(),
            frame,
            head,
        })
    }
}

impl Board<'_> {
    /// Whether no task is there that is asked for.
    fn is_empty(&self) -> bool {
        self.columns.iter().all(|column| column.count == 0)
    }
}

impl<'a> Column<'a> {
    fn new(head: &Head<'a>, status: Status, most: Option<usize>, now: &Timestamp) -> Self {
        let tasks = head.process.tasks.iter();
        let mut tasks: Vec<(&TaskName, &Task)> = tasks
            .filter(|(_, task)| task.status() == status)
            .filter(|task| head.filter.takes(head.process, *task, now))
            .collect();
        let usual = if status == Status::Done {
            // The last one that was done comes first.
            let done_at = |task: &Task| task.status_details().at.and_then(|at| at.instant());
            tasks.sort_by_cached_key(|(_, task)| std::cmp::Reverse(done_at(task)));
            DONE_CARDS
        } else {
            CARDS
        };
        let most = most.unwrap_or(usual);
        let cards = tasks.iter().take(most);
        let cards = cards.map(|task| Row::new(head, *task, now));
        let more = (most < tasks.len()).then(|| {
            let most = most.saturating_add(CARDS).to_string();
            let more = [("more", status.as_str()), ("most", &most)];
            head.filter.address(&head.address, "board", &more)
        });
        Self {
            status: StatusMark(status),
            count: tasks.len(),
            cards: cards.collect(),
            more,
        }
    }

    /// What the column is called in addresses.
    fn id(&self) -> String {
        format!("column-{}", self.status.0.as_str())
    }

    fn word(&self) -> &'static str {
        word(self.status.0)
    }
}
