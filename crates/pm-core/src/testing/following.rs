//! What subscribers are told.

use std::time::Duration;

use super::{Check, Subject, Violation, by, refused, same};
use crate::feed::ProcessUpdate;
use crate::{Action, FeedItem, Subscription};

pub(super) const CHECKS: &[Check] = &[
    ("subscribers are told of changes, with who made them", told),
    ("subscribers are told which processes come and go", comings),
    ("subscribers are told nothing that was not made", not_made),
];

/// How long a store may take to tell of a change.
const TOLD_WITHIN: Duration = Duration::from_secs(30);

/// The next update.
fn next(changes: &mut Subscription) -> Result<ProcessUpdate, Violation> {
    match changes.recv_timeout(TOLD_WITHIN) {
        Some(FeedItem::Update(update)) => Ok(update),
        other => Err(format!("an update should be told, and what is told is {other:?}").into()),
    }
}

/// Waits until a subscriber knows how a process stands; `None` is gone.
fn stands(
    changes: &mut Subscription,
    process: &str,
    revision: Option<u64>,
) -> Result<ProcessUpdate, Violation> {
    loop {
        let update = next(changes)?;
        if update.process.as_str() == process && update.revision == revision {
            return Ok(update);
        }
    }
}

fn told(subject: &Subject) -> Result<(), Violation> {
    let garden = subject.create("garden")?;
    subject.add(&garden, "before", &by("ann"))?;
    let mut changes = subject.store.subscribe()?;
    let mut another = subject.store.subscribe()?;
    for (task, revision) in [("soil", 3), ("beds", 4)] {
        subject.add(&garden, task, &by("bob"))?;
        let update = stands(&mut changes, "garden", Some(revision))?;
        same("who made it", update.actor, Some(by("bob").author.actor))?;
        same("whether the list changed", update.changes_list, false)?;
        if let Some(tasks) = update.tasks {
            let tasks: Vec<_> = tasks.iter().map(ToString::to_string).collect();
            same("the tasks", tasks, vec![task.to_owned()])?;
        }
    }
    // A subscriber that takes late is told how the process stands by now.
    stands(&mut another, "garden", Some(4))?;
    same("what else is told", changes.try_recv(), None)
}

fn comings(subject: &Subject) -> Result<(), Violation> {
    let mut changes = subject.store.subscribe()?;
    let garden = subject.create("garden")?;
    let update = stands(&mut changes, "garden", Some(1))?;
    same("whether the list changed", update.changes_list, true)?;
    let renamed = Action::new("rename_process", "renamed it");
    let park = "park".parse()?;
    subject.store.rename(&garden, &park, &by("ann"), renamed)?;
    let mut updates = [next(&mut changes)?, next(&mut changes)?];
    updates.sort_by(|a, b| a.process.as_str().cmp(b.process.as_str()));
    let told = updates.map(|it| (it.process.to_string(), it.revision, it.changes_list));
    let expected = [
        ("garden".to_owned(), None, true),
        ("park".to_owned(), Some(2), true),
    ];
    same("what is told of a new name", told, expected)?;
    subject.store.delete(&park, &by("ann"))?;
    stands(&mut changes, "park", None)?;
    let restored = Action::new(Action::RESTORE, "restored it");
    subject.store.restore(&park, &park, &by("ann"), restored)?;
    let update = stands(&mut changes, "park", Some(3))?;
    same("whether the list changed", update.changes_list, true)
}

fn not_made(subject: &Subject) -> Result<(), Violation> {
    let garden = subject.create("garden")?;
    let park = subject.create("park")?;
    subject.add(&garden, "soil", &by("ann"))?;
    let mut changes = subject.store.subscribe()?;
    refused(
        "a second task of the name",
        subject.add(&garden, "Soil", &by("ann")),
        |_| true,
    )?;
    refused(
        "a second process of the name",
        subject.create("Garden"),
        |_| true,
    )?;
    subject.add(&park, "soil", &by("ann"))?;
    let update = next(&mut changes)?;
    same("the first that is told of", update.process, park)
}
