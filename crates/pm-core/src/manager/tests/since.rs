//! What differs between two revisions, and how far a process was over time.

use proptest::prelude::*;

use super::random::{deeds, perform};
use super::*;
use crate::error::HistoryProblem;
use crate::history::difference_tests::untold;
use crate::history::{Difference, Presence, Replaced};
use crate::{Position, Progress};

fn agent(client: &str) -> Actor {
    Actor::Client {
        client: client.into(),
        principal: None,
    }
}

/// A plan of three tasks, and its revision.
fn planned() -> (ProcessManager, ProcessName, u64) {
    let (manager, garden) = garden();
    for task in ["soil", "beds", "fence"] {
        manager
            .add_task(&garden, task.parse().unwrap(), "")
            .unwrap();
    }
    let code = "main.py".parse().unwrap();
    manager.add_snippet(&garden, "soil", code, "1\n").unwrap();
    manager
        .add_job(&garden, "soil", "dig".parse().unwrap(), "")
        .unwrap();
    let revision = manager.process("garden").unwrap().revision;
    (manager, garden, revision)
}

fn names(difference: &Difference) -> Vec<&str> {
    difference
        .tasks
        .iter()
        .map(|task| task.name.as_str())
        .collect()
}

#[test]
fn a_renamed_task_is_one_thing_with_all_that_differs_in_it() {
    let (manager, garden, from) = planned();
    let depend = TaskUpdate {
        depends_on: Some(vec!["soil".to_owned()]),
        ..TaskUpdate::default()
    };
    manager.update_task(&garden, "beds", depend).unwrap();
    let since = manager.process("garden").unwrap().revision;
    let ann = manager.clone().acting_as(agent("ann"));
    let bob = manager.clone().acting_as(agent("bob"));
    ann.rename_task(&garden, "soil", "earth".parse().unwrap())
        .unwrap();
    ann.rename_task(&garden, "earth", "ground".parse().unwrap())
        .unwrap();
    let done = TaskUpdate {
        status: Some(Status::Done),
        note: Some("all of it".to_owned()),
        comment: Some("wet".to_owned()),
        ..TaskUpdate::default()
    };
    ann.update_task(&garden, "ground", done).unwrap();
    for content in ["2\n", "3\n"] {
        let code = "main.py".parse().unwrap();
        bob.update_snippet(&garden, "ground", code, content)
            .unwrap();
    }
    let new = "lib.py".parse().unwrap();
    bob.rename_snippet(&garden, "ground", "main.py".parse().unwrap(), new)
        .unwrap();

    let difference = manager.difference(&garden, since, None).unwrap();
    // That a dependency has the new name of its task is no change.
    assert_eq!(names(&difference), ["ground"]);
    let ground = &difference.tasks[0];
    assert_eq!(ground.presence, Presence::Kept);
    assert_eq!(ground.former_name.as_ref().unwrap().as_str(), "soil");
    let status = Replaced {
        former: Status::Todo,
        present: Status::Done,
    };
    assert_eq!(ground.status, Some(status));
    let note = ground.note.as_ref().unwrap();
    assert_eq!((&*note.former, &*note.present), ("", "all of it"));
    assert_eq!(ground.comments[0].text, "wet");
    let by = |by: &[crate::history::ChangedBy]| -> Vec<(String, u64)> {
        by.iter()
            .map(|by| (by.actor.to_string(), by.revision))
            .collect()
    };
    assert_eq!(by(&ground.changed_by), [("ann".to_owned(), since + 3)]);
    let code = &ground.snippets[0];
    assert_eq!(code.name.as_str(), "lib.py");
    assert_eq!(code.former_name.as_ref().unwrap().as_str(), "main.py");
    let (former, present) = (
        code.former.as_ref().unwrap(),
        code.present.as_ref().unwrap(),
    );
    assert_eq!((former.number, &*former.version.content), (1, "1\n"));
    assert_eq!((present.number, &*present.version.content), (3, "3\n"));
    assert_eq!(
        (by(&code.changed_by), code.rewritten),
        (vec![("bob".to_owned(), since + 6)], 0)
    );
    assert_eq!(by(&difference.by).len(), 2);

    let before = manager.difference(&garden, from, Some(since)).unwrap();
    assert_eq!(names(&before), ["beds"]);
    let depends_on = before.tasks[0].depends_on.as_ref().unwrap();
    assert_eq!(depends_on.present, ["soil"]);
    let later = manager.difference(&garden, from, None).unwrap();
    let depends_on = later.tasks[1].depends_on.as_ref().unwrap();
    assert_eq!(depends_on.present, ["ground"]);
}

#[test]
fn what_was_changed_back_differs_in_nothing() {
    let (manager, garden, since) = planned();
    let status = |status| TaskUpdate {
        status: Some(status),
        ..TaskUpdate::default()
    };
    for word in [Status::InProgress, Status::Todo] {
        manager.update_task(&garden, "soil", status(word)).unwrap();
    }
    manager.delete_task(&garden, "beds").unwrap();
    manager.undo(&garden, since + 3).unwrap();
    for (old, new) in [("fence", "wall"), ("wall", "fence")] {
        manager
            .rename_task(&garden, old, new.parse().unwrap())
            .unwrap();
    }
    manager
        .add_task(&garden, "pond".parse().unwrap(), "")
        .unwrap();
    manager.delete_task(&garden, "pond").unwrap();
    for to in [Position::Last, Position::First] {
        manager.move_task(&garden, "soil", to).unwrap();
    }
    let difference = manager.difference(&garden, since, None).unwrap();
    assert!(difference.is_empty(), "{difference:#?}");
    assert_eq!(difference.by.len(), 1);
}

