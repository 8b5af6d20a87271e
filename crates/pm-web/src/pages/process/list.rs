//! The plan as a list: all tasks in their order.

use askama::Template;
use pm_core::{Task, TaskName, Timestamp};

use super::head::Head;
use super::lanes::{Gutter, Lanes};
use super::row::Row;
use crate::frame::Frame;
use crate::problem::Problem;
use crate::query::Query;

/// How many tasks a page shows.
const A_PAGE: usize = 300;

#[derive(Template)]
#[template(path = "list.html")]
pub(super) struct List<'a> {
    frame: Frame,
    head: Head<'a>,
    /// The tasks with their numbers in the plan, and what stands beside them.
    rows: Vec<(usize, Row<'a>, Gutter)>,
    /// How wide what stands beside them is, in pixels.
    gutter: usize,
    /// How many tasks are asked for.
    found: usize,
    /// The address of the page with those behind.
    more: Option<String>,
}

impl<'a> List<'a> {
    pub(super) fn new(
        frame: Frame,
        head: Head<'a>,
        now: &Timestamp,
        query: &Query,
    ) -> Result<Self, Problem> {
        let from = query.number("from")?.unwrap_or(1);
        let tasks = (1..).zip(&head.process.tasks);
        let found: Vec<(usize, (&TaskName, &Task))> = tasks
            .filter(|(_, task)| head.filter.takes(head.process, *task, now))
            .collect();
        let shown: Vec<_> = found.iter().skip(from - 1).take(A_PAGE).copied().collect();
        let tasks: Vec<(&TaskName, &Task)> = shown.iter().map(|(_, task)| *task).collect();
        let lanes = Lanes::new(head.process, &tasks);
        let rows = shown.into_iter().zip(lanes.rows);
        let row = |((number, task), gutter)| (number, Row::new(&head, task, now), gutter);
        let rows = rows.map(row).collect();
        let next = from.saturating_add(A_PAGE);
        let more = (next <= found.len()).then(|| {
            let next = next.to_string();
            head.filter
                .address(&head.address, "list", &[("from", &next)])
        });
        Ok(Self {
            frame,
            rows,
            gutter: lanes.width,
            found: found.len(),
            more,
            head,
        })
    }

    /// Whether anything stands beside the rows.
    fn has_gutter(&self) -> bool {
        self.gutter > 0
    }
}
