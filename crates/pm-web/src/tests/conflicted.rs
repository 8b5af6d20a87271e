//! A store with changes that did not fit beside edits by hand, as a store in memory never has.

use std::sync::{Arc, Mutex};

use pm_core::error::ConflictProblem;
use pm_core::store::{
    Change, Conflict, KeptChanges, Listing, Requester, StoreHealth, WholeProcess,
};
use pm_core::{
    Action, Error, HistoryEntry, ManualClock, MemoryStore, Process, ProcessManager, ProcessName,
    Store, Subscription, codec,
};
use time::OffsetDateTime;
use time::macros::datetime;

use super::support::from_json;

/// What did not fit: a text for another, one that is missing by now, a task that is not there any
/// more, and a job.
const CHANGES: &str = r#"[
    {"at": ["tasks", "beds <b>", "description"], "old": "Dig", "new": "Dig two\nand <script>alert(1)</script>\n"},
    {"at": ["tasks", "gone \u202e", "description"], "old": "", "new": "Lost <b>words</b>"},
    {"at": ["tasks", "beds <b>", "jobs", "j1"],
        "new": {"name": "spade", "description": "a long one", "created_at": "2026-11-22T11:00:00.000000Z"}}
]"#;

const PLAN: &str = r#"{
    "process_name": "Garden <script>alert(1)</script>",
    "tasks": {"beds <b>": {"description": "Dig one\nand rest\n", "jobs": {
        "j1": {"name": "spade", "description": "borrow it", "created_at": "2026-11-22T11:00:00.000000Z"}
    }}}
}"#;

/// A store with conflicts.
struct Conflicted {
    store: MemoryStore,
    /// What is still to be settled, and the text in which it is kept.
    conflicts: Mutex<Vec<(Conflict, String)>>,
}

/// A handle over a process with changes that did not fit, changes that nobody can make out, and
/// some of a process that is gone.
pub(crate) fn conflicted() -> ProcessManager {
    let clock = Arc::new(ManualClock::new(datetime!(2026-11-22 12:00 UTC)));
    let store = MemoryStore::with_clock(clock);
    let plan = from_json(PLAN);
    let conflict = |id: &str, process, text: &str| {
        let conflict = Conflict {
            id: id.to_owned(),
            process,
            revision: 7,
        };
        (conflict, text.to_owned())
    };
    let name = Some(plan.name.clone());
    let conflicts = vec![
        conflict("Garden_?.conflict-7.txt", name.clone(), CHANGES),
        conflict("Garden.conflict-8.txt", name, "[<edited>]"),
        conflict("Old.conflict-7.txt", None, CHANGES),
    ];
    let manager = ProcessManager::new(Conflicted {
        store,
        conflicts: Mutex::new(conflicts),
    });
    manager.create_whole(plan).unwrap();
    manager
}

impl Store for Conflicted {
    fn now(&self) -> OffsetDateTime {
        self.store.now()
    }

    fn names(&self) -> Result<Vec<ProcessName>, Error> {
        self.store.names()
    }

    fn list(&self) -> Result<Listing, Error> {
        let conflicts = self.conflicts.lock().unwrap();
        let conflicts = conflicts.iter().map(|(conflict, _)| conflict.clone());
        Ok(Listing {
            conflicts: conflicts.collect(),
            ..self.store.list()?
        })
    }

    fn read_conflict(&self, conflict: &Conflict) -> Result<KeptChanges, Error> {
        let conflicts = self.conflicts.lock().unwrap();
        let kept = conflicts.iter().find(|(kept, _)| kept.id == conflict.id);
        let (_, text) = kept.ok_or_else(|| not_found(conflict))?;
        Ok(KeptChanges {
            at: datetime!(2026-11-22 11:40 UTC).into(),
            patch: codec::read_patch(text).ok(),
            text: text.clone(),
        })
    }

    fn discard_conflict(&self, conflict: &Conflict, _: &Requester) -> Result<(), Error> {
        let mut conflicts = self.conflicts.lock().unwrap();
        let before = conflicts.len();
        conflicts.retain(|(kept, _)| kept.id != conflict.id);
        if conflicts.len() == before {
            return Err(not_found(conflict));
        }
        Ok(())
    }

    fn read(&self, name: &str) -> Result<Arc<Process>, Error> {
        self.store.read(name)
    }

    fn create(&self, process: Process, requester: &Requester) -> Result<Arc<Process>, Error> {
        self.store.create(process, requester)
    }

    fn update(
        &self,
        name: &ProcessName,
        requester: &Requester,
        change: Change,
    ) -> Result<Arc<Process>, Error> {
        self.store.update(name, requester, change)
    }

    fn rename(
        &self,
        name: &ProcessName,
        new: &ProcessName,
        requester: &Requester,
        action: Action,
    ) -> Result<Arc<Process>, Error> {
        self.store.rename(name, new, requester, action)
    }

    fn delete(&self, name: &ProcessName, requester: &Requester) -> Result<(), Error> {
        self.store.delete(name, requester)
    }

    fn history(&self, name: &str, after: u64) -> Result<Vec<Arc<HistoryEntry>>, Error> {
        self.store.history(name, after)
    }

    fn keep_whole(&self, whole: &WholeProcess, requester: &Requester) -> Result<(), Error> {
        self.store.keep_whole(whole, requester)
    }

    fn subscribe(&self) -> Result<Subscription, Error> {
        self.store.subscribe()
    }

    fn health(&self) -> StoreHealth {
        self.store.health()
    }
}

fn not_found(conflict: &Conflict) -> Error {
    let id = conflict.id.clone();
    Error::Conflict(ConflictProblem::NotFound { id })
}
