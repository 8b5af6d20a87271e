//! The campaigns: scenario after scenario, a crash at every moment of each, and of what it may
//! leave as many disks as are asked for.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;
use std::sync::Arc;

use super::check::check;
use super::machine::{CrashPoint, Fault, FaultKind, Machine, Sort};
use super::run::{Run, Trouble, Violation, run};
use super::sites::Site;
use super::step::{Scenario, Theme};
use super::survivors::{Survivors, fingerprint};

/// How many disks are made of one moment at most.
const DISKS_A_POINT: usize = 8;

/// What scenarios of a campaign are like.
#[derive(Clone, Copy, Debug)]
pub(super) struct Campaign {
    pub(super) name: &'static str,
    pub(super) programs: usize,
    pub(super) length: usize,
    pub(super) theme: Theme,
    /// What goes wrong once in each run, at every operation in turn, besides the crash.
    pub(super) faults: &'static [FaultKind],
}

/// What a campaign did.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) scenarios: u64,
    pub(super) points: u64,
    /// The disks that were recovered, each different from all others of its scenario.
    pub(super) states: u64,
    /// How often each sync ran.
    pub(super) sites: BTreeMap<Site, u64>,
    pub(super) failure: Option<Failure>,
}

/// The first thing that went wrong, with what is needed to see it again.
pub(super) struct Failure {
    pub(super) what: Violation,
    report: String,
}

impl Campaign {
    /// Tries scenarios until `states` disks were recovered or one was wrong.
    pub(super) fn run(&self, states: u64, seed: u64, lie: Option<&Site>) -> Tally {
        let mut tally = Tally::default();
        let mut number = 0;
        while tally.states < states && tally.failure.is_none() {
            let seed = seed.wrapping_add(number);
            number += 1;
            let scenario = Scenario::random(seed, self.programs, self.length, self.theme);
            let left = states - tally.states;
            if self.faults.is_empty() {
                let lie = lie.cloned();
                tally.attempt(&scenario, &Trouble { fault: None, lie }, left);
            } else {
                self.with_faults(&scenario, &mut tally, states);
            }
        }
        tally
    }

    /// Runs a scenario again and again, each time with one more fault.
    fn with_faults(&self, scenario: &Scenario, tally: &mut Tally, states: u64) {
        let Ok(smooth) = run(scenario, &Trouble::default()) else {
            return tally.attempt(scenario, &Trouble::default(), states);
        };
        // Spread over the scenarios of the campaign: each has hundreds of operations.
        let mut rng = fastrand::Rng::with_seed(scenario.seed);
        let mut faults = faults(&smooth.operations, self.faults);
        rng.shuffle(&mut faults);
        for fault in faults {
            if tally.states >= states || tally.failure.is_some() {
                return;
            }
            let trouble = Trouble {
                fault: Some(fault),
                lie: None,
            };
            tally.attempt(scenario, &trouble, FAULTY_STATES.min(states - tally.states));
        }
    }
}

/// How many disks are recovered of a run with a fault.
const FAULTY_STATES: u64 = 12;

/// Each way for each operation to fail.
fn faults(operations: &[Sort], kinds: &[FaultKind]) -> Vec<Fault> {
    let operations = operations.iter().enumerate();
    operations
        .flat_map(|(at, sort)| {
            let kinds = kinds.iter().filter(|kind| kind.befalls(*sort));
            kinds.map(move |kind| Fault { at, kind: *kind })
        })
        .collect()
}

impl Tally {
    /// Runs a scenario, and recovers at most `most` of the disks that crashes in it may leave.
    fn attempt(&mut self, scenario: &Scenario, trouble: &Trouble, most: u64) {
        self.scenarios += 1;
        let Err(violation) = self.crashes(scenario, trouble, most) else {
            return;
        };
        let fails = |scenario: &Scenario| {
            // Faults are counted by operations, of which a shorter scenario has others.
            trouble.fault.is_none()
                && Self::default()
                    .crashes(scenario, trouble, u64::MAX)
                    .is_err()
        };
        let shrunk = scenario.clone().shrunk(fails);
        let again = Self::default().crashes(&shrunk, trouble, u64::MAX);
        let (scenario, violation) = match again {
            Err(found) => (&shrunk, found),
            Ok(()) => (scenario, violation),
        };
        self.failure = Some(Failure::new(scenario, trouble, violation));
    }

    fn crashes(&mut self, scenario: &Scenario, trouble: &Trouble, most: u64) -> Result<(), Found> {
        let mut rng = fastrand::Rng::with_seed(scenario.seed);
        let Run {
            mut points, sites, ..
        } = run(scenario, trouble).map_err(Found::in_run)?;
        self.count(sites);
        if trouble.fault.is_some() {
            // Crashes before the fault are those of other campaigns; of those after it, the
            // ones soon after it tell most.
            let fault = points.iter().position(|point| point.last.0 == "the fault");
            points.drain(..fault.unwrap_or_default());
        }
        self.points += points.len() as u64;
        let mut seen = HashSet::new();
        let mut states = 0;
        // Where not all can be tried, all moments count alike.
        let share = usize::try_from(most).unwrap_or(usize::MAX) / points.len().max(1);
        let each = (share + 1).min(DISKS_A_POINT);
        for (number, point) in points.iter().enumerate() {
            let survivors = Survivors::of(&point.disk);
            for plan in survivors.plans(each, &mut rng) {
                let left = survivors.disk(&plan);
                if !seen.insert((fingerprint(&left), Arc::as_ptr(&point.allowed))) {
                    continue;
                }
                if states >= most {
                    return Ok(());
                }
                states += 1;
                self.states += 1;
                let checked = check(point, &left, trouble.lie.as_ref(), &mut rng);
                let machines = checked.map_err(|what| {
                    let plan = survivors.describe(&plan);
                    Found::in_crash(what, &points[..=number], &plan)
                })?;
                self.count(machines.sites());
            }
        }
        Ok(())
    }

    fn count(&mut self, sites: impl IntoIterator<Item = (Site, u64)>) {
        for (site, times) in sites {
            *self.sites.entry(site).or_default() += times;
        }
    }
}

/// What went wrong, and where.
struct Found {
    what: Violation,
    place: String,
}

impl Found {
    fn in_run(what: Violation) -> Self {
        let place = "without a crash\n".to_owned();
        Self { what, place }
    }

    fn in_crash(what: Violation, before: &[CrashPoint], plan: &str) -> Self {
        let mut place = format!("after a crash at operation {} of:\n", before.len());
        for point in &before[before.len().saturating_sub(24)..] {
            let (operation, path) = &point.last;
            let _ = writeln!(place, "    {operation} {}", path.display());
        }
        let _ = writeln!(place, "  which left\n{plan}");
        Self { what, place }
    }
}

impl Failure {
    fn new(scenario: &Scenario, trouble: &Trouble, found: Found) -> Self {
        let Found { what, place } = found;
        let mut report = format!("{what}\n  {place}  with {trouble:?}\n");
        let _ = writeln!(report, "  in the scenario of the seed {}:", scenario.seed);
        for (program, step) in &scenario.steps {
            let _ = writeln!(report, "    program {program}: {step:?}");
        }
        Self { what, report }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.report)
    }
}
