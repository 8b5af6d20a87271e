//! Letting go of a task that another caller has.

use super::*;
use crate::error::HistoryProblem;

#[test]
fn a_task_is_taken_from_whoever_has_it_and_taking_that_back_gives_it_to_nobody() {
    for (manager, _dir) in both_stores() {
        let garden: ProcessName = "garden".parse().unwrap();
        manager.create_process(garden.clone(), "").unwrap();
        manager
            .add_task(&garden, "soil test".parse().unwrap(), "")
            .unwrap();
        let agent = manager.clone().claiming_as("llama-ui #abc");
        let claimed = agent.next_task(&garden, Look::Claim).unwrap().value;
        let claim = claimed.unwrap().claim.unwrap();
        let (name, released) = {
            let released = manager.release_claim(&garden, "Soil-Test").unwrap();
            let entry = manager
                .store
                .history("garden", released.process.revision - 1);
            assert_eq!(
                entry.unwrap()[0].action.summary,
                "let go of the task \"soil test\", claimed by \"llama-ui #abc\""
            );
            let task = released.process.task("soil test").unwrap().1;
            assert_eq!((task.status(), task.claim()), (Status::InProgress, None));
            let undo = manager.undo(&garden, released.revision.unwrap());
            let refusal = undo.unwrap_err();
            let Error::History(_, HistoryProblem::ChangedNothing { .. }) = refusal else {
                panic!("{refusal}")
            };
            released.value.unwrap()
        };
        assert_eq!((name.as_str(), &released), ("soil test", &claim));
        // Nobody has it, so that there is nothing to do, and others may take it.
        let again = manager.release_claim(&garden, "soil test").unwrap();
        assert_eq!((again.value, again.revision), (None, None));
        let other = manager.clone().claiming_as("another");
        let next = other
            .next_task(&garden, Look::Claim)
            .unwrap()
            .value
            .unwrap();
        assert_eq!(next.task.as_str(), "soil test");
    }
}
