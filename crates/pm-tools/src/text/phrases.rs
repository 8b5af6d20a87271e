//! Names and lists of names within a sentence.

use std::fmt::Display;

use super::cut::cut;

/// How many names a sentence holds at most.
pub(crate) const NAMES_MAX: usize = 5;

/// How much of a text that was sent is quoted back, in characters.
const QUOTED_CHARS_MAX: usize = 80;

/// Quotes a name, cut if it is long and without what would break the line.
pub(crate) fn quoted(name: impl AsRef<str>) -> String {
    format!("\"{}\"", short(name.as_ref()))
}

/// A name as a sentence writes it, all of it.
pub(crate) fn named(name: impl Display) -> String {
    format!("\"{name}\"")
}

/// What is quoted of a text that was sent.
pub(crate) fn short(text: &str) -> String {
    shortened(text, QUOTED_CHARS_MAX)
}

/// The first `most` characters of a text, on one line.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    cut(text, most).replace(char::is_control, " ")
}

pub(crate) fn either(parameter: &str, names: &[impl AsRef<str>]) -> String {
    format!("{parameter} {}", list(names, "or"))
}

/// Lists names: `"a", "b" or "c"`.
pub(crate) fn list(names: &[impl AsRef<str>], last: &str) -> String {
    let quoted: Vec<String> = names.iter().take(NAMES_MAX).map(quoted).collect();
    match quoted.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((end, front)) => format!("{} {last} {end}", front.join(", ")),
    }
}

/// Lists names in an answer: `"a", "b" and "c"`, or the first ones and how many more there are.
pub(crate) fn listed(names: &[impl AsRef<str>]) -> String {
    listed_up_to(names, NAMES_MAX)
}

/// Lists up to `most` names in the same way.
pub(crate) fn listed_up_to(names: &[impl AsRef<str>], most: usize) -> String {
    let quoted: Vec<String> = names.iter().take(most).map(quoted).collect();
    match (names.len().saturating_sub(most), quoted.split_last()) {
        (0, Some((last, front @ [_, ..]))) => format!("{} and {last}", front.join(", ")),
        (0, _) => quoted.concat(),
        (more, _) => format!("{} and {more} more", quoted.join(", ")),
    }
}

/// Says which names a task holds if none was found: no refusal, and worded like one.
pub(crate) fn existing<'a>(
    kind: &str,
    wanted: &str,
    task: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    let (wanted, task) = (quoted(wanted), quoted(task));
    if names.is_empty() {
        return format!("The task {task} has no {kind} at all.");
    }
    let listed = listed(&names);
    format!("The task {task} has no {kind} {wanted}; it has {listed}.")
}

/// A line without its full stop, such as an error's, as a sentence.
pub(crate) fn sentence(line: &str) -> String {
    let mut chars = line.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    first.chain(chars).chain(['.']).collect()
}
