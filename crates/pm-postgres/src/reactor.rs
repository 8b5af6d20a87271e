//! Waiting on a thread of one's own: for what its sockets receive, and for what other threads do.
//!
//! A runtime waits on threads of its own, and has to wake the one that asked: for a request that the
//! database answers within a fraction of a millisecond, that takes half of the time.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, ThreadId};

use mio::{Events, Registry, Token};
use tokio::time::Instant;

/// How many events are taken in at once; those behind come the next time.
const EVENTS: usize = 16;

/// What wakes the thread but its sockets.
const WOKEN: Token = Token(0);

thread_local! {
    static OWN: RefCell<Option<Rc<Reactor>>> = const { RefCell::new(None) };
    static WAITING: Cell<Option<Rc<Reactor>>> = const { Cell::new(None) };
}

/// What a thread waits with.
pub(crate) struct Reactor {
    poll: RefCell<(mio::Poll, Events)>,
    registry: Arc<Registry>,
    alarm: Arc<Alarm>,
    waker: Waker,
}

/// Wakes a thread from any other one.
struct Alarm {
    thread: ThreadId,
    /// Whether there is something to go on with.
    is_woken: AtomicBool,
    waker: mio::Waker,
}

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let was_woken = self.is_woken.swap(true, Ordering::AcqRel);
        // A thread that wakes itself does not sleep.
        if !was_woken && thread::current().id() != self.thread {
            // It fails only if there is no such thread any more.
            let _ = self.waker.wake();
        }
    }
}

impl Reactor {
    /// That of this thread.
    pub(crate) fn of_this_thread() -> io::Result<Rc<Self>> {
        OWN.with_borrow_mut(|own| match own {
            Some(own) => Ok(Rc::clone(own)),
            None => Ok(Rc::clone(own.insert(Rc::new(Self::new()?)))),
        })
    }

    fn new() -> io::Result<Self> {
        let poll = mio::Poll::new()?;
        let registry = Arc::new(poll.registry().try_clone()?);
        let alarm = Arc::new(Alarm {
            thread: thread::current().id(),
            is_woken: AtomicBool::new(false),
            waker: mio::Waker::new(&registry, WOKEN)?,
        });
        Ok(Self {
            poll: RefCell::new((poll, Events::with_capacity(EVENTS))),
            registry,
            waker: Waker::from(Arc::clone(&alarm)),
            alarm,
        })
    }

    /// Where the sockets are entered that are waited for, if what is going on is waited for with the
    /// reactor of its thread.
    pub(crate) fn registry() -> Option<Arc<Registry>> {
        let waiting = WAITING.take();
        let registry = waiting.as_ref().map(|it| Arc::clone(&it.registry));
        WAITING.set(waiting);
        registry
    }

    /// Goes on with a future as far as it comes.
    pub(crate) fn poll<F: Future>(self: &Rc<Self>, future: Pin<&mut F>) -> Poll<F::Output> {
        /// Puts back what was there, also after a panic.
        struct Before(Option<Rc<Reactor>>);
        impl Drop for Before {
            fn drop(&mut self) {
                WAITING.set(self.0.take());
            }
        }
        let _before = Before(WAITING.replace(Some(Rc::clone(self))));
        future.poll(&mut Context::from_waker(&self.waker))
    }

    /// Sleeps until there is something to go on with, or until `deadline`, if there is one; answers
    /// whether there is something. Other threads' doing may have been for something that has ended.
    pub(crate) fn sleep_until(&self, deadline: Option<Instant>) -> bool {
        let mut poll = self.poll.borrow_mut();
        let (poll, events) = &mut *poll;
        loop {
            if self.alarm.is_woken.swap(false, Ordering::AcqRel) {
                return true;
            }
            let left = deadline.map(|at| at.saturating_duration_since(Instant::now()));
            match poll.poll(events, left) {
                // What has come is found out by trying.
                Ok(()) if !events.is_empty() => {
                    self.alarm.is_woken.swap(false, Ordering::AcqRel);
                    return true;
                }
                // A signal has come, or it is a little early.
                _ if left.is_none_or(|left| !left.is_zero()) => {}
                _ => return false,
            }
        }
    }
}
