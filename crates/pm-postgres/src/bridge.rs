//! From the store's methods, which block, to the driver, which is asynchronous.
//!
//! The store has a runtime of its own, so that it works with any caller: in threads, in a task of
//! another runtime, or in none. A caller makes its request and takes in the answer on its own thread,
//! so that no other one has to be woken for that; it never runs the runtime itself, which would panic
//! inside a task. The runtime is left behind at the end and not waited for, which would panic there,
//! too.
//!
//! What a caller waits for is unconstrained: the caller may be a task of another runtime, which now
//! and then would have it return to let others have a turn. It cannot return here, and would sleep
//! for ever.

use std::future::Future;
use std::io;
use std::task::Poll;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::coop::unconstrained;
use tokio::time::Instant;

use crate::failure::Failure;
use crate::reactor::Reactor;

/// How many threads do what goes on beside the calls.
const THREADS: usize = 2;

/// The store's own runtime.
pub(crate) struct Bridge(Option<Runtime>);

impl Bridge {
    /// Starts the threads.
    pub(crate) fn new() -> io::Result<Self> {
        let mut builder = Builder::new_multi_thread();
        builder.worker_threads(THREADS).thread_name("postgres");
        builder
            .enable_all()
            .build()
            .map(|runtime| Self(Some(runtime)))
    }

    /// Runs `future` and waits for it. It has to end by itself: it bounds what it waits for.
    pub(crate) fn wait<T>(&self, future: impl Future<Output = T>) -> Result<T, Failure> {
        let _on_runtime = self.handle().ok_or_else(gone)?.enter();
        let reactor = Reactor::of_this_thread();
        let mut future = std::pin::pin!(unconstrained(future));
        loop {
            if let Poll::Ready(answer) = reactor.poll(future.as_mut()) {
                return Ok(answer);
            }
            reactor.sleep_until(None);
        }
    }

    /// Runs `future` and waits for it until `deadline`. It is never cancelled: what has not ended by
    /// then goes on, and nobody learns what became of it.
    pub(crate) fn wait_until<T: Send + 'static>(
        &self,
        deadline: Instant,
        future: impl Future<Output = T> + Send + 'static,
    ) -> Result<Option<T>, Failure> {
        let handle = self.handle().ok_or_else(gone)?;
        let _on_runtime = handle.enter();
        let reactor = Reactor::of_this_thread();
        let mut future = Box::pin(unconstrained(future));
        loop {
            if let Poll::Ready(answer) = reactor.poll(future.as_mut()) {
                return Ok(Some(answer));
            }
            if !reactor.sleep_until(Some(deadline)) {
                handle.spawn(future);
                return Ok(None);
            }
        }
    }

    /// The way to the runtime; it is there until the store is dropped.
    pub(crate) fn handle(&self) -> Option<&Handle> {
        self.0.as_ref().map(Runtime::handle)
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

fn gone() -> Failure {
    Failure::lost("the request was given up")
}
