//! What is kept of changes, and taking them back.

use super::{Check, Subject, Violation, by, same};
use crate::{Action, Process};

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
    ("a change can be taken back, and that as well", undone),
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
