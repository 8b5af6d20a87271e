//! What becomes of changes: those that are kept, refused, given up, and made at the same time.

use std::sync::Barrier;

use super::{Check, Subject, Violation, by, gone, refused, same};
use crate::error::Taken;
use crate::history::SessionTag;
use crate::{Action, Error, Process, StoreError};

pub(super) const CHECKS: &[Check] = &[
    ("a change is seen once it is acknowledged", kept),
    ("a change that refuses leaves nothing", refuses),
    ("a change that was given up is not made", given_up),
    ("changes made at the same time are all kept", concurrent),
    ("a change is given the time of the store", timed),
    ("the history keeps the session of a change", marked),
];

/// How many threads change a process at the same time.
const THREADS: usize = 8;

/// How many changes each of them makes.
const CHANGES: usize = 12;

fn kept(subject: &Subject) -> Result<(), Violation> {
    let name = subject.create("garden")?;
    for revision in 2..12 {
        subject.add(&name, &format!("task {revision}"), &by("ann"))?;
        let process = subject.store.read("garden")?;
        same("the revision", process.revision, revision)?;
        same(
            "the number of tasks",
            process.tasks.len() as u64,
            revision - 1,
        )?;
    }
    let last = subject.store.list()?.processes.pop();
    same("the listed revision", last.map(|it| it.revision), Some(11))
}

fn refuses(subject: &Subject) -> Result<(), Violation> {
    let name = subject.create("garden")?;
    subject.add(&name, "soil", &by("ann"))?;
    let before = subject.store.read("garden")?;
    let half = |process: &mut Process, now: &crate::Timestamp| {
        process.description = "changed".into();
        process.add_task("beds".parse()?, String::new(), now)?;
        process.add_task("Soil".parse()?, String::new(), now)?;
        Ok(Action::new("add_tasks", "added tasks"))
    };
    let answer = subject.store.update(&name, &by("ann"), Box::new(half));
    refused("half a change", answer, |error| {
        matches!(error, Error::Taken(Taken::Task { .. }))
    })?;
    same("the process", subject.store.read("garden")?, before)?;
    same("the history", subject.store.history("garden", 0)?.len(), 1)
}

fn given_up(subject: &Subject) -> Result<(), Violation> {
    let name = subject.create("garden")?;
    let trashed = subject.create("shed")?;
    let (store, gone) = (&subject.store, gone());
    store.delete(&trashed, &by("ann"))?;
    let action = || Action::new("rename_process", "renamed");
    let cancelled = |error: &Error| matches!(error, Error::Store(StoreError::Cancelled));
    let park = Process::new("park".parse()?, String::new(), subject.manager.now());
    refused("creating", store.create(park, &gone), cancelled)?;
    refused("changing", subject.add(&name, "soil", &gone), cancelled)?;
    refused(
        "renaming",
        store.rename(&name, &"park".parse()?, &gone, action()),
        cancelled,
    )?;
    refused("deleting", store.delete(&name, &gone), cancelled)?;
    if !store.trash()?.is_empty() {
        let restored = store.restore(&trashed, &trashed, &gone, action());
        refused("restoring", restored, cancelled)?;
    }
    same("the names", subject.names()?, vec!["garden".into()])?;
    same("the revision", store.read("garden")?.revision, 1)
}

fn concurrent(subject: &Subject) -> Result<(), Violation> {
    let name = subject.create("garden")?;
    let start = Barrier::new(THREADS);
    let work = |thread: usize| {
        start.wait();
        (0..CHANGES).try_for_each(|change| {
            let by = by(&format!("client {thread}"));
            subject.add(&name, &format!("task {thread} {change}"), &by)
        })
    };
    std::thread::scope(|scope| {
        let work = &work;
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| scope.spawn(move || work(thread)))
            .collect();
        let mut outcomes = threads.into_iter().map(std::thread::ScopedJoinHandle::join);
        outcomes.try_for_each(|outcome| match outcome {
            Ok(outcome) => outcome.map_err(Violation::from),
            Err(_) => Err("a thread panicked".into()),
        })
    })?;

    let process = subject.store.read("garden")?;
    same(
        "the number of tasks",
        process.tasks.len(),
        THREADS * CHANGES,
    )?;
    same(
        "the revision",
        process.revision,
        1 + (THREADS * CHANGES) as u64,
    )?;
    let history = subject.store.history("garden", 0)?;
    let revisions: Vec<u64> = history.iter().map(|entry| entry.revision).collect();
    same("the revisions", revisions, (2..=process.revision).collect())?;
    for thread in 0..THREADS {
        let actor = by(&format!("client {thread}")).author.actor;
        let own = history.iter().filter(|entry| entry.actor == actor).count();
        same("the changes of a client", own, CHANGES)?;
    }
    Ok(())
}

fn timed(subject: &Subject) -> Result<(), Violation> {
    let name = subject.create("garden")?;
    let before = subject.manager.now();
    subject.add(&name, "soil", &by("ann"))?;
    let after = subject.manager.now();
    let process = subject.store.read("garden")?;
    let made = process.task("soil")?.1.created_at.clone();
    let kept = subject.store.history("garden", 0)?;
    let told = kept.first().map(|entry| entry.at.clone());
    same("the time of the entry", told, Some(made.clone()))?;
    let in_order = before.as_str() <= made.as_str() && made.as_str() <= after.as_str();
    same("whether the time is that of the store", in_order, true)
}

fn marked(subject: &Subject) -> Result<(), Violation> {
    let name = subject.create("garden")?;
    let mut requester = by("ann");
    let sessions = [Some(SessionTag(7)), None, Some(SessionTag(u64::MAX))];
    for (number, session) in sessions.into_iter().enumerate() {
        requester.author.session = session;
        subject.add(&name, &format!("task {number}"), &requester)?;
    }
    let history = subject.store.history("garden", 0)?;
    let kept: Vec<_> = history.iter().map(|entry| entry.session).collect();
    same("the sessions", kept, sessions.to_vec())
}
