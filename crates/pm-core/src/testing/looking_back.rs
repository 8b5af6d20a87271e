//! What is kept of changes, and taking them back.

use super::{Check, Subject, Violation, by, same};
use crate::history::LastChange;
use crate::model::ProcessSummary;
use crate::{Action, Error, Process, ProcessName, Status, TaskUpdate, Timestamp};

pub(super) const CHECKS: &[Check] = &[
    (
        "the history has all changes, in order, with their actors",
        complete,
    ),
    ("the history leads back to each former state", leads_back),
    (
        "a process keeps its history with a new name",
        follows_the_name,
    ),
    (
        "what differs from a former state is found from the history",
        differs,
    ),
    ("a change can be taken back, and that as well", undone),
    ("a list tells the last change of each process", listed_last),
    (
        "a list tells how many tasks wait, and who is at work",
        listed_plan,
    ),
];

fn complete(subject: &Subject) -> Result<(), Violation> {
    let name = subject.create("garden")?;
    for (task, client) in [("soil", "ann"), ("beds", "bob"), ("seeds", "ann")] {
        subject.add(&name, task, &by(client))?;
    }
    let history = subject.store.history("garden", 0)?;
    let told: Vec<_> = history
        .iter()
        .map(|entry| {
            format!(
                "{} {}: {}",
                entry.revision, entry.actor, entry.action.summary
            )
        })
        .collect();
    let expected = vec![
        "2 ann: added the task \"soil\"".to_owned(),
        "3 bob: added the task \"beds\"".to_owned(),
        "4 ann: added the task \"seeds\"".to_owned(),
    ];
    same("the history", told, expected)?;
    let is_known = history.iter().all(|entry| entry.patch.is_some());
    same("whether each has its patch", is_known, true)?;
    for after in 0..=5 {
        let behind = history
            .iter()
            .filter(|entry| entry.revision > after)
            .cloned();
        let told = subject.store.history("garden", after)?;
        same(&format!("what is behind {after}"), told, behind.collect())?;
    }
    Ok(())
}

fn leads_back(subject: &Subject) -> Result<(), Violation> {
    let name = subject.create("garden")?;
    let mut states = vec![Process::clone(&*subject.store.read("garden")?)];
    for task in ["soil", "beds", "seeds"] {
        subject.add(&name, task, &by("ann"))?;
        states.push(Process::clone(&*subject.store.read("garden")?));
    }
    subject
        .manager
        .rename_task(&name, "soil", "earth".parse()?)?;
    subject.manager.delete_task(&name, "beds")?;
    for state in states {
        let found = subject.manager.process_at(&name, state.revision)?;
        same(&format!("revision {}", state.revision), found, state)?;
    }
    Ok(())
}

fn differs(subject: &Subject) -> Result<(), Violation> {
    let name = subject.create("garden")?;
    subject.add(&name, "soil", &by("ann"))?;
    subject
        .manager
        .rename_task(&name, "soil", "earth".parse()?)?;
    subject.add(&name, "beds", &by("bob"))?;
    let difference = subject.manager.difference(&name, 2, None)?;
    let told: Vec<_> = difference
        .tasks
        .iter()
        .map(|task| {
            let former = task.former_name.as_ref().map(ToString::to_string);
            (task.name.to_string(), former)
        })
        .collect();
    let expected = vec![
        ("earth".to_owned(), Some("soil".to_owned())),
        ("beds".to_owned(), None),
    ];
    same("what differs", told, expected)?;
    let steps = subject.manager.timeline(&name, 9)?;
    let counts = steps.iter().map(|step| step.progress.todo).collect();
    same("the tasks over time", counts, vec![0, 1, 2])
}

fn follows_the_name(subject: &Subject) -> Result<(), Violation> {
    let name = subject.create("garden")?;
    subject.add(&name, "soil", &by("ann"))?;
    let action = Action::new("rename_process", "renamed it");
    let renamed = subject
        .store
        .rename(&name, &"park".parse()?, &by("bob"), action)?;
    same("the revision", renamed.revision, 3)?;
    subject.add(&renamed.name, "beds", &by("ann"))?;
    let history = subject.store.history("park", 0)?;
    let told: Vec<_> = history
        .iter()
        .map(|entry| {
            (
                entry.revision,
                &*entry.action.operation,
                entry.actor.to_string(),
            )
        })
        .collect();
    let expected = vec![
        (2, "add_task", "ann".to_owned()),
        (3, "rename_process", "bob".to_owned()),
        (4, "add_task", "ann".to_owned()),
    ];
    same("the history", told, expected)?;
    let first = subject.manager.process_at(&renamed.name, 2)?;
    same("the name before", first.name, name)
}

