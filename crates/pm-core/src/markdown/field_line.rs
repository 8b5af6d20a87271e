//! What stands on one line of the Markdown of a process, read.

use std::collections::HashSet;

use super::escape::plain;
use super::parts::{JobPart, UnknownFields};

/// What a claim begins with.
pub(super) const CLAIMED_BY: &str = "claimed by ";

/// How many commas a name may have that stands among others.
const COMMAS_MAX: usize = 8;

/// What stands on a line of fields; what is no field belongs to the value in front of it.
pub(super) fn pieces(line: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    for piece in line.split(" · ") {
        match pieces.last_mut() {
            Some(last) if !piece.contains(": ") && !piece.starts_with(CLAIMED_BY) => {
                last.push_str(" · ");
                last.push_str(piece);
            }
            _ => pieces.push(piece.to_owned()),
        }
    }
    pieces
}

/// A field that the model does not know, read.
pub(super) fn unknown(name: &str, value: &str) -> (String, String) {
    (plain(name), json(&plain(value)))
}

/// The fields that the model does not know on a line.
pub(super) fn unknown_fields(line: &str) -> UnknownFields {
    let pieces = pieces(line);
    let fields = pieces.iter().filter_map(|piece| piece.split_once(": "));
    fields.map(|(name, value)| unknown(name, value)).collect()
}

/// The value of a field as JSON: it stands there as such, unless it was a text.
fn json(value: &str) -> String {
    let is_text = value.trim_start().starts_with('"');
    let is_json = !is_text && serde_json::from_str::<serde_json::Value>(value).is_ok();
    if is_json {
        value.to_owned()
    } else {
        serde_json::Value::from(value).to_string()
    }
}

/// Reads what stands in parentheses behind the name of a job.
pub(super) fn read_job_fields(inner: &str, job: &mut JobPart) {
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
            None if number == 0 && !is_field(piece) => piece.clone_into(&mut job.status),
            _ => fields.push(piece.to_owned()),
        }
    }
    for field in fields {
        match field.split_once(": ") {
            Some(("note", note)) => job.note = plain(note),
            Some((name, value)) => job.fields.push(unknown(name, value)),
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

/// Parts what stands in parentheses from what follows them, which is nothing or begins with a colon.
/// Parentheses within belong together as far as they do.
pub(super) fn until_closed(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_usize;
    let mut other = None;
    for (place, _) in text.match_indices(['(', ')']) {
        let (inner, rest) = text.split_at_checked(place)?;
        let Some(rest) = rest.strip_prefix(')') else {
            depth += 1;
            continue;
        };
        if rest.is_empty() || rest.starts_with(": ") {
            if depth == 0 {
                return Some((inner, rest));
            }
            other = other.or(Some((inner, rest)));
        }
        depth = depth.saturating_sub(1);
    }
    other
}

/// Names that were parted at their commas, some of which belong to names, beside tasks of these
/// names.
pub(super) fn join_names(parts: &[String], names: &HashSet<String>) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = parts;
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
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parentheses_end_where_a_text_begins() {
        for (text, parted) in [
            ("done)", Some(("done", ""))),
            ("done): see (1)", Some(("done", ": see (1)"))),
            ("note: a (b: c): d): e", Some(("note: a (b: c): d", ": e"))),
            ("note: a), b): c", Some(("note: a), b", ": c"))),
            ("note: a :(): c", Some(("note: a :(", ": c"))),
            ("note: a", None),
        ] {
            assert_eq!(until_closed(text), parted, "{text}");
        }
    }

    #[test]
    fn names_may_have_commas() {
        let names = ["a, b", "c"].map(str::to_owned).into();
        let join = |parts: &[&str]| {
            let parts: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
            join_names(&parts, &names)
        };
        assert_eq!(join(&["c", "a", "b"]), ["c", "a, b"]);
        assert_eq!(join(&["a", "x", "b"]), ["a", "x", "b"]);
    }
}
