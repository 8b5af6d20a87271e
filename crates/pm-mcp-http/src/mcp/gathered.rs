//! Event streams that are over in a moment, sent in one piece.
//!
//! The library hands out the head of a stream and an event that tells how to reconnect before the
//! call has been made. Sent by themselves, these two cost one more write, packet and wake-up of the
//! client, a good part of what a short call costs. For a call that takes longer they are sent, so
//! that a client that loses its connection can come back for the answer.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Bytes;
use http::{HeaderValue, Response, header};
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;

/// How long the end of a stream is waited for. Nobody notices so little, and most calls take less.
const MOMENT: Duration = Duration::from_millis(5);

/// Waits for the end of the answer for a moment, if the answer is an event stream.
pub(super) async fn for_a_moment<B>(response: Response<B>) -> Response<Gathered<B>>
where
    B: Body<Data = Bytes, Error = Infallible> + Unpin,
{
    const EVENTS: HeaderValue = HeaderValue::from_static("text/event-stream");
    let (parts, rest) = response.into_parts();
    let mut body = Gathered {
        frames: VecDeque::new(),
        rest: Some(rest),
    };
    if parts.headers.get(header::CONTENT_TYPE) == Some(&EVENTS) {
        // If the moment is over first, what has come by then is sent, and then the rest.
        let _ = tokio::time::timeout(MOMENT, body.gather()).await;
    }
    Response::from_parts(parts, body)
}

/// A body whose beginning is here already.
pub(super) struct Gathered<B> {
    frames: VecDeque<Frame<Bytes>>,
    /// What is still to come; `None` if all of it is here.
    rest: Option<B>,
}

impl<B: Body<Data = Bytes, Error = Infallible> + Unpin> Gathered<B> {
    /// Takes frames until the end. If this is dropped half way, no frame is lost.
    async fn gather(&mut self) {
        while let Some(rest) = &mut self.rest {
            match rest.frame().await {
                Some(Ok(frame)) => self.frames.push_back(frame),
                None => self.rest = None,
            }
        }
    }
}

impl<B: Body<Data = Bytes, Error = Infallible> + Unpin> Body for Gathered<B> {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(frame) = self.frames.pop_front() {
            return Poll::Ready(Some(Ok(frame)));
        }
        match &mut self.rest {
            Some(rest) => Pin::new(rest).poll_frame(cx),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.frames.is_empty() && self.rest.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        let here = self.frames.iter().filter_map(Frame::data_ref);
        let here = here.map(|bytes| bytes.len() as u64).sum();
        match &self.rest {
            None => SizeHint::with_exact(here),
            Some(rest) if self.frames.is_empty() => rest.size_hint(),
            Some(_) => SizeHint::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::{Full, StreamBody};
    use tokio::sync::mpsc;
    use tokio_stream::wrappers::ReceiverStream;

    use super::*;

    type Event = Result<Frame<Bytes>, Infallible>;

    #[expect(clippy::unnecessary_wraps, reason = "a body is made of results")]
    fn event(text: &'static str) -> Event {
        Ok(Frame::data(text.into()))
    }

    fn stream() -> (
        mpsc::Sender<Event>,
        Response<StreamBody<ReceiverStream<Event>>>,
    ) {
        let (sender, events) = mpsc::channel(4);
        let response = Response::builder().header(header::CONTENT_TYPE, "text/event-stream");
        let body = StreamBody::new(ReceiverStream::new(events));
        (sender, response.body(body).unwrap())
    }

    #[tokio::test]
    async fn a_stream_that_ends_at_once_is_one_piece_of_known_length() {
        let (sender, response) = stream();
        sender.send(event("first ")).await.unwrap();
        sender.send(event("second")).await.unwrap();
        drop(sender);
        let body = for_a_moment(response).await.into_body();
        assert_eq!(body.size_hint().exact(), Some(12));
        assert!(!body.is_end_stream());
        let whole = body.collect().await.unwrap().to_bytes();
        assert_eq!(whole, "first second");
    }

    #[tokio::test]
    async fn a_stream_that_goes_on_is_sent_as_far_as_it_is() {
        let (sender, response) = stream();
        sender.send(event("first ")).await.unwrap();
        let mut body = for_a_moment(response).await.into_body();
        assert_eq!(body.size_hint().exact(), None);
        let first = body.frame().await.unwrap().unwrap();
        assert_eq!(first.into_data().unwrap(), "first ");
        sender.send(event("second")).await.unwrap();
        drop(sender);
        let rest = body.collect().await.unwrap().to_bytes();
        assert_eq!(rest, "second");
    }

    #[tokio::test]
    async fn any_other_answer_is_left_alone() {
        let response = for_a_moment(Response::new(Full::<Bytes>::from("whole"))).await;
        assert!(response.body().rest.is_some());
        assert_eq!(response.body().size_hint().exact(), Some(5));
    }
}
