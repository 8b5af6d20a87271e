//! Taking changes back, and what is in the way of that.

use super::*;
use crate::error::{HistoryProblem, Taken};
use crate::history::{Past, SessionTag};
use crate::store::Store;
use crate::{HistoryEntry, LaterChange, TaskName};

fn name(name: &str) -> TaskName {
    name.parse().unwrap()
}

fn tasks(manager: &ProcessManager) -> String {
    let names = manager.process_names().unwrap();
    let process = manager.process(names[0].as_str()).unwrap();
    let tasks = process.tasks.iter().map(|(name, task)| {
        let jobs: Vec<&str> = task.jobs.values().map(|job| job.name.as_str()).collect();
        format!("{name}({})", jobs.join(" "))
    });
    tasks.collect::<Vec<_>>().join(" ")
}

/// "beds" with a job at revision 3, and "water".
fn planted() -> (ProcessManager, ProcessName) {
    let (manager, garden) = garden();
    manager.add_task(&garden, name("beds"), "").unwrap();
    manager
        .add_job(&garden, "beds", "dig".parse().unwrap(), "")
        .unwrap();
    manager.add_task(&garden, name("water"), "").unwrap();
    (manager, garden)
}

#[test]
fn a_change_is_taken_back_and_made_again() {
    let (manager, garden) = planted();
    manager.delete_task(&garden, "beds").unwrap();
    let undone = manager.undo(&garden, 5).unwrap();
    assert_eq!(undone.value.changes[0].entry.revision, 5);
    assert_eq!(undone.process.revision, 6);
    assert_eq!(tasks(&manager), "beds(dig) water()");
    manager.undo(&garden, 6).unwrap();
    assert_eq!(tasks(&manager), "water()");
    manager.undo(&garden, 7).unwrap();
    assert_eq!(tasks(&manager), "beds(dig) water()");
    let told = manager.store.history("garden", 0).unwrap();
    let told: Vec<String> = told
        .iter()
        .skip(3)
        .map(|entry| format!("{:?} {}", entry.action.undoes, entry.action.summary))
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
[] deleted the task "beds" (jobs: 1, code versions: 0)
[5] took back revision 5: deleted the task "beds" (jobs: 1, code versions: 0)
[6] made revision 5 again: deleted the task "beds" (jobs: 1, code versions: 0)
[7] took back revision 5: deleted the task "beds" (jobs: 1, code versions: 0)
"#);
}

#[test]
fn others_changes_stay() {
    let (manager, garden) = planted();
    manager
        .add_job(&garden, "beds", "rake".parse().unwrap(), "")
        .unwrap();
    manager.rename_task(&garden, "beds", name("plots")).unwrap();
    manager.undo(&garden, 3).unwrap();
    assert_eq!(tasks(&manager), "plots(rake) water()");
    manager.undo(&garden, 6).unwrap();
    assert_eq!(tasks(&manager), "beds(rake) water()");
}

#[test]
fn later_changes_of_the_same_place_are_in_the_way_until_they_are_taken_back() {
    let (manager, garden) = planted();
    let refusal = manager.undo(&garden, 2).unwrap_err();
    let Error::History(
        _,
        HistoryProblem::ChangedSince {
            revision: 2, later, ..
        },
    ) = &refusal
    else {
        panic!("{refusal}")
    };
    let expected = LaterChange {
        revision: 3,
        actor: Actor::Unnamed,
        summary: "added the job \"dig\" to the task \"beds\"".to_owned(),
    };
    assert_eq!(*later, [expected]);
    manager.undo(&garden, 3).unwrap();
    manager.undo(&garden, 2).unwrap();
    assert_eq!(tasks(&manager), "water()");
    let again = manager.undo(&garden, 2).unwrap_err();
    assert!(
        matches!(
            again,
            Error::History(
                _,
                HistoryProblem::AlreadyUndone {
                    revision: 2,
                    by: 6,
                    ..
                }
            )
        ),
        "{again}"
    );
}

#[test]
fn the_own_last_changes_are_taken_back_one_after_the_other() {
    let (manager, garden) = planted();
    let agent = Actor::Client {
        client: "agent".into(),
        principal: None,
    };
    let acting = manager.clone().acting_as(agent.clone());
    acting.add_task(&garden, name("shed"), "").unwrap();
    manager.add_task(&garden, name("barn"), "").unwrap();
    acting
        .add_job(&garden, "shed", "paint".parse().unwrap(), "")
        .unwrap();
    let undo = || {
        let undone = acting.undo_last(&garden, &agent, 1)?;
        Ok::<_, Error>(undone.value.changes[0].entry.revision)
    };
    assert_eq!(undo().unwrap(), 7);
    assert_eq!(undo().unwrap(), 5);
    assert_eq!(tasks(&manager), "beds(dig) water() barn()");
    let refusal = undo().unwrap_err();
    assert!(
        matches!(
            refusal,
            Error::History(_, HistoryProblem::NothingToUndo { .. })
        ),
        "{refusal}"
    );
    // What is made again can be taken back again.
    manager.undo(&garden, 9).unwrap();
    assert_eq!(undo().unwrap(), 5);
}

