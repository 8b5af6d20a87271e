//! After any changes and undos, every former state is found, and taking back all that stands leads
//! to the first state.

use proptest::prelude::*;

use super::*;
use crate::error::HistoryProblem;
use crate::{JobUpdate, Position, Status, TaskName, TaskUpdate};

/// What is done; the numbers are taken modulo what there is.
#[derive(Debug, Clone)]
pub(super) enum Deed {
    AddTask(usize),
    DescribeTask(usize, u8),
    RenameTask(usize, usize),
    DeleteTask(usize),
    DeleteTasks(usize, usize),
    AddJob(usize, usize),
    AddSnippet(usize, usize),
    DeleteSnippets(usize, usize),
    RenameSnippet(usize, usize, usize),
    UpdateTask(usize, usize, usize),
    /// Two tasks, their status and place.
    UpdateTasks(usize, usize, usize),
    Depend(usize, usize),
    UpdateJob(usize, usize, usize),
    DeleteJob(usize, usize),
    /// Asks for the next task, as one of several callers.
    Next(usize),
    Release(usize),
    /// Lets go of a task, whoever has it.
    ReleaseOne(usize),
    MoveTask(usize, usize),
    MoveJob(usize, usize, usize),
    RenameProcess(usize),
    Undo(usize),
    UndoLast(usize),
}

pub(super) fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let n = || 0_usize..8;
    let deed = prop_oneof![
        4 => n().prop_map(Deed::AddTask),
        2 => (n(), 0_u8..3).prop_map(|(a, b)| Deed::DescribeTask(a, b)),
        3 => (n(), n()).prop_map(|(a, b)| Deed::RenameTask(a, b)),
        2 => n().prop_map(Deed::DeleteTask),
        1 => (n(), n()).prop_map(|(a, b)| Deed::DeleteTasks(a, b)),
        3 => (n(), n()).prop_map(|(a, b)| Deed::AddJob(a, b)),
        3 => (n(), n()).prop_map(|(a, b)| Deed::AddSnippet(a, b)),
        1 => (n(), n()).prop_map(|(a, b)| Deed::DeleteSnippets(a, b)),
        2 => (n(), n(), n()).prop_map(|(a, b, c)| Deed::RenameSnippet(a, b, c)),
        3 => (n(), n(), n()).prop_map(|(a, b, c)| Deed::UpdateTask(a, b, c)),
        2 => (n(), n(), n()).prop_map(|(a, b, c)| Deed::UpdateTasks(a, b, c)),
        2 => (n(), n()).prop_map(|(a, b)| Deed::Depend(a, b)),
        2 => (n(), n(), n()).prop_map(|(a, b, c)| Deed::UpdateJob(a, b, c)),
        1 => (n(), n()).prop_map(|(a, b)| Deed::DeleteJob(a, b)),
        3 => n().prop_map(Deed::Next),
        1 => n().prop_map(Deed::Release),
        1 => n().prop_map(Deed::ReleaseOne),
        2 => (n(), n()).prop_map(|(a, b)| Deed::MoveTask(a, b)),
        2 => (n(), n(), n()).prop_map(|(a, b, c)| Deed::MoveJob(a, b, c)),
        1 => n().prop_map(Deed::RenameProcess),
        5 => (0_usize..32).prop_map(Deed::Undo),
        1 => n().prop_map(Deed::UndoLast),
    ];
    prop::collection::vec(deed, 0..32)
}

const NAMES: [&str; 5] = ["beds", "soil test", "Soil-Test", "water", "main.py"];

fn text(n: usize) -> &'static str {
    NAMES[n % NAMES.len()]
}

fn nth_task(process: &Process, n: usize) -> Option<&str> {
    let n = n.checked_rem(process.tasks.len())?;
    process.tasks.keys().nth(n).map(TaskName::as_str)
}

