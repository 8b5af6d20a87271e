//! The machine: the disk with the operating system over it, which counts operations, lets one of
//! them fail, ends programs, and takes down what a crash at each moment would find.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use super::disk::{Disk, NodeId};
use super::fault::{Fault, FaultKind, Sort, ended};
use super::sites::Site;
use super::world::{Possible, World};

/// How long a lock is waited for. Nobody waits for one in vain; a test that does ends here.
const LOCK_WAIT: Duration = Duration::from_secs(20);

/// What a crash point names as done last if an operation was made to fail.
pub(crate) const FAULT: &str = "the fault";

/// A machine, which several programs share.
pub(crate) struct Machine {
    state: Mutex<State>,
    unlocked: Condvar,
}

pub(crate) struct State {
    pub(crate) disk: Disk,
    /// Who holds the lock of which file.
    pub(crate) locks: BTreeMap<NodeId, Program>,
    dead: BTreeSet<Program>,
    programs: Program,
    recording: Option<Recording>,
    /// Each operation so far, as far as faults can tell them apart.
    pub(crate) operations: Vec<Sort>,
    fault: Option<Fault>,
    fired: bool,
    lie: Option<Site>,
    /// How often each site ran.
    sites: BTreeMap<Site, u64>,
}

/// The number of a running program, in which a store is.
pub(crate) type Program = usize;

/// What a crash at each moment would find.
struct Recording {
    points: Vec<CrashPoint>,
    /// What may be there after a crash at this moment.
    allowed: Arc<Possible>,
    trashed: Arc<World>,
}

/// A moment at which the machine may crash.
pub(crate) struct CrashPoint {
    pub(crate) disk: Disk,
    /// What may be there after a crash at this moment.
    pub(crate) allowed: Arc<Possible>,
    /// What must then be in the trash, if no process has the name.
    pub(crate) trashed: Arc<World>,
    /// What was done last.
    pub(crate) last: (&'static str, PathBuf),
}

impl Machine {
    pub(crate) fn new(disk: Disk, lie: Option<Site>) -> Arc<Self> {
        let state = State {
            disk,
            locks: BTreeMap::new(),
            dead: BTreeSet::new(),
            programs: 0,
            recording: None,
            operations: Vec::new(),
            fault: None,
            fired: false,
            lie,
            sites: BTreeMap::new(),
        };
        Arc::new(Self {
            state: Mutex::new(state),
            unlocked: Condvar::new(),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Starts another program.
    pub(crate) fn start(&self) -> Program {
        let mut state = self.state();
        state.programs += 1;
        state.programs
    }

    pub(crate) fn is_dead(&self, program: Program) -> bool {
        self.state().dead.contains(&program)
    }

    pub(crate) fn arm(&self, fault: Option<Fault>) {
        self.state().fault = fault;
    }

    /// Whether the fault has come.
    pub(crate) fn fired(&self) -> bool {
        self.state().fired
    }

    /// Says what may be there after a crash from now on, what the trash must then hold, and that a
    /// crash now is to be tried.
    pub(crate) fn allow(&self, allowed: Arc<Possible>, trashed: Arc<World>, why: &'static str) {
        let mut state = self.state();
        let recording = state.recording.get_or_insert_with(|| Recording {
            points: Vec::new(),
            allowed: Arc::clone(&allowed),
            trashed: Arc::clone(&trashed),
        });
        recording.allowed = allowed;
        recording.trashed = trashed;
        state.record(why, Path::new(""));
    }

    /// The moments since the first call of [`allow`](Self::allow).
    pub(crate) fn take_points(&self) -> Vec<CrashPoint> {
        let recording = self.state().recording.take();
        recording
            .map(|recording| recording.points)
            .unwrap_or_default()
    }

    pub(crate) fn sites(&self) -> BTreeMap<Site, u64> {
        self.state().sites.clone()
    }

    pub(crate) fn operations(&self) -> Vec<Sort> {
        self.state().operations.clone()
    }

    /// The disk as running programs see it, and what of it is durable.
    pub(crate) fn disk(&self) -> Disk {
        self.state().disk.clone()
    }

    /// Does an operation of a program. If it is to fail, `fail` leaves what a failure leaves.
    pub(crate) fn operate<T>(
        &self,
        program: Program,
        (name, path, sort): (&'static str, &Path, Sort),
        fail: impl FnOnce(&mut State, FaultKind),
        work: impl FnOnce(&mut State) -> io::Result<T>,
    ) -> io::Result<T> {
        let mut state = self.state();
        if state.dead.contains(&program) {
            return Err(ended());
        }
        let number = state.operations.len();
        state.operations.push(sort);
        if let Some(fault) = state.fault
            && fault.befalls(number, sort)
        {
            state.fired = true;
            fail(&mut state, fault.kind);
            if fault.kind == FaultKind::Killed {
                state.dead.insert(program);
                state.locks.retain(|_, holder| *holder != program);
                self.unlocked.notify_all();
            }
            state.record(FAULT, path);
            return Err(fault.kind.error());
        }
        let outcome = work(&mut state);
        if sort != Sort::Look {
            state.record(name, path);
        }
        outcome
    }

    /// Waits until nobody holds the lock of a file, and takes it.
    pub(crate) fn wait_for_lock(&self, program: Program, file: NodeId) -> io::Result<()> {
        let state = self.state();
        let taken =
            |state: &mut State| state.locks.contains_key(&file) && !state.dead.contains(&program);
        let waited = self.unlocked.wait_timeout_while(state, LOCK_WAIT, taken);
        let (mut state, timeout) = waited.unwrap();
        if state.dead.contains(&program) {
            return Err(ended());
        }
        if timeout.timed_out() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        state.locks.insert(file, program);
        Ok(())
    }

    /// Releases a lock, if the program has not lost it by its end.
    pub(crate) fn unlock(&self, program: Program, file: NodeId) {
        let mut state = self.state();
        if !state.dead.contains(&program) {
            state.locks.remove(&file);
        }
        self.unlocked.notify_all();
    }
}

impl State {
    fn record(&mut self, name: &'static str, path: &Path) {
        if let Some(recording) = &mut self.recording {
            recording.points.push(CrashPoint {
                disk: self.disk.clone(),
                allowed: Arc::clone(&recording.allowed),
                trashed: Arc::clone(&recording.trashed),
                last: (name, path.to_owned()),
            });
        }
    }

    /// Counts a sync, and says whether it is to do its work.
    pub(crate) fn honest(&mut self, site: Site) -> bool {
        let lie = self.lie.as_ref() == Some(&site);
        *self.sites.entry(site).or_default() += 1;
        !lie
    }
}
