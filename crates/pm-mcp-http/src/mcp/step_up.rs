//! Tools that a caller may call with another token than it has: the answer tells its client to get
//! such a token, before the protocol library sees the call.

use std::sync::Arc;

use axum::response::{IntoResponse as _, Response};
use http::Extensions;
use pm_tools::frame::Envelope;

use crate::refusal::Refusal;

/// Says what a client that calls a tool is told, if its token does not suffice for that tool. This
/// is among the extensions of a request.
#[derive(Clone)]
pub struct StepUp(pub Arc<Lacks>);

/// What the token lacks for a tool.
pub type Lacks = dyn Fn(&str) -> Option<Refusal> + Send + Sync;

/// Refuses a call that needs another token.
pub(super) fn refuse(extensions: &Extensions, envelope: &Envelope) -> Option<Response> {
    let StepUp(lacks) = extensions.get()?;
    let is_call = envelope.method.as_deref() == Some("tools/call");
    let tool = envelope.tool.as_deref().filter(|_| is_call)?;
    Some(lacks(tool)?.into_response())
}
