//! From the store's methods, which block, to the driver, which is asynchronous.
//!
//! The store has a runtime of its own, so that it works with any caller: in threads, in a task of
//! another runtime, or in none. A caller waits on a channel and never runs the runtime itself,
//! which would panic inside a task; and the runtime is left behind at the end and not waited for,
//! which would panic there, too.

use std::future::Future;
use std::io;
use std::sync::mpsc;

use tokio::runtime::{Builder, Handle, Runtime};

use crate::failure::Failure;

/// How many threads drive the connections. What takes long is done on the callers' threads.
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
    pub(crate) fn wait<T: Send + 'static>(
        &self,
        future: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Failure> {
        let gone = || Failure::lost("the request was given up");
        let handle = self.handle().ok_or_else(gone)?;
        let (sender, receiver) = mpsc::sync_channel(1);
        handle.spawn(async move {
            // The caller waits as long as this runs.
            let _ = sender.send(future.await);
        });
        receiver.recv().map_err(|_| gone())
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
