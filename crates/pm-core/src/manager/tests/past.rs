//! Asking for the history, and for former states.

use super::*;
use crate::HistoryEntry;
use crate::error::{HistoryProblem, Unresolved};
use crate::history::Past;
use crate::manager::{HistoryPage, HistoryQuery};

fn agent() -> Actor {
    Actor::Client {
        client: "agent".into(),
        principal: None,
    }
}

/// Two tasks, one of which an agent renamed and then deleted.
fn changed() -> (ProcessManager, ProcessName) {
    let (manager, garden) = garden();
    manager
        .add_task(&garden, "beds".parse().unwrap(), "")
        .unwrap();
    manager
        .add_task(&garden, "water".parse().unwrap(), "")
        .unwrap();
    manager
        .add_job(&garden, "beds", "dig".parse().unwrap(), "")
        .unwrap();
    manager
        .add_job(&garden, "water", "pump".parse().unwrap(), "")
        .unwrap();
    let agent = manager.clone().acting_as(agent());
    agent
        .rename_task(&garden, "beds", "plots".parse().unwrap())
        .unwrap();
    agent.delete_task(&garden, "plots").unwrap();
    (manager, garden)
}

fn revisions(page: &HistoryPage) -> Vec<u64> {
    page.changes
        .iter()
        .map(|change| change.entry.revision)
        .collect()
}

fn query() -> HistoryQuery {
    HistoryQuery::default()
}

#[test]
fn the_newest_change_comes_first_and_pages_follow_each_other() {
    let (manager, garden) = changed();
    let all = manager.history(&garden, &query()).unwrap();
    assert_eq!((revisions(&all), all.more), (vec![7, 6, 5, 4, 3, 2], false));
    let page = |before, limit| {
        let page = manager
            .history(
                &garden,
                &HistoryQuery {
                    before,
                    limit,
                    ..query()
                },
            )
            .unwrap();
        (revisions(&page), page.more)
    };
    assert_eq!(page(None, 2), (vec![7, 6], true));
    assert_eq!(page(Some(6), 4), (vec![5, 4, 3, 2], false));
    assert_eq!(page(Some(2), 4), (vec![], false));
    assert_eq!(page(None, 0), (vec![], true));
}

#[test]
fn changes_are_found_by_their_actor() {
    let (manager, garden) = changed();
    let by = |actor| {
        let actor = Some(actor);
        revisions(
            &manager
                .history(&garden, &HistoryQuery { actor, ..query() })
                .unwrap(),
        )
    };
    assert_eq!(by(agent()), [7, 6]);
    assert_eq!(by(Actor::Unnamed), [5, 4, 3, 2]);
    assert_eq!(by(Actor::Outside), [0; 0]);
}

#[test]
fn a_task_is_followed_through_its_names() {
    let (manager, garden) = changed();
    let about = |task: &str| {
        let task = Some(task.to_owned());
        manager.history(&garden, &HistoryQuery { task, ..query() })
    };
    assert_eq!(revisions(&about("Water").unwrap()), [5, 3]);
    // The task is there no more, and so it is found among the changes, by the last name that it
    // had.
    assert_eq!(revisions(&about("Plots").unwrap()), [7, 6, 4, 2]);
    assert_eq!(revisions(&about("beds").unwrap()), [6, 4, 2]);
    let missing = about("shed").unwrap_err();
    assert!(
        matches!(missing, Error::Task(_, Unresolved::NotFound { .. })),
        "{missing}"
    );
}

#[test]
fn what_was_taken_back_says_so_until_it_is_made_again() {
    let (manager, garden) = changed();
    let undone_by = |revision: u64| {
        let page = manager.history(&garden, &query()).unwrap();
        let change = page
            .changes
            .into_iter()
            .find(|change| change.entry.revision == revision);
        change.unwrap().undone_by
    };
    manager.undo(&garden, 7).unwrap();
    assert_eq!((undone_by(7), undone_by(8)), (Some(8), None));
    manager.undo(&garden, 8).unwrap();
    assert_eq!(
        (undone_by(7), undone_by(8), undone_by(9)),
        (None, Some(9), None)
    );
}

#[test]
fn a_former_state_is_found() {
    let (manager, garden) = changed();
    let at = |revision| manager.process_at(&garden, revision);
    let names = |revision| {
        let process = at(revision).unwrap();
        assert_eq!(process.revision, revision);
        let tasks = process.tasks.iter();
        let tasks = tasks.map(|(name, task)| format!("{name} {}", task.jobs.len()));
        tasks.collect::<Vec<_>>().join(", ")
    };
    assert_eq!(names(1), "");
    assert_eq!(names(3), "beds 0, water 0");
    assert_eq!(names(5), "beds 1, water 1");
    assert_eq!(names(6), "plots 1, water 1");
    assert_eq!(names(7), "water 1");
    for revision in [0, 8] {
        let refusal = at(revision).unwrap_err();
        let expected = matches!(
            refusal,
            Error::History(_, HistoryProblem::RevisionNotKept { revision: r, oldest: 1, newest: 7, .. }) if r == revision
        );
        assert!(expected, "{refusal}");
    }
}

#[test]
fn the_history_does_not_reach_past_what_is_missing_or_unknown() {
    let (manager, garden) = changed();
    let mut process = Process::clone(&manager.process("garden").unwrap());
    let mut entries = manager.store.history("garden", 0).unwrap();
    let unknown = HistoryEntry {
        patch: None,
        ..HistoryEntry::clone(&entries[2])
    };
    entries[2] = Arc::new(unknown);
    let refusal = Past::new(&garden, &entries)
        .rewind(&mut process, 3)
        .unwrap_err();
    assert!(
        matches!(
            refusal,
            Error::History(_, HistoryProblem::ChangeUnknown { revision: 4, .. })
        ),
        "{refusal}"
    );

    let mut process = Process::clone(&manager.process("garden").unwrap());
    entries.remove(2);
    let past = Past::new(&garden, &entries);
    past.rewind(&mut process.clone(), 4).unwrap();
    let refusal = past.rewind(&mut process, 3).unwrap_err();
    assert!(
        matches!(
            refusal,
            Error::History(_, HistoryProblem::RevisionNotKept { oldest: 4, .. })
        ),
        "{refusal}"
    );
}
