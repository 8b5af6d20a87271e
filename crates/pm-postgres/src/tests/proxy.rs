//! A proxy that breaks connections in the middle of what they are about.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// How many requests a connection passes on at least.
const REQUESTS_MIN: u32 = 12;

/// A proxy in front of a database.
pub(super) struct Proxy {
    pub(super) port: u16,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    cuts: AtomicBool,
    /// How many connections were cut before a request was passed on, and after.
    before: AtomicU32,
    after: AtomicU32,
    /// Whether the next request with such bytes is held back.
    wanted: Mutex<Option<Vec<u8>>>,
    held: Mutex<Option<(TcpStream, Vec<u8>)>>,
}

impl Proxy {
    /// Starts one that breaks nothing yet; it ends with the test.
    pub(super) fn start(server: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if let Ok(server) = TcpStream::connect(("127.0.0.1", server)) {
                    pass(client, server, &shared);
                }
            }
        });
        Self { port, state }
    }

    /// Breaks connections from now on, or does not any more.
    pub(super) fn set_cuts(&self, cuts: bool) {
        self.state.cuts.store(cuts, Ordering::SeqCst);
    }

    /// Cuts the connection over which the next request with these bytes comes, and keeps that.
    pub(super) fn hold(&self, bytes: &str) {
        *self.state.wanted.lock().unwrap() = Some(bytes.into());
    }

    /// Passes on the request that was kept, late; waits until it was answered.
    pub(super) fn pass_late(&self) {
        let held = self.state.held.lock().unwrap().take();
        let (mut server, bytes) = held.expect("a request was kept");
        server.write_all(&bytes).unwrap();
        server.shutdown(Shutdown::Write).unwrap();
        let _ = std::io::copy(&mut server, &mut std::io::sink());
    }

    /// How many connections were cut before a request was passed on, and after.
    pub(super) fn cuts(&self) -> (u32, u32) {
        let count = |number: &AtomicU32| number.load(Ordering::SeqCst);
        (count(&self.state.before), count(&self.state.after))
    }
}

impl State {
    /// Whether a request is the one to be held back, which is wanted once.
    fn is_wanted(&self, request: &[u8]) -> bool {
        let mut wanted = self.wanted.lock().unwrap();
        let is = |it: &Vec<u8>| request.windows(it.len()).any(|part| part == it.as_slice());
        if wanted.as_ref().is_some_and(is) {
            *wanted = None;
            return true;
        }
        false
    }
}

fn pass(client: TcpStream, server: TcpStream, state: &Arc<State>) {
    let (mut from, mut to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    let state = Arc::clone(state);
    thread::spawn(move || {
        let mut left = REQUESTS_MIN + fastrand::u32(0..60);
        let passes_last = fastrand::bool();
        let mut bytes = vec![0; 64 << 10];
        while let Ok(length @ 1..) = from.read(&mut bytes) {
            let passed = &bytes[..length];
            if state.is_wanted(passed) {
                *state.held.lock().unwrap() = Some((to, passed.to_vec()));
                let _ = from.shutdown(Shutdown::Both);
                return;
            }
            left = left.saturating_sub(1);
            let cut = left == 0 && state.cuts.load(Ordering::SeqCst);
            if cut && !passes_last {
                state.before.fetch_add(1, Ordering::SeqCst);
                break;
            }
            if cut {
                // Nobody hears the answer.
                state.after.fetch_add(1, Ordering::SeqCst);
                let _ = from.shutdown(Shutdown::Both);
            }
            if to.write_all(&bytes[..length]).is_err() || cut {
                break;
            }
        }
        let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Write));
    });
    let (mut from, mut to) = (server, client);
    thread::spawn(move || {
        // It ends with an error if the client is gone, and the server's answers stay unread.
        let _ = std::io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Both);
    });
}
