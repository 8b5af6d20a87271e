//! `/health`: whether the server is up, for container engines and people.
//!
//! It is open without a token, as those who ask have none, so it says nothing about what is
//! stored or where.

use std::sync::Arc;
use std::time::Instant;

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Serialize;

/// How the store is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StoreState {
    /// It reads and writes.
    Ready,
    /// It does not; calls fail.
    Failing,
}

/// Asks the store how it is. Called on each request, so it must not wait for a disk.
pub type StoreProbe = Arc<dyn Fn() -> StoreState + Send + Sync>;

/// What `/health` reports from.
#[derive(Clone)]
pub struct Health {
    started: Instant,
    probe: StoreProbe,
}

impl Health {
    /// Starts counting the time that the server is up.
    pub fn new(probe: StoreProbe) -> Self {
        Self {
            started: Instant::now(),
            probe,
        }
    }
}

/// The answer of `/health`.
#[derive(Debug, Serialize)]
pub struct Report {
    status: &'static str,
    name: &'static str,
    version: &'static str,
    uptime_seconds: u64,
    store: StoreReport,
}

#[derive(Debug, Serialize)]
struct StoreReport {
    state: StoreState,
}

/// Answers 200 where the store works, otherwise 503.
pub async fn report(State(health): State<Health>) -> (StatusCode, Json<Report>) {
    let state = (health.probe)();
    let (code, status) = match state {
        StoreState::Ready => (StatusCode::OK, "ok"),
        StoreState::Failing => (StatusCode::SERVICE_UNAVAILABLE, "failing"),
    };
    let report = Report {
        status,
        name: pm_cli::PRODUCT,
        version: env!("CARGO_PKG_VERSION"),
        uptime_seconds: health.started.elapsed().as_secs(),
        store: StoreReport { state },
    };
    (code, Json(report))
}
