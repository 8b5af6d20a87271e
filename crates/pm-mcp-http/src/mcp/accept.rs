//! What a client can read, by its `Accept`, and answers in that form.
//!
//! The protocol asks clients to accept JSON and event streams both, spelt out, and the library
//! takes nothing else. Proxies write ranges, scripts write nothing, and some clients can read JSON
//! alone; each can be answered.

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use http_body_util::BodyExt;

use crate::refusal::Refusal;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const EVENTS: HeaderValue = HeaderValue::from_static("text/event-stream");

/// Which of the two forms of an answer a client can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Accepted {
    pub(super) json: bool,
    pub(super) events: bool,
}

impl Accepted {
    /// Reads what a request accepts: both forms if it says nothing.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let mut ranges = ranges(headers).peekable();
        let says_nothing = ranges.peek().is_none();
        let mut accepted = Self {
            json: says_nothing,
            events: says_nothing,
        };
        for range in ranges {
            accepted.json |= ["*/*", "application/*", "application/json"].contains(&&*range);
            accepted.events |= ["*/*", "text/*", "text/event-stream"].contains(&&*range);
        }
        accepted
    }

    /// Whether there is a form that the client can read.
    pub(super) fn anything(self) -> bool {
        self.json || self.events
    }

    /// Brings an answer into a form that the client can read.
    pub(super) async fn adapt(self, response: Response) -> Response {
        let form = response.headers().get(header::CONTENT_TYPE);
        if !self.events && form == Some(&EVENTS) {
            in_one_piece(response).await
        } else if !self.json && form == Some(&JSON) && response.status() == StatusCode::OK {
            as_event(response).await
        } else {
            response
        }
    }
}

/// Whether the request comes from a person who looks at the answer: browsers ask for pages.
pub(super) fn is_for_a_page(headers: &HeaderMap) -> bool {
    ranges(headers).any(|range| range == "text/html")
}

/// Spells out to the library that both forms are accepted: this module makes of the answer what the
/// client can read.
pub(super) fn accept_both(headers: &mut HeaderMap) {
    const BOTH: HeaderValue = HeaderValue::from_static("application/json, text/event-stream");
    headers.insert(header::ACCEPT, BOTH);
}

/// The media ranges of `Accept` in lower case, without those that are explicitly unwanted.
fn ranges(headers: &HeaderMap) -> impl Iterator<Item = String> {
    let values = headers.get_all(header::ACCEPT).iter();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|entry| {
            let mut parts = entry.split(';').map(str::trim);
            let range = parts.next().filter(|range| !range.is_empty())?;
            (!parts.any(is_zero)).then(|| range.to_ascii_lowercase())
        })
}

/// Whether a parameter is the weight nought.
fn is_zero(parameter: &str) -> bool {
    let Some((name, weight)) = parameter.split_once('=') else {
        return false;
    };
    let weight = weight.trim();
    name.trim().eq_ignore_ascii_case("q")
        && weight.starts_with('0')
        && weight.bytes().all(|byte| matches!(byte, b'0' | b'.'))
}

/// Makes JSON of an event stream: waits for its end, and takes the last message, which is the
/// answer. What came before it tells how the call goes on, and cannot be told in this form.
async fn in_one_piece(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let events = match body.collect().await {
        Ok(events) => events.to_bytes(),
        Err(_) => Bytes::new(),
    };
    let answer = events
        .split(|byte| *byte == b'\n')
        .filter_map(|line| line.strip_prefix(b"data:"))
        .map(<[u8]>::trim_ascii)
        .rfind(|message| !message.is_empty());
    let Some(answer) = answer else {
        // The session ended before the call did.
        return Refusal::Stopping.into_response();
    };
    parts.headers.insert(header::CONTENT_TYPE, JSON);
    Response::from_parts(parts, Body::from(events.slice_ref(answer)))
}

/// Makes an event stream of JSON: one event, and its end.
async fn as_event(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let message = match body.collect().await {
        Ok(message) => message.to_bytes(),
        Err(_) => Bytes::new(),
    };
    parts.headers.insert(header::CONTENT_TYPE, EVENTS);
    parts.headers.remove(header::CONTENT_LENGTH);
    let event = [b"data: ", &*message, b"\n\n"].concat();
    Response::from_parts(parts, Body::from(event))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(values: &[&'static str]) -> (bool, bool) {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::ACCEPT, HeaderValue::from_static(value));
        }
        let Accepted { json, events } = Accepted::of(&headers);
        (json, events)
    }

    #[test]
    fn ranges_lists_and_nothing_at_all_are_understood() {
        for (values, both) in [
            (&[][..], (true, true)),
            (&[""], (true, true)),
            (&["*/*"], (true, true)),
            (&["application/json, text/event-stream"], (true, true)),
            (&["application/json", "text/event-stream"], (true, true)),
            (&["Application/*, TEXT/*;q=0.5"], (true, true)),
            (&["application/json"], (true, false)),
            (&["application/json;charset=utf-8"], (true, false)),
            (&["text/event-stream"], (false, true)),
            (&["application/json, text/event-stream;q=0"], (true, false)),
            (&["application/json; q=0.000, text/*"], (false, true)),
            (&["text/html, image/png"], (false, false)),
        ] {
            assert_eq!(accepted(values), both, "{values:?}");
        }
    }

    fn response(form: HeaderValue, body: &'static str) -> Response {
        let response = Response::builder().header(header::CONTENT_TYPE, form);
        response.body(Body::from(body)).unwrap()
    }

    async fn adapted(json: bool, response: Response) -> (StatusCode, String, String) {
        let accepted = Accepted {
            json,
            events: !json,
        };
        let (parts, body) = accepted.adapt(response).await.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let form = parts.headers.get(header::CONTENT_TYPE).unwrap();
        let body = String::from_utf8(body.into()).unwrap();
        (parts.status, form.to_str().unwrap().to_owned(), body)
    }

    #[tokio::test]
    async fn a_stream_becomes_its_answer_for_who_reads_json_alone() {
        let stream = "data:\nid: 0/1\nretry: 3000\n\n: ping\n\ndata: {\"method\":\"x\"}\nid: 1/1\n\n\
                      data: {\"id\":1}\nid: 2/1\n\n";
        let (status, form, body) = adapted(true, response(EVENTS, stream)).await;
        assert_eq!((status, &*form), (StatusCode::OK, "application/json"));
        assert_eq!(body, "{\"id\":1}");
        let (status, ..) = adapted(true, response(EVENTS, "data:\n\n")).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    }

    #[tokio::test]
    async fn json_becomes_a_stream_for_who_reads_events_alone() {
        let (_, form, body) = adapted(false, response(JSON, "{\"id\":1}")).await;
        assert_eq!(form, "text/event-stream");
        assert_eq!(body, "data: {\"id\":1}\n\n");
    }
}
