//! `/health`: whether the server is up, for container engines and people.
//!
//! It is open without a token, as those who ask have none. So it says nothing about what is stored
//! or where, and asking often costs little: the store is looked at once a second at most, by one
//! request at a time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Serialize;
use tokio::sync::Mutex;
use tokio::time::timeout;

/// How long what was found out about the store holds.
const FRESH: Duration = Duration::from_secs(1);

/// How long the store may take to say how it is; less than the health check waits.
const PATIENCE: Duration = Duration::from_secs(2);

/// How the store is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StoreState {
    /// It reads and writes.
    Ready,
    /// Some files in it cannot be opened, or a journal is damaged, or another program keeps
    /// something locked; the rest reads and writes.
    Degraded,
    /// Some files cannot be brought up to what was done, for want of space, say. Nothing is lost:
    /// calls see everything, and it is tried again and again.
    Behind,
    /// It does not read or write; calls fail.
    Failing,
    /// It takes too long to say.
    Silent,
}

/// Asks the store how it is. It may block.
pub type StoreProbe = Arc<dyn Fn() -> StoreState + Send + Sync>;

/// What `/health` reports from.
#[derive(Clone)]
pub struct Health {
    started: Instant,
    probe: StoreProbe,
    patience: Duration,
    known: Arc<Mutex<Option<(Instant, StoreState)>>>,
}

impl Health {
    /// Starts counting the time that the server is up.
    pub fn new(probe: StoreProbe) -> Self {
        Self {
            started: Instant::now(),
            probe,
            patience: PATIENCE,
            known: Arc::default(),
        }
    }

    async fn store(&self) -> StoreState {
        let looked = timeout(self.patience, async {
            let mut known = Arc::clone(&self.known).lock_owned().await;
            if let Some((at, state)) = *known
                && at.elapsed() < FRESH
            {
                return state;
            }
            let probe = Arc::clone(&self.probe);
            // A task of its own holds the lock to the end, so that a store that hangs occupies
            // one thread however many ask.
            let look = tokio::spawn(async move {
                let state = tokio::task::spawn_blocking(move || probe()).await;
                let state = state.unwrap_or(StoreState::Failing);
                *known = Some((Instant::now(), state));
                state
            });
            look.await.unwrap_or(StoreState::Failing)
        });
        looked.await.unwrap_or(StoreState::Silent)
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

/// Answers 200 if the store works, otherwise 503.
pub async fn report(State(health): State<Health>) -> (StatusCode, Json<Report>) {
    let state = health.store().await;
    let (code, status) = match state {
        StoreState::Ready | StoreState::Degraded | StoreState::Behind => (StatusCode::OK, "ok"),
        StoreState::Failing | StoreState::Silent => (StatusCode::SERVICE_UNAVAILABLE, "failing"),
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn the_store_is_looked_at_once_for_many_who_ask() {
        static LOOKS: AtomicUsize = AtomicUsize::new(0);
        let health = Health::new(Arc::new(|| {
            LOOKS.fetch_add(1, Ordering::SeqCst);
            std::thread::sleep(Duration::from_millis(20));
            StoreState::Degraded
        }));
        let (first, second) = tokio::join!(health.store(), health.store());
        assert_eq!(
            (first, second),
            (StoreState::Degraded, StoreState::Degraded)
        );
        assert_eq!(health.store().await, StoreState::Degraded);
        assert_eq!(LOOKS.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_store_that_hangs_is_reported_and_asked_once() {
        static LOOKS: AtomicUsize = AtomicUsize::new(0);
        let (release, hang) = std::sync::mpsc::channel::<()>();
        let hang = std::sync::Mutex::new(hang);
        let mut health = Health::new(Arc::new(move || {
            LOOKS.fetch_add(1, Ordering::SeqCst);
            let _ = hang.lock().unwrap().recv();
            StoreState::Ready
        }));
        health.patience = Duration::from_millis(50);
        assert_eq!(health.store().await, StoreState::Silent);
        assert_eq!(health.store().await, StoreState::Silent);
        assert_eq!(LOOKS.load(Ordering::SeqCst), 1);
        drop(release);
    }
}
