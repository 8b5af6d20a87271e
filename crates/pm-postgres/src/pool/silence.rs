//! Waiting for an answer, and telling a database that is slow from one that says nothing.
//!
//! A server that is frozen, or a network that swallows what it is given, breaks no connection. So
//! whoever has waited for a while finds out, over a connection of its own, whether the database
//! answers anybody.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use pm_core::store::Cause;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::Shared;
use crate::connection::Connection;
use crate::failure::Failure;

/// How long an answer may take before a call finds out whether the database answers at all. With
/// what opening a connection may take, a call waits 2 s for a database that does not.
const SLOW_AFTER: Duration = Duration::from_millis(500);

/// How long the answer to that holds.
const HOLDS_FOR: Duration = Duration::from_secs(1);

/// What came of asking whether the database answers: why it does not, if it does not.
pub(super) type Asked = Option<(Instant, Result<(), Cause>)>;

impl Shared {
    /// Waits for what was asked for: no longer than `within`, and no longer than the database
    /// answers others. That it was not answered in time does not say that it is not done.
    pub(super) async fn answer<T>(
        self: &Arc<Self>,
        asking: impl Future<Output = Result<T, Failure>>,
        within: Duration,
    ) -> Result<T, Failure> {
        let deadline = Instant::now() + within;
        let mut asking = pin!(asking);
        if let Ok(answer) = timeout(SLOW_AFTER.min(within), asking.as_mut()).await {
            return answer;
        }
        tokio::select! {
            biased;
            answer = asking => answer,
            cause = self.silence() => Err(Failure::Lost(cause)),
            () = sleep_until(deadline) => {
                // What happened to this connection may have happened to others.
                self.lock().idle.clear();
                Err(Failure::lost("it did not answer in time"))
            }
        }
    }

    /// Waits until the database answers nobody.
    async fn silence(self: &Arc<Self>) -> Cause {
        loop {
            if let Err(cause) = self.probe().await {
                return cause;
            }
            sleep(HOLDS_FOR).await;
        }
    }

    /// Asks whether the database answers, once for all that want to know.
    async fn probe(self: &Arc<Self>) -> Result<(), Cause> {
        let mut asked = self.asked.lock().await;
        if let Some((at, answer)) = &*asked
            && at.elapsed() < HOLDS_FOR
        {
            return answer.clone();
        }
        let answer = match Connection::open(&self.address, &self.connector, None).await {
            // A database that lets nobody else in answers as well.
            Ok(_) | Err(Failure::Refused(..)) => Ok(()),
            Err(failure) => {
                self.set_away(&failure);
                self.lock().idle.clear();
                Err(Arc::clone(failure.cause()))
            }
        };
        *asked = Some((Instant::now(), answer.clone()));
        answer
    }
}
