//! What is held until an answer is sent.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::response::Response;
use http_body::{Body as HttpBody, Frame, SizeHint};

/// Marks a response whose body stays open for as long as the client likes (an event stream that
/// answers no call), so that nothing is held for it.
#[derive(Debug, Clone, Copy)]
pub struct LongLived;

/// Holds something until the last byte of the answer is sent, or the answer is given up.
pub fn until_sent<T: Unpin + Send + 'static>(response: Response, held: T) -> Response {
    let extensions = response.extensions();
    if extensions.get::<LongLived>().is_some() || extensions.get::<pm_web::StaysOpen>().is_some() {
        return response;
    }
    response.map(|body| Body::new(Holding { body, _held: held }))
}

/// A body, and what is held for it.
struct Holding<T> {
    body: Body,
    _held: T,
}

impl<T: Unpin> HttpBody for Holding<T> {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
