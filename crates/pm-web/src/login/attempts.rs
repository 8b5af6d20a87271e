//! Tries to log in: after a wrong token an address waits, the longer the more often, and all
//! addresses together make no more than some tries a second.

use std::collections::HashMap;
use std::collections::VecDeque;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use time::{Duration, OffsetDateTime};

/// The longest wait after a wrong token.
const MAX_WAIT: Duration = Duration::seconds(30);

/// How long wrong tokens of an address are remembered.
const REMEMBERED: Duration = Duration::minutes(15);

/// How many addresses are remembered. At ten tries a second, the one that is forgotten for another
/// sent its last token over a minute ago: it has no wait left.
const MAX_ADDRESSES: usize = 1024;

/// How many tries all addresses may make within [`INTERVAL`].
const MAX_TRIES: usize = 10;

/// The time in which tries are counted.
const INTERVAL: Duration = Duration::SECOND;

/// The tries of late.
#[derive(Debug, Default)]
pub(super) struct Attempts(Mutex<Tries>);

#[derive(Debug, Default)]
struct Tries {
    /// The wrong tokens of an address. What comes from no known address counts as from one.
    wrong: HashMap<Option<IpAddr>, Wrong>,
    /// When the last tries were made, at most as many as there may be in a second.
    last: VecDeque<OffsetDateTime>,
}

/// Wrong tokens in a row.
#[derive(Debug, Clone, Copy)]
struct Wrong {
    count: u32,
    last: OffsetDateTime,
}

/// What became of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was the token.
    Right,
    /// It was not, and for so many seconds the address has to wait.
    Wrong { wait: u64 },
    /// Nobody looked at it, and nobody will for so many seconds.
    Unseen { wait: u64 },
}

impl Attempts {
    /// Makes a try, unless it comes too early. Tries that come together are made one after the
    /// other, so that none gets in before another one's wait.
    pub(super) fn attempt(
        &self,
        address: Option<IpAddr>,
        now: OffsetDateTime,
        is_right: impl FnOnce() -> bool,
    ) -> Outcome {
        let address = address.map(network);
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(wait) = tries.wait(address, now) {
            return Outcome::Unseen { wait };
        }
        tries.count(now);
        if is_right() {
            tries.wrong.remove(&address);
            Outcome::Right
        } else {
            let wait = seconds(tries.add_wrong(address, now));
            Outcome::Wrong { wait }
        }
    }
}

impl Tries {
    /// How many seconds this address still has to wait.
    fn wait(&self, address: Option<IpAddr>, now: OffsetDateTime) -> Option<u64> {
        let wrong = self.wrong.get(&address);
        let own = wrong.map(|wrong| wrong.last + wrong.wait() - now);
        let is_full = self.last.len() >= MAX_TRIES;
        let oldest = self.last.front().filter(|_| is_full);
        let of_all = oldest.map(|oldest| *oldest + INTERVAL - now);
        // A longer wait means that the clock was put back meanwhile; nobody waits for that.
        let own = own.filter(|wait| *wait <= MAX_WAIT);
        let of_all = of_all.filter(|wait| *wait <= INTERVAL);
        let wait = own.into_iter().chain(of_all).max()?;
        wait.is_positive().then(|| seconds(wait))
    }

    fn count(&mut self, now: OffsetDateTime) {
        if self.last.len() >= MAX_TRIES {
            self.last.pop_front();
        }
        self.last.push_back(now);
    }

    /// Remembers a wrong token, and tells how long the address waits for it.
    fn add_wrong(&mut self, address: Option<IpAddr>, now: OffsetDateTime) -> Duration {
        self.wrong
            .retain(|_, wrong| (now - wrong.last).abs() < REMEMBERED);
        if self.wrong.len() >= MAX_ADDRESSES && !self.wrong.contains_key(&address) {
            let oldest = self.wrong.iter().min_by_key(|(_, wrong)| wrong.last);
            if let Some(oldest) = oldest.map(|(address, _)| *address) {
                self.wrong.remove(&oldest);
            }
        }
        let wrong = self.wrong.entry(address);
        let wrong = wrong.or_insert(Wrong {
            count: 0,
            last: now,
        });
        wrong.count = wrong.count.saturating_add(1);
        wrong.last = now;
        wrong.wait()
    }
}

impl Wrong {
    /// 1, 2, 4, … seconds.
    fn wait(self) -> Duration {
        let doublings = self.count.saturating_sub(1);
        let seconds = 1_i64.checked_shl(doublings).filter(|wait| *wait > 0);
        seconds.map_or(MAX_WAIT, |wait| Duration::seconds(wait).min(MAX_WAIT))
    }
}

/// Whole seconds, after which the time has passed for certain.
fn seconds(wait: Duration) -> u64 {
    let begun = i64::from(wait.subsec_nanoseconds() > 0);
    u64::try_from(wait.whole_seconds() + begun).unwrap_or_default()
}

/// What counts as one address: all that one machine can take for itself.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests;
