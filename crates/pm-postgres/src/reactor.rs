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
use std::thread::{self, Thread};
use std::time::Duration;

use mio::{Events, Registry, Token};
use tokio::time::Instant;

/// How many events are taken in at once; those behind come the next time.
const EVENTS: usize = 16;

/// What wakes the thread besides its sockets.
const WOKEN: Token = Token(0);

thread_local! {
    static OWN: RefCell<Option<Rc<Reactor>>> = const { RefCell::new(None) };
    static WAITING: Cell<Option<Rc<Reactor>>> = const { Cell::new(None) };
}

/// What a thread waits with.
pub(crate) struct Reactor {
    /// What its sockets are entered in. If it is `None`, the runtime waits for them: if the system
    /// has no more files for us, and on Windows, where looking at one socket again costs another
    /// event.
    sockets: Option<Sockets>,
    alarm: Arc<Alarm>,
    waker: Waker,
}

struct Sockets {
    poll: RefCell<(mio::Poll, Events)>,
    registry: Arc<Registry>,
}

/// Wakes a thread from any other one.
struct Alarm {
    thread: Thread,
    /// Whether there is something to go on with.
    is_woken: AtomicBool,
    /// There if the thread sleeps beside its sockets.
    waker: Option<mio::Waker>,
}

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let was_woken = self.is_woken.swap(true, Ordering::AcqRel);
        // A thread that wakes itself does not sleep.
        if was_woken || thread::current().id() == self.thread.id() {
            return;
        }
        match &self.waker {
            // It fails only if there is no such thread any more.
            Some(waker) => drop(waker.wake()),
            None => self.thread.unpark(),
        }
    }
}

impl Reactor {
    /// The reactor of this thread; within a wait with that one, a new one for the inner wait alone.
    pub(crate) fn of_this_thread() -> Rc<Self> {
        let outer = WAITING.take();
        let is_waiting = outer.is_some();
        WAITING.set(outer);
        if is_waiting {
            return Rc::new(Self::new(None));
        }
        let known = OWN.with_borrow(Clone::clone);
        known.unwrap_or_else(|| match Sockets::new() {
            Ok(sockets) => {
                let own = Rc::new(Self::new(Some(sockets)));
                OWN.set(Some(Rc::clone(&own)));
                own
            }
            Err(_) => Rc::new(Self::new(None)),
        })
    }

    fn new(sockets: Option<(Sockets, mio::Waker)>) -> Self {
        let (sockets, waker) = sockets.unzip();
        let alarm = Arc::new(Alarm {
            thread: thread::current(),
            is_woken: AtomicBool::new(false),
            waker,
        });
        Self {
            sockets,
            waker: Waker::from(Arc::clone(&alarm)),
            alarm,
        }
    }

    /// Where sockets are entered to be waited for, if the work that is going on is waited for with
    /// the reactor of its thread.
    pub(crate) fn registry() -> Option<Arc<Registry>> {
        let waiting = WAITING.take();
        let sockets = waiting.as_ref().and_then(|it| it.sockets.as_ref());
        let registry = sockets.map(|it| Arc::clone(&it.registry));
        WAITING.set(waiting);
        registry
    }

    /// Goes on with a future as far as that gets.
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
    /// whether there is something. That may be for work that has ended.
    pub(crate) fn sleep_until(&self, deadline: Option<Instant>) -> bool {
        while !self.alarm.is_woken.swap(false, Ordering::AcqRel) {
            let left = deadline.map(|at| at.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) {
                return false;
            }
            match (&self.sockets, left) {
                (Some(sockets), left) if sockets.sleep(left) => {
                    self.alarm.is_woken.swap(false, Ordering::AcqRel);
                    return true;
                }
                (Some(_), _) => {}
                (None, Some(left)) => thread::park_timeout(left),
                (None, None) => thread::park(),
            }
        }
        true
    }
}

impl Sockets {
    /// Makes them, and what wakes a thread that waits for them.
    fn new() -> io::Result<(Self, mio::Waker)> {
        if cfg!(windows) {
            return Err(io::ErrorKind::Unsupported.into());
        }
        let poll = mio::Poll::new()?;
        let registry = Arc::new(poll.registry().try_clone()?);
        let waker = mio::Waker::new(&registry, WOKEN)?;
        let poll = RefCell::new((poll, Events::with_capacity(EVENTS)));
        Ok((Self { poll, registry }, waker))
    }

    /// Sleeps, for `most` at most; answers whether something may have come, as is found out by
    /// trying.
    fn sleep(&self, most: Option<Duration>) -> bool {
        let mut poll = self.poll.borrow_mut();
        let (poll, events) = &mut *poll;
        match poll.poll(events, most) {
            Ok(()) => !events.is_empty(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => false,
            // It is tried all the same, and not too often.
            Err(_) => {
                thread::sleep(Duration::from_millis(1));
                true
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::pin::pin;

    use super::*;

    /// Waits for what another thread does, and then once more.
    fn waits_twice(reactor: &Rc<Reactor>) {
        for _ in 0..2 {
            let (sender, told) = tokio::sync::oneshot::channel();
            let other = thread::spawn(move || {
                thread::sleep(Duration::from_millis(5));
                sender.send(7).unwrap();
            });
            let mut told = pin!(told);
            let number = loop {
                if let Poll::Ready(number) = reactor.poll(told.as_mut()) {
                    break number;
                }
                assert!(reactor.sleep_until(None));
            };
            assert_eq!(number, Ok(7));
            other.join().unwrap();
        }
    }

    #[test]
    fn a_thread_is_woken_with_and_without_sockets() {
        waits_twice(&Reactor::of_this_thread());
        waits_twice(&Rc::new(Reactor::new(None)));
        let soon = Instant::now() + Duration::from_millis(10);
        let mut never = pin!(std::future::pending::<()>());
        for reactor in [Reactor::of_this_thread(), Rc::new(Reactor::new(None))] {
            assert!(reactor.poll(never.as_mut()).is_pending());
            while reactor.sleep_until(Some(soon)) {}
            assert!(Instant::now() >= soon);
        }
    }

    #[test]
    fn a_wait_within_a_wait_takes_nothing_from_it() {
        let outer = Reactor::of_this_thread();
        let mut is_first = true;
        let mut waiting = pin!(poll_fn(|cx| {
            if !std::mem::take(&mut is_first) {
                return Poll::Ready(());
            }
            // Woken before the inner one sleeps.
            cx.waker().wake_by_ref();
            waits_twice(&Reactor::of_this_thread());
            Poll::Pending
        }));
        assert!(outer.poll(waiting.as_mut()).is_pending());
        assert!(outer.sleep_until(Some(Instant::now() + Duration::from_secs(60))));
        assert!(outer.poll(waiting.as_mut()).is_ready());
    }
}
