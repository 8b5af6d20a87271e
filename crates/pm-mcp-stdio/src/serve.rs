//! Serving the one connection, and how it ends.

use std::process::ExitCode;
use std::time::Duration;

use pm_tools::PmServer;
use rmcp::service::{QuitReason, ServerInitializeError, serve_server};
use rmcp::transport::stdio_pipes;
use tokio_util::sync::CancellationToken;

use crate::lines::Lines;
use crate::until_stopped::UntilStopped;

/// Serves until the client hangs up or `stop` is cancelled, and lets running calls finish.
pub(crate) async fn serve(server: PmServer, stop: CancellationToken, grace: Duration) -> ExitCode {
    let (input, output) = stdio_pipes();
    let input = UntilStopped::new(input, stop.clone());
    let transport = Lines::new(input, output, server.turns());
    let connection = match serve_server(server, transport).await {
        Ok(connection) => connection,
        // A client that starts the server only to see whether it is there.
        Err(ServerInitializeError::ConnectionClosed(_)) => return ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the client did not open the connection as the protocol asks");
            return ExitCode::FAILURE;
        }
    };
    let limit = async {
        stop.cancelled().await;
        tokio::time::sleep(grace).await;
    };
    tokio::select! {
        reason = connection.waiting() => match reason {
            Ok(QuitReason::Closed | QuitReason::Cancelled) => ExitCode::SUCCESS,
            Ok(reason) => {
                tracing::error!(?reason, "the connection ended early");
                ExitCode::FAILURE
            }
            Err(error) => {
                tracing::error!(%error, "the connection ended early");
                ExitCode::FAILURE
            }
        },
        () = limit => {
            tracing::warn!(?grace, "calls were still running at the end of the grace and got no answer");
            ExitCode::SUCCESS
        }
    }
}
