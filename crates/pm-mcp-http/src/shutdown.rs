//! Which requests a stopping server waits for.

use axum::response::Response;
use tokio_util::task::TaskTracker;

use crate::until_sent::until_sent;

/// Counts a request as running, from when it has arrived whole to the last byte of its answer.
pub async fn counted(running: &TaskTracker, answer: impl Future<Output = Response>) -> Response {
    let token = running.token();
    until_sent(answer.await, token)
}
