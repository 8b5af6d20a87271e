//! The contract of [`Store`] as a suite that any store can be put to.

mod calling;
mod changing;
mod creating;
mod deleting;
mod following;
mod looking_back;
mod moving;
mod searching;

use std::fmt;
use std::sync::Arc;

use crate::error::{Taken, Unresolved};
use crate::history::quoted;
use crate::store::Requester;
use crate::{Action, Actor, Error, Process, ProcessManager, ProcessName, Store, TaskName};

/// Puts a store to its contract; `make` has to answer a new one, without a process in it, each
/// time.
///
/// What is broken is answered all at once. Whether what was acknowledged survives the end of the
/// program is not asked here: only the store's own tests can crash it.
///
/// ```
/// pm_core::testing::store_contract(pm_core::MemoryStore::new)?;
/// # Ok::<(), pm_core::testing::ContractBroken>(())
/// ```
pub fn store_contract<S: Store + 'static>(make: impl Fn() -> S) -> Result<(), ContractBroken> {
    let suites = [
        creating::CHECKS,
        changing::CHECKS,
        looking_back::CHECKS,
        deleting::CHECKS,
        moving::CHECKS,
        calling::CHECKS,
        searching::CHECKS,
        following::CHECKS,
    ];
    let mut broken = Vec::new();
    for (name, check) in suites.concat() {
        if let Err(violation) = check(&Subject::new(make())) {
            broken.push(format!("{name}: {violation}"));
        }
    }
    if broken.is_empty() {
        Ok(())
    } else {
        Err(ContractBroken(broken))
    }
}

/// What of the contract a store does not keep, each with what was found.
#[derive(Clone, PartialEq, Eq)]
pub struct ContractBroken(pub Vec<String>);

impl std::error::Error for ContractBroken {}

impl fmt::Display for ContractBroken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the store breaks its contract:")?;
        self.0.iter().try_for_each(|one| write!(f, "\n- {one}"))
    }
}

/// As [`Display`](fmt::Display), for a test that unwraps.
impl fmt::Debug for ContractBroken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A name for people, and the check.
type Check = (&'static str, fn(&Subject) -> Result<(), Violation>);

/// What was found that should not be, or the error that came up.
type Violation = Box<dyn std::error::Error + Send + Sync>;

/// A store under test, and a handle over it.
struct Subject {
    store: Arc<dyn Store>,
    manager: ProcessManager,
}

impl Subject {
    fn new(store: impl Store + 'static) -> Self {
        let store: Arc<dyn Store> = Arc::new(store);
        Self {
            manager: ProcessManager::over(Arc::clone(&store)),
            store,
        }
    }

    /// Creates a process.
    fn create(&self, name: &str) -> Result<ProcessName, Error> {
        let created = self.manager.create_process(name.parse()?, "")?;
        Ok(created.name.clone())
    }

    /// Adds a task in somebody's name.
    fn add(&self, process: &ProcessName, task: &str, by: &Requester) -> Result<(), Error> {
        let task: TaskName = task.parse()?;
        let change = move |process: &mut Process, now: &crate::Timestamp| {
            process.add_task(task.clone(), String::new(), now)?;
            Ok(Action::new(
                "add_task",
                format!("added the task {}", quoted(&task)),
            ))
        };
        self.store.update(process, by, Box::new(change)).map(drop)
    }

    /// The names of a process's tasks, in their order.
    fn tasks(&self, process: &str) -> Result<Vec<String>, Error> {
        let process = self.store.read(process)?;
        Ok(process.tasks.keys().map(ToString::to_string).collect())
    }

    /// All names, ordered.
    fn names(&self) -> Result<Vec<String>, Error> {
        let names = self.store.names()?;
        let mut names: Vec<String> = names.iter().map(ToString::to_string).collect();
        names.sort();
        Ok(names)
    }
}

/// Somebody who asks for changes.
fn by(client: &str) -> Requester {
    Actor::Client {
        client: client.into(),
        principal: None,
    }
    .into()
}

/// Somebody who has given up what they are about to ask for.
fn gone() -> Requester {
    let requester = by("gone");
    requester.cancellation.cancel();
    requester
}

/// Says what differs.
fn same<T: PartialEq + fmt::Debug>(what: &str, found: T, expected: T) -> Result<(), Violation> {
    let compared = [found, expected];
    let [found, expected] = &compared;
    if found == expected {
        return Ok(());
    }
    Err(format!("{what} should be {expected:?} and is {found:?}").into())
}

/// Says what was answered in place of the refusal that was due.
fn refused<T: fmt::Debug>(
    what: &str,
    answer: Result<T, Error>,
    is_due: impl Fn(&Error) -> bool,
) -> Result<(), Violation> {
    match answer {
        Err(error) if is_due(&error) => Ok(()),
        other => Err(format!("{what} should be refused, and the answer is {other:?}").into()),
    }
}

fn is_not_found(error: &Error) -> bool {
    matches!(error, Error::Process(Unresolved::NotFound { .. }))
}

fn is_taken(error: &Error) -> bool {
    matches!(error, Error::Taken(Taken::Process { .. }))
}

#[cfg(test)]
mod tests;
