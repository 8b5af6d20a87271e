//! Following the changes, for all that tells clients of them.

use pm_core::{ProcessManager, Subscription};
use rmcp::model::ErrorData;
use tokio::task::spawn_blocking;

/// Follows the changes; the first one to do so waits for a look at everything.
pub(super) async fn follow(manager: &ProcessManager) -> Result<Subscription, ErrorData> {
    let manager = manager.clone();
    let subscription = spawn_blocking(move || manager.subscribe()).await;
    let failed = |error: String| {
        tracing::error!(error, "cannot follow changes");
        ErrorData::internal_error(format!("Changes cannot be followed: {error}."), None)
    };
    match subscription {
        Ok(Ok(subscription)) => Ok(subscription),
        Ok(Err(error)) => Err(failed(error.to_string())),
        Err(error) => Err(failed(error.to_string())),
    }
}
