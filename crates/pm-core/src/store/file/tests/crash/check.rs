//! What must hold of every disk that a crash leaves.

use std::sync::Arc;
use std::time::Duration;

use super::disk::Disk;
use super::machine::{CrashPoint, Machine};
use super::run::{Program, Violation, clock};
use super::sites::Site;
use super::step::{PROCESSES, Step, perform, process_name};
use super::survivors::Survivors;
use super::world::{World, apply, difference};
use crate::{Process, ProcessName};

/// How much is tried with each disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// All that [`check`] says.
    All,
    /// That it is recovered, and the rest for every fourth one.
    Quick,
}

/// How many crashes in the middle of a recovery are tried if any is.
const CRASHES_IN_RECOVERY: usize = 2;

/// Recovers what a crash at `point` left, and says what is wrong with it.
///
/// - One of the possible worlds is there: every acknowledged change, perhaps the one that was
///   under way, whole, and nothing else; all files can be read.
/// - After another crash right then, or in the middle of the recovery, it is there again.
/// - A further change is kept: other programs see it, and so does the next one after a crash.
pub(crate) fn check(
    point: &CrashPoint,
    left: &Disk,
    lie: Option<&Site>,
    depth: Depth,
    rng: &mut fastrand::Rng,
) -> Result<Machines, Violation> {
    let mut machines = Machines::new(lie);
    let machine = machines.start(left.clone());
    let (allowed, trashed) = (&point.allowed, &point.trashed);
    machine.allow(Arc::clone(allowed), Arc::clone(trashed), "recovery");
    let recovered = Program::start(&machine, &clock())?;
    let found = recovered.view()?;
    if let Some(how) = point.allowed.refute(&found) {
        return Err(how);
    }
    if depth == Depth::Quick && rng.u8(..) >= 64 {
        return Ok(machines);
    }

    let points = machine.take_points();
    if rng.u8(..) < 32 {
        for _ in 0..CRASHES_IN_RECOVERY {
            let crashed = machines.after_crash(&points[rng.usize(0..points.len())].disk, rng)?;
            if let Some(how) = point.allowed.refute(&crashed) {
                return Err(format!("after a crash while it recovered: {how}"));
            }
        }
    }
    let again = machines.after_crash(&machine.disk(), rng)?;
    expect(&found, &again, "after a second crash")?;
    restore(point, left, &found, &mut machines, rng)?;

    let step = further_step(&found, rng);
    let clock = clock();
    clock.advance(Duration::from_secs(3600));
    let (expected, _) = apply(&found, &step, &clock);
    let writer = Program::start(&machine, &clock)?;
    perform(&step, &writer.manager)
        .map_err(|error| format!("the store refuses the next change, {step:?}: {error}"))?;
    let reader = Program::start(&machine, &clock)?;
    expect(
        &expected,
        &reader.view()?,
        "after a further change, to another program",
    )?;
    expect(
        &expected,
        &recovered.view()?,
        "after a further change, to the first program",
    )?;
    let crashed = machines.after_crash(&machine.disk(), rng)?;
    expect(&expected, &crashed, "after a further change and a crash")?;
    Ok(machines)
}

/// Restores what was deleted, on a machine of its own, and crashes that.
fn restore(
    point: &CrashPoint,
    left: &Disk,
    found: &World,
    machines: &mut Machines,
    rng: &mut fastrand::Rng,
) -> Result<(), Violation> {
    let missing = |(name, _): &(&ProcessName, &Arc<Process>)| !found.contains_key(*name);
    let Some((name, expected)) = point.trashed.iter().find(missing) else {
        return Ok(());
    };
    let machine = machines.start(left.clone());
    let program = Program::start(&machine, &clock())?;
    let restored = program.manager.restore_process(name.as_str(), None);
    let restored = restored.map_err(|error| format!("{name} is not in the trash: {error}"))?;
    let mut before = Process::clone(&restored);
    before.revision -= 1;
    let of = |process| World::from([(name.clone(), process)]);
    expect(&of(Arc::clone(expected)), &of(Arc::new(before)), "restored")?;
    let crashed = machines.after_crash(&machine.disk(), rng)?;
    let crashed = crashed.get(name).cloned();
    let crashed =
        crashed.ok_or_else(|| format!("{name} was restored and is gone after a crash"))?;
    expect(&of(restored), &of(crashed), "restored, and after a crash")
}

/// A change that is always possible, to one of the processes if there is one.
fn further_step(found: &World, rng: &mut fastrand::Rng) -> Step {
    let numbers = 0..PROCESSES.len();
    let here = |process: &usize| found.contains_key(&process_name(*process));
    let (here, missing): (Vec<usize>, Vec<usize>) = numbers.partition(here);
    match (rng.choice(here), rng.choice(missing)) {
        (Some(process), _) if rng.u8(..) < 192 => Step::AddTask { process, task: 9 },
        (_, Some(process)) => Step::Create { process, bytes: 20 },
        (process, None) => Step::Delete {
            process: process.unwrap_or_default(),
        },
    }
}

fn expect(expected: &World, found: &World, when: &str) -> Result<(), Violation> {
    let differs = difference(expected, found);
    differs.map_or(Ok(()), |how| Err(format!("{when}: {how}")))
}

/// The machines of a check, each of which may lie.
pub(crate) struct Machines {
    lie: Option<Site>,
    started: Vec<Arc<Machine>>,
}

impl Machines {
    fn new(lie: Option<&Site>) -> Self {
        let lie = lie.cloned();
        let started = Vec::new();
        Self { lie, started }
    }

    fn start(&mut self, disk: Disk) -> Arc<Machine> {
        let machine = Machine::new(disk, self.lie.clone());
        self.started.push(Arc::clone(&machine));
        machine
    }

    /// What a program finds after a crash.
    fn after_crash(&mut self, disk: &Disk, rng: &mut fastrand::Rng) -> Result<World, Violation> {
        let survivors = Survivors::of(disk);
        // Most is found if nothing is kept; a random plan is worth a try all the same.
        let plan = if rng.bool() {
            survivors.nothing()
        } else {
            let plans = survivors.plans(8, rng);
            plans[rng.usize(0..plans.len())].clone()
        };
        let machine = self.start(survivors.disk(&plan));
        Program::start(&machine, &clock())?.view()
    }

    /// The syncs that ran on these machines.
    pub(crate) fn sites(&self) -> impl Iterator<Item = (Site, u64)> {
        self.started.iter().flat_map(|machine| machine.sites())
    }
}
