//! Runs a scenario on a machine, and compares each answer with what the store may hold.

use std::collections::BTreeMap;
use std::mem::discriminant;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::DIR;
use super::content::Content;
use super::disk::Disk;
use super::fault::{Fault, Sort};
use super::filesystem::ModelFileSystem;
use super::machine::{CrashPoint, Machine};
use super::names::Why;
use super::scenario::Scenario;
use super::sites::Site;
use super::step::{Step, perform, process_name};
use super::world::{Answer, Possible, World, apply, difference};
use crate::clock::ManualClock;
use crate::store::file::format::write_process;
use crate::{Error, FileStore, FileStoreOptions, Process, ProcessManager, ProcessName, StoreError};

/// What goes wrong in a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trouble {
    /// One operation fails.
    pub(crate) fault: Option<Fault>,
    /// All syncs of one site do nothing and say that they have.
    pub(crate) lie: Option<Site>,
}

/// What is left of a run.
pub(crate) struct Run {
    pub(crate) points: Vec<CrashPoint>,
    /// Each operation, as far as faults can tell them apart.
    pub(crate) operations: Vec<Sort>,
    /// How often each sync ran.
    pub(crate) sites: BTreeMap<Site, u64>,
}

/// What should not have happened.
pub(crate) type Violation = String;

/// A program with a store in it.
pub(crate) struct Program {
    pub(crate) fs: ModelFileSystem,
    pub(crate) manager: ProcessManager,
}

impl Program {
    /// Starts a program, which opens the store.
    pub(crate) fn start(machine: &Arc<Machine>, clock: &Arc<ManualClock>) -> Result<Self, String> {
        let fs = ModelFileSystem::start(machine);
        let options = FileStoreOptions {
            // A thread would act at another moment in each run.
            checkpoint_in_background: false,
            ..FileStoreOptions::default()
        };
        let store = FileStore::open_at(
            Box::new(Arc::clone(clock)),
            Box::new(fs.clone()),
            Path::new(DIR).into(),
            options,
        );
        let store = store.map_err(|error| format!("the store cannot be opened: {error}"))?;
        let manager = ProcessManager::new(store);
        Ok(Self { fs, manager })
    }

    /// All processes, as the store answers them.
    pub(crate) fn view(&self) -> Result<World, Violation> {
        let text = |error: Error| format!("the store cannot be read: {error}");
        let listing = self.manager.list_processes().map_err(text)?;
        if let Some(problem) = listing.problems.first() {
            return Err(format!("a file cannot be used: {problem}"));
        }
        let mut world = World::new();
        for name in self.manager.process_names().map_err(text)? {
            let process = self.manager.process(name.as_str()).map_err(text)?;
            world.insert(name, process);
        }
        let listed = listing.processes.iter().map(|it| (&it.name, it.revision));
        let read = world.values().map(|it| (&it.name, it.revision));
        if !listed.eq(read) {
            return Err("the list and the processes differ".to_owned());
        }
        Ok(world)
    }
}

/// A scenario as it runs.
struct Runner {
    machine: Arc<Machine>,
    clock: Arc<ManualClock>,
    programs: Vec<Option<Program>>,
    possible: Possible,
    /// What was deleted and is in the trash, for each name the last of it.
    trashed: Arc<World>,
}

/// The clock of all runs: it moves on between steps only, since a change may be applied again.
pub(crate) fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new(
        time::macros::datetime!(2026-01-01 00:00 UTC),
    ))
}

/// A disk on which another program left these processes.
fn disk_with(world: &World) -> std::io::Result<Disk> {
    let mut disk = Disk::new();
    let dir = Path::new(DIR);
    if world.is_empty() {
        return Ok(disk);
    }
    disk.create_dir_all(dir)?;
    for (name, process) in world {
        let file = disk.create(&dir.join(format!("{name}.json")), Why::Created)?;
        let bytes = write_process(process)?;
        disk.change_file(file, |content| content.write(0, &bytes));
        disk.settle(file, Content::sync);
    }
    for dir in dir.ancestors() {
        let node = disk.find(dir)?;
        disk.sync_dir(node)?;
    }
    Ok(disk)
}

/// Runs a scenario from its beginning.
pub(crate) fn run(scenario: &Scenario, trouble: &Trouble) -> Result<Run, Violation> {
    let disk = disk_with(&scenario.before).map_err(|error| error.to_string())?;
    let machine = Machine::new(disk, trouble.lie.clone());
    machine.arm(trouble.fault);
    let programs = scenario.steps.iter().map(|(program, _)| program + 1).max();
    let mut runner = Runner {
        machine,
        clock: clock(),
        programs: (0..programs.unwrap_or(1)).map(|_| None).collect(),
        possible: Possible::one(scenario.before.clone()),
        trashed: Arc::default(),
    };
    runner.allow("start", runner.possible.clone());
    for (number, (program, step)) in scenario.steps.iter().enumerate() {
        let at = |violation| format!("step {number}, {step:?}: {violation}");
        runner.step(*program, step).map_err(at)?;
    }
    runner
        .look()
        .map_err(|violation| format!("at the end: {violation}"))?;
    // Ending, a store may write what waits.
    runner.programs.clear();
    runner.look_afresh()?;
    let machine = &runner.machine;
    Ok(Run {
        points: machine.take_points(),
        operations: machine.operations(),
        sites: machine.sites(),
    })
}

