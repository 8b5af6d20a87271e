//! Three servers that write to one directory, or to one database, and are killed at moments of every
//! kind: every acknowledged change is there once, the histories have no gap, every file parses, and
//! nothing half-written stays behind.
//!
//! `cargo xtask crash --kill` runs the same test with the release build and more kills.

use std::path::PathBuf;

use pm_tests::binaries;
use pm_tests::killing::Campaign;
use pm_tests::storage::Storage;

/// How often a server is killed, unless the variable says otherwise.
const CYCLES: usize = 300;
/// The same over a database, where what a server does has fewer moments.
const CYCLES_OVER_DATABASE: usize = 60;
const CYCLES_VARIABLE: &str = "PM_KILL_CYCLES";

/// The server that is killed; the one that is built for the tests, where it is not set.
const PROGRAM_VARIABLE: &str = "PM_KILL_PROGRAM";

/// What is left to chance follows from it; drawn, where it is not set.
const SEED_VARIABLE: &str = "PM_KILL_SEED";

#[test]
fn whatever_moment_a_server_is_killed_at_what_it_acknowledged_is_there() {
    let number = |name| std::env::var(name).ok()?.parse::<u64>().ok();
    let program = std::env::var_os(PROGRAM_VARIABLE).map(PathBuf::from);
    let cycles = number(CYCLES_VARIABLE).and_then(|cycles| cycles.try_into().ok());
    let is_of_files = Storage::new().is_of_files();
    let campaign = Campaign {
        program: program.unwrap_or_else(|| binaries::stdio().to_owned()),
        cycles: cycles.unwrap_or(if is_of_files {
            CYCLES
        } else {
            CYCLES_OVER_DATABASE
        }),
        seed: number(SEED_VARIABLE).unwrap_or_else(|| fastrand::u64(..)),
    };
    let tally = campaign.run();
    println!("kill|{}", tally.row());
    assert!(
        tally.faults.is_empty(),
        "{campaign:?}, kept in {:?}:\n{}",
        tally.kept,
        tally.faults.join("\n")
    );
    // Without these the test would prove nothing: some were under way. Over files some were hit between
    // the write and the answer, and some while they replaced a file; over a database there are too few
    // kills to count on it.
    assert!(tally.acknowledged > 0 && tally.acknowledged < tally.sent);
    if is_of_files {
        assert!(tally.mid_change > 0, "{campaign:?}: {tally:?}");
        assert!(tally.left_behind > 0, "{campaign:?}: {tally:?}");
    }
}
