//! What a request passes right before its handler, in one layer: each layer of its own costs a
//! call some microseconds, for the boxes that the router puts around it.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio_util::task::TaskTracker;

use crate::layers::auth::Gate;
use crate::layers::budget::Share;
use crate::layers::limits::BodyLimits;
use crate::refusal::Refusal;
use crate::shutdown;
use crate::until_sent::until_sent;

/// What stands before a handler.
#[derive(Clone)]
pub struct Before {
    /// The token that is asked for; `None` if the handler itself decides who may call.
    pub gate: Option<Gate>,
    /// How large and slow a body may be.
    pub body: BodyLimits,
    /// Counts the requests that shutdown waits for.
    pub running: TaskTracker,
}

/// Asks for the token, reads the body, and counts the request as running until it is answered.
pub async fn layer(State(before): State<Arc<Before>>, request: Request, next: Next) -> Response {
    match before.pass(request).await {
        Ok((request, share)) => {
            let response = shutdown::counted(&before.running, next.run(request)).await;
            match share {
                Some(share) => until_sent(response, share),
                None => response,
            }
        }
        Err(refusal) => refusal.into_response(),
    }
}

impl Before {
    async fn pass(&self, mut request: Request) -> Result<(Request, Option<Share>), Refusal> {
        if let Some(gate) = &self.gate {
            gate.pass(&mut request).await?;
        }
        self.body.read(request).await
    }
}
