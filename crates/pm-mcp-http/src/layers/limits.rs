//! The request body: read whole, up to a size and within a time, before a handler sees it.

use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use http::{HeaderMap, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use crate::refusal::Refusal;

/// How large and how slow a body may be.
#[derive(Debug, Clone, Copy)]
pub struct BodyLimits {
    /// The most bytes.
    pub max: usize,
    /// The longest time from the header's end to the body's end.
    pub timeout: Duration,
}

impl BodyLimits {
    /// Reads the body, and hands the request on with it in one piece.
    pub async fn read(&self, request: Request) -> Result<Request, Refusal> {
        let (parts, mut body) = request.into_parts();
        if body.is_end_stream() {
            return Ok(Request::from_parts(parts, Body::empty()));
        }
        let encoded = is_encoded(&parts.headers);
        let read = async {
            if encoded {
                discard(&mut body, self.max).await;
                return Err(Refusal::BodyEncoded);
            }
            read(&mut body, self.max).await
        };
        match tokio::time::timeout(self.timeout, read).await {
            Ok(Ok(bytes)) => Ok(Request::from_parts(parts, Body::from(bytes))),
            Ok(Err(refusal)) => Err(refusal),
            Err(_) => Err(Refusal::BodyTooSlow {
                limit: self.timeout,
            }),
        }
    }
}

/// Whether the body is something else than its bytes. Nothing here takes it apart: a few of them
/// can stand for any number.
fn is_encoded(headers: &HeaderMap) -> bool {
    let codings = headers.get_all(header::CONTENT_ENCODING);
    codings.iter().any(|coding| {
        let coding = coding.as_bytes().trim_ascii();
        !coding.is_empty() && !coding.eq_ignore_ascii_case(b"identity")
    })
}

async fn read(body: &mut Body, max: usize) -> Result<Bytes, Refusal> {
    // A declared length that is too much needs no reading to be told so.
    if body.size_hint().lower() <= max as u64 {
        match Limited::new(&mut *body, max).collect().await {
            Ok(whole) => return Ok(whole.to_bytes()),
            Err(error) if error.is::<LengthLimitError>() => {}
            Err(_) => return Err(Refusal::BodyUnreadable),
        }
    }
    discard(body, max.saturating_mul(4)).await;
    Err(Refusal::BodyTooLarge { limit: max })
}

/// Reads on for a while without keeping anything: a client that is still sending when the
/// connection closes gets a reset in place of the answer that tells it why.
async fn discard(body: &mut Body, mut most: usize) {
    if body.size_hint().lower() > most as u64 {
        return;
    }
    while let Some(Ok(frame)) = body.frame().await {
        let bytes = frame.data_ref().map_or(0, Bytes::len);
        match most.checked_sub(bytes) {
            Some(rest) => most = rest,
            None => return,
        }
    }
}