/// Does a deed, or nothing if it is refused or has no object.
pub(super) fn perform(deed: &Deed, manager: &ProcessManager) -> Option<()> {
    let name = manager.process_names().unwrap().pop().unwrap();
    let process = manager.process(name.as_str()).unwrap();
    let task = |n| nth_task(&process, n);
    match *deed {
        Deed::AddTask(n) => drop(manager.add_task(&name, text(n).parse().unwrap(), "").ok()?),
        Deed::DescribeTask(n, value) => {
            drop(
                manager
                    .describe_task(&name, task(n)?, value.to_string())
                    .ok()?,
            );
        }
        Deed::RenameTask(n, new) => {
            drop(
                manager
                    .rename_task(&name, task(n)?, text(new).parse().unwrap())
                    .ok()?,
            );
        }
        Deed::DeleteTask(n) => drop(manager.delete_task(&name, task(n)?).ok()?),
        Deed::DeleteTasks(one, other) => {
            let selected = [task(one)?, task(other)?];
            drop(manager.delete_tasks(&name, &selected).ok()?);
        }
        Deed::UpdateTask(n, status, position) => {
            let update = TaskUpdate {
                status: Status::ALL.get(status).copied(),
                note: (status > 5).then(|| status.to_string()),
                position: (position < 4).then_some(position),
                ..TaskUpdate::default()
            };
            drop(manager.update_task(&name, task(n)?, update).ok()?);
        }
        Deed::UpdateTasks(one, other, place) => {
            let update = TaskUpdate {
                status: Status::ALL.get(place).copied(),
                position: (place > 3).then(|| place - 3),
                ..TaskUpdate::default()
            };
            let selected = [task(one)?, task(other)?];
            drop(manager.update_tasks(&name, &selected, update).ok()?);
        }
        Deed::Depend(n, on) => {
            let update = TaskUpdate {
                depends_on: Some(task(on).into_iter().map(str::to_owned).collect()),
                ..TaskUpdate::default()
            };
            drop(manager.update_task(&name, task(n)?, update).ok()?);
        }
        Deed::Next(n) => {
            let caller = manager.clone().claiming_as(text(n));
            drop(caller.next_task(&name, Look::Claim).ok()?);
        }
        Deed::Release(n) => {
            let caller = manager.clone().claiming_as(text(n));
            caller.release_claims(&name).ok()?;
        }
        Deed::ReleaseOne(n) => drop(manager.release_claim(&name, task(n)?).ok()?),
        Deed::MoveTask(n, to) => {
            let to = position(to, task(to));
            drop(manager.move_task(&name, task(n)?, to).ok()?);
        }
        Deed::RenameProcess(n) => {
            drop(
                manager
                    .rename_process(&name, &text(n).parse().unwrap())
                    .ok()?,
            );
        }
        Deed::Undo(n) => {
            let preview = manager.undo_preview(&name, 2 + n as u64);
            let undone = manager.undo(&name, 2 + n as u64);
            // What is said beforehand is what happens.
            let preview = preview.map(|change| change.summary);
            let done = undone.map(|undone| undone.value.changes[0].summary.clone());
            assert_eq!(format!("{preview:?}"), format!("{done:?}"));
        }
        Deed::UndoLast(n) => drop(manager.undo_last(&name, &Actor::Unnamed, n).ok()?),
        _ => return perform_within(deed, manager, &process),
    }
    Some(())
}

