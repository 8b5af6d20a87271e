//! What waits for what, as a picture: the open tasks that have to do with others, from left to right.

mod layout;

use askama::Template;
use pm_core::{TaskName, Timestamp};

use self::layout::{Place, lay_out};
use super::head::Head;
use super::links::Links;
use crate::frame::{Frame, Link};
use crate::parts::StatusMark;
use crate::problem::Problem;
use crate::query::Query;

/// How many tasks a picture has at most.
const BOXES: usize = 60;

/// How wide and how high a box is, in pixels, and how much is between two.
const BOX: (usize, usize) = (184, 48);
const BETWEEN: (usize, usize) = (56, 16);

/// What is around all of them, so that a line at the edge is seen whole.
const EDGE: usize = 4;

#[derive(Template)]
#[template(path = "graph.html")]
pub(super) struct Graph<'a> {
    frame: Frame,
    head: Head<'a>,
    boxes: Vec<TaskBox<'a>>,
    arrows: Vec<Arrow>,
    /// How wide and how high the picture is.
    size: (usize, usize),
    chosen: Option<Link>,
    /// How many tasks have to do with others, if there is no room for all of them.
    too_many: Option<usize>,
}

/// A task.
struct TaskBox<'a> {
    name: &'a TaskName,
    status: StatusMark,
    /// The address at which it is chosen; its page, if it is chosen already.
    address: String,
    x: usize,
    y: usize,
    is_chosen: bool,
    /// Whether it has nothing to do with the one that is chosen.
    is_apart: bool,
}

/// What leads from a task to one that waits for it.
struct Arrow {
    from: (usize, usize),
    to: (usize, usize),
    is_apart: bool,
}

impl<'a> Graph<'a> {
    pub(super) fn new(
        frame: Frame,
        head: Head<'a>,
        now: &Timestamp,
        query: &Query,
    ) -> Result<Self, Problem> {
        let links = Links::new(head.process, |name, task| {
            !task.status().is_over() && head.filter.takes(head.process, (name, task), now)
        });
        let chosen = match query.get("task") {
            "" => None,
            wanted => Some(head.process.task(wanted)?.0),
        };
        let around = chosen.and_then(|name| links.place(name));
        let around = around.map(|one| links.around(one));
        let linked = links.linked();
        let too_many = (linked.len() > BOXES).then_some(linked.len());
        // In the order of the plan, whatever is left out.
        let mut shown: Vec<usize> = match &around {
            Some(around) if too_many.is_some() => around.iter().copied().take(BOXES).collect(),
            Some(around) => linked.iter().chain(around).copied().collect(),
            None => linked.into_iter().take(BOXES).collect(),
        };
        shown.sort_unstable();
        shown.dedup();
        let among = |one: usize| shown.binary_search(&one).ok();
        let arrows = links.arrows.iter();
        let arrows = arrows.filter_map(|(from, to)| Some((among(*from)?, among(*to)?)));
        let arrows: Vec<(usize, usize)> = arrows.collect();
        let places = lay_out(shown.len(), &arrows);
        let rows = places.iter().map(|place| place.of).max().unwrap_or(0);
        let columns = places.iter().map(|place| place.column + 1).max();
        let boxes = shown.iter().zip(places).filter_map(|(one, place)| {
            let (name, task) = links.tasks.get(*one)?;
            let is_chosen = chosen == Some(*name);
            let (x, y) = corner(place, rows);
            Some(TaskBox {
                name,
                status: StatusMark(task.status()),
                address: if is_chosen {
                    head.task_address(name)
                } else {
                    let task = [("task", name.as_str())];
                    head.filter.address(&head.address, "graph", &task)
                },
                x,
                y,
                is_chosen,
                is_apart: around.as_ref().is_some_and(|around| !around.contains(one)),
            })
        });
        let boxes: Vec<TaskBox<'_>> = boxes.collect();
        let arrows = arrows.into_iter().filter_map(|(from, to)| {
            let (from, to) = (boxes.get(from)?, boxes.get(to)?);
            Some(Arrow {
                from: (from.x + BOX.0, from.y + BOX.1 / 2),
                to: (to.x, to.y + BOX.1 / 2),
                is_apart: from.is_apart || to.is_apart,
            })
        });
        let whole = |number: usize, side: usize, between: usize| {
            2 * EDGE + number * (side + between) - between.min(number * between)
        };
        Ok(Self {
            frame,
            arrows: arrows.collect(),
            size: (
                whole(columns.unwrap_or(0), BOX.0, BETWEEN.0),
                whole(rows, BOX.1, BETWEEN.1),
            ),
            chosen: chosen.map(|name| Link {
                name: name.to_string(),
                address: head.task_address(name),
            }),
            too_many,
            boxes,
            head,
        })
    }
}

/// Where a box begins: each column stands half way up the highest one.
fn corner(place: Place, rows: usize) -> (usize, usize) {
    let (step_x, step_y) = (BOX.0 + BETWEEN.0, BOX.1 + BETWEEN.1);
    let above = (rows - place.of) * step_y / 2;
    (
        EDGE + place.column * step_x,
        EDGE + above + place.row * step_y,
    )
}
