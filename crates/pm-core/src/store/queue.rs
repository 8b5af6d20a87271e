//! Group commit: the changes that wait, and the one thread that makes them for all callers.
//!
//! A store whose every write costs a sync or a round trip makes all changes that wait in one. The
//! thread that leads makes all that wait by then, and passes the lead on to the first of those that
//! came meanwhile. The others wait for their own outcome and not for a lock: freed one by one by a
//! lock, each would write for itself alone again.
//!
//! The queue knows nothing of what a change is and how one is made, and takes its locks and channels
//! from `threads`, so that every order in which threads may come and go can be tried on it.

use std::sync::PoisonError;

use super::threads::{Mutex, MutexGuard, mpsc};

/// Changes `C` that wait to be made, each for an outcome `O`.
pub struct Queue<C, O>(Mutex<State<C, O>>);

struct State<C, O> {
    waiting: Vec<Waiting<C, O>>,
    /// Whether a thread leads. While none does, none waits.
    led: bool,
}

/// A change that waits, and the way to its caller for the answer.
pub struct Waiting<C, O> {
    /// The change.
    pub change: C,
    reply: mpsc::Sender<Word<O>>,
}

/// The messages to a waiting thread.
enum Word<O> {
    /// To make all changes that wait, its own among them.
    Lead,
    /// What became of its change.
    Done(O),
}

impl<C, O> Default for Queue<C, O> {
    fn default() -> Self {
        Self(Mutex::new(State {
            waiting: Vec::new(),
            led: false,
        }))
    }
}

impl<C, O> Queue<C, O> {
    /// Enters a change and waits until it has been made, by this thread or another one; `None` if
    /// that one panicked. The thread that leads calls `make_all`, which is to [`take`](Self::take)
    /// all changes that wait, as late as it can, and to answer each.
    pub fn submit(&self, change: C, make_all: impl Fn()) -> Option<O> {
        let (reply, words) = mpsc::channel();
        if self.enter(Waiting { change, reply }) {
            self.lead(&make_all);
        }
        loop {
            match words.recv() {
                Ok(Word::Lead) => self.lead(&make_all),
                Ok(Word::Done(outcome)) => return Some(outcome),
                Err(_) => return None,
            }
        }
    }

    /// Takes all that waits now. Only the thread that leads may call it.
    pub fn take(&self) -> Vec<Waiting<C, O>> {
        std::mem::take(&mut self.state().waiting)
    }

    /// Enters a change, and says whether its thread is to lead.
    fn enter(&self, waiting: Waiting<C, O>) -> bool {
        let mut state = self.state();
        state.waiting.push(waiting);
        !std::mem::replace(&mut state.led, true)
    }

    fn lead(&self, make_all: &impl Fn()) {
        // The lead is passed on even if a change panics: no other thread would write for those that
        // wait.
        let _lead = PassOn(self);
        make_all();
    }

    fn state(&self) -> MutexGuard<'_, State<C, O>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<C, O> Waiting<C, O> {
    /// Answers the caller that waits; `outcome` is made of the change.
    pub fn answer(self, outcome: impl FnOnce(C) -> O) {
        // A caller waits for as long as its change does; none is ever gone.
        let _ = self.reply.send(Word::Done(outcome(self.change)));
    }
}

/// The lead, passed on when it is dropped.
struct PassOn<'a, C, O>(&'a Queue<C, O>);

impl<C, O> Drop for PassOn<'_, C, O> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        let told = |next: &Waiting<C, O>| next.reply.send(Word::Lead).is_ok();
        state.led = state.waiting.iter().any(told);
    }
}
