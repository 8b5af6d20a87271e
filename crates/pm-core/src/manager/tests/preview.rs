//! Saying what an undo would do, without doing it.

use super::*;
use crate::TaskName;
use crate::error::{HistoryProblem, PlanProblem, Taken};

fn name(name: &str) -> TaskName {
    name.parse().unwrap()
}

/// Compares the preview of an undo with that undo, and answers what both say.
fn both(manager: &ProcessManager, process: &ProcessName, revision: u64) -> Result<String, Error> {
    let before = manager.process(process.as_str()).unwrap();
    let preview = manager.undo_preview(process, revision);
    assert_eq!(manager.process(process.as_str()).unwrap(), before);
    let undone = manager.undo(process, revision);
    match (preview, undone) {
        (Ok(preview), Ok(undone)) => {
            let change = &undone.value.changes[0];
            assert_eq!(preview.entry, change.entry);
            assert_eq!(preview.summary, change.summary);
            Ok(preview.summary)
        }
        (Err(preview), Err(refusal)) => {
            assert_eq!(format!("{preview:?}"), format!("{refusal:?}"));
            Err(refusal)
        }
        (preview, undone) => panic!("{preview:?} {undone:?}"),
    }
}

#[test]
fn what_an_undo_would_take_back_is_said_and_not_done() {
    for (manager, _dir) in both_stores() {
        let garden: ProcessName = "garden".parse().unwrap();
        manager.create_process(garden.clone(), "").unwrap();
        manager.add_task(&garden, name("beds"), "").unwrap();
        manager.delete_task(&garden, "beds").unwrap();
        assert_eq!(
            both(&manager, &garden, 3).unwrap(),
            "took back revision 3: deleted the task \"beds\" (jobs: 0, code versions: 0)"
        );
        assert_eq!(
            both(&manager, &garden, 4).unwrap(),
            "made revision 3 again: deleted the task \"beds\" (jobs: 0, code versions: 0)"
        );
        let park: ProcessName = "park".parse().unwrap();
        manager.rename_process(&garden, &park).unwrap();
        assert_eq!(
            both(&manager, &park, 6).unwrap(),
            "took back revision 6: renamed the process \"garden\" to \"park\""
        );
    }
}

#[test]
fn what_is_in_the_way_of_an_undo_is_said_beforehand() {
    let (manager, garden) = garden();
    manager.add_task(&garden, name("beds"), "").unwrap();
    manager.describe_task(&garden, "beds", "new").unwrap();
    let refused = |revision| both(&manager, &garden, revision).unwrap_err();
    let problem = |revision| match refused(revision) {
        Error::History(_, problem) => problem,
        other => panic!("{other}"),
    };
    let HistoryProblem::ChangedSince { later, .. } = problem(2) else {
        panic!("another problem")
    };
    assert_eq!(later[0].revision, 3);
    assert!(matches!(problem(9), HistoryProblem::RevisionNotKept { .. }));
    both(&manager, &garden, 3).unwrap();
    assert!(matches!(
        problem(3),
        HistoryProblem::AlreadyUndone { by: 4, .. }
    ));
    // A twin of a snippet that would come back.
    let code = |name: &str| name.parse().unwrap();
    let deleted = {
        manager
            .add_snippet(&garden, "beds", code("main.py"), "")
            .unwrap();
        let deleted = manager.delete_snippets(&garden, "beds", code("main.py"));
        manager
            .add_snippet(&garden, "beds", code("Main Py"), "")
            .unwrap();
        deleted.unwrap().revision.unwrap()
    };
    let twin = refused(deleted);
    assert!(
        matches!(twin, Error::Taken(Taken::Snippet { .. })),
        "{twin}"
    );
    // Tasks that would wait for each other.
    manager.add_task(&garden, name("soil"), "").unwrap();
    let depend = |task: &str, on: &[&str]| {
        let update = TaskUpdate {
            depends_on: Some(on.iter().map(|&on| on.to_owned()).collect()),
            ..TaskUpdate::default()
        };
        let changed = manager.update_task(&garden, task, update).unwrap();
        changed.revision.unwrap()
    };
    depend("beds", &["soil"]);
    let freed = depend("beds", &[]);
    depend("soil", &["beds"]);
    let cycle = refused(freed);
    assert!(
        matches!(cycle, Error::Plan(_, PlanProblem::Cycle(_))),
        "{cycle}"
    );
    // A former name that another process has by now.
    let park: ProcessName = "park".parse().unwrap();
    let renamed = manager.rename_process(&garden, &park).unwrap().revision;
    manager
        .create_process("Garden".parse().unwrap(), "")
        .unwrap();
    let taken = both(&manager, &park, renamed).unwrap_err();
    assert!(
        matches!(taken, Error::Taken(Taken::Process { .. })),
        "{taken}"
    );
}
