//! What a campaign did and found.

use std::path::PathBuf;

use crate::storage::Storage;

/// What a campaign did and found.
#[derive(Debug, Default)]
pub struct Tally {
    /// How many servers were killed: each was alive when it was.
    pub cycles: usize,
    /// How many of them had stored a change that they had not acknowledged yet.
    pub mid_change: usize,
    /// How many files were left under a temporary name.
    pub left_behind: usize,
    /// How many changes were sent.
    pub sent: usize,
    /// How many were acknowledged.
    pub acknowledged: usize,
    /// How many were acknowledged and are not there.
    pub lost: usize,
    /// The longest journal that there was, in bytes.
    pub longest_journal: u64,
    /// Everything that is wrong, in words.
    pub faults: Vec<String>,
    /// The directories with something wrong in them.
    pub kept: Vec<PathBuf>,
}

impl Tally {
    /// Adds another one.
    pub(super) fn add(&mut self, other: Self) {
        self.cycles += other.cycles;
        self.mid_change += other.mid_change;
        self.left_behind += other.left_behind;
        self.sent += other.sent;
        self.acknowledged += other.acknowledged;
        self.lost += other.lost;
        self.longest_journal = self.longest_journal.max(other.longest_journal);
        self.faults.extend(other.faults);
        self.kept.extend(other.kept);
    }

    /// Keeps a directory for a person to look at.
    pub(super) fn keep(&mut self, storage: Storage) {
        self.kept.push(storage.keep());
    }

    /// What was done, as a row.
    pub fn row(&self) -> String {
        format!(
            "{}|{}|{}|{}|{}|{}|{} KiB",
            self.cycles,
            self.mid_change,
            self.left_behind,
            self.sent,
            self.acknowledged,
            self.lost,
            self.longest_journal >> 10
        )
    }
}
