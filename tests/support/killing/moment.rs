//! When a server is killed: what it is doing then, and how far it has come with it.

use std::time::{Duration, Instant};

/// What a server is doing when it is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// It makes changes, several of which are under way.
    Changing,
    /// It has just been started, and finds changes to be made.
    Opening,
    /// Nobody needs it any more: it brings the files up to date before it ends.
    Ending,
    /// Nothing has been asked of it for a quarter of a second: it brings the files up to date.
    Resting,
}

/// How long after its last change a server brings a file up to date, less what it takes to get
/// a thread to run.
const QUIET: Duration = Duration::from_millis(248);

impl Moment {
    /// Draws one; mostly the first.
    pub(super) fn any(luck: &mut fastrand::Rng) -> Self {
        match luck.u8(0..20) {
            0..12 => Self::Changing,
            12..15 => Self::Opening,
            15..19 => Self::Ending,
            _ => Self::Resting,
        }
    }

    /// Waits until some time within what the server is doing, which takes so many times as long as
    /// over files.
    pub(super) fn await_it(self, luck: &mut fastrand::Rng, times: u64) {
        let within = times
            * match self {
                // The next few writes, which take a fraction of a millisecond each.
                Self::Changing => 1500,
                // The start of a program, and some writes.
                Self::Opening => 12_000,
                // A few files.
                Self::Ending => 6000,
                Self::Resting => {
                    std::thread::sleep(QUIET);
                    8000
                }
            };
        // Spinning, as a sleep would end at a tick of the clock each time.
        let (start, after) = (Instant::now(), Duration::from_micros(luck.u64(0..within)));
        while start.elapsed() < after {
            std::hint::spin_loop();
        }
    }
}
