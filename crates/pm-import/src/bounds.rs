//! How much structure a text may hold, counted before anything is made of it: what is made of a
//! mark or an object takes many times the memory of the few bytes that it is.

use crate::MAX_ENTRIES;
use crate::source::Problem;

/// The most marks of Markdown: one for every 14 bytes of a file of 4 MiB. Prose and lists with an
/// item a line have at most one for every twenty.
const MARKS_MAX: usize = 300_000;

/// The most objects of JSON: each task has some, as for what it waits for.
const OBJECTS_MAX: usize = 3 * MAX_ENTRIES;

/// Refuses Markdown of too many parts.
pub(crate) fn check_markdown(text: &str) -> Result<(), Problem> {
    let bytes = text.as_bytes();
    let is_inline = |byte: &&u8| b"*_~`[]<>|&\\".contains(byte);
    // Behind each of these may begin another list within the one before.
    let is_item = |three: &&[u8]| {
        matches!(
            three,
            [_, b'-' | b'+', b' ' | b'\n'] | [b'0'..=b'9', b'.' | b')', b' ' | b'\n']
        )
    };
    let items = bytes.windows(3).filter(is_item).count();
    if bytes.iter().filter(is_inline).count() + items > MARKS_MAX {
        return Err(Problem::TooMany);
    }
    Ok(())
}

/// Refuses JSON, or lines of it, of too many objects.
pub(crate) fn check_json(text: &str) -> Result<(), Problem> {
    let mut is_text = false;
    let mut is_escaped = false;
    let mut objects = 0;
    for byte in text.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = is_text,
            b'"' => is_text = !is_text,
            // No text of JSON goes on behind the line; one that is broken must not hide the rest.
            b'\n' => is_text = false,
            b'{' if !is_text => objects += 1,
            _ => {}
        }
    }
    if objects > OBJECTS_MAX {
        return Err(Problem::TooMany);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_and_plans_pass_and_what_is_nothing_but_structure_does_not() {
        const BYTES: usize = 4 << 20;
        let of = |line: &str| line.repeat(BYTES / line.len());
        let prose =
            "Some prose, as *people* write it - a line with a [link](https://a.example).\n\n";
        assert!(check_markdown(&of(prose)).is_ok());
        assert!(
            check_markdown(&of(
                "- [ ] something to be done that takes a line or so, not less\n"
            ))
            .is_ok()
        );
        assert!(check_markdown(&of("*a* ")).is_err());
        assert!(check_markdown(&of("- a\n")).is_err());
        assert!(
            check_json(&of(
                "{\"id\":\"bd-1\",\"title\":\"{{{{{{{{ \\\" {{{{{{{{\"}\n"
            ))
            .is_ok()
        );
        assert!(check_json(&of("{},")).is_err());
        assert!(check_json(&of("\"\n{},")).is_err());
    }
}