fn undone(subject: &Subject) -> Result<(), Violation> {
    let name = subject.create("garden")?;
    subject.add(&name, "soil", &by("ann"))?;
    subject.add(&name, "beds", &by("bob"))?;
    subject.manager.undo(&name, 2)?;
    same("the tasks", subject.tasks("garden")?, vec!["beds".into()])?;
    subject.manager.undo(&name, 4)?;
    let process = subject.store.read("garden")?;
    same("the revision", process.revision, 5)?;
    let mut tasks = subject.tasks("garden")?;
    tasks.sort();
    same("the tasks", tasks, vec!["beds".into(), "soil".into()])?;
    let undoes = subject.store.history("garden", 3)?;
    let undoes: Vec<_> = undoes
        .iter()
        .map(|entry| entry.action.undoes.clone())
        .collect();
    same("what they took back", undoes, vec![vec![2], vec![4]])
}

/// What a list says of a process.
fn summary(subject: &Subject, process: &ProcessName) -> Result<ProcessSummary, Violation> {
    let listing = subject.store.list()?;
    let mut listed = listing.processes.iter();
    let found = listed.find(|summary| summary.name == *process);
    let summary = found.ok_or_else(|| format!("{process} should be listed"))?;
    Ok(ProcessSummary::clone(summary))
}

fn listed_last(subject: &Subject) -> Result<(), Violation> {
    let name = subject.create("garden")?;
    subject.create("shed")?;
    let listed = summary(subject, &name)?.last_change;
    same("the last change of a new process", listed, None)?;
    let is_last = |name: &ProcessName, operation: &str| -> Result<(), Violation> {
        let listed = summary(subject, name)?.last_change;
        let history = subject.store.history(name.as_str(), 0)?;
        let last = history.last().map(|entry| LastChange::of(entry));
        same("the last change", listed.as_deref().cloned(), last)?;
        let kind = listed.map(|change| change.operation.to_string());
        same("its operation", kind, Some(operation.to_owned()))
    };
    subject.add(&name, "soil", &by("ann"))?;
    is_last(&name, "add_task")?;
    subject.add(&name, "beds", &by("bob"))?;
    is_last(&name, "add_task")?;
    let refuse = |_: &mut Process, _: &Timestamp| Err(crate::store::no_such_process("garden"));
    let refusal = subject.store.update(&name, &by("eve"), Box::new(refuse));
    same("whether it was refused", refusal.is_err(), true)?;
    is_last(&name, "add_task")?;
    let action = Action::new("rename_process", "renamed it");
    let park = "park".parse()?;
    subject.store.rename(&name, &park, &by("bob"), action)?;
    is_last(&park, "rename_process")?;
    let other = summary(subject, &"shed".parse()?)?.last_change;
    same("the last change of another process", other, None)
}

fn listed_plan(subject: &Subject) -> Result<(), Violation> {
    let name = subject.create("garden")?;
    for task in ["soil", "beds", "seeds", "fence"] {
        subject.add(&name, task, &by("ann"))?;
    }
    let manager = &subject.manager;
    let update = |task: &str, update: TaskUpdate| -> Result<(), Error> {
        manager.update_task(&name, task, update).map(drop)
    };
    let status = |status| TaskUpdate {
        status: Some(status),
        ..TaskUpdate::default()
    };
    let after = |names: &[&str]| TaskUpdate {
        depends_on: Some(names.iter().map(ToString::to_string).collect()),
        ..TaskUpdate::default()
    };
    update("beds", after(&["soil"]))?;
    update("seeds", after(&["soil", "beds"]))?;
    update("fence", after(&["beds"]))?;
    update("fence", status(Status::Blocked))?;
    same("how many wait", summary(subject, &name)?.waiting, 2)?;
    let agent = manager.clone().claiming_as("agent");
    agent.update_task(&name, "soil", status(Status::InProgress))?;
    let (claims, now) = (summary(subject, &name)?.claims, manager.now());
    let (held, others) = claims.at(&now);
    let claim = subject.store.read("garden")?.task("soil")?.1.claim();
    same("who is at work", held.into_iter().cloned().collect(), {
        let all: Vec<_> = claim.into_iter().collect();
        same("the number of claims", all.len(), 1)?;
        all
    })?;
    same("how many others there are", others, 0)?;
    agent.update_task(&name, "soil", status(Status::Done))?;
    let since = summary(subject, &name)?;
    same("how many wait now", since.waiting, 1)?;
    same("who is still at work", since.claims.at(&now).0.len(), 0)
}
