//! The queue under every order in which threads may run, or as many of them as there is time
//! for: nobody waits for ever, every change is answered and made once, and one thread leads.
//!
//! `shuttle` runs the threads one at a time and decides at each lock and each message which of them
//! goes on; it fails if none can.

/// The queue once more, on locks and channels that the test is in charge of.
#[expect(clippy::duplicate_mod, unreachable_pub, reason = "with other threads")]
#[path = "queue.rs"]
mod queue;

/// The source of that queue's locks and channels.
mod threads {
    pub(crate) use shuttle::sync::{Mutex, MutexGuard, mpsc};
}

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
// What the test itself shares is not to multiply the orders.
use std::sync::{Arc, Mutex};

use shuttle::thread;

use self::queue::Queue;

/// How many orders are tried if there are too many to try all.
const ORDERS: usize = 500;

/// Something that changes are made to, as a process's journal is.
#[derive(Default)]
struct Journal {
    queue: Queue<usize, usize>,
    /// The changes that were made, in order.
    made: Mutex<Vec<usize>>,
    /// Whether a thread leads.
    led: AtomicBool,
    /// The change that cannot be made without a panic.
    fatal: Option<usize>,
}

/// Says when it is dropped that nobody leads, even in a panic.
struct Lead<'a>(&'a AtomicBool);

impl Drop for Lead<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::SeqCst);
    }
}

impl Journal {
    /// Makes a change as the store does; the answer, or `None` if there is none.
    fn submit(&self, change: usize) -> Option<usize> {
        self.queue.submit(change, || {
            assert!(!self.led.swap(true, Ordering::SeqCst), "two lead");
            let _lead = Lead(&self.led);
            let batch = self.queue.take();
            assert!(!batch.is_empty(), "a leader's own change waits");
            // All are applied before any is written.
            if batch
                .iter()
                .any(|waiting| Some(waiting.change) == self.fatal)
            {
                resume_unwind(Box::new("a change that panics"));
            }
            let changes = batch.iter().map(|waiting| waiting.change);
            self.made.lock().unwrap().extend(changes);
            for waiting in batch {
                waiting.answer(|change| change + 100);
            }
        })
    }
}

/// Runs `threads` threads that make `each` changes, and checks what became of these.
fn run(threads: usize, each: usize, fatal: Option<usize>) {
    let journal = Arc::new(Journal {
        fatal,
        ..Journal::default()
    });
    let unanswered = Arc::new(AtomicUsize::new(0));
    let threads: Vec<_> = (0..threads)
        .map(|number| {
            let journal = Arc::clone(&journal);
            let unanswered = Arc::clone(&unanswered);
            thread::spawn(move || {
                for change in (0..each).map(|change| number * each + change) {
                    let answer = catch_unwind(AssertUnwindSafe(|| journal.submit(change)));
                    let times = |made: &Vec<usize>| made.iter().filter(|c| **c == change).count();
                    let times = times(&journal.made.lock().unwrap());
                    if let Ok(Some(answer)) = answer {
                        assert_eq!(answer, change + 100, "another one's answer");
                        assert_eq!(times, 1, "{change} was answered");
                    } else {
                        assert!(journal.fatal.is_some(), "{change} was not answered");
                        assert_eq!(times, 0, "{change} was not answered");
                        unanswered.fetch_add(1, Ordering::SeqCst);
                    }
                }
            })
        })
        .collect();
    let changes = threads.len() * each;
    for thread in threads {
        thread.join().unwrap();
    }
    let made = journal.made.lock().unwrap().len();
    assert_eq!(made + unanswered.load(Ordering::SeqCst), changes);
    assert!(journal.queue.take().is_empty(), "somebody still waits");
    // The next thread is served, whatever happened to those before.
    assert_eq!(journal.submit(99), Some(199));
}

#[test]
fn two_threads_in_every_order() {
    shuttle::check_dfs(|| run(2, 1, None), None);
}

#[test]
fn two_threads_one_of_which_panics_in_every_order() {
    shuttle::check_dfs(|| run(2, 1, Some(0)), None);
}

#[test]
fn many_threads_in_many_orders() {
    shuttle::check_random(|| run(4, 3, None), ORDERS);
    shuttle::check_pct(|| run(4, 3, None), ORDERS, 3);
}

#[test]
fn many_threads_and_a_panic_in_many_orders() {
    shuttle::check_random(|| run(4, 3, Some(4)), ORDERS);
    shuttle::check_pct(|| run(4, 3, Some(4)), ORDERS, 3);
}

/// What is checked above can fail: a leader that forgets whom to answer leaves them waiting.
#[test]
#[should_panic(expected = "deadlock")]
fn a_lost_word_is_noticed() {
    let lost = || {
        let journal = Arc::new(Journal::default());
        let other = Arc::clone(&journal);
        let forgetful = move || {
            let forget = || std::mem::forget(other.queue.take());
            other.queue.submit(0, forget)
        };
        thread::spawn(forgetful).join().unwrap();
    };
    shuttle::check_random(lost, 1);
}
