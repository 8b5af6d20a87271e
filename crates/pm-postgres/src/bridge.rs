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
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::coop::{Unconstrained, unconstrained};
use tokio::time::Instant;

use crate::failure::Failure;

/// How many threads drive the connections. What takes long is done on the callers' threads.
const THREADS: usize = 2;

/// The store's own runtime.
pub(crate) struct Bridge(Option<Runtime>);

/// A thread that sleeps until there is something to go on with.
struct Sleeper {
    thread: Thread,
    /// Also if it was told so while it was at something else, which may have slept as well.
    is_woken: AtomicBool,
}

impl Sleeper {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            thread: thread::current(),
            is_woken: AtomicBool::new(false),
        })
    }

    /// Sleeps until `deadline`, if there is one; answers whether there is something to go on with.
    fn sleep_until(&self, deadline: Option<Instant>) -> bool {
        while !self.is_woken.swap(false, Ordering::AcqRel) {
            match deadline.map(|at| at.saturating_duration_since(Instant::now())) {
                None => thread::park(),
                Some(left) if left.is_zero() => return false,
                Some(left) => thread::park_timeout(left),
            }
        }
        true
    }
}

impl Wake for Sleeper {
    fn wake(self: Arc<Self>) {
        self.is_woken.store(true, Ordering::Release);
        self.thread.unpark();
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
        let mut future = std::pin::pin!(unconstrained(future));
        let sleeper = Sleeper::new();
        loop {
            if let Poll::Ready(answer) = poll(future.as_mut(), &sleeper) {
                return Ok(answer);
            }
            sleeper.sleep_until(None);
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
        let mut future = Box::pin(unconstrained(future));
        let sleeper = Sleeper::new();
        loop {
            if let Poll::Ready(answer) = poll(future.as_mut(), &sleeper) {
                return Ok(Some(answer));
            }
            if !sleeper.sleep_until(Some(deadline)) {
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

/// Goes on with a future; `sleeper` is woken when there is more to go on with.
///
/// It is to be unconstrained: a caller may be a task of another runtime that is to let others have a
/// turn, for which it would have to return, and would sleep for ever.
fn poll<F: Future>(future: Pin<&mut Unconstrained<F>>, sleeper: &Arc<Sleeper>) -> Poll<F::Output> {
    let waker = Waker::from(Arc::clone(sleeper));
    future.poll(&mut Context::from_waker(&waker))
}

fn gone() -> Failure {
    Failure::lost("the request was given up")
}
