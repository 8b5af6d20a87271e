//! What stands on one line of the Markdown of a process.

use pm_core::Status;

use crate::json::{Kind, parsed};
use crate::plan::{PlannedJob, State};

/// What stands on a line of fields; what is no field belongs to the value in front of it.
pub(super) fn fields_of(line: &str) -> Vec<String> {
    let mut fields: Vec<String> = Vec::new();
    for piece in line.split(" · ") {
        match fields.last_mut() {
            Some(last) if !piece.contains(": ") && !piece.starts_with("claimed by ") => {
                last.push_str(" · ");
                last.push_str(piece);
            }
            _ => fields.push(piece.to_owned()),
        }
    }
    fields
}

pub(super) fn read_job_fields(inner: &str, job: &mut PlannedJob) {
    let is_field = |piece: &str| {
        let name = piece.split_once(": ").map_or("", |(name, _)| name);
        !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_')
    };
    let mut fields: Vec<String> = Vec::new();
    for (number, piece) in inner.split(", ").enumerate() {
        match fields.last_mut() {
            // A comma within a value.
            Some(last) if !is_field(piece) => {
                last.push_str(", ");
                last.push_str(piece);
            }
            None if number == 0 && !is_field(piece) => {
                job.state = State::from(piece.parse().unwrap_or(Status::Todo));
            }
            _ => fields.push(piece.to_owned()),
        }
    }
    for field in fields {
        match field.split_once(": ") {
            Some(("note", note)) => job.state.note = plain(note),
            Some((name, value)) => job.fields.push((plain(name), json(&plain(value)))),
            None => {}
        }
    }
}

/// Parts a job's name from what follows it; nothing in a name ends it, as it is escaped there.
pub(super) fn until_bold_ends(text: &str) -> (&str, &str) {
    let mut characters = text.char_indices().peekable();
    while let Some((place, character)) = characters.next() {
        if character == '\\' {
            characters.next();
        } else if text.get(place..).is_some_and(|rest| rest.starts_with("**")) {
            let (name, rest) = text.split_at(place);
            return (name, rest.get(2..).unwrap_or_default());
        }
    }
    (text, "")
}

/// Parts what stands in parentheses from what follows them.
pub(super) fn until_closed(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_usize;
    for (place, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return Some((text.get(..place)?, text.get(place + 1..)?)),
            },
            _ => {}
        }
    }
    None
}

/// A text without the backslashes in front of what would be markup.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.trim().chars().peekable();
    while let Some(character) = characters.next() {
        let is_escape =
            character == '\\' && characters.peek().is_some_and(char::is_ascii_punctuation);
        if !is_escape {
            plain.push(character);
        } else if let Some(escaped) = characters.next() {
            plain.push(escaped);
        }
    }
    plain
}

/// The value of a field as JSON: it stands there as such, unless it was a text.
pub(super) fn json(value: &str) -> String {
    let is_json = Kind::of(value) != Kind::Text && parsed::<serde_json::Value>(value).is_some();
    if is_json {
        value.to_owned()
    } else {
        serde_json::Value::from(value).to_string()
    }
}

/// How many commas a name may have.
const COMMAS_MAX: usize = 8;

/// Parts names at their commas, some of which belong to names.
pub(super) fn join_names(
    texts: &[String],
    names: &std::collections::HashSet<String>,
) -> Vec<String> {
    let mut found = Vec::new();
    for text in texts {
        let parts: Vec<&str> = text.split(", ").collect();
        let mut rest = parts.as_slice();
        while !rest.is_empty() {
            let longest = (1..=rest.len().min(COMMAS_MAX + 1))
                .rev()
                .find_map(|count| {
                    let (name, behind) = rest.split_at_checked(count)?;
                    let name = name.join(", ");
                    (names.contains(&name) || count == 1).then_some((name, behind))
                });
            let Some((name, behind)) = longest else { break };
            found.push(name);
            rest = behind;
        }
    }
    found
}
