//! How long somebody may stay who came with a token that ends.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::response::Response;
use http_body::{Body as HttpBody, Frame, SizeHint};
use time::OffsetDateTime;
use tokio::time::{Sleep, sleep};

use super::Inside;
use crate::until_sent::LongLived;

/// A request, as long as its answer lasts.
#[derive(Clone)]
pub struct Visit {
    inside: Arc<Inside>,
    expires: OffsetDateTime,
}

impl Visit {
    /// A visit with a token that ends at `expires`.
    pub fn new(inside: Inside, expires: OffsetDateTime) -> Self {
        let inside = Arc::new(inside);
        Self { inside, expires }
    }

    /// Counts the request until the answer is sent. A stream that stays open ends with the token:
    /// its client comes again, with a new one.
    pub fn until_over(self, response: Response) -> Response {
        let stays_open = response.extensions().get::<LongLived>().is_some();
        let end = stays_open.then(|| {
            let left = self.expires - OffsetDateTime::now_utc();
            Box::pin(sleep(left.try_into().unwrap_or_default()))
        });
        let inside = self.inside;
        response.map(|body| {
            Body::new(Visiting {
                body,
                end,
                _inside: inside,
            })
        })
    }
}

/// A body that ends at a time, if it has not ended by then.
struct Visiting {
    body: Body,
    end: Option<Pin<Box<Sleep>>>,
    _inside: Arc<Inside>,
}

impl HttpBody for Visiting {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if let Some(end) = &mut self.end
            && end.as_mut().poll(cx).is_ready()
        {
            // Whoever was listening is told nothing more.
            self.body = Body::empty();
            return Poll::Ready(None);
        }
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
