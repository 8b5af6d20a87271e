//! The campaigns: scenario after scenario, a crash at every moment of each, and of what it may
//! leave as many disks as are asked for.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;
use std::sync::Arc;

use super::check::{Depth, check};
use super::fault::{Fault, FaultKind, Sort};
use super::fingerprint::fingerprint;
use super::machine::{CrashPoint, FAULT};
use super::run::{Run, Trouble, Violation, run};
use super::scenario::{Scenario, Theme};
use super::sites::Site;
use super::survivors::Survivors;

/// How many disks are made of one moment at most.
const DISKS_A_POINT: usize = 8;

/// What scenarios of a campaign are like.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Campaign {
    pub(crate) name: &'static str,
    pub(crate) programs: usize,
    pub(crate) length: usize,
    pub(crate) theme: Theme,
    /// What goes wrong in each run, from one of its operations on, besides the crash.
    pub(crate) faults: &'static [FaultKind],
}

/// How much is tried.
#[derive(Clone, Debug)]
pub(crate) struct Effort {
    /// How many disks are recovered.
    pub(crate) states: u64,
    /// The seed of the first scenario; those that follow have the next ones.
    pub(crate) seed: u64,
    pub(crate) depth: Depth,
    /// All syncs of this site do nothing. What goes wrong then is to be found soon, and not in the
    /// shortest scenario.
    pub(crate) lie: Option<Site>,
}

/// What a campaign did.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) runs: u64,
    pub(crate) points: u64,
    /// The disks that were recovered, each different from all others of its scenario.
    pub(crate) states: u64,
    /// How often each sync ran.
    pub(crate) sites: BTreeMap<Site, u64>,
    pub(crate) failure: Option<Failure>,
}

/// The first thing that went wrong, with what is needed to see it again.
pub(crate) struct Failure {
    pub(crate) what: Violation,
    report: String,
}

impl Campaign {
    /// Tries scenarios until enough disks were recovered or one was wrong.
    pub(crate) fn run(&self, effort: &Effort) -> Tally {
        let mut tally = Tally::default();
        for seed in (0..).map(|number| effort.seed.wrapping_add(number)) {
            if tally.is_done(effort) {
                break;
            }
            let scenario = Scenario::random(seed, self.programs, self.length, self.theme);
            let lie = effort.lie.clone();
            let trouble = Trouble { fault: None, lie };
            if self.faults.is_empty() {
                tally.attempt(&scenario, &trouble, effort, u64::MAX);
            } else {
                self.with_faults(&scenario, &trouble, effort, &mut tally);
            }
        }
        tally
    }

    /// Tries one scenario with each of the faults at each of its operations.
    pub(crate) fn run_fully(&self, scenario: &Scenario, effort: &Effort) -> Tally {
        let mut tally = Tally::default();
        let smooth = run(scenario, &Trouble::default());
        let operations = smooth.expect("nothing fails yet").operations;
        for fault in faults(&operations, self.faults) {
            if tally.is_done(effort) {
                break;
            }
            let trouble = Trouble {
                fault: Some(fault),
                lie: None,
            };
            tally.attempt(scenario, &trouble, effort, STATES_A_FAULT * 2);
        }
        tally
    }

    /// Runs a scenario again and again, each time with another fault.
    fn with_faults(
        &self,
        scenario: &Scenario,
        trouble: &Trouble,
        effort: &Effort,
        tally: &mut Tally,
    ) {
        let operations = match run(scenario, trouble) {
            Ok(smooth) => smooth.operations,
            // Nothing needs to fail for this to be wrong.
            Err(_) => return tally.attempt(scenario, trouble, effort, u64::MAX),
        };
        // A part of them: each scenario has hundreds of operations, and others have more.
        let mut rng = fastrand::Rng::with_seed(scenario.seed);
        let faults = faults(&operations, self.faults);
        for fault in rng.choose_multiple(faults, FAULTS_A_SCENARIO) {
            if tally.is_done(effort) {
                return;
            }
            let fault = Some(fault);
            let trouble = Trouble {
                fault,
                ..trouble.clone()
            };
            tally.attempt(scenario, &trouble, effort, STATES_A_FAULT);
        }
    }
}

/// How many faults are tried in a scenario, and how many disks are recovered after each.
const FAULTS_A_SCENARIO: usize = 60;
/// See [`FAULTS_A_SCENARIO`].
const STATES_A_FAULT: u64 = 5;

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
    fn is_done(&self, effort: &Effort) -> bool {
        self.states >= effort.states || self.failure.is_some()
    }

    /// Runs a scenario, and recovers at most `most` of the disks that crashes in it may leave.
    fn attempt(&mut self, scenario: &Scenario, trouble: &Trouble, effort: &Effort, most: u64) {
        self.runs += 1;
        let most = most.min(effort.states - self.states);
        let Err(found) = self.crashes(scenario, trouble, effort.depth, most) else {
            return;
        };
        let again = |scenario: &Scenario| {
            let mut fresh = Self::default();
            fresh
                .crashes(scenario, trouble, effort.depth, u64::MAX)
                .err()
        };
        // A shorter scenario has other operations, and the fault would befall another one of them.
        let worth_it = trouble.fault.is_none() && effort.lie.is_none();
        let shrunk = worth_it
            .then(|| scenario.clone().shrunk(|shorter| again(shorter).is_some()))
            .and_then(|shrunk| again(&shrunk).map(|found| (shrunk, found)));
        let (scenario, found) = shrunk.unwrap_or((scenario.clone(), found));
        self.failure = Some(Failure::new(&scenario, trouble, found));
    }

    fn crashes(
        &mut self,
        scenario: &Scenario,
        trouble: &Trouble,
        depth: Depth,
        most: u64,
    ) -> Result<(), Found> {
        let mut rng = fastrand::Rng::with_seed(scenario.seed);
        let Run {
            mut points, sites, ..
        } = run(scenario, trouble).map_err(Found::in_run)?;
        self.count(sites);
        if trouble.fault.is_some() {
            // Crashes before the fault are those of other campaigns; of those after it, the
            // ones soon after it tell most.
            let fault = points.iter().position(|point| point.last.0 == FAULT);
            points.drain(..fault.unwrap_or_default());
        }
        self.points += points.len() as u64;
        let mut seen = HashSet::new();
        let mut states = 0;
        // If not all can be tried, all moments count alike.
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
                let checked = check(point, &left, trouble.lie.as_ref(), depth, &mut rng);
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

/// What went wrong, and at which point.
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
