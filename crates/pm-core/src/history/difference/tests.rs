//! A difference tells all that differs and nothing else, whatever was done in between.

pub(crate) mod covering;

use proptest::prelude::*;

use self::covering::untold;
use super::*;
use crate::history::commit;
use crate::history::tests::random::{Step, run, steps};
use crate::{Action, Actor, Timestamp};

/// The states that `changes` lead to, the first of which is empty, and the entries between them.
fn history(changes: &[Vec<Step>]) -> (Vec<Process>, Vec<HistoryEntry>) {
    let name = ProcessName::stored("garden");
    let mut process = Process::new(name, String::new(), Timestamp::stored("then"));
    process.revision = 1;
    let mut states = vec![process.clone()];
    let mut entries = Vec::new();
    for (number, steps) in changes.iter().enumerate() {
        let actor = Actor::Client {
            client: format!("agent {}", number % 3).into(),
            principal: None,
        };
        let at = Timestamp::stored(format!("{number}"));
        let entry = commit(&mut process, &actor.into(), &at, |process, _| {
            for step in steps {
                run(step, process);
            }
            Ok(Action::new("test", "did something"))
        });
        entries.push(entry.unwrap());
        states.push(process.clone());
    }
    (states, entries)
}

fn between(old: &Process, new: &Process, entries: &[HistoryEntry]) -> Difference {
    let in_between =
        |entry: &&HistoryEntry| entry.revision > old.revision && entry.revision <= new.revision;
    let entries: Vec<&HistoryEntry> = entries.iter().filter(in_between).collect();
    Difference::between(old, new, &entries)
}

proptest! {
    #[test]
    fn all_that_differs_is_told(changes in prop::collection::vec(steps(), 1..5)) {
        let (states, entries) = history(&changes);
        let new = states.last().unwrap();
        for old in &states {
            let difference = between(old, new, &entries);
            let untold = untold(old, new, &difference);
            prop_assert!(untold.is_empty(), "{:?} of {:#?}", untold, difference);
        }
    }

    #[test]
    fn what_is_left_out_is_found(changes in prop::collection::vec(steps(), 1..4)) {
        let (states, entries) = history(&changes);
        let (old, new) = (&states[0], states.last().unwrap());
        let difference = between(old, new, &entries);
        for number in 0..difference.tasks.len() {
            let mut lacking = difference.clone();
            let task = lacking.tasks.remove(number);
            prop_assert!(!untold(old, new, &lacking).is_empty(), "{:#?}", task);
        }
    }

    #[test]
    fn a_state_does_not_differ_from_itself(changes in prop::collection::vec(steps(), 1..3)) {
        let (states, _) = history(&changes);
        let state = states.last().unwrap();
        let difference = Difference::between(state, state, &[]);
        prop_assert!(difference.is_empty(), "{:#?}", difference);
        prop_assert_eq!(difference.by, vec![]);
    }

    #[test]
    fn what_differs_was_changed_by_somebody(changes in prop::collection::vec(steps(), 1..5)) {
        let (states, entries) = history(&changes);
        let difference = between(&states[0], states.last().unwrap(), &entries);
        let is_own = difference.name.is_some() || difference.description.is_some();
        prop_assert!(!(is_own && difference.changed_by.is_empty()));
        for task in &difference.tasks {
            let is_own = !task.is_of_snippets_alone();
            prop_assert!(!(is_own && task.changed_by.is_empty()), "{:#?}", task);
            for snippet in &task.snippets {
                prop_assert!(!snippet.changed_by.is_empty(), "{:#?}", snippet);
            }
        }
    }
}
