//! What a crash leaves: the store on a model of a file system that forgets whatever no sync has
//! made durable, in every way in which a real one may.
//!
//! - [`disk`], [`content`], [`names`]: a disk, with what programs see and what is durable.
//! - [`survivors`]: the disks that a crash may leave.
//! - [`machine`], [`filesystem`], [`sites`]: the operating system over it, with its faults.
//! - [`step`], [`world`], [`run`]: what is done to the store, what it must then hold, and
//!   whether its answers say so.
//! - [`check`]: what must hold of every disk that a crash leaves.
//! - [`campaign`]: all of this, many times over.
//!
//! `cargo xtask crash` runs the same tests with more of everything.

mod campaign;
mod check;
mod content;
mod disk;
mod filesystem;
mod machine;
mod names;
mod run;
mod sites;
mod step;
mod survivors;
mod world;

use self::campaign::Campaign;
use self::step::Theme;

/// The storage directory on the model's disk. The disk starts without it.
const DIR: &str = "/storage/processes";

/// The store's private directory in it.
const PRIVATE: &str = ".pm";

/// How many disks all campaigns recover together.
const STATES_VARIABLE: &str = "PM_CRASH_STATES";
const STATES: u64 = 6_000;

/// The seed of the first scenario; those that follow have the next ones.
const SEED_VARIABLE: &str = "PM_CRASH_SEED";
const SEED: u64 = 1;

fn setting(variable: &str, usual: u64) -> u64 {
    match std::env::var(variable) {
        Ok(value) => value.parse().expect("a number"),
        Err(_) => usual,
    }
}

/// Runs a campaign for its share of the disks, in hundredths.
fn campaign(campaign: Campaign, share: u64) {
    let states = setting(STATES_VARIABLE, STATES) * share / 100;
    let tally = campaign.run(states, setting(SEED_VARIABLE, SEED), None);
    // `cargo xtask crash` reads this line.
    println!(
        "crash\t{}\t{}\t{}\t{}\t{}",
        campaign.name,
        tally.scenarios,
        tally.points,
        tally.states,
        u64::from(tally.failure.is_some())
    );
    if let Some(failure) = tally.failure {
        panic!("{failure}");
    }
}

const ONE_PROGRAM: Campaign = Campaign {
    name: "one program",
    programs: 1,
    length: 12,
    theme: Theme::Everything,
    faults: &[],
};

#[test]
fn one_program_loses_nothing_in_a_crash() {
    campaign(ONE_PROGRAM, 50);
}
