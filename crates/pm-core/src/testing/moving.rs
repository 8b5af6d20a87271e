//! Processes that come from another store, with all that is kept of them.

use super::{Check, Subject, Violation, by, gone, is_taken, refused, same};
use crate::store::WholeProcess;
use crate::{Action, Error, MemoryStore, ProcessName, StoreError};

pub(super) const CHECKS: &[Check] = &[
    (
        "a process comes from another store with its history and its times",
        comes_whole,
    ),
    ("a process that came goes on as it was going", goes_on),
    (
        "a process comes into the trash and back from it",
        comes_into_the_trash,
    ),
    (
        "a process that comes takes no name from another",
        takes_no_name,
    ),
];

/// A process with some history, as another store has it.
fn elsewhere(name: &str, changes: usize) -> Result<WholeProcess, Violation> {
    let other = Subject::new(MemoryStore::new());
    let name = other.create(name)?;
    for change in 0..changes {
        other.add(&name, &format!("task {change}"), &by("ann"))?;
    }
    Ok(other.store.read_whole(name.as_str())?)
}

fn comes_whole(subject: &Subject) -> Result<(), Violation> {
    let store = &subject.store;
    for (name, changes) in [("new", 0), ("garden", 3), ("park", 30)] {
        let whole = elsewhere(name, changes)?;
        store.keep_whole(&whole, &by("bob"))?;
        same("the process", &store.read(name)?, whole.process())?;
        let history = store.history(name, 0)?;
        same("the history", history.as_slice(), whole.history())?;
        let found = store.read_whole(name)?;
        same("the checksum", found.checksum()?, whole.checksum()?)?;
        same("the time", found.updated_at(), whole.updated_at())?;
        let listed = store.list()?.processes.into_iter();
        let listed = listed.filter(|it| it.name.as_str() == name);
        let times: Vec<_> = listed.map(|it| it.updated_at.clone()).collect();
        same(
            "the time in a list",
            times,
            vec![whole.updated_at().clone()],
        )?;
    }
    let last = store.list()?.processes.into_iter();
    let last = last.filter_map(|it| Some(it.last_change.as_ref()?.revision));
    same("the last changes", last.collect(), vec![4, 31])
}

fn goes_on(subject: &Subject) -> Result<(), Violation> {
    let whole = elsewhere("garden", 3)?;
    subject.store.keep_whole(&whole, &by("bob"))?;
    let name: ProcessName = "garden".parse()?;
    subject.add(&name, "more", &by("bob"))?;
    let revisions: Vec<_> = subject.store.history("garden", 0)?;
    let revisions = revisions.iter().map(|entry| entry.revision).collect();
    same("the revisions", revisions, vec![2, 3, 4, 5])?;
    subject.manager.undo(&name, 3)?;
    same(
        "the tasks",
        subject.tasks("garden")?,
        vec!["task 0".into(), "task 2".into(), "more".into()],
    )?;
    let again = subject.store.read_whole("garden")?;
    same("the revision", again.process().revision, 6)?;
    same("the changes", again.history().len(), 5)
}

fn comes_into_the_trash(subject: &Subject) -> Result<(), Violation> {
    let store = &subject.store;
    let name = subject.create("garden")?;
    let other = Subject::new(MemoryStore::new());
    let park = other.create("park")?;
    other.add(&park, "swings", &by("ann"))?;
    other.store.delete(&park, &by("ann"))?;
    let items = other.store.trash()?;
    let item = items.first().ok_or("nothing is in the trash")?;
    let whole = other.store.read_whole_trashed(item)?;
    store.keep_whole(&whole, &by("bob"))?;
    store.delete(&name, &by("bob"))?;
    let trash = store.trash()?;
    let told: Vec<_> = trash.iter().map(|it| it.name.as_str()).collect();
    same("the trash", told, vec!["garden", "park"])?;
    same("the item", trash.last(), Some(item))?;
    let found = store.read_whole_trashed(item)?;
    same("the checksum", found.checksum()?, whole.checksum()?)?;
    let action = Action::new(Action::RESTORE, "restored it");
    store.restore(&park, &park, &by("bob"), action)?;
    same("the tasks", subject.tasks("park")?, vec!["swings".into()])?;
    same("the changes", store.history("park", 0)?.len(), 2)?;
    // There may be several of one name.
    store.keep_whole(&whole, &by("bob"))?;
    same("the trash", store.trash()?.len(), 2)
}

fn takes_no_name(subject: &Subject) -> Result<(), Violation> {
    let name = subject.create("garden")?;
    for taken in ["garden", "GARDEN"] {
        let kept = subject.store.keep_whole(&elsewhere(taken, 1)?, &by("ann"));
        refused("a name that is taken", kept, is_taken)?;
    }
    same(
        "its revision",
        subject.store.read(name.as_str())?.revision,
        1,
    )?;
    let cancelled = |error: &Error| matches!(error, Error::Store(StoreError::Cancelled));
    let given_up = subject.store.keep_whole(&elsewhere("park", 1)?, &gone());
    refused("what was given up", given_up, cancelled)?;
    same("the names", subject.names()?, vec!["garden".into()])
}
