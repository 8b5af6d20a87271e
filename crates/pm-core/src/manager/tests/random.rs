//! Whatever was done and taken back: every former state is found, and taking back all that
//! stands leads to where it began.

use proptest::prelude::*;

use super::*;
use crate::TaskName;

/// What is done; the numbers are taken modulo what there is.
#[derive(Debug, Clone)]
enum Deed {
    AddTask(usize),
    DescribeTask(usize, u8),
    RenameTask(usize, usize),
    DeleteTask(usize),
    AddJob(usize, usize),
    AddSnippet(usize, usize),
    DeleteSnippets(usize, usize),
    RenameProcess(usize),
    Undo(usize),
    UndoLast(usize),
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let n = || 0_usize..8;
    let deed = prop_oneof![
        4 => n().prop_map(Deed::AddTask),
        2 => (n(), 0_u8..3).prop_map(|(a, b)| Deed::DescribeTask(a, b)),
        3 => (n(), n()).prop_map(|(a, b)| Deed::RenameTask(a, b)),
        2 => n().prop_map(Deed::DeleteTask),
        3 => (n(), n()).prop_map(|(a, b)| Deed::AddJob(a, b)),
        3 => (n(), n()).prop_map(|(a, b)| Deed::AddSnippet(a, b)),
        1 => (n(), n()).prop_map(|(a, b)| Deed::DeleteSnippets(a, b)),
        1 => n().prop_map(Deed::RenameProcess),
        5 => (0_usize..32).prop_map(Deed::Undo),
        1 => n().prop_map(Deed::UndoLast),
    ];
    prop::collection::vec(deed, 0..32)
}

const NAMES: [&str; 5] = ["beds", "soil test", "Soil-Test", "water", "main.py"];

fn perform(deed: &Deed, manager: &ProcessManager) -> Option<()> {
    let name = manager.process_names().unwrap().pop().unwrap();
    let process = manager.process(name.as_str()).unwrap();
    let task = |n: usize| {
        let n = n.checked_rem(process.tasks.len())?;
        process.tasks.keys().nth(n).map(TaskName::as_str)
    };
    let text = |n: usize| NAMES[n % NAMES.len()];
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
        Deed::AddJob(n, job) => {
            drop(
                manager
                    .add_job(&name, task(n)?, text(job).parse().unwrap(), "")
                    .ok()?,
            );
        }
        Deed::AddSnippet(n, code) => {
            drop(
                manager
                    .add_snippet(&name, task(n)?, text(code).parse().unwrap(), "")
                    .ok()?,
            );
        }
        Deed::DeleteSnippets(n, code) => {
            drop(
                manager
                    .delete_snippets(&name, task(n)?, text(code).parse().unwrap())
                    .ok()?,
            );
        }
        Deed::RenameProcess(n) => {
            drop(
                manager
                    .rename_process(&name, &text(n).parse().unwrap())
                    .ok()?,
            );
        }
        Deed::Undo(n) => drop(manager.undo(&name, 2 + n as u64).ok()?),
        Deed::UndoLast(n) => drop(manager.undo_last(&name, &Actor::Unnamed, n).ok()?),
    }
    Some(())
}

fn content(process: &Process) -> Process {
    Process {
        revision: 0,
        ..process.clone()
    }
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
        prop_assert!(matches!(refusal, Error::NothingToUndo { .. }), "{refusal}");
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
