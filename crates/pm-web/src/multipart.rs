//! The parts of a form that has a file in it, as browsers send them (`multipart/form-data`, RFC 7578).
//!
//! The body is in memory as one piece already, so that its parts are found in it and nothing is
//! copied; a library for streams would bring more than it takes here.

/// The longest head of a part: its name, and that of a file.
const HEAD_BYTES_MAX: usize = 4096;

/// The most parts of a form.
const PARTS_MAX: usize = 100;

/// How much of a body is no content of a file: what stands between the parts, and other fields.
const OTHER_BYTES_MAX: usize = 16 << 10;

/// How many bytes a file may have that is sent once as it is, and once as a field, in bodies of
/// `body` bytes.
pub(crate) fn file_bytes_max(body: usize) -> usize {
    // A field has four letters for three bytes.
    body.saturating_sub(OTHER_BYTES_MAX) / 4 * 3
}

/// A part of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part<'a> {
    pub(crate) name: String,
    /// What the file is called, if it is one.
    pub(crate) file: Option<String>,
    pub(crate) content: &'a [u8],
}

/// The body is no such form.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

/// What stands between the parts, as the type of a body says.
pub(crate) fn boundary(content_type: &str) -> Option<&str> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let mut parameters = parameters.split(';').filter_map(|one| one.split_once('='));
    let (_, value) = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("boundary"))?;
    let value = value.trim().trim_matches('"');
    (1..=70).contains(&value.len()).then_some(value)
}

/// Takes a body apart.
pub(crate) fn parts<'a>(body: &'a [u8], boundary: &str) -> Result<Vec<Part<'a>>, Malformed> {
    let first = format!("--{boundary}");
    let between = format!("\r\n{first}");
    let mut rest = body.strip_prefix(first.as_bytes()).ok_or(Malformed)?;
    let mut parts = Vec::new();
    while !rest.starts_with(b"--") {
        let part = rest.strip_prefix(b"\r\n").ok_or(Malformed)?;
        let (part, behind) = split_at(part, between.as_bytes()).ok_or(Malformed)?;
        let (head, content) = split_at(part, b"\r\n\r\n").ok_or(Malformed)?;
        if head.len() > HEAD_BYTES_MAX || parts.len() == PARTS_MAX {
            return Err(Malformed);
        }
        let (name, file) = names(head).ok_or(Malformed)?;
        parts.push(Part {
            name,
            file,
            content,
        });
        rest = behind;
    }
    Ok(parts)
}

/// What stands in front of the first place of `at`, and what stands behind it.
fn split_at<'a>(bytes: &'a [u8], at: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let first = at.first()?;
    let mut from = 0;
    loop {
        let rest = bytes.get(from..)?;
        let place = from + rest.iter().position(|byte| byte == first)?;
        let (before, behind) = bytes.split_at_checked(place)?;
        if let Some(behind) = behind.strip_prefix(at) {
            return Some((before, behind));
        }
        from = place + 1;
    }
}

/// The name of a part, and that of its file.
fn names(head: &[u8]) -> Option<(String, Option<String>)> {
    let head = String::from_utf8_lossy(head);
    let mut lines = head.split("\r\n").filter_map(|line| line.split_once(':'));
    let (_, value) =
        lines.find(|(name, _)| name.trim().eq_ignore_ascii_case("content-disposition"))?;
    let mut rest = value.trim().strip_prefix("form-data")?;
    let (mut name, mut file) = (None, None);
    while let Some((key, value)) = rest.split_once("=\"") {
        let (value, behind) = value.split_once('"')?;
        // Browsers write so what would end the name.
        let value = value.replace("%22", "\"").replace("%0D", "\r");
        let value = value.replace("%0A", "\n");
        match key.trim_matches([';', ' ']) {
            "name" => name = Some(value),
            "filename" => file = Some(value),
            _ => {}
        }
        rest = behind;
    }
    Some((name?, file))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = b"--x-1\r\nContent-Disposition: form-data; name=\"a \xc3\xbc\"\r\n\r\none\
        \r\n--x-\r\ntwo\r\n--x-1\r\nContent-Type: text/markdown\r\ncontent-disposition: form-data; \
        name=\"file\"; filename=\"a; %22b%22=.md\"\r\n\r\n\xff\0\r\n\r\n--x-1--\r\n";

    #[test]
    fn a_form_comes_apart_as_it_was_sent() {
        let parts = parts(BODY, "x-1").unwrap();
        let [text, file] = parts.as_slice() else {
            panic!("{parts:?}")
        };
        assert_eq!((text.name.as_str(), &text.file), ("a ü", &None));
        assert_eq!(text.content, b"one\r\n--x-\r\ntwo");
        assert_eq!(file.name, "file");
        assert_eq!(file.file.as_deref(), Some("a; \"b\"=.md"));
        assert_eq!(file.content, b"\xff\0\r\n");
    }

    #[test]
    fn a_type_says_what_stands_between_the_parts() {
        for (content_type, found) in [
            ("multipart/form-data; boundary=x-1", Some("x-1")),
            (
                "Multipart/Form-Data; charset=utf-8; Boundary=\"x 1\"",
                Some("x 1"),
            ),
            ("multipart/form-data", None),
            ("multipart/form-data; boundary=", None),
            ("application/x-www-form-urlencoded", None),
            ("multipart/mixed; boundary=x", None),
        ] {
            assert_eq!(boundary(content_type), found, "{content_type}");
        }
    }

    #[test]
    fn what_is_no_form_is_refused_wherever_it_ends() {
        assert_eq!(parts(b"", "x"), Err(Malformed));
        assert_eq!(parts(b"--x--", "x"), Ok(Vec::new()));
        let whole = BODY.len() - b"--\r\n".len();
        for end in 0..whole {
            let cut = &BODY[..end];
            assert_eq!(parts(cut, "x-1"), Err(Malformed), "{end}");
        }
        let random = fastrand::Rng::with_seed(1);
        let mut random = random;
        for _ in 0..10_000 {
            let mut body = BODY.to_vec();
            for _ in 0..random.usize(1..8) {
                let at = random.usize(..body.len());
                body[at] = *random.choice(b"-x1\r\n\";=a%\xff").unwrap();
            }
            // Whatever it is, it is nothing worse than no form.
            if let Ok(parts) = parts(&body, "x-1") {
                assert!(parts.iter().map(|part| part.content.len()).sum::<usize>() < body.len());
            }
        }
        let many = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n".repeat(101);
        assert_eq!(
            parts(format!("{many}--x--").as_bytes(), "x"),
            Err(Malformed)
        );
        let long = format!(
            "--x\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n\r\n--x--",
            "a".repeat(5000)
        );
        assert_eq!(parts(long.as_bytes(), "x"), Err(Malformed));
    }
}
