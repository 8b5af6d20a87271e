//! The request body: read whole, up to a size and within a time, before a handler sees it.

use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use http::{HeaderMap, header};
use http_body_util::BodyExt;

use crate::layers::budget::{Budget, Share};
use crate::refusal::Refusal;

/// How large and how slow a body may be.
#[derive(Debug, Clone)]
pub struct BodyLimits {
    /// The most bytes.
    pub max: usize,
    /// The longest time from the header's end to the body's end.
    pub timeout: Duration,
    /// The most bytes of all large bodies together.
    pub budget: Budget,
}

impl BodyLimits {
    /// Reads the body. Returns the request with the body in one piece, and its share of what there
    /// is for bodies, to be held until the request is answered.
    pub async fn read(&self, request: Request) -> Result<(Request, Option<Share>), Refusal> {
        let (parts, mut body) = request.into_parts();
        if body.is_end_stream() {
            return Ok((Request::from_parts(parts, Body::empty()), None));
        }
        let encoded = is_encoded(&parts.headers);
        let read = async {
            if encoded {
                discard(&mut body, self.max).await;
                return Err(Refusal::BodyEncoded);
            }
            self.read_body(&mut body).await
        };
        match tokio::time::timeout(self.timeout, read).await {
            Ok(Ok((bytes, share))) => Ok((Request::from_parts(parts, Body::from(bytes)), share)),
            Ok(Err(refusal)) => Err(refusal),
            Err(_) => Err(Refusal::BodyTooSlow {
                limit: self.timeout,
            }),
        }
    }

    async fn read_body(&self, body: &mut Body) -> Result<(Bytes, Option<Share>), Refusal> {
        let declared = body.size_hint();
        // If the declared length is too much already, nothing need be read to find that out.
        if declared.lower() > self.max as u64 {
            return Err(self.too_large(body).await);
        }
        let declared = declared
            .exact()
            .and_then(|bytes| usize::try_from(bytes).ok());
        let mut share = self.share(declared.unwrap_or_default(), body).await?;
        let mut whole = Whole::default();
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|_| Refusal::BodyUnreadable)?;
            let Ok(bytes) = frame.into_data() else {
                continue;
            };
            let length = whole.len() + bytes.len();
            if length > self.max {
                return Err(self.too_large(body).await);
            }
            // The body's length was not declared, and turns out to be large.
            if share.is_none() && !self.budget.is_free(length) {
                share = self.share(self.max, body).await?;
            }
            whole.add(bytes, declared);
        }
        let share = share.and_then(|share| self.budget.shrink(share, whole.len()));
        Ok((whole.into_bytes(), share))
    }

    async fn share(&self, bytes: usize, body: &mut Body) -> Result<Option<Share>, Refusal> {
        let share = self.budget.share(bytes).await;
        if share.is_err() {
            discard(body, self.max).await;
        }
        share
    }

    async fn too_large(&self, body: &mut Body) -> Refusal {
        discard(body, self.max.saturating_mul(4)).await;
        Refusal::BodyTooLarge { limit: self.max }
    }
}

/// A body that is being put together. Most come in one piece, and are not copied.
#[derive(Default)]
struct Whole {
    first: Bytes,
    rest: Vec<u8>,
}

impl Whole {
    fn len(&self) -> usize {
        self.first.len() + self.rest.len()
    }

    fn add(&mut self, bytes: Bytes, declared: Option<usize>) {
        if self.len() == 0 {
            self.first = bytes;
            return;
        }
        if self.rest.is_empty() {
            // All at once if the length is known: growing would take twice as much for a while.
            self.rest.reserve_exact(declared.unwrap_or_default());
            self.rest
                .extend_from_slice(&std::mem::take(&mut self.first));
        }
        self.rest.extend_from_slice(&bytes);
    }

    fn into_bytes(self) -> Bytes {
        if self.rest.is_empty() {
            self.first
        } else {
            Bytes::from(self.rest)
        }
    }
}

/// Whether the body is in a coding such as gzip. Nothing here decodes one: a few bytes can stand
/// for any number.
fn is_encoded(headers: &HeaderMap) -> bool {
    let codings = headers.get_all(header::CONTENT_ENCODING);
    codings.iter().any(|coding| {
        let coding = coding.as_bytes().trim_ascii();
        !coding.is_empty() && !coding.eq_ignore_ascii_case(b"identity")
    })
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
