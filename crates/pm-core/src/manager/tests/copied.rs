//! Copying a process under a new name.

use super::*;
use crate::error::Taken;

#[test]
fn a_copy_has_all_but_the_claims_and_a_history_of_its_own() {
    for (manager, _dir) in both_stores() {
        let agent = named(&manager, "agent");
        let garden: ProcessName = "garden".parse().unwrap();
        manager.create_process(garden.clone(), "Grow").unwrap();
        for task in ["soil", "beds"] {
            manager
                .add_task(&garden, task.parse().unwrap(), task)
                .unwrap();
        }
        manager
            .add_job(&garden, "beds", "dig".parse().unwrap(), "deep")
            .unwrap();
        for content in ["1", "2"] {
            let main = "main.rs".parse().unwrap();
            manager.add_snippet(&garden, "beds", main, content).unwrap();
        }
        let waits = TaskUpdate {
            depends_on: Some(vec!["soil".to_owned()]),
            comment: Some("soon".to_owned()),
            ..TaskUpdate::default()
        };
        manager.update_task(&garden, "beds", waits).unwrap();
        agent.next_task(&garden, Look::Claim).unwrap();
        let original = manager.process("garden").unwrap();
        let copy = agent
            .copy_process(&garden, "park".parse().unwrap())
            .unwrap();
        assert_eq!(manager.process("park").unwrap(), copy);
        assert_eq!(manager.process("garden").unwrap(), original);
        assert_ne!(copy.created_at, original.created_at);
        let soil = copy.task("soil").unwrap().1;
        assert_eq!((soil.status(), soil.claim()), (Status::InProgress, None));
        assert_eq!(copy.tasks.get("beds"), original.tasks.get("beds"));
        let [entry] = &manager.store.history("park", 0).unwrap()[..] else {
            panic!("another history")
        };
        assert_eq!(
            (entry.revision, &*entry.action.operation),
            (2, "copy_process")
        );
        assert_eq!(
            entry.action.summary,
            "copied the process \"garden\" as it was at revision 8"
        );
        assert_eq!(entry.actor.to_string(), "agent");
        // What is done to the one is not done to the other.
        manager.delete_task(&copy.name, "soil").unwrap();
        assert_eq!(manager.process("garden").unwrap(), original);
        let taken = agent.copy_process(&garden, "Park".parse().unwrap());
        let taken = taken.unwrap_err();
        assert!(
            matches!(taken, Error::Taken(Taken::Process { .. })),
            "{taken}"
        );
    }
}

#[test]
fn a_copy_is_taken_back_by_deleting_it() {
    let (manager, garden) = garden();
    let agent = manager.clone().called_by(Identity::default());
    agent
        .copy_process(&garden, "park".parse().unwrap())
        .unwrap();
    let Some(TakenBack::Creation(copy)) = agent.undo_latest().unwrap() else {
        panic!("something else was taken back")
    };
    assert_eq!(copy.name.as_str(), "park");
    assert_eq!(manager.process_names().unwrap(), [garden]);
}
