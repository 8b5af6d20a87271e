//! Which processes there are, and under which names.

use std::sync::Barrier;

use super::{Check, Subject, Violation, by, is_not_found, is_taken, refused, same};
use crate::{Action, Process, ProcessName};

pub(super) const CHECKS: &[Check] = &[
    ("a new process is there as it was made", new),
    ("a name that nobody has is not found", unknown),
    ("a name is taken but for case and punctuation", taken),
    (
        "a process may be renamed to its own name in another spelling",
        respelled,
    ),
    ("of several who create one name, one succeeds", raced),
];

fn new(subject: &Subject) -> Result<(), Violation> {
    let now = subject.manager.now();
    let mut made = Process::new("Zoo 🌱 \"1\"".parse()?, "Line\nline".into(), now.clone());
    made.add_task("soil".parse()?, "x".repeat(100_000), &now)?;
    made.revision = 7;
    let created = subject.store.create(made.clone(), &by("ann"))?;
    made.revision = 1;
    made.settle();
    same("what is answered", &*created, &made)?;
    same(
        "what is read",
        &*subject.store.read(made.name.as_str())?,
        &made,
    )?;
    subject.create("garden")?;
    same(
        "the names",
        subject.names()?,
        vec![made.name.to_string(), "garden".into()],
    )?;
    let listing = subject.store.list()?;
    let listed = listing.processes.iter();
    let listed: Vec<_> = listed
        .map(|it| (it.name.as_str(), it.revision, it.tasks))
        .collect();
    same(
        "the list",
        listed,
        vec![(made.name.as_str(), 1, 1), ("garden", 1, 0)],
    )?;
    same("its health", subject.store.health().processes, 2)?;
    if let Some(process) = subject.store.read_at_once("garden") {
        same(
            "what is read at once",
            &process,
            &subject.store.read("garden")?,
        )?;
    }
    subject.store.flush()?;
    same("the history", subject.store.history("garden", 0)?.len(), 0)
}

fn unknown(subject: &Subject) -> Result<(), Violation> {
    // A store looks for exactly the name that it is given.
    subject.create("garden")?;
    let name: ProcessName = "Garden".parse()?;
    let (store, ann) = (&subject.store, by("ann"));
    let action = || Action::new("rename_process", "renamed");
    refused("reading it", store.read("Garden"), is_not_found)?;
    refused("its history", store.history("Garden", 0), is_not_found)?;
    refused(
        "changing it",
        subject.add(&name, "soil", &ann),
        is_not_found,
    )?;
    refused("deleting it", store.delete(&name, &ann), is_not_found)?;
    let renamed = store.rename(&name, &"park".parse()?, &ann, action());
    refused("renaming it", renamed, is_not_found)?;
    let restored = store.restore(&name, &name, &ann, action());
    refused("restoring it", restored, is_not_found)?;
    same("what is read at once", store.read_at_once("Garden"), None)?;
    same("the names", subject.names()?, vec!["garden".into()])
}

fn taken(subject: &Subject) -> Result<(), Violation> {
    subject.create("Garden Planner")?;
    let park = subject.create("park")?;
    for name in [
        "Garden Planner",
        "garden_planner",
        "GARDEN-PLANNER",
        "gardenplanner.",
    ] {
        refused(&format!("creating {name}"), subject.create(name), is_taken)?;
        let action = Action::new("rename_process", "renamed");
        let renamed = subject
            .store
            .rename(&park, &name.parse()?, &by("ann"), action);
        refused(&format!("renaming to {name}"), renamed, is_taken)?;
    }
    same(
        "the names",
        subject.names()?,
        vec!["Garden Planner".into(), "park".into()],
    )?;
    same("the revision", subject.store.read("park")?.revision, 1)
}

fn respelled(subject: &Subject) -> Result<(), Violation> {
    let name = subject.create("garden")?;
    let new: ProcessName = "Garden".parse()?;
    let action = Action::new("rename_process", "renamed");
    let renamed = subject.store.rename(&name, &new, &by("ann"), action)?;
    same("the new name", &renamed.name, &new)?;
    same("the revision", renamed.revision, 2)?;
    same("what is read", subject.store.read("Garden")?, renamed)?;
    refused("the old name", subject.store.read("garden"), is_not_found)
}

fn raced(subject: &Subject) -> Result<(), Violation> {
    const SPELLINGS: [&str; 4] = ["garden", "Garden", "GARDEN", "garden!"];
    let start = Barrier::new(SPELLINGS.len());
    let create = |name| {
        start.wait();
        subject.create(name)
    };
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = SPELLINGS.map(|name| scope.spawn(|| create(name))).into();
        threads
            .into_iter()
            .map(std::thread::ScopedJoinHandle::join)
            .collect()
    });
    let mut created = Vec::new();
    for outcome in outcomes {
        match outcome.map_err(|_| "a thread panicked")? {
            Ok(name) => created.push(name.to_string()),
            Err(error) if is_taken(&error) => {}
            Err(error) => return Err(error.into()),
        }
    }
    same("how many succeeded", created.len(), 1)?;
    same("the names", subject.names()?, created)
}
