//! The request body: read whole, up to a size and within a time, before a handler sees it.

use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
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

/// Reads the body and hands it on in one piece.
pub async fn layer(State(limits): State<BodyLimits>, request: Request, next: Next) -> Response {
    let (parts, mut body) = request.into_parts();
    if body.is_end_stream() {
        return next.run(Request::from_parts(parts, Body::empty())).await;
    }
    match tokio::time::timeout(limits.timeout, read(&mut body, limits.max)).await {
        Ok(Ok(bytes)) => {
            next.run(Request::from_parts(parts, Body::from(bytes)))
                .await
        }
        Ok(Err(refusal)) => refusal.into_response(),
        Err(_) => Refusal::BodyTooSlow {
            limit: limits.timeout,
        }
        .into_response(),
    }
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
