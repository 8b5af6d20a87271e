//! The plan as a list: all tasks in their order.

use askama::Template;
use pm_core::{Task, TaskName, Timestamp};

use super::Head;
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
    /// The tasks with their numbers in the plan.
    rows: Vec<(usize, Row<'a>)>,
    /// How many tasks are asked for.
    found: usize,
    /// The address of those behind.
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
            .filter(|(_, (name, task))| head.filter.takes(name, task))
            .collect();
        let rows = found.iter().skip(from - 1).take(A_PAGE);
        let rows = rows.map(|(number, task)| (*number, Row::new(&head, *task, now)));
        let rows = rows.collect();
        let next = from.saturating_add(A_PAGE);
        let more = (next <= found.len()).then(|| {
            let next = next.to_string();
            head.filter
                .address(&head.address, "list", &[("from", &next)])
        });
        Ok(Self {
            frame,
            rows,
            found: found.len(),
            more,
            head,
        })
    }
}
