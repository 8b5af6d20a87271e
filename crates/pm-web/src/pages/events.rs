//! The stream of changes that open pages listen to.

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use tokio_stream::StreamExt;

use crate::front_end::FrontEnd;
use crate::headers::StaysOpen;
use crate::live::Deaf;
use crate::login::Session;
use crate::query::Query;

/// The header by which browsers say what they heard last when they come back by themselves.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// Proxies that gather what they pass on would hold messages back.
const BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// After how many seconds a page that finds no place may ask again.
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("5");

/// Sends what changes, from what was heard last on: `after` in the address, or the header.
pub(crate) async fn stream(
    State(front): State<FrontEnd>,
    headers: HeaderMap,
    query: Query,
    session: Option<Extension<Session>>,
) -> Response {
    let heard = headers.get(LAST_EVENT_ID);
    let heard = heard.and_then(|heard| heard.to_str().ok());
    let heard = heard
        .or(Some(query.get("after")))
        .filter(|it| !it.is_empty());
    let messages = match front.live().listen(heard) {
        Ok(messages) => messages,
        Err(deaf) => return refusal(deaf),
    };
    // Nothing is told beyond the end of a session; if no message comes, the end is noticed with the
    // next ping.
    let session = session.map(|Extension(session)| session);
    let messages = messages.take_while(move |_| session.is_none_or(|it| front.lasts(&it)));
    let shape = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/event-stream"),
        ),
        (BUFFERING, HeaderValue::from_static("no")),
    ];
    let mut response = (shape, Body::from_stream(messages)).into_response();
    response.extensions_mut().insert(StaysOpen);
    response
}

fn refusal(deaf: Deaf) -> Response {
    let sentence = match deaf {
        Deaf::TooMany => "As many pages listen to changes as may.",
        Deaf::Closing => "The server is about to stop.",
    };
    let again = [(header::RETRY_AFTER, ASK_AGAIN)];
    (StatusCode::SERVICE_UNAVAILABLE, again, sentence).into_response()
}