impl Runner {
    fn allow(&self, why: &'static str, possible: Possible) {
        let trashed = Arc::clone(&self.trashed);
        self.machine.allow(Arc::new(possible), trashed, why);
    }

    fn step(&mut self, program: usize, step: &Step) -> Result<(), Violation> {
        self.clock.advance(Duration::from_secs(1));
        if let Step::Restart = step {
            self.programs[program] = None;
            self.end_trouble();
            return Ok(());
        }
        let fired_before = self.machine.fired();
        let machine = Arc::clone(&self.machine);
        let failing = || machine.fired() && !fired_before;
        let outcomes: Vec<(World, Answer)> = self
            .possible
            .0
            .iter()
            .map(|world| apply(world, step, &self.clock))
            .collect();
        let after = outcomes.iter().map(|(world, _)| world.clone());
        let either = self.possible.or(after);
        let deleted = self.deletion(step);
        self.allow("call", either.clone());

        let running = match self.programs[program].take() {
            Some(running) => running,
            None => match Program::start(&self.machine, &self.clock) {
                Err(_) if failing() => {
                    self.settle(self.possible.clone());
                    return Ok(());
                }
                outcome => outcome?,
            },
        };
        let answer = perform(step, &running.manager);
        let fails = failing();
        if running.fs.is_dead() {
            // Nobody heard the answer.
            drop(running);
            self.settle(either);
            return Ok(());
        }
        self.programs[program] = Some(running);
        let possible = match answer {
            Err(Error::Store(StoreError::Uncertain { .. })) if fails => either,
            Err(Error::Store(_) | Error::Unusable(_)) if fails => self.possible.clone(),
            answer => {
                if let (Ok(_), Some((name, Some(process)))) = (&answer, deleted) {
                    Arc::make_mut(&mut self.trashed).insert(name, process);
                }
                settled(&self.possible, outcomes, &answer)?
            }
        };
        self.settle(possible);
        if fails { self.look() } else { Ok(()) }
    }

    /// What a step deletes, if that is sure. Until it has, nobody can say what the trash has under
    /// that name.
    fn deletion(&mut self, step: &Step) -> Option<(ProcessName, Option<Arc<Process>>)> {
        let Step::Delete { process } = *step else {
            return None;
        };
        let name = process_name(process);
        Arc::make_mut(&mut self.trashed).remove(&name);
        let only = match self.possible.0.as_slice() {
            [world] => world.get(&name).cloned(),
            _ => None,
        };
        Some((name, only))
    }

    /// What made a step fail is over: the next step must succeed.
    fn end_trouble(&self) {
        if self.machine.fired() {
            self.machine.arm(None);
        }
    }

    /// The step has been answered.
    fn settle(&mut self, possible: Possible) {
        self.end_trouble();
        self.possible = possible;
        self.allow("answer", self.possible.clone());
    }

    /// Reads everything through each running program, and one more.
    fn look(&self) -> Result<(), Violation> {
        for running in self.programs.iter().flatten() {
            self.compare(running)?;
        }
        self.look_afresh()
    }

    fn look_afresh(&self) -> Result<(), Violation> {
        self.machine.arm(None);
        self.compare(&Program::start(&self.machine, &self.clock)?)
    }

    fn compare(&self, running: &Program) -> Result<(), Violation> {
        self.machine.arm(None);
        let refuted = self.possible.refute(&running.view()?);
        refuted.map_or(Ok(()), |how| {
            Err(format!("a reader sees something else: {how}"))
        })
    }
}

/// What is possible after an answer that leaves nothing open.
fn settled(
    before: &Possible,
    outcomes: Vec<(World, Answer)>,
    answer: &Answer,
) -> Result<Possible, Violation> {
    let agrees = |expected: &Answer| match (expected, answer) {
        (Ok(Some(expected)), Ok(Some(process))) => {
            let (expected, process) = (alone(expected), alone(process));
            difference(&expected, &process).is_none()
        }
        (Ok(None), Ok(None)) => true,
        (Err(expected), Err(refusal)) => discriminant(expected) == discriminant(refusal),
        _ => false,
    };
    let expected = outcomes.first().map(|(_, answer)| answer.clone());
    let agreeing = outcomes
        .into_iter()
        .filter(|(_, expected)| agrees(expected));
    let mut worlds = agreeing.map(|(world, _)| world);
    let Some(first) = worlds.next() else {
        return Err(format!(
            "the answer should be {expected:?} and is {answer:?}"
        ));
    };
    // A refusal keeps nothing, and so it settles nothing that is open.
    Ok(match answer {
        Ok(_) => Possible::one(first).or(worlds),
        Err(_) => before.clone(),
    })
}

fn alone(process: &Arc<crate::Process>) -> World {
    World::from([(process.name.clone(), Arc::clone(process))])
}
