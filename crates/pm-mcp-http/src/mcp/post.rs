//! A message that was sent: what is settled before the library takes it, and about the answer.
//!
//! The body is looked over before anything is made of it ([`pm_tools::frame`]), what is no message
//! is answered in the protocol's own terms with the id of what it answers, and a session is begun
//! and looked up before the library builds a single value.

use axum::body::{Bytes, to_bytes};
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, StatusCode, header};
use http_body_util::Full;
use pm_tools::frame::{Envelope, Kind, UNKNOWN_MESSAGE, initialize};
use pm_tools::{Sessionless, Turn};
use rmcp::ServerHandler;

use super::accept::{self, Accepted};
use super::{Endpoint, SESSION_ID, WITHOUT_SESSIONS, caller_name, is_without_sessions};
use super::{malformed, session_id, step_up};
use crate::refusal::Refusal;
use crate::until_sent::until_sent;

/// What is answered to a message that names no session and would have to.
const NO_SESSION: &str = "no session is named; send initialize first, and then the \
    Mcp-Session-Id of its answer as a header with every message";

impl<S: ServerHandler> Endpoint<S> {
    /// Takes a message. One that is `long_lived` is answered with a stream to listen to.
    pub(super) async fn post(&self, request: Request, long_lived: bool) -> Response {
        let (mut parts, body) = request.into_parts();
        if !is_json(&parts.headers) {
            return Refusal::NotJson.into_response();
        }
        let accepted = Accepted::of(&parts.headers);
        if !accepted.anything() {
            return Refusal::NotAcceptable.into_response();
        }
        if long_lived && !accepted.events {
            return Refusal::StreamNotAcceptable.into_response();
        }
        // The limits' layer has read it already: this only unwraps it.
        let Ok(mut body) = to_bytes(body, usize::MAX).await else {
            return Refusal::BodyUnreadable.into_response();
        };
        let envelope = Envelope::read(&body, self.max_values);
        // Before what is wrong with the body: a client whose session has gone begins anew.
        if self.is_lost(&parts.headers, envelope.as_ref().ok()) {
            return Refusal::UnknownSession.into_response();
        }
        let envelope = match envelope {
            Ok(envelope) => envelope,
            Err(unread) => return malformed::unread(unread),
        };
        if let Some(flaw) = envelope.flaw {
            return malformed::invalid_request(envelope.id, flaw);
        }
        if opens_a_session(&envelope, &parts.headers) {
            body = match opening(&body, &envelope) {
                Ok(in_short) => in_short,
                Err(refused) => return refused,
            };
            // Whatever session there was: whoever sends this begins anew.
            parts.headers.remove(SESSION_ID);
        } else if needs_a_session(&envelope, &parts.headers)
            && !parts.headers.contains_key(SESSION_ID)
        {
            return malformed::invalid_request(envelope.id, NO_SESSION);
        }
        if let Some(refused) = step_up::refuse(&parts.extensions, &envelope) {
            return refused;
        }
        if let Err(refusal) = caller_name::note(&mut parts) {
            return refusal.into_response();
        }
        if let Some(turn) = self.turn(&parts, &envelope) {
            parts.extensions.insert(turn);
        }
        // Only once the call has its place in the line, so that waiting for a share changes no
        // order.
        let share = match self.values.share(envelope.values).await {
            Ok(share) => share,
            Err(refusal) => return refusal.into_response(),
        };
        accept::accept_both(&mut parts.headers);
        let request = http::Request::from_parts(parts, Full::new(body));
        let response = self.answer(request, long_lived).await;
        // JSON-RPC, and yet the library can make nothing of it.
        if response.status() == StatusCode::UNSUPPORTED_MEDIA_TYPE {
            return malformed::invalid_request(envelope.id, UNKNOWN_MESSAGE);
        }
        if long_lived {
            return response;
        }
        let response = accepted.adapt(response).await;
        match share {
            Some(share) => until_sent(response, share),
            None => response,
        }
    }

    /// Enters a call into the line of its caller.
    fn turn(&self, parts: &Parts, envelope: &Envelope) -> Option<Turn> {
        if envelope.method.as_deref() != Some("tools/call") {
            return None;
        }
        let tool = envelope.tool.as_deref()?;
        let session = session_id(&parts.headers);
        if let Some(turns) = session.and_then(|id| self.sessions.turns(&id)) {
            return Some(turns.enter(tool));
        }
        let caller = Sessionless::of(&parts.extensions, envelope.client.as_deref())?;
        Some(self.sessionless.enter(caller, tool))
    }

    /// Whether the request belongs to a session that is not there.
    fn is_lost(&self, headers: &HeaderMap, envelope: Option<&Envelope>) -> bool {
        envelope.map_or(!is_without_sessions(headers), |envelope| {
            needs_a_session(envelope, headers)
        }) && session_id(headers).is_some_and(|id| !self.sessions.knows(&id))
    }
}

/// Whether a message opens a session; the era without them knows no such message.
fn opens_a_session(envelope: &Envelope, headers: &HeaderMap) -> bool {
    envelope.method.as_deref() == Some("initialize") && !says_no_sessions(envelope, headers)
}

/// Whether a message can only be taken within a session.
fn needs_a_session(envelope: &Envelope, headers: &HeaderMap) -> bool {
    let asks_for_the_era = envelope.method.as_deref() == Some("server/discover");
    !(says_no_sessions(envelope, headers) || asks_for_the_era || opens_a_session(envelope, headers))
}

/// Whether a message says that it is of the era without sessions.
fn says_no_sessions(envelope: &Envelope, headers: &HeaderMap) -> bool {
    match &envelope.version {
        Some(version) => version.as_str() >= WITHOUT_SESSIONS,
        None => is_without_sessions(headers),
    }
}

/// The message that opens a session, as it is handed on.
#[expect(clippy::result_large_err, reason = "one of the two is the answer")]
fn opening(body: &Bytes, envelope: &Envelope) -> Result<Bytes, Response> {
    let id = envelope.id.as_ref();
    if body.len() > initialize::MAX_BYTES {
        let flaw = format!("initialize may have up to {} bytes", initialize::MAX_BYTES);
        return Err(malformed::too_large(id.cloned(), &flaw));
    }
    let Some(id) = id.filter(|_| envelope.kind == Kind::Request) else {
        let flaw = "initialize is a request, which has an \"id\"";
        return Err(malformed::invalid_request(None, flaw));
    };
    match initialize::in_short(body, id) {
        Ok(in_short) => Ok(in_short.into()),
        Err(flaw) => Err(malformed::invalid_params(Some(id.clone()), &flaw)),
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| {
            let essence = value.split(';').next().unwrap_or(value).trim();
            essence.eq_ignore_ascii_case("application/json")
        })
}
