//! Which requests a stopping server waits for.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::response::Response;
use http_body::{Body as HttpBody, Frame, SizeHint};
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

/// Marks a response whose body stays open for as long as the client likes (an event stream that
/// answers no call), so that shutdown does not wait for it.
#[derive(Debug, Clone, Copy)]
pub struct LongLived;

/// Counts a request as running, from when it is there whole to the last byte of its answer.
pub async fn counted(running: &TaskTracker, answer: impl Future<Output = Response>) -> Response {
    let token = running.token();
    let response = answer.await;
    if response.extensions().get::<LongLived>().is_some() {
        return response;
    }
    response.map(|body| {
        Body::new(CountedBody {
            body,
            _running: token,
        })
    })
}

/// A body that counts as running until it is sent or given up.
struct CountedBody {
    body: Body,
    _running: TaskTrackerToken,
}

impl HttpBody for CountedBody {
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