#[test]
fn several_are_taken_back_one_after_the_other_as_far_as_it_goes() {
    let (manager, garden) = planted();
    let undo = |count| {
        let undone = manager.undo_last(&garden, &Actor::Unnamed, count)?.value;
        let revisions = undone.changes.iter().map(|change| change.entry.revision);
        Ok::<_, Error>(revisions.collect::<Vec<u64>>())
    };
    assert_eq!(undo(2).unwrap(), [4, 3]);
    assert_eq!(tasks(&manager), "beds()");
    assert_eq!(undo(100).unwrap(), [2]);
    assert_eq!(tasks(&manager), "");
    undo(100).unwrap_err();
    manager.undo(&garden, 7).unwrap();
    undo(0).unwrap_err();

    manager.add_task(&garden, name("shed"), "").unwrap();
    let other = manager.clone().acting_as(Actor::Outside);
    other.describe_task(&garden, "beds", "in the way").unwrap();
    assert_eq!(undo(2).unwrap(), [9]);
    assert_eq!(tasks(&manager), "beds()");
}

#[test]
fn what_changed_nothing_is_no_change_to_take_back() {
    let (manager, garden) = planted();
    let said = || Action::new("update_task", "said that nothing is new");
    let nothing = manager.revise(&garden, move |_, _| Ok(((), said())));
    assert_eq!(nothing.unwrap().revision, Some(5));
    let refusal = manager.undo(&garden, 5).unwrap_err();
    assert!(
        matches!(
            refusal,
            Error::History(_, HistoryProblem::ChangedNothing { revision: 5, .. })
        ),
        "{refusal}"
    );
    let undone = manager.undo_last(&garden, &Actor::Unnamed, 1).unwrap();
    assert_eq!(undone.value.changes[0].entry.revision, 4);
}

#[test]
fn there_is_nothing_to_take_back_where_nothing_is_known() {
    let (manager, garden) = planted();
    for revision in [0, 1, 5] {
        let refusal = manager.undo(&garden, revision).unwrap_err();
        let expected = matches!(
            refusal,
            Error::History(
                _,
                HistoryProblem::RevisionNotKept {
                    oldest: 2,
                    newest: 4,
                    ..
                }
            )
        );
        assert!(expected, "{refusal}");
    }
}

#[test]
fn a_task_does_not_come_back_beside_its_twin() {
    let (manager, garden) = planted();
    manager.delete_task(&garden, "water").unwrap();
    manager.add_task(&garden, name("Water!"), "").unwrap();
    let refusal = manager.undo(&garden, 5).unwrap_err();
    assert!(
        matches!(
            refusal,
            Error::History(_, HistoryProblem::ChangedSince { .. })
        ),
        "{refusal}"
    );
}

#[test]
fn a_snippet_does_not_come_back_beside_its_twin() {
    let (manager, garden) = planted();
    let snippet = |name: &str| name.parse().unwrap();
    manager
        .add_snippet(&garden, "beds", snippet("main.py"), "")
        .unwrap();
    manager
        .delete_snippets(&garden, "beds", snippet("main.py"))
        .unwrap();
    manager
        .add_snippet(&garden, "beds", snippet("Main Py"), "")
        .unwrap();
    let refusal = manager.undo(&garden, 6).unwrap_err();
    let Error::Taken(Taken::Snippet {
        wanted, existing, ..
    }) = &refusal
    else {
        panic!("{refusal}")
    };
    assert_eq!((wanted.as_str(), existing.as_str()), ("main.py", "Main Py"));
}

#[test]
fn a_process_gets_its_former_name_back() {
    let (manager, garden) = planted();
    let park: ProcessName = "park".parse().unwrap();
    manager.rename_process(&garden, &park).unwrap();
    manager.add_task(&park, name("pond"), "").unwrap();
    let undone = manager.undo(&park, 5).unwrap();
    assert_eq!(undone.process.name, garden);
    assert_eq!(tasks(&manager), "beds(dig) water() pond()");
    let last = manager.store.history("garden", 0).unwrap().pop().unwrap();
    assert_eq!(last.action.undoes, [5]);
    manager.undo(&garden, 7).unwrap();
    assert_eq!(
        manager.process_names().unwrap(),
        std::slice::from_ref(&park)
    );
    // A name that is taken by now stays with the one that has it.
    manager.create_process(garden.clone(), "").unwrap();
    let refusal = manager.undo(&park, 5).unwrap_err();
    assert!(
        matches!(refusal, Error::Taken(Taken::Process { .. })),
        "{refusal}"
    );
}

