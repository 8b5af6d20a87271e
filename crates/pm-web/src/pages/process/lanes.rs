//! The lanes beside a list: which of the tasks that are shown wait for which, as lines in the gutter.
//! Each task that others wait for has a lane, along its own row and all of theirs; the rows say the
//! same in words.

use std::collections::BTreeMap;

use pm_core::{Process, Task, TaskName};

use super::links::Links;

/// How many lanes stand beside each other at most.
const LANES_MAX: usize = 6;

/// How wide a lane is, in pixels.
const LANE: usize = 10;

/// The lanes beside the rows of a list.
pub(super) struct Lanes {
    /// How wide they are, in pixels; 0 if no task that is shown waits for another.
    pub(super) width: usize,
    /// What stands beside each row.
    pub(super) rows: Vec<Gutter>,
}

/// What stands beside a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Gutter {
    pub(super) pieces: Vec<Piece>,
    /// Whether the row has to do with others for which there is no lane.
    pub(super) has_more: bool,
}

/// A piece of a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    /// The middle of the lane, in pixels.
    pub(super) x: usize,
    /// Whether it goes on to the row above, and to the one below.
    pub(super) is_up: bool,
    pub(super) is_down: bool,
    pub(super) end: End,
}

/// What a lane has to do with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// It passes by.
    Passes,
    /// It is the lane of this task.
    From,
    /// The task waits for that of the lane.
    To,
}

impl Piece {
    pub(super) fn is_from(&self) -> bool {
        self.end == End::From
    }

    pub(super) fn is_to(&self) -> bool {
        self.end == End::To
    }
}

impl Lanes {
    /// The lanes beside these tasks of a process, in their order.
    pub(super) fn new(process: &Process, shown: &[(&TaskName, &Task)]) -> Self {
        let places = (0..).zip(shown);
        let rows: BTreeMap<&str, usize> = places
            .map(|(row, (name, _))| (name.as_str(), row))
            .collect();
        let links = Links::new(process, |name, task| {
            // What is over waits for nothing and holds nothing up.
            !task.status().is_over() && rows.contains_key(name.as_str())
        });
        let row = |place: usize| {
            let (name, _) = links.tasks.get(place)?;
            rows.get(name.as_str()).copied()
        };
        let mut waiting: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (from, to) in &links.arrows {
            if let Some((from, to)) = row(*from).zip(row(*to)) {
                waiting.entry(from).or_default().push(to);
            }
        }
        Self::of(shown.len(), &waiting)
    }

    /// The lanes beside `rows` rows; `waiting` has, for each row that others wait for, those
    /// others.
    fn of(rows: usize, waiting: &BTreeMap<usize, Vec<usize>>) -> Self {
        let mut spans: Vec<(usize, usize, usize, &Vec<usize>)> = Vec::new();
        for (from, to) in waiting {
            let ends = to.iter().chain([from]);
            let (first, last) = (ends.clone().min(), ends.max());
            if let Some((first, last)) = first.zip(last) {
                spans.push((*first, *last, *from, to));
            }
        }
        spans.sort_by_key(|(first, last, ..)| (*first, *last));
        let mut gutters = vec![Gutter::default(); rows];
        // The last row of each lane.
        let mut taken: Vec<usize> = Vec::new();
        let mut lanes = Vec::new();
        for (first, last, from, to) in spans {
            let free = taken.iter().position(|end| *end < first);
            let lane = match free {
                Some(lane) => Some(lane),
                None if taken.len() < LANES_MAX => {
                    taken.push(last);
                    Some(taken.len() - 1)
                }
                None => None,
            };
            let Some(lane) = lane else {
                for row in to.iter().chain([&from]) {
                    if let Some(gutter) = gutters.get_mut(*row) {
                        gutter.has_more = true;
                    }
                }
                continue;
            };
            if let Some(end) = taken.get_mut(lane) {
                *end = last;
            }
            lanes.push((lane, first, last, from, to));
        }
        let has_more = gutters.iter().any(|gutter| gutter.has_more);
        let width = (taken.len() + usize::from(has_more)) * LANE;
        for (lane, first, last, from, to) in lanes {
            for row in first..=last {
                let end = match row {
                    row if row == from => End::From,
                    row if to.contains(&row) => End::To,
                    _ => End::Passes,
                };
                if let Some(gutter) = gutters.get_mut(row) {
                    gutter.pieces.push(Piece {
                        // The first lane is the nearest to the rows.
                        x: width - lane * LANE - LANE / 2,
                        is_up: row > first,
                        is_down: row < last,
                        end,
                    });
                }
            }
        }
        Self {
            width,
            rows: gutters,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lanes as letters: of each row, what stands in each lane from the left.
    fn drawn(rows: usize, waiting: &[(usize, &[usize])]) -> Vec<String> {
        let waiting = waiting.iter().map(|(from, to)| (*from, to.to_vec()));
        let lanes = Lanes::of(rows, &waiting.collect());
        let row = |gutter: &Gutter| {
            let mut letters = vec!['.'; lanes.width / LANE];
            for piece in &gutter.pieces {
                let letter = match (piece.end, piece.is_up, piece.is_down) {
                    (End::From, ..) => 'o',
                    (End::To, _, true) => 't',
                    (End::To, _, false) => 'e',
                    (End::Passes, true, true) => '|',
                    (End::Passes, ..) => '?',
                };
                letters[piece.x / LANE] = letter;
            }
            if gutter.has_more {
                letters[0] = '+';
            }
            letters.into_iter().collect()
        };
        lanes.rows.iter().map(row).collect()
    }

    #[test]
    fn each_task_that_others_wait_for_has_a_lane_as_long_as_it_is_needed() {
        let lanes = drawn(6, &[(0, &[1, 3]), (2, &[3]), (4, &[5])]);
        assert_eq!(lanes, [".o", ".t", "o|", "ee", ".o", ".e"]);
    }

    #[test]
    fn what_waits_may_stand_above() {
        assert_eq!(drawn(3, &[(2, &[0])]), ["t", "|", "o"]);
        assert_eq!(drawn(2, &[(0, &[1]), (1, &[0])]), ["to", "oe"]);
        assert!(drawn(2, &[]).iter().all(String::is_empty));
    }

    #[test]
    fn what_has_no_room_is_marked() {
        let waiting: Vec<(usize, &[usize])> =
            (0..8).map(|from| (from, &[9_usize] as &[_])).collect();
        let lanes = drawn(10, &waiting);
        assert_eq!(lanes[0], "......o");
        assert_eq!(lanes[6], "+||||||");
        assert_eq!(lanes[8], ".||||||");
        assert_eq!(lanes[9], "+eeeeee");
    }
}
