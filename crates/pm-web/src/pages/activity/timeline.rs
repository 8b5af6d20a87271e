//! How far a process was over time: a picture with a step for each change, and a table behind it.

use std::fmt::Write as _;

use askama::Template;
use askama::filters::HtmlSafe;
use pm_core::history::TimelineStep;
use pm_core::{Progress, Timestamp};

use crate::moment::Moment;
use crate::parts::count;

/// How wide and how high the picture is, in units of its own.
const WIDTH: usize = 1000;
const HEIGHT: usize = 100;

/// How many tasks were done and open, from the beginning on.
#[derive(Template)]
#[template(path = "parts/timeline.html")]
pub(super) struct Timeline {
    /// The same in a sentence.
    words: String,
    /// The outline of what was to be done in all.
    all: String,
    /// The outline of what was done.
    done: String,
    /// The last one first.
    rows: Vec<Row>,
}

/// A step in the table.
struct Row {
    at: Moment,
    revision: u64,
    done: usize,
    open: usize,
}

/// It is made of a template that escapes.
impl HtmlSafe for Timeline {}

impl Timeline {
    /// The picture of these steps; `None` for fewer than two, in which nothing goes on.
    pub(super) fn new(steps: &[TimelineStep], now: &Timestamp) -> Option<Self> {
        let [first, .., last] = steps else {
            return None;
        };
        let row = |step: &TimelineStep| Row {
            at: Moment::new(&step.at, now),
            revision: step.revision,
            done: step.progress.done,
            open: open(step.progress),
        };
        let words = |of: Progress| format!("{} of {} done", of.done, of.all());
        Some(Self {
            words: format!(
                "Tasks over time, in {}: from {} to {}",
                count(steps.len() - 1, "step"),
                words(first.progress),
                words(last.progress)
            ),
            all: outline(steps, Progress::all),
            done: outline(steps, |of| of.done),
            rows: steps.iter().rev().map(row).collect(),
        })
    }
}

/// What is neither done nor cancelled.
fn open(progress: Progress) -> usize {
    progress.all() - progress.done
}

/// The path around what is below the numbers of some steps, each as wide as the others.
pub(super) fn outline(steps: &[TimelineStep], number: impl Fn(Progress) -> usize) -> String {
    let highest = steps.iter().map(|step| step.progress.all()).max();
    let (highest, wide) = (highest.unwrap_or(0).max(1), steps.len().max(1));
    let mut path = format!("M0 {HEIGHT}");
    for (step, place) in steps.iter().zip(1..) {
        let y = HEIGHT - number(step.progress) * HEIGHT / highest;
        // Writing to a string cannot fail.
        let _ = write!(path, "V{y}H{}", place * WIDTH / wide);
    }
    format!("{path}V{HEIGHT}Z")
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn noon() -> Timestamp {
        datetime!(2026-11-22 12:00 UTC).into()
    }

    fn step(done: usize, todo: usize) -> TimelineStep {
        TimelineStep {
            revision: 1,
            at: noon(),
            progress: Progress {
                done,
                todo,
                ..Progress::default()
            },
        }
    }

    #[test]
    fn a_step_is_as_high_as_its_number() {
        let steps = [step(0, 0), step(0, 2), step(1, 3), step(4, 0)];
        assert_eq!(
            outline(&steps, Progress::all),
            "M0 100V100H250V50H500V0H750V0H1000V100Z"
        );
        assert_eq!(
            outline(&steps, |of| of.done),
            "M0 100V100H250V100H500V75H750V0H1000V100Z"
        );
        let picture = Timeline::new(&steps, &noon()).unwrap();
        assert_eq!(
            picture.words,
            "Tasks over time, in 3 steps: from 0 of 0 done to 4 of 4 done"
        );
        assert!(Timeline::new(&steps[..1], &noon()).is_none());
    }
}
