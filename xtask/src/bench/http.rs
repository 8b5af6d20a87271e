//! Reads just as much of HTTP/1.1 as telling where an answer ends takes, so that the generator
//! costs little beside the server that it measures.

use anyhow::{Context, Result, bail};

/// Where an answer lies in the bytes that were received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame {
    /// The status code.
    pub(super) status: u16,
    head: usize,
    end: usize,
    chunked: bool,
}

/// The blank line that ends a head.
const BLANK: &[u8] = b"\r\n\r\n";

impl Frame {
    /// Finds the answer at the start of `received`; none where more has to arrive.
    pub(super) fn find(received: &[u8]) -> Result<Option<Self>> {
        let Some(head) = position(received, BLANK).map(|at| at + BLANK.len()) else {
            return Ok(None);
        };
        let text = std::str::from_utf8(received.get(..head).unwrap_or_default())?;
        let status = text.get(9..12).and_then(|code| code.parse().ok());
        let status = status.with_context(|| format!("this is no HTTP answer: {text}"))?;
        let chunked = header(text, "transfer-encoding")
            .is_some_and(|value| value.eq_ignore_ascii_case("chunked"));
        let end = if chunked {
            last_chunk_end(received, head)?
        } else {
            let length = header(text, "content-length").map_or(Ok(0), str::parse::<usize>)?;
            Some(head + length).filter(|&end| end <= received.len())
        };
        Ok(end.map(|end| Self {
            status,
            head,
            end,
            chunked,
        }))
    }

    /// The value of a header of the answer.
    pub(super) fn header<'a>(&self, received: &'a [u8], name: &str) -> Option<&'a str> {
        let head = std::str::from_utf8(received.get(..self.head)?).ok()?;
        header(head, name)
    }

    /// The body as it was sent, the sizes of chunks included.
    pub(super) fn raw_body<'a>(&self, received: &'a [u8]) -> &'a [u8] {
        received.get(self.head..self.end).unwrap_or_default()
    }

    /// The body.
    pub(super) fn body(&self, received: &[u8]) -> Result<Vec<u8>> {
        if !self.chunked {
            return Ok(self.raw_body(received).to_vec());
        }
        let mut body = Vec::new();
        let mut at = self.head;
        while let Some(chunk) = Chunk::at(received, at)?.filter(|chunk| chunk.length > 0) {
            let content = received.get(chunk.start..chunk.start + chunk.length);
            body.extend_from_slice(content.unwrap_or_default());
            at = chunk.next;
        }
        Ok(body)
    }
}

/// One chunk of a body sent in chunks.
struct Chunk {
    start: usize,
    length: usize,
    next: usize,
}

impl Chunk {
    /// The chunk that starts at `at`; none where its size has not arrived.
    fn at(received: &[u8], at: usize) -> Result<Option<Self>> {
        let rest = received.get(at..).unwrap_or_default();
        let Some(line_end) = position(rest, b"\r\n") else {
            return Ok(None);
        };
        let line = std::str::from_utf8(rest.get(..line_end).unwrap_or_default())?;
        let size = line.split(';').next().unwrap_or(line).trim();
        let Ok(length) = usize::from_str_radix(size, 16) else {
            bail!("{line:?} is no size of a chunk");
        };
        let start = at + line_end + 2;
        Ok(Some(Self {
            start,
            length,
            next: start + length + 2,
        }))
    }
}

/// Where a body in chunks that starts at `head` ends; none where more has to arrive.
fn last_chunk_end(received: &[u8], head: usize) -> Result<Option<usize>> {
    let mut at = head;
    while let Some(chunk) = Chunk::at(received, at)? {
        if chunk.next > received.len() {
            break;
        }
        if chunk.length == 0 {
            return Ok(Some(chunk.next));
        }
        at = chunk.next;
    }
    Ok(None)
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().skip(1).find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// Where `wanted` first stands in `bytes`.
fn position(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZED: &[u8] =
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nMcp-Session-Id: s1\r\n\r\nhelloHTTP";
    const CHUNKED: &[u8] =
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n";

    #[test]
    fn an_answer_with_a_length_ends_there() {
        let frame = Frame::find(SIZED).unwrap().unwrap();
        assert_eq!(frame.status, 200);
        assert_eq!(frame.header(SIZED, "mcp-session-id"), Some("s1"));
        assert_eq!(frame.body(SIZED).unwrap(), b"hello");
    }

    #[test]
    fn chunks_are_joined() {
        let frame = Frame::find(CHUNKED).unwrap().unwrap();
        assert_eq!(frame.end, CHUNKED.len());
        assert_eq!(frame.body(CHUNKED).unwrap(), b"abc0123456789");
    }

    #[test]
    fn no_answer_is_whole_before_its_last_byte() {
        for length in 0..CHUNKED.len() {
            assert_eq!(Frame::find(&CHUNKED[..length]).unwrap(), None, "{length}");
        }
        for length in 0..SIZED.len() - "HTTP".len() {
            assert_eq!(Frame::find(&SIZED[..length]).unwrap(), None, "{length}");
        }
    }

    #[test]
    fn what_is_no_answer_is_an_error() {
        assert!(Frame::find(b"SSH-2.0\r\n\r\n").is_err());
        assert!(
            Frame::find(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n").is_err()
        );
    }
}
