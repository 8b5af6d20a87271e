//! What several pages show: how far something is, who has it, how many there are.

use std::fmt::Write as _;

use askama::Template;
use askama::filters::HtmlSafe;
use pm_core::{Claim, Process, Progress, Status, Timestamp};

use crate::lasting::{self, Lasting};
use crate::moment::left;

/// A status as its shape and its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Template)]
#[template(path = "parts/status.html")]
pub(crate) struct StatusMark(pub(crate) Status);

/// How far some tasks or jobs are, as a bar and in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Template)]
#[template(path = "parts/progress.html")]
pub(crate) struct ProgressBar(pub(crate) Progress);

/// Who works on a task, and for how long the others leave it to them.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "parts/claim.html")]
pub(crate) struct ClaimMark {
    by: String,
    left: String,
}

// They are made of templates that escape.
impl HtmlSafe for StatusMark {}
impl HtmlSafe for ProgressBar {}
impl HtmlSafe for ClaimMark {}

/// How many tasks of a process are claimed at `now`.
pub(crate) fn claimed(process: &Process, now: &Timestamp) -> usize {
    let claims = process.tasks.values().filter_map(|task| task.claim_at(now));
    let ends = claims.map(|claim| claim.until.instant());
    ends.inspect(|end| {
        lasting::note(end.map_or(Lasting::NotAtAll, Lasting::Until));
    })
    .count()
}

/// The word for a status.
pub(crate) fn word(status: Status) -> &'static str {
    match status {
        Status::InProgress => "in progress",
        other => other.as_str(),
    }
}

/// A number of things, such as "1 task" or "3 tasks".
pub(crate) fn count(number: usize, what: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {what}{s}")
}

impl StatusMark {
    /// All of them, each with whether it is this one.
    pub(crate) fn all(self) -> [(Self, bool); 5] {
        Status::ALL.map(|status| (Self(status), status == self.0))
    }

    pub(crate) fn class(self) -> &'static str {
        self.0.as_str()
    }

    pub(crate) fn word(self) -> &'static str {
        word(self.0)
    }
}

impl ClaimMark {
    /// The claim, as it is at `now`.
    pub(crate) fn new(claim: Claim, now: &Timestamp) -> Self {
        Self {
            left: left(&claim.until, now),
            by: claim.by,
        }
    }
}

impl ProgressBar {
    /// The words beside the bar, such as "4 of 9 done, 1 blocked".
    pub(crate) fn words(self) -> String {
        let progress = self.0;
        let mut words = format!("{} of {} done", progress.done, progress.all());
        for (number, what) in [
            (progress.in_progress, "in progress"),
            (progress.blocked, "blocked"),
            (progress.cancelled, "cancelled"),
        ] {
            if number > 0 {
                // Writing to a string cannot fail.
                let _ = write!(words, ", {number} {what}");
            }
        }
        words
    }

    /// The pieces of the bar that have a width: their kind, where they begin and how wide they are,
    /// in tenths of a per cent.
    fn pieces(self) -> Vec<(&'static str, usize, usize)> {
        let progress = self.0;
        let all = progress.all().max(1);
        let mut counted = 0;
        let mut pieces = Vec::new();
        for (kind, number) in [
            ("done", progress.done),
            ("in_progress", progress.in_progress),
            ("blocked", progress.blocked),
        ] {
            let begin = counted * 1000 / all;
            counted += number;
            let width = counted * 1000 / all - begin;
            if width > 0 {
                pieces.push((kind, begin, width));
            }
        }
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_what_is_done() {
        let progress = Progress {
            todo: 1,
            in_progress: 0,
            blocked: 1,
            done: 1,
            cancelled: 2,
        };
        let bar = ProgressBar(progress);
        assert_eq!(bar.pieces(), [("done", 0, 333), ("blocked", 333, 333)]);
        assert_eq!(bar.words(), "1 of 3 done, 1 blocked, 2 cancelled");
        assert_eq!(ProgressBar(Progress::default()).pieces(), []);
    }
}
