//! What the store must hold: the processes as plain values, and the several sets of them that are
//! possible if an answer left it open.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use super::step::{Step, perform};
use crate::clock::{Clock as _, ManualClock};
use crate::store::rules::{no_such_process, refuse_taken};
use crate::store::{Change, Listing, Requester, Store, StoreHealth, WholeProcess};
use crate::{Action, Error, HistoryEntry, Process, ProcessManager, ProcessName, Subscription};

/// All processes.
pub(crate) type World = BTreeMap<ProcessName, Arc<Process>>;

/// The worlds of which the store must hold one.
#[derive(Clone)]
pub(crate) struct Possible(pub(crate) Vec<World>);

/// What a store answered to a step.
pub(crate) type Answer = Result<Option<Arc<Process>>, Error>;

/// A world as a store.
struct Sandbox(Arc<Mutex<World>>, Arc<ManualClock>);

/// A world after a step, and the answer that belongs to it.
pub(crate) fn apply(world: &World, step: &Step, clock: &Arc<ManualClock>) -> (World, Answer) {
    let shared = Arc::new(Mutex::new(world.clone()));
    let manager = ProcessManager::new(Sandbox(Arc::clone(&shared), Arc::clone(clock)));
    let answer = perform(step, &manager);
    drop(manager);
    let world = shared.lock().unwrap().clone();
    (world, answer)
}

impl Possible {
    pub(crate) fn one(world: World) -> Self {
        Self(vec![world])
    }

    /// These worlds and those.
    pub(crate) fn or(&self, others: impl IntoIterator<Item = World>) -> Self {
        let mut worlds = self.0.clone();
        for world in others {
            if !worlds
                .iter()
                .any(|known| difference(known, &world).is_none())
            {
                worlds.push(world);
            }
        }
        Self(worlds)
    }

    /// If no world is `found`: how it differs from the last one.
    pub(crate) fn refute(&self, found: &World) -> Option<String> {
        let mut told = None;
        for world in &self.0 {
            told = Some(difference(world, found)?);
        }
        told
    }
}

/// If a world is not as expected: the first difference, in words.
pub(crate) fn difference(expected: &World, found: &World) -> Option<String> {
    for (name, process) in expected {
        match found.get(name) {
            None => return Some(format!("the process {name} is gone")),
            Some(found) if !same(process, found) => {
                let (expected, found) = (shown(process), shown(found));
                return Some(format!("expected\n{expected}and found\n{found}"));
            }
            Some(_) => {}
        }
    }
    let extra = found.keys().find(|name| !expected.contains_key(*name));
    extra.map(|name| format!("there is a process {name} that should not be"))
}

/// Whether two processes are the same for everybody who reads them.
pub(crate) fn same(one: &Process, other: &Process) -> bool {
    let head = |it: &Process| (it.name.clone(), it.revision, it.tasks.len());
    head(one) == head(other)
        && one.description == other.description
        && one.created_at == other.created_at
        && one
            .tasks
            .iter()
            .zip(&other.tasks)
            .all(|((name, task), (other_name, other))| {
                let jobs = task.jobs.iter().zip(&other.jobs).all(|(job, other)| {
                    job.0 == other.0
                        && job.1.name == other.1.name
                        && job.1.description == other.1.description
                        && job.1.created_at == other.1.created_at
                });
                let code = task.code.iter().zip(&other.code).all(|(version, other)| {
                    version.0 == other.0
                        && version.1.name == other.1.name
                        && version.1.content == other.1.content
                        && version.1.created_at == other.1.created_at
                });
                name == other_name
                    && task.description == other.description
                    && task.created_at == other.created_at
                    && task.jobs.len() == other.jobs.len()
                    && task.code.len() == other.code.len()
                    && jobs
                    && code
            })
}

/// A process for people, a line a thing.
fn shown(process: &Process) -> String {
    let mut text = format!("  {} (revision {})\n", process.name, process.revision);
    for (name, task) in &process.tasks {
        let _ = writeln!(text, "    {name}: {:?}", task.description);
        for key in task.jobs.keys() {
            let _ = writeln!(text, "      job {key}");
        }
        for (key, version) in &task.code {
            let _ = writeln!(text, "      code {key}, {} bytes", version.content.len());
        }
    }
    text
}

impl Store for Sandbox {
    fn now(&self) -> time::OffsetDateTime {
        self.1.now()
    }

    fn names(&self) -> Result<Vec<ProcessName>, Error> {
        Ok(self.0.lock().unwrap().keys().cloned().collect())
    }

    fn list(&self) -> Result<Listing, Error> {
        unreachable!("no step asks a world for a list")
    }

    fn read(&self, name: &str) -> Result<Arc<Process>, Error> {
        let found = self.0.lock().unwrap().get(name).map(Arc::clone);
        found.ok_or_else(|| no_such_process(name))
    }

    fn create(&self, mut process: Process, _: &Requester) -> Result<Arc<Process>, Error> {
        let mut world = self.0.lock().unwrap();
        refuse_taken(world.keys(), &process.name, None)?;
        process.revision = 1;
        let process = Arc::new(process);
        world.insert(process.name.clone(), Arc::clone(&process));
        Ok(process)
    }

    fn update(
        &self,
        name: &ProcessName,
        _: &Requester,
        mut change: Change,
    ) -> Result<Arc<Process>, Error> {
        let mut process = Process::clone(&*self.read(name.as_str())?);
        change(&mut process, &self.now().into())?;
        process.revision += 1;
        let process = Arc::new(process);
        let mut world = self.0.lock().unwrap();
        world.insert(name.clone(), Arc::clone(&process));
        Ok(process)
    }

    fn rename(
        &self,
        name: &ProcessName,
        new: &ProcessName,
        _: &Requester,
        _: Action,
    ) -> Result<Arc<Process>, Error> {
        let mut process = Process::clone(&*self.read(name.as_str())?);
        let mut world = self.0.lock().unwrap();
        refuse_taken(world.keys(), new, Some(name))?;
        process.name = new.clone();
        process.revision += 1;
        let process = Arc::new(process);
        world.remove(name);
        world.insert(new.clone(), Arc::clone(&process));
        Ok(process)
    }

    fn delete(&self, name: &ProcessName, _: &Requester) -> Result<(), Error> {
        let removed = self.0.lock().unwrap().remove(name);
        removed
            .map(drop)
            .ok_or_else(|| no_such_process(name.as_str()))
    }

    fn history(&self, _: &str, _: u64) -> Result<Vec<Arc<HistoryEntry>>, Error> {
        unreachable!("no step asks a world for its history")
    }

    fn keep_whole(&self, _: &WholeProcess, _: &Requester) -> Result<(), Error> {
        unreachable!("no step copies a process into a world")
    }

    fn subscribe(&self) -> Result<Subscription, Error> {
        unreachable!("no step follows a world")
    }

    fn health(&self) -> StoreHealth {
        unreachable!("no step asks how a world is doing")
    }
}
