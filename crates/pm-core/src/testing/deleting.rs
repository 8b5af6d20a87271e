//! Deleting processes, putting them back and taking them away for ever.

use std::time::Duration;

use super::{Check, Subject, Violation, by, gone, is_not_found, is_taken, refused, same};
use crate::store::Trashed;
use crate::{Action, Error, ProcessName, StoreError, Timestamp};

pub(super) const CHECKS: &[Check] = &[
    ("what is deleted is gone, and in the trash", deleted),
    (
        "the process that was deleted last comes back, with its history",
        restored,
    ),
    (
        "a restored process takes no name from another",
        keeps_names_apart,
    ),
    ("what is purged is gone for ever", purged),
    (
        "one process in the trash can be looked at, and purged alone",
        one_by_one,
    ),
];

fn action() -> Action {
    Action::new(Action::RESTORE, "restored it")
}

fn deleted(subject: &Subject) -> Result<(), Violation> {
    let name = subject.create("garden")?;
    let park = subject.create("park")?;
    subject.store.delete(&name, &by("ann"))?;
    refused("reading it", subject.store.read("garden"), is_not_found)?;
    refused(
        "its history",
        subject.store.history("garden", 0),
        is_not_found,
    )?;
    refused(
        "deleting it again",
        subject.store.delete(&name, &by("ann")),
        is_not_found,
    )?;
    same("the names", subject.names()?, vec!["park".into()])?;
    subject.store.delete(&park, &by("bob"))?;
    let trash = subject.store.trash()?;
    let told: Vec<_> = trash
        .iter()
        .map(|it| (it.name.as_str(), it.by.as_str()))
        .collect();
    same("the trash", told, vec![("park", "bob"), ("garden", "ann")])?;
    // The name is free again.
    let new = subject.create("Garden")?;
    same(
        "the revision of the new one",
        subject.store.read(new.as_str())?.revision,
        1,
    )
}

fn restored(subject: &Subject) -> Result<(), Violation> {
    let mut name: Option<ProcessName> = None;
    for task in ["first", "second"] {
        let garden = subject.create("garden")?;
        subject.add(&garden, task, &by("ann"))?;
        subject.store.delete(&garden, &by("ann"))?;
        name = Some(garden);
    }
    let name = name.ok_or("nothing was created")?;
    let back = subject.store.restore(&name, &name, &by("bob"), action())?;
    same("the revision", back.revision, 3)?;
    same("the tasks", subject.tasks("garden")?, vec!["second".into()])?;
    let history = subject.store.history("garden", 0)?;
    let told: Vec<_> = history
        .iter()
        .map(|it| (it.revision, it.actor.to_string()))
        .collect();
    same(
        "the history",
        told,
        vec![(2, "ann".into()), (3, "bob".into())],
    )?;
    same("the trash", subject.store.trash()?.len(), 1)?;
    let new: ProcessName = "park".parse()?;
    let back = subject.store.restore(&name, &new, &by("bob"), action())?;
    same("the new name", &back.name, &new)?;
    same("the tasks", subject.tasks("park")?, vec!["first".into()])?;
    same("the trash", subject.store.trash()?.len(), 0)
}

fn keeps_names_apart(subject: &Subject) -> Result<(), Violation> {
    let name = subject.create("garden")?;
    subject.store.delete(&name, &by("ann"))?;
    subject.create("Garden")?;
    let back = subject.store.restore(&name, &name, &by("ann"), action());
    refused("its own name", back, is_taken)?;
    same("the trash", subject.store.trash()?.len(), 1)?;
    subject
        .store
        .restore(&name, &"park".parse()?, &by("ann"), action())?;
    same(
        "the names",
        subject.names()?,
        vec!["Garden".into(), "park".into()],
    )
}

fn purged(subject: &Subject) -> Result<(), Violation> {
    let name = subject.create("garden")?;
    subject.store.delete(&name, &by("ann"))?;
    let hour = Duration::from_secs(60 * 60);
    let now = subject.store.now();
    let (early, late) = (Timestamp::from(now - hour), Timestamp::from(now + hour));
    same(
        "how many were purged early",
        subject.store.purge(&early)?,
        0,
    )?;
    same("the trash", subject.store.trash()?.len(), 1)?;
    same("how many were purged", subject.store.purge(&late)?, 1)?;
    same("the trash", subject.store.trash()?.len(), 0)?;
    let back = subject.store.restore(&name, &name, &by("ann"), action());
    refused("restoring it", back, is_not_found)
}

fn one_by_one(subject: &Subject) -> Result<(), Violation> {
    let store = &subject.store;
    for task in ["first", "second"] {
        let garden = subject.create("garden")?;
        subject.add(&garden, task, &by("ann"))?;
        store.delete(&garden, &by("ann"))?;
    }
    let park = subject.create("park")?;
    let items = store.trash()?;
    let [last, first] = items.as_slice() else {
        return Err(format!("the trash should hold two processes and holds {items:?}").into());
    };
    let tasks = |item: &Trashed| -> Result<Vec<String>, Error> {
        let process = store.read_trashed(item)?;
        Ok(process.tasks.keys().map(ToString::to_string).collect())
    };
    same("the last deleted", tasks(last)?, vec!["second".into()])?;
    same("the first deleted", tasks(first)?, vec!["first".into()])?;
    same("its revision", store.read_trashed(first)?.revision, 2)?;
    same("the trash", store.trash()?, items.clone())?;
    let cancelled = |error: &Error| matches!(error, Error::Store(StoreError::Cancelled));
    let given_up = store.purge_one(first, &gone());
    refused("purging what was given up", given_up, cancelled)?;
    store.purge_one(first, &by("bob"))?;
    same("the trash", store.trash()?, vec![last.clone()])?;
    refused("looking at it", store.read_trashed(first), is_not_found)?;
    let again = store.purge_one(first, &by("bob"));
    refused("purging it again", again, is_not_found)?;
    let never = Trashed {
        name: park,
        ..last.clone()
    };
    refused(
        "looking at what is not there",
        store.read_trashed(&never),
        is_not_found,
    )?;
    let back = store.restore(&last.name, &last.name, &by("ann"), action())?;
    same("what comes back", back.tasks.len(), 1)
}