#[test]
fn a_name_is_not_taken_back_together_with_more() {
    let (manager, garden) = planted();
    let change = Box::new(|process: &mut Process, _: &_| {
        process.name = "park".parse()?;
        process.description = "new".to_owned();
        Ok(Action::new("edit", "edited the file"))
    });
    manager
        .store
        .update(&garden, &Actor::Outside.into(), change)
        .unwrap();
    let refusal = manager.undo(&garden, 5).unwrap_err();
    let Error::History(
        _,
        HistoryProblem::RenamedBesides {
            revision: 5, old, ..
        },
    ) = &refusal
    else {
        panic!("{refusal}")
    };
    assert_eq!(*old, garden);
}

#[test]
fn an_undo_holds_its_own_against_others() {
    let (manager, garden) = planted();
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let (manager, garden) = (manager.clone(), &garden);
            scope.spawn(move || {
                let actor = Actor::Client {
                    client: writer.to_string().into(),
                    principal: None,
                };
                let acting = manager.acting_as(actor.clone());
                for n in 0..20 {
                    let job = format!("{writer} {n}").parse().unwrap();
                    acting.add_job(garden, "beds", job, "").unwrap();
                    if n % 2 == 0 {
                        acting.undo_last(garden, &actor, 1).unwrap();
                    }
                }
            });
        }
    });
    let process = manager.process("garden").unwrap();
    assert_eq!(process.task("beds").unwrap().1.jobs.len(), 1 + 4 * 10);
}

#[test]
fn of_two_that_take_the_same_back_one_is_told_so() {
    let (manager, garden) = planted();
    let entries = manager.store.history("garden", 0).unwrap();
    let plan = Past::new(&garden, &entries).plan(3).unwrap();
    manager.undo(&garden, 3).unwrap();
    let refusal = manager.carry_out(&garden, &plan).unwrap_err();
    assert!(
        matches!(
            refusal,
            Error::History(_, HistoryProblem::ChangedSince { .. })
        ),
        "{refusal}"
    );
    let refusal = manager.undo(&garden, 3).unwrap_err();
    assert!(
        matches!(
            refusal,
            Error::History(_, HistoryProblem::AlreadyUndone { by: 5, .. })
        ),
        "{refusal}"
    );
}

#[test]
fn a_change_of_which_nothing_is_known_may_be_in_the_way() {
    let (manager, garden) = planted();
    manager.describe_task(&garden, "water", "edited").unwrap();
    let unknown = |entries: &mut Vec<Arc<HistoryEntry>>| {
        let last = entries.pop().unwrap();
        entries.push(Arc::new(HistoryEntry {
            actor: Actor::Outside,
            patch: None,
            ..HistoryEntry::clone(&last)
        }));
    };
    let mut entries = manager.store.history("garden", 0).unwrap();
    unknown(&mut entries);
    let past = Past::new(&garden, &entries);
    // The unknown change left this place alone, and so the plan fits.
    let plan = past.plan(3).unwrap();
    manager.carry_out(&garden, &plan).unwrap();
    // But it did change this place.
    let plan = past.plan(4).unwrap();
    manager.carry_out(&garden, &plan).unwrap_err();
    let Error::History(_, HistoryProblem::ChangedSince { later, .. }) = past.misfit(&plan) else {
        panic!("another refusal")
    };
    let revisions: Vec<u64> = later.iter().map(|later| later.revision).collect();
    assert_eq!(revisions, [5]);
    let refusal = past.plan(5).unwrap_err();
    assert!(
        matches!(
            refusal,
            Error::History(_, HistoryProblem::ChangeUnknown { revision: 5, .. })
        ),
        "{refusal}"
    );
}

#[test]
fn programs_that_run_one_after_the_other_may_be_one_session() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let program = |session: &str| {
        let identity = Identity::default().in_session(SessionTag::lasting(session));
        ProcessManager::over(Arc::clone(&store)).called_by(identity)
    };
    let first = program("ann");
    let garden = first.create_process("garden".parse().unwrap(), "");
    let garden = garden.unwrap().name.clone();
    first.add_task(&garden, name("beds"), "").unwrap();
    let refusal = program("bob").undo_own(&garden).unwrap_err();
    assert!(
        matches!(
            refusal,
            Error::History(_, HistoryProblem::NothingToUndo { .. })
        ),
        "{refusal}"
    );
    program("ann").undo_own(&garden).unwrap();
    assert_eq!(tasks(&first), "");
}