#[test]
fn what_came_went_and_moved_is_told() {
    let (manager, garden, since) = planned();
    manager
        .add_task(&garden, "pond".parse().unwrap(), "fish")
        .unwrap();
    manager.move_task(&garden, "pond", Position::First).unwrap();
    manager
        .move_task(&garden, "fence", Position::After("pond".to_owned()))
        .unwrap();
    manager
        .rename_task(&garden, "beds", "plots".parse().unwrap())
        .unwrap();
    manager.delete_task(&garden, "plots").unwrap();
    manager.delete_job(&garden, "soil", "dig").unwrap();
    manager
        .add_job(&garden, "soil", "rake".parse().unwrap(), "")
        .unwrap();
    manager.describe_process(&garden, "green").unwrap();
    let difference = manager.difference(&garden, since, None).unwrap();
    let told: Vec<_> = difference
        .tasks
        .iter()
        .map(|task| (task.name.as_str(), task.presence, task.moved.clone()))
        .collect();
    let moved = Some(Replaced {
        former: 3,
        present: 2,
    });
    assert_eq!(
        told,
        [
            ("pond", Presence::Added, None),
            ("fence", Presence::Kept, moved),
            ("soil", Presence::Kept, None),
            ("beds", Presence::Removed, None),
        ]
    );
    let fish = difference.tasks[0].description.as_ref().unwrap();
    assert_eq!((&*fish.former, &*fish.present), ("", "fish"));
    let jobs = difference.tasks[2].jobs.iter();
    let jobs: Vec<_> = jobs.map(|job| (job.name.as_str(), job.presence)).collect();
    assert_eq!(
        jobs,
        [("rake", Presence::Added), ("dig", Presence::Removed)]
    );
    assert_eq!(difference.description.unwrap().present, "green");
    assert_eq!(difference.changed_by.len(), 1);
}

#[test]
fn a_revision_that_is_not_there_is_refused_as_a_former_state_is() {
    let (manager, garden, since) = planned();
    for (from, to, refused) in [
        (since + 1, None, since + 1),
        (1, Some(since + 5), since + 5),
        (3, Some(2), 3),
    ] {
        let refusal = manager.difference(&garden, from, to).unwrap_err();
        let expected = matches!(refusal, Error::History(_, HistoryProblem::RevisionNotKept { revision, .. }) if revision == refused);
        assert!(expected, "{refusal}");
    }
    assert!(manager.difference(&garden, since, None).unwrap().is_empty());
}

#[test]
fn a_timeline_has_a_step_for_each_change_of_the_counts() {
    let (manager, garden, since) = planned();
    let update = |task: &str, status| {
        let update = TaskUpdate {
            status: Some(status),
            ..TaskUpdate::default()
        };
        manager.update_task(&garden, task, update).unwrap();
    };
    update("soil", Status::Done);
    manager
        .rename_task(&garden, "soil", "earth".parse().unwrap())
        .unwrap();
    update("beds", Status::Blocked);
    manager.delete_task(&garden, "earth").unwrap();
    let steps = manager.timeline(&garden, 200).unwrap();
    let told: Vec<_> = steps
        .iter()
        .map(|step| (step.revision, step.progress.done, step.progress.all()))
        .collect();
    assert_eq!(
        told,
        [
            (1, 0, 0),
            (2, 0, 1),
            (3, 0, 2),
            (4, 0, 3),
            (since + 1, 1, 3),
            (since + 3, 1, 3),
            (since + 4, 0, 2),
        ]
    );
    let few = manager.timeline(&garden, 3).unwrap();
    let few: Vec<u64> = few.into_iter().map(|step| step.revision).collect();
    assert_eq!(few, [1, 4, since + 4]);
}

proptest! {
    #[test]
    fn whatever_is_done_all_that_differs_is_told(deeds in deeds()) {
        let (manager, _) = garden();
        let mut states = vec![manager.process("garden").unwrap()];
        for deed in &deeds {
            perform(deed, &manager);
            let name = manager.process_names().unwrap().pop().unwrap();
            let process = manager.process(name.as_str()).unwrap();
            if process.revision > states.last().unwrap().revision {
                states.push(process);
            }
        }
        let present = states.last().unwrap();
        for state in &states {
            let difference = manager.difference(&present.name, state.revision, None).unwrap();
            let untold = untold(state, present, &difference);
            prop_assert!(untold.is_empty(), "{:?} of {:#?}", untold, difference);
        }
        let steps = manager.timeline(&present.name, usize::MAX).unwrap();
        for step in steps {
            let state = manager.process_at(&present.name, step.revision).unwrap();
            prop_assert_eq!(step.progress, Progress::of_tasks(&state));
        }
    }
}
