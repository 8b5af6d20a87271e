//! The id of a message that no parser reads to its end.
//!
//! A client waits for an answer with the id of its request, and that id may stand behind what is
//! wrong with the message: the official TypeScript library writes it last. So this looks at
//! brackets, commas and quotes alone, and at nothing that may be wrong between them.

use super::unread::Id;

/// Finds the member `id` of the outermost object, if it is a text or a number.
pub(super) fn find(body: &[u8]) -> Option<Id> {
    let body = body.trim_ascii_start();
    let mut rest = body.strip_prefix(b"{")?;
    let mut depth = 1_usize;
    // Whether a text that comes now is the name of a member of the outermost object.
    let mut is_name = true;
    while let [byte, after @ ..] = rest {
        match byte {
            b'"' => {
                let (text, after) = text(rest)?;
                let value = after.trim_ascii_start().strip_prefix(b":");
                if let Some(value) = value.filter(|_| is_name && depth == 1)
                    && serde_json::from_slice::<String>(text).is_ok_and(|name| name == "id")
                {
                    return id(value.trim_ascii_start());
                }
                is_name = false;
                rest = after;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.checked_sub(1).filter(|depth| *depth > 0)?,
            b',' => is_name = depth == 1,
            _ => {}
        }
        rest = after;
    }
    None
}

/// Splits a text with its quotes from what follows it.
fn text(body: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut escaped = false;
    let end = body.iter().skip(1).position(|byte| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    })?;
    body.split_at_checked(end + 2)
}

fn id(value: &[u8]) -> Option<Id> {
    if value.starts_with(b"\"") {
        let (text, _) = text(value)?;
        return serde_json::from_slice(text).ok().map(Id::Text);
    }
    let number = value
        .split(|byte| matches!(byte, b',' | b'}') || byte.is_ascii_whitespace())
        .next()?;
    serde_json::from_slice(number).ok().map(Id::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_outermost_object_has_the_id() {
        for (body, id) in [
            (r#"{"id":1,"#, Some(Id::Number(1.into()))),
            (r#" { "id" : "a\"b" "#, Some(Id::Text("a\"b".to_owned()))),
            (r#"{"\u0069d":-7}"#, Some(Id::Number((-7).into()))),
            (
                r#"{"x":[{"id":1}],"y":"\"id\":2","id":3}"#,
                Some(Id::Number(3.into())),
            ),
            (r#"{"x":"id","id":4"#, Some(Id::Number(4.into()))),
            (r#"{"x":{"id":1}"#, None),
            (r#"{"id":null}"#, None),
            (r#"{"id":{"id":1}}"#, None),
            (r#"{"id":"never ends"#, None),
            (r#"{"a":1}{"id":1}"#, None),
            (r#"[{"id":1}]"#, None),
            ("", None),
        ] {
            assert_eq!(find(body.as_bytes()), id, "{body}");
        }
    }
}
