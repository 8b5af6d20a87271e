//! What a crash leaves: the store on a model of a file system that forgets whatever no sync has
//! made durable, in every way in which a real one may.
//!
//! - [`disk`], [`paths`], [`content`], [`names`]: a disk, with what programs see and what is
//!   durable.
//! - [`survivors`], [`fingerprint`]: the disks that a crash may leave, each once.
//! - [`machine`], [`filesystem`], [`open_file`], [`fault`], [`sites`]: the operating system over
//!   it, with its faults.
//! - [`step`], [`scenario`], [`world`], [`run`]: what is done to the store, what it must then hold,
//!   and whether its answers say so.
//! - [`check`]: what must hold of every disk that a crash leaves.
//! - [`campaign`]: all of this, many times over.
//! - [`mutations`]: that each sync that is left out is noticed.
//!
//! `cargo xtask crash` runs the same tests with more of everything.

mod campaign;
mod check;
mod content;
mod disk;
mod fault;
mod filesystem;
mod fingerprint;
mod machine;
mod model_tests;
mod mutations;
mod names;
mod open_file;
mod paths;
mod returned;
mod run;
mod scenario;
mod sites;
mod step;
mod survivors;
mod world;

use self::campaign::{Campaign, Effort};
use self::check::Depth;
use self::fault::FaultKind;
use self::scenario::{Scenario, Theme};
use self::step::Step;
use self::world::World;

/// The storage directory on the model's disk. The disk starts without it.
const DIR: &str = "/storage/processes";

/// The store's private directory in it.
const PRIVATE: &str = ".pm";

/// How many disks all campaigns recover together. If it is set, everything is tried with each of
/// them.
const STATES_VARIABLE: &str = "PM_CRASH_STATES";
const STATES: u64 = 5_000;

/// The seed of the first scenario.
const SEED_VARIABLE: &str = "PM_CRASH_SEED";
const SEED: u64 = 1;

const ONE_PROGRAM: Campaign = Campaign {
    name: "one program",
    programs: 1,
    length: 12,
    theme: Theme::Everything,
    faults: &[],
};

const TWO_PROGRAMS: Campaign = Campaign {
    name: "two programs taking turns",
    programs: 2,
    ..ONE_PROGRAM
};

const NAMES: Campaign = Campaign {
    name: "names that come and go",
    programs: 2,
    theme: Theme::Names,
    ..ONE_PROGRAM
};

const FAILURES: Campaign = Campaign {
    name: "an operation fails, then a crash",
    programs: 2,
    length: 8,
    faults: &[
        FaultKind::Broken,
        FaultKind::Unreadable,
        FaultKind::Unsynced,
        FaultKind::Full,
        FaultKind::Short,
    ],
    ..ONE_PROGRAM
};

const KILLED: Campaign = Campaign {
    name: "a program is ended, then a crash",
    faults: &[FaultKind::Killed],
    ..FAILURES
};

/// A setting of the environment.
fn setting(variable: &str) -> Option<u64> {
    let value = std::env::var(variable).ok()?;
    Some(value.parse().expect("a number"))
}

/// Runs a campaign for its share of the disks, in hundredths.
fn run(campaign: Campaign, share: u64) {
    let states = setting(STATES_VARIABLE);
    let tally = campaign.run(&Effort {
        states: states.unwrap_or(STATES) * share / 100,
        seed: setting(SEED_VARIABLE).unwrap_or(SEED),
        depth: states.map_or(Depth::Quick, |_| Depth::All),
        lie: None,
    });
    let failures = u64::from(tally.failure.is_some());
    let (name, runs, points, states) = (campaign.name, tally.runs, tally.points, tally.states);
    // A row of the table of `cargo xtask crash`.
    println!("crash|{name}|{runs}|{points}|{states}|{failures}");
    if let Some(failure) = tally.failure {
        panic!("{failure}");
    }
}

#[test]
fn one_program_loses_nothing_in_a_crash() {
    run(ONE_PROGRAM, 25);
}

#[test]
fn two_programs_lose_nothing_in_a_crash() {
    run(TWO_PROGRAMS, 20);
}

#[test]
fn processes_that_come_and_go_are_there_or_gone_after_a_crash() {
    run(NAMES, 20);
}

#[test]
fn a_failed_operation_loses_nothing_also_in_a_crash_after_it() {
    run(FAILURES, 20);
}

/// Runs these steps with each fault at each operation.
fn fully(campaign: &Campaign, steps: &[(usize, Step)]) {
    let scenario = Scenario {
        seed: SEED,
        before: World::new(),
        steps: steps.to_vec(),
    };
    let effort = Effort {
        states: STATES,
        seed: SEED,
        depth: Depth::Quick,
        lie: None,
    };
    let tally = campaign.run_fully(&scenario, &effort);
    assert!(tally.failure.is_none(), "{}", tally.failure.unwrap());
    assert!(tally.states > 300, "{}", tally.states);
}

/// A program gave names and had no time to make them durable; others write behind them.
#[test]
fn what_is_written_behind_a_name_lasts_also_where_its_giver_was_ended() {
    let process = 1;
    let steps = [
        (1, Step::Create { process, bytes: 0 }),
        (0, Step::AddTask { process, task: 2 }),
        (1, Step::AddTask { process, task: 3 }),
        (0, Step::Flush),
        (1, Step::DeleteTask { process, task: 2 }),
    ];
    fully(&KILLED, &steps);
}

/// What waits for a sync when that fails: the last word of a checkpoint, behind which others write.
#[test]
fn a_sync_that_fails_loses_nothing_of_what_is_written_later() {
    let process = 1;
    let steps = [
        (0, Step::Create { process, bytes: 0 }),
        (1, Step::AddTask { process, task: 1 }),
        (1, Step::Flush),
        (0, Step::AddTask { process, task: 2 }),
        (1, Step::AddTask { process, task: 3 }),
        (0, Step::DeleteTask { process, task: 1 }),
    ];
    let campaign = Campaign {
        faults: &[FaultKind::Full, FaultKind::Unsynced],
        ..FAILURES
    };
    fully(&campaign, &steps);
}

#[test]
fn a_program_that_is_ended_leaves_nothing_that_a_crash_makes_worse() {
    run(KILLED, 15);
}