/// Performs what is done within a task.
fn perform_within(deed: &Deed, manager: &ProcessManager, process: &Process) -> Option<()> {
    let name = process.name.clone();
    let task = |n| nth_task(process, n);
    match *deed {
        Deed::AddJob(n, job) => {
            drop(
                manager
                    .add_job(&name, task(n)?, text(job).parse().unwrap(), "")
                    .ok()?,
            );
        }
        Deed::AddSnippet(n, code) => {
            // Not always the same, so that a snippet gets several versions.
            let (code, content) = (text(code).parse().unwrap(), n.to_string());
            drop(manager.add_snippet(&name, task(n)?, code, content).ok()?);
        }
        Deed::DeleteSnippets(n, code) => {
            drop(
                manager
                    .delete_snippets(&name, task(n)?, text(code).parse().unwrap())
                    .ok()?,
            );
        }
        Deed::RenameSnippet(n, code, new) => {
            let (code, new) = (text(code).parse().unwrap(), text(new).parse().unwrap());
            drop(manager.rename_snippet(&name, task(n)?, code, new).ok()?);
        }
        Deed::UpdateJob(n, job, status) => {
            let update = JobUpdate {
                status: Status::ALL.get(status).copied(),
                new_name: (status > 5).then(|| text(status).parse().unwrap()),
                ..JobUpdate::default()
            };
            drop(
                manager
                    .update_job(&name, task(n)?, text(job), update)
                    .ok()?,
            );
        }
        Deed::DeleteJob(n, job) => drop(manager.delete_job(&name, task(n)?, text(job)).ok()?),
        Deed::MoveJob(n, job, to) => {
            let to = position(to, Some(text(to)));
            drop(manager.move_job(&name, task(n)?, text(job), to).ok()?);
        }
        _ => return None,
    }
    Some(())
}

/// In front of all others, behind all, or behind the one of this name.
fn position(number: usize, name: Option<&str>) -> Position<String> {
    match (number, name) {
        (6, _) => Position::First,
        (7, _) | (_, None) => Position::Last,
        (_, Some(name)) => Position::After(name.to_owned()),
    }
}

/// What a process holds but for claims, which are not taken back.
fn content(process: &Process) -> Process {
    let mut content = Process {
        revision: 0,
        ..process.clone()
    };
    for name in process.tasks.keys() {
        content.tasks.get_mut(name).unwrap().set_claim(None);
    }
    content
}

proptest! {
    #[test]
    fn every_former_state_is_found(deeds in deeds()) {
        let (manager, name) = garden();
        let mut states = vec![manager.process(name.as_str()).unwrap()];
        for deed in &deeds {
            perform(deed, &manager);
            let name = manager.process_names().unwrap().pop().unwrap();
            let process = manager.process(name.as_str()).unwrap();
            if process.revision > states.last().unwrap().revision {
                states.push(process);
            }
        }
        let name = manager.process_names().unwrap().pop().unwrap();
        for state in states {
            let found = manager.process_at(&name, state.revision).unwrap();
            prop_assert_eq!(&found, &*state);
        }
    }

    #[test]
    fn what_stands_can_be_taken_back_from_the_newest_on(deeds in deeds()) {
        let (manager, name) = garden();
        let beginning = manager.process(name.as_str()).unwrap();
        for deed in &deeds {
            perform(deed, &manager);
        }
        let refusal = loop {
            let name = manager.process_names().unwrap().pop().unwrap();
            if let Err(refusal) = manager.undo_last(&name, &Actor::Unnamed, 1) {
                break refusal;
            }
        };
        prop_assert!(matches!(refusal, Error::History(_, HistoryProblem::NothingToUndo { .. })), "{refusal}");
        let name = manager.process_names().unwrap().pop().unwrap();
        let end = manager.process(name.as_str()).unwrap();
        prop_assert_eq!(content(&end), content(&beginning));
    }

    #[test]
    fn the_newest_change_is_taken_back_exactly(deeds in deeds()) {
        let (manager, _) = garden();
        let mut seen = 1;
        for deed in &deeds {
            perform(deed, &manager);
            let name = manager.process_names().unwrap().pop().unwrap();
            let after = manager.process(name.as_str()).unwrap();
            if after.revision == seen {
                continue;
            }
            let before = manager.process_at(&name, after.revision - 1).unwrap();
            if content(&after) != content(&before) {
                let undone = manager.undo(&name, after.revision).unwrap().process;
                prop_assert_eq!(content(&undone), content(&before));
                let redone = manager.undo(&undone.name, undone.revision).unwrap().process;
                prop_assert_eq!(content(&redone), content(&after));
                seen = redone.revision;
            }
        }
    }
}
