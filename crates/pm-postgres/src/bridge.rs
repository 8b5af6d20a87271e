//! From the store's methods, which block, to the driver, which is asynchronous.
//!
//! The store has a runtime of its own, so that it works with any caller: in threads, in a task of
//! another runtime, or in none. A caller makes its request on its own thread, so that no other one
//! has to be woken for that; it sleeps until there is something to go on with and never runs the
//! runtime itself, which would panic inside a task. The runtime is left behind at the end and not
//! waited for, which would panic there, too.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::time::Instant;

use crate::failure::Failure;

/// How many threads drive the connections. What takes long is done on the callers' threads.
const THREADS: usize = 2;

/// The store's own runtime.
pub(crate) struct Bridge(Option<Runtime>);

/// A thread that sleeps until there is something to go on with.
struct Sleeper(Thread);

impl Wake for Sleeper {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

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
        let mut future = std::pin::pin!(future);
        loop {
            if let Poll::Ready(answer) = poll(future.as_mut()) {
                return Ok(answer);
            }
            thread::park();
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
        let mut future = Box::pin(future);
        loop {
            if let Poll::Ready(answer) = poll(future.as_mut()) {
                return Ok(Some(answer));
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                handle.spawn(future);
                return Ok(None);
            }
            thread::park_timeout(left);
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

/// Goes on with a future; this thread is woken when there is more to go on with.
fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    let waker = Waker::from(Arc::new(Sleeper(thread::current())));
    future.poll(&mut Context::from_waker(&waker))
}

fn gone() -> Failure {
    Failure::lost("the request was given up")
}
