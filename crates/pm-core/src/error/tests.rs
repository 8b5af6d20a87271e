//! What each error says in one line.

use super::*;
use crate::{Actor, Claim, Timestamp};

fn not_found<N>() -> Unresolved<N> {
    Unresolved::unknown("A B")
}

fn ambiguous<N>() -> Unresolved<N> {
    Unresolved::Ambiguous {
        wanted: "A B".to_owned(),
        candidates: Vec::new(),
    }
}

fn process() -> ProcessName {
    "garden".parse().unwrap()
}

fn task() -> TaskName {
    "beds".parse().unwrap()
}

fn snippet() -> SnippetName {
    "main.rs".parse().unwrap()
}

fn within() -> InTask {
    InTask {
        process: process(),
        task: task(),
    }
}

fn lines(errors: &[Error]) -> String {
    let lines: Vec<String> = errors.iter().map(Error::to_string).collect();
    lines.join("\n")
}

#[test]
fn a_name_is_said_with_where_it_was_looked_for() {
    let errors = [
        Error::Process(not_found()),
        Error::Process(ambiguous()),
        Error::Task(process(), not_found()),
        Error::Task(process(), ambiguous()),
        Error::Job(within(), not_found()),
        Error::Job(within(), ambiguous()),
        Error::Snippet(within(), not_found()),
        Error::Snippet(within(), ambiguous()),
        Error::Trash(not_found()),
        Error::Trash(ambiguous()),
        Error::Version(
            within(),
            VersionProblem::NotFound {
                snippet: snippet(),
                wanted: 4,
                of: 3,
            },
        ),
        Error::Version(
            within(),
            VersionProblem::Unchanged {
                snippet: snippet(),
                version: 3,
            },
        ),
        Error::Taken(Taken::Process {
            wanted: process(),
            existing: process(),
        }),
        Error::Taken(Taken::Task {
            process: process(),
            wanted: task(),
            existing: task(),
        }),
        Error::Taken(Taken::Snippet {
            within: within(),
            wanted: snippet(),
            existing: snippet(),
        }),
    ];
    insta::assert_snapshot!(lines(&errors), @r#"
    there is no process "A B"
    "A B" may mean several processes
    there is no task "A B" in garden
    "A B" may mean several tasks of garden
    there is no job "A B" in the task beds of garden
    "A B" may mean several jobs of the task beds of garden
    there is no snippet "A B" in the task beds of garden
    "A B" may mean several snippets of the task beds of garden
    there is no process "A B" in the trash
    "A B" may mean several processes in the trash
    the snippet main.rs in the task beds of garden has no version 4
    version 3 of the snippet main.rs in the task beds of garden is the same
    the process garden already exists
    the task beds already exists in garden
    the snippet main.rs already exists in the task beds of garden
    "#);
}

#[test]
fn what_a_plan_or_a_history_does_not_allow_is_said_with_its_process() {
    let dependency = |on| PlanProblem::Dependency { task: task(), on };
    let claim = Claim {
        by: "agent".to_owned(),
        until: Timestamp::stored("2026-01-01T00:00:00"),
    };
    let plan = |problem| Error::Plan(process(), problem);
    let history = |problem| Error::History(process(), problem);
    let revision = 3;
    let errors = [
        plan(dependency(not_found())),
        plan(dependency(ambiguous())),
        plan(PlanProblem::Cycle(vec![task(), task()])),
        plan(PlanProblem::Claimed {
            task: task(),
            claim,
        }),
        plan(PlanProblem::NothingToClaim),
        history(HistoryProblem::RevisionNotKept {
            revision,
            oldest: 1,
            newest: 2,
        }),
        history(HistoryProblem::ChangeUnknown { revision }),
        history(HistoryProblem::ChangedNothing { revision }),
        history(HistoryProblem::NothingToUndo {
            actor: Actor::Unnamed,
        }),
        history(HistoryProblem::AlreadyUndone { revision, by: 4 }),
        history(HistoryProblem::ChangedSince {
            revision,
            later: Vec::new(),
        }),
        history(HistoryProblem::RenamedBesides {
            revision,
            old: process(),
        }),
    ];
    insta::assert_snapshot!(lines(&errors), @r#"
    the task beds of garden cannot depend on "A B": there is no such task
    "A B" may mean several tasks of garden
    tasks of garden would wait for each other: beds → beds
    the task beds of garden is claimed by agent until 2026-01-01T00:00:00
    no task of garden can be claimed
    the history of garden does not have revision 3
    it is not known what revision 3 of garden changed
    revision 3 of garden changed nothing
    garden has no change of a program to take back
    revision 3 of garden was taken back by revision 4
    what revision 3 of garden changed was changed again since
    revision 3 of garden renamed it from garden and changed more
    "#);
}
