//! Names and lists of names within a sentence.

/// How many names a sentence holds at most.
pub(super) const MOST_NAMED: usize = 5;

/// How much of a text that was sent is quoted back, in characters.
const MOST_QUOTED: usize = 80;

/// Quotes a name, cut where it is long and without what would break the line.
pub(super) fn quoted(name: impl AsRef<str>) -> String {
    format!("\"{}\"", short(name.as_ref()))
}

/// What is quoted of a text that was sent.
pub(super) fn short(text: &str) -> String {
    shortened(text, MOST_QUOTED)
}

/// The first `most` characters of a text, on one line.
pub(in crate::refusal) fn shortened(text: &str, most: usize) -> String {
    let on_one_line = |c: char| if c.is_control() { ' ' } else { c };
    let mut short: String = text.chars().take(most).map(on_one_line).collect();
    if text.chars().nth(most).is_some() {
        short.push('…');
    }
    short
}

pub(super) fn either(parameter: &str, names: &[impl AsRef<str>]) -> String {
    format!("{parameter} {}", list(names, "or"))
}

/// Lists names: `"a", "b" or "c"`.
pub(super) fn list(names: &[impl AsRef<str>], last: &str) -> String {
    let quoted: Vec<String> = names.iter().take(MOST_NAMED).map(quoted).collect();
    match quoted.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((end, front)) => format!("{} {last} {end}", front.join(", ")),
    }
}

/// Lists names in an answer: `"a", "b" and "c"`, or the first ones and how many more there are.
pub(crate) fn listed(names: &[impl AsRef<str>]) -> String {
    match names.len().saturating_sub(MOST_NAMED) {
        0 => list(names, "and"),
        more => {
            let first: Vec<String> = names.iter().take(MOST_NAMED).map(quoted).collect();
            format!("{} and {more} more", first.join(", "))
        }
    }
}

/// Says which names a task holds where none was found: no refusal, and worded like one.
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
