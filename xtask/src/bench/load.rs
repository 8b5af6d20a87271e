//! The generator of load: one thread that keeps a call running on each of many connections.
//!
//! One thread and one `poll` for all connections, requests built before, and answers looked at
//! only as far as needed: what it takes of the machine, it takes from the server beside it.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fd::AsFd,
};

use super::{caller::Caller, http::Frame, statistics::Latencies, wire::NUMBER};

/// When a round ends: at whichever comes first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limit {
    /// How many calls are made.
    pub(super) calls: usize,
    /// For how long calls are made.
    pub(super) time: Duration,
}

/// What a round of load showed.
#[derive(Debug)]
pub(super) struct Load {
    /// From the first request to the last answer.
    pub(super) time: Duration,
    /// How long each good call took.
    pub(super) latencies: Latencies,
    /// How many calls failed, and what one of them was answered.
    pub(super) failed: (usize, String),
}

impl Load {
    /// Good calls a second.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub(super) fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.time.as_secs_f64()
    }

    /// The share of calls that failed.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub(super) fn failed_share(&self) -> f64 {
        let failed = self.failed.0 as f64;
        failed / (failed + self.latencies.len() as f64)
    }
}

/// How long the generator waits for the next answer on any connection.
const SILENCE: Timespec = Timespec {
    tv_sec: 60,
    tv_nsec: 0,
};

/// Keeps a call running on each caller's connection until the limit. A good answer holds one of
/// the texts of `proof`.
pub(super) fn drive(
    callers: &[Caller],
    request: impl Fn(&Caller) -> Vec<u8>,
    proof: &[&str],
    limit: Limit,
) -> Result<Load> {
    let mut lanes: Vec<Lane<'_>> = callers
        .iter()
        .map(|caller| Lane::new(caller.stream(), request(caller)))
        .collect();
    let mut polled: Vec<PollFd<'_>> = callers
        .iter()
        .map(|caller| PollFd::from_borrowed_fd(caller.stream().as_fd(), PollFlags::IN))
        .collect();
    let mut numbers = 1_000_000_000_u64..;
    let mut latencies = Latencies::default();
    let mut failed = (0, String::new());
    let mut running = 0;
    let start = Instant::now();
    let mut last = start;
    for lane in &mut lanes {
        if latencies.len() + running < limit.calls {
            lane.send(numbers.next().unwrap_or_default())?;
            running += 1;
        }
    }
    while running > 0 {
        if poll(&mut polled, Some(&SILENCE))? == 0 {
            bail!("no answer came for {} seconds", SILENCE.tv_sec);
        }
        for (polled, lane) in polled.iter_mut().zip(&mut lanes) {
            if polled.revents().is_empty() {
                continue;
            }
            polled.clear_revents();
            let Some(answer) = lane.receive()? else {
                continue;
            };
            last = Instant::now();
            if proof.iter().any(|text| answer.contains(text)) {
                latencies.add(last - lane.sent);
            } else {
                failed = (failed.0 + 1, format!("{answer:.600}"));
            }
            running -= 1;
            if latencies.len() + running < limit.calls && last - start < limit.time {
                lane.send(numbers.next().unwrap_or_default())?;
                running += 1;
            }
        }
    }
    Ok(Load {
        time: last - start,
        latencies,
        failed,
    })
}

/// One connection with the request that is sent on it again and again.
struct Lane<'a> {
    stream: &'a TcpStream,
    request: Vec<u8>,
    /// Where in the request its number stands.
    numbers: Vec<usize>,
    received: Vec<u8>,
    filled: usize,
    sent: Instant,
}

impl<'a> Lane<'a> {
    fn new(stream: &'a TcpStream, request: Vec<u8>) -> Self {
        let numbers = request
            .windows(NUMBER.len())
            .enumerate()
            .filter(|(_, window)| *window == NUMBER.as_bytes())
            .map(|(at, _)| at)
            .collect();
        Self {
            stream,
            request,
            numbers,
            received: vec![0; 64 << 10],
            filled: 0,
            sent: Instant::now(),
        }
    }

    /// Sends the request with the next number.
    fn send(&mut self, number: u64) -> Result<()> {
        let digits = number.to_string();
        for &at in &self.numbers {
            if let Some(place) = self.request.get_mut(at..at + digits.len()) {
                place.copy_from_slice(digits.as_bytes());
            }
        }
        self.filled = 0;
        self.sent = Instant::now();
        self.stream.write_all(&self.request)?;
        Ok(())
    }

    /// Takes what has arrived, and returns the answer once it is whole.
    fn receive(&mut self) -> Result<Option<&str>> {
        if self.filled == self.received.len() {
            self.received.resize(2 * self.filled, 0);
        }
        let space = self.received.get_mut(self.filled..).unwrap_or_default();
        let length = self.stream.read(space)?;
        if length == 0 {
            bail!("the server closed a connection in the middle of an answer");
        }
        self.filled += length;
        let received = self.received.get(..self.filled).unwrap_or_default();
        let Some(frame) = Frame::find(received)? else {
            return Ok(None);
        };
        let body = std::str::from_utf8(frame.raw_body(received))?;
        if frame.status != 200 {
            bail!("a call got status {}: {body:.600}", frame.status);
        }
        Ok(Some(body))
    }
}
