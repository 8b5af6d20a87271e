//! Deleting processes, putting them back and taking them away for ever.

use std::time::Duration;

use super::{Check, Subject, Violation, by, is_not_found, is_taken, refused, same};
use crate::{Action, ProcessName, Timestamp};

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
