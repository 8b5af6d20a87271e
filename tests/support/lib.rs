//! What the end-to-end tests share: starting the real binaries and talking to them.
//!
//! From the outside in: [`binaries`] builds the programs, [`running`] keeps one as a child that
//! never outlives its test, [`storage`] is a directory for it, [`http_server`] and
//! [`stdio_server`] start one and wait until it is up. [`raw_http`] speaks HTTP byte by byte;
//! [`mcp`] speaks the protocol on top of that, in both eras; [`sdk`] is the protocol library's
//! client over either transport. [`killing`] kills servers that write.
//!
//! Everything here fails the way tests do: it panics, at the caller's line where that helps.
//! Nothing waits for a time to pass; whatever could hang is given up after [`LIMIT`].
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "what tests share fails the way tests do"
)]

pub mod binaries;
mod database;
pub mod http_server;
pub mod killing;
pub mod mcp;
pub mod raw_http;
pub mod running;
pub mod sdk;
pub mod stdio_server;
pub mod storage;

use std::time::{Duration, Instant};

/// How long anything may take before a test gives up on it. Far more than a loaded machine
/// needs: it tells a hang from an answer and measures nothing.
pub const LIMIT: Duration = Duration::from_secs(60);

/// Asks again and again until the answer is yes, for what a server does in its own time and tells
/// nobody about.
#[track_caller]
pub fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + LIMIT;
    while !is_so() {
        assert!(Instant::now() < deadline, "never came true: {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}
