//! The boxes in front of items, and what the marks in them mean.

use pm_core::Status;

use crate::plan::State;

/// What people write into boxes beside nothing and an x, and what they mean by it.
const MARKS: &[(char, Status, &str)] = &[
    ('-', Status::Cancelled, ""),
    ('~', Status::Cancelled, ""),
    ('/', Status::InProgress, ""),
    ('>', Status::Blocked, "moved on"),
    ('<', Status::Todo, "scheduled"),
    ('!', Status::Todo, "important"),
    ('?', Status::Todo, "question"),
    ('*', Status::Todo, "starred"),
];

/// The state that a mark in a box stands for.
pub(crate) fn state_of(mark: char) -> State {
    match mark {
        'x' | 'X' => Status::Done.into(),
        mark => {
            let known = MARKS.iter().find(|(known, ..)| *known == mark);
            known.map_or_else(State::default, |(_, status, note)| State {
                status: *status,
                note: (*note).to_owned(),
            })
        }
    }
}

/// Takes a box off the beginning of a text.
pub(crate) fn split_mark(text: &str) -> Option<(char, &str)> {
    let mut characters = text.strip_prefix('[')?.chars();
    let mark = characters.next()?;
    let is_known =
        matches!(mark, ' ' | 'x' | 'X') || MARKS.iter().any(|(known, ..)| *known == mark);
    let rest = characters.as_str().strip_prefix(']')?;
    let stands_alone = rest.is_empty() || rest.starts_with(char::is_whitespace);
    (is_known && stands_alone).then_some((mark, rest.trim_start()))
}
