//! Accepting connections until the server is asked to stop, and ending tidily then.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ConnectInfo;
use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::Layer;

mod first_bytes;
mod send_timeout;
mod turn_away;

use first_bytes::first_bytes;
use send_timeout::SendTimeout;

use crate::give_back;
use crate::layers::head;

/// How long connections may take to end once nothing runs any more.
const CLOSING_TIME: Duration = Duration::from_secs(2);

/// How much of the machine connections may take.
#[derive(Debug, Clone, Copy)]
pub struct ConnectionLimits {
    /// How many are served at once.
    pub connections: usize,
    /// How long a request's header may take; an idle connection is closed after as long.
    pub header: Duration,
    /// How long a client may take nothing of what is sent to it.
    pub send: Duration,
    /// How long running calls may go on once the server is asked to stop.
    pub grace: Duration,
}

/// What is needed to end tidily.
#[derive(Debug, Clone)]
pub struct Ending {
    /// Counts the requests whose answers are still due.
    pub running: TaskTracker,
    /// Ends sessions and streams when cancelled.
    pub closing: CancellationToken,
}

/// Serves `app` on `listener` until `stop` resolves, then ends in this order: no new connection,
/// running calls finish (up to the grace), sessions and streams close, connections end.
///
/// Returns how many calls were still running when the grace was over.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    limits: ConnectionLimits,
    ending: Ending,
    stop: impl Future<Output = ()>,
) -> usize {
    let connections = GracefulShutdown::new();
    let stopping = CancellationToken::new();
    let places = Arc::new(Semaphore::new(limits.connections));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.header)
        // This is the size of a connection's read buffer, too.
        .max_buf_size(head::MAX_BYTES);
    let mut stop = std::pin::pin!(stop);
    loop {
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    accept_failed(&error).await;
                    continue;
                }
            },
            () = &mut stop => break,
        };
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
            turn_away::turn_away(stream);
            continue;
        };
        prepare(&stream);
        let begun = timeout(limits.header, first_bytes(stream));
        let begun = stopping.clone().run_until_cancelled_owned(begun);
        let app = Extension(ConnectInfo(peer)).layer(app.clone());
        let service = TowerToHyperService::new(app);
        let http = http.clone();
        let watcher = connections.watcher();
        tokio::spawn(async move {
            let _place = place;
            // A connection that has sent nothing ends like one that is idle.
            let Some(Ok(Ok(Some(stream)))) = begun.await else {
                return;
            };
            let io = TokioIo::new(SendTimeout::new(stream, limits.send));
            // Clients that vanish, stall or send no HTTP are no fault of this server; the log has
            // them for whoever looks for them.
            if let Err(error) = watcher.watch(http.serve_connection(io, service)).await {
                tracing::debug!(%error, "a connection ended early");
            }
            // The connection's buffers are free now, and with them what its requests held without a
            // share.
            give_back::soon();
        });
    }
    drop(listener);
    stopping.cancel();
    // From now on connections end with the answer that is under way, and idle ones at once.
    let connections_ended = tokio::spawn(connections.shutdown());
    ending.running.close();
    let all_answered = timeout(limits.grace, ending.running.wait()).await.is_ok();
    let unanswered = if all_answered {
        0
    } else {
        ending.running.len()
    };
    // Only now, since the library drops the calls of a session that ends.
    ending.closing.cancel();
    let _ = timeout(CLOSING_TIME, connections_ended).await;
    unanswered
}

fn prepare(stream: &TcpStream) {
    // Event streams are small writes; without this each waits for the peer's delayed
    // acknowledgement, some 40 ms.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY could not be set");
    }
}

async fn accept_failed(error: &std::io::Error) {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    ) {
        return;
    }
    // Out of file descriptors, most likely: connections that end will free some.
    tracing::error!(error = %pm_core::reason(error), "cannot accept a connection");
    tokio::time::sleep(Duration::from_millis(100)).await;
}
