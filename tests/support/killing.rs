//! Servers that write to one directory and are killed, again and again, at moments of every kind.
//!
//! Three OS processes write to the same few processes all the time. A cycle is one `SIGKILL` of
//! one of them, at a moment drawn by chance, and its successor, which must know the last change
//! that was acknowledged. Every change has a name of its own, so that what was lost or made twice
//! can be told exactly. After an era of cycles all three are dead at once; then the directory is
//! gone over (`audit`) and the next era begins in a fresh one. With `PM_TEST_STORE` it stands for a
//! workspace of a database.

mod audit;
mod ledger;
mod moment;
mod tally;
mod writer;

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use pm_core::ProcessManager;

pub use self::tally::Tally;
use self::writer::Writer;
use crate::storage::Storage;

/// How many servers write at once.
const WRITERS: usize = 3;
/// The processes that all of them write to.
const SHARED: [&str; 3] = ["Garden", "Shed", "Pond"];
/// The one task of each.
const TASK: &str = "work";
/// How many cycles a directory sees: enough for its journals to become history more than once.
const ERA: usize = 1000;

/// How much is to be killed.
#[derive(Debug, Clone)]
pub struct Campaign {
    /// The server: `pm-mcp-stdio`.
    pub program: PathBuf,
    /// How many kills there are to be.
    pub cycles: usize,
    /// What all that is left to chance follows from, but for what the machine adds to it.
    pub seed: u64,
}

impl Campaign {
    /// Runs it; what it found wrong is in the answer.
    #[track_caller]
    pub fn run(&self) -> Tally {
        let mut tally = Tally::default();
        for (era, first) in (0..self.cycles).step_by(ERA).enumerate() {
            let cycles = ERA.min(self.cycles - first);
            tally.add(self.era(era as u64, cycles));
            if !tally.faults.is_empty() {
                break;
            }
        }
        tally
    }

    /// Kills as often in a fresh directory, and goes over what is left.
    #[track_caller]
    fn era(&self, era: u64, cycles: usize) -> Tally {
        let storage = Storage::new();
        prepare(&storage.open());
        let left = AtomicUsize::new(cycles);
        let another = || {
            let counted = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(1)
            });
            counted.is_ok()
        };
        let mut tally = Tally::default();
        let ledgers: Vec<_> = std::thread::scope(|scope| {
            let writers: Vec<_> = (0..WRITERS)
                .map(|number| {
                    let seed = self.seed ^ (era << 32) ^ ((number as u64) << 24);
                    let mut writer = Writer::new(number, &self.program, &storage, seed);
                    let another = &another;
                    scope.spawn(move || {
                        while another() {
                            writer.cycle();
                        }
                        writer.retire()
                    })
                })
                .collect();
            let ended = writers.into_iter().map(|writer| writer.join().unwrap());
            ended
                .map(|(part, ledger)| {
                    tally.add(part);
                    ledger
                })
                .collect()
        });
        audit::audit(&self.program, &storage, &ledgers, &mut tally);
        if !tally.faults.is_empty() {
            tally.keep(storage);
        }
        tally
    }
}

/// Makes the processes that everybody writes to.
fn prepare(manager: &ProcessManager) {
    for name in SHARED {
        let process = manager.create_process(name.parse().unwrap(), "").unwrap();
        let task = TASK.parse().unwrap();
        manager.add_task(&process.name, task, "").unwrap();
    }
}
