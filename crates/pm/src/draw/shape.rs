//! A status as its shape and its word, the same that the pages show.

use pm_core::{Progress, Status};

use super::line::{Line, Tone};

/// The shape of a status.
pub(crate) fn shape(status: Status) -> Line {
    let shape = match status {
        Status::Todo => "○",
        Status::InProgress => "◐",
        Status::Blocked => "▲",
        Status::Done => "●",
        Status::Cancelled => "⊘",
    };
    Line::toned(shape, tone(status))
}

/// The shape and the word of a status.
pub(crate) fn status(status: Status) -> Line {
    shape(status)
        .with(" ", Tone::Plain)
        .with(word(status), tone(status))
}

/// The word of a status.
pub(crate) fn word(status: Status) -> &'static str {
    match status {
        Status::InProgress => "in progress",
        other => other.as_str(),
    }
}

fn tone(status: Status) -> Tone {
    match status {
        Status::Todo => Tone::Plain,
        Status::InProgress => Tone::Busy,
        Status::Blocked => Tone::Bad,
        Status::Done => Tone::Good,
        Status::Cancelled => Tone::Faint,
    }
}

/// The status of a whole, by how far its parts are.
pub(crate) fn status_of(progress: Progress) -> Status {
    if progress.all() == 0 {
        Status::Todo
    } else if progress.done == progress.all() {
        Status::Done
    } else if progress.open() == 0 {
        Status::Blocked
    } else if progress.is_untouched() {
        Status::Todo
    } else {
        Status::InProgress
    }
}

/// How far a whole is, as in `2 of 6 done, 1 blocked`; empty if it has no parts.
pub(crate) fn progress(progress: Progress) -> String {
    let counts = [
        (progress.blocked, "blocked"),
        (progress.cancelled, "cancelled"),
    ];
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts = counts.map(|(count, what)| format!(", {count} {what}"));
    match progress.all() {
        0 if progress.cancelled == 0 => String::new(),
        all => format!("{} of {all} done", progress.done) + &counts.collect::<String>(),
    }
}
