//! What a repair does, what it leaves alone, and that nothing is lost with it.

use std::fs;

use super::super::job_names;
use super::*;
use crate::doctor::Concern;
use crate::store::file::examine::{FindingKind, RepairKind};

/// Repairs a directory; what it says, with the names of set aside journals masked.
fn repaired(dir: &Path) -> Vec<String> {
    let repairs = examine::repair(dir).unwrap().into_iter();
    repairs
        .map(|repair| match repair.kind {
            RepairKind::SetAside { kept } => {
                let kept = dir.join(".pm/journals").join(kept);
                assert!(kept.exists(), "{}", kept.display());
                format!("{}: SetAside", repair.file)
            }
            kind => format!("{}: {kind:?}", repair.file),
        })
        .collect()
}

fn jobs(dir: &Path) -> Vec<String> {
    job_names(&lazy(dir).process("garden").unwrap(), "soil")
}

/// What all damaged journals that were set aside hold.
fn set_aside(dir: &Path) -> Vec<Vec<u8>> {
    let journals = all(&dir.join(".pm/journals")).into_iter();
    journals
        .filter(|(path, _)| path.extension().is_some_and(|it| it == "damaged"))
        .map(|(_, (_, content))| content)
        .collect()
}

#[track_caller]
fn only_set_aside_is_left(dir: &Path) {
    let found = found(dir);
    let is_aside = |(_, kind): &(String, FindingKind)| {
        matches!(
            kind,
            FindingKind::JournalSetAside { .. } | FindingKind::HistoryGap(_)
        )
    };
    assert!(!found.is_empty() && found.iter().all(is_aside), "{found:?}");
    assert_eq!(repaired(dir), [""; 0], "a second repair has nothing to do");
}

#[test]
fn a_sound_directory_is_left_as_it_is() {
    let dir = closed();
    let content = || {
        let all = all(dir.path()).into_iter();
        all.map(|(path, (_, content))| (path, content))
            .collect::<Vec<_>>()
    };
    let before = content();
    assert_eq!(repaired(dir.path()), [""; 0]);
    assert!(content() == before);
}

#[test]
fn a_file_is_brought_up_to_date() {
    let dir = behind();
    assert_eq!(repaired(dir.path()), ["garden.json: BroughtUpToDate"]);
    assert_eq!(found(dir.path()), []);
    let text = fs::read_to_string(file(dir.path())).unwrap();
    assert!(text.contains("\"revision\": 7"), "{text}");
}

#[test]
fn an_edited_file_counts() {
    let dir = behind();
    let text = fs::read_to_string(file(dir.path())).unwrap();
    fs::write(file(dir.path()), text.replace("Plan", "Dig")).unwrap();
    assert_eq!(repaired(dir.path()), ["garden.json: Adopted"]);
    assert_eq!(found(dir.path()), []);
    let process = lazy(dir.path()).process("garden").unwrap();
    assert_eq!(process.description, "Dig the garden");
    assert_eq!(jobs(dir.path()).len(), 5);
}

#[test]
fn a_damaged_journal_is_kept_beside_a_new_one() {
    let dir = behind();
    damage(&journal(dir.path()), "job 2");
    let before = fs::read(journal(dir.path())).unwrap();
    assert_eq!(
        repaired(dir.path()),
        ["garden.json: SetAside", "garden.json: BroughtUpToDate"]
    );
    assert_eq!(set_aside(dir.path()), [before]);
    only_set_aside_is_left(dir.path());
    assert_eq!(jobs(dir.path()), ["job 0", "job 1"]);
}

#[test]
fn a_journal_that_does_not_fit_is_kept_beside_a_new_one() {
    let dir = behind();
    let path = "[\"tasks\",\"soil\",\"jobs\",\"job 3";
    forge(&journal(dir.path()), path, &path.replace("soil", "sand"));
    let before = fs::read(journal(dir.path())).unwrap();
    assert_eq!(
        repaired(dir.path()),
        ["garden.json: SetAside", "garden.json: BroughtUpToDate"]
    );
    assert_eq!(set_aside(dir.path()), [before]);
    only_set_aside_is_left(dir.path());
    assert_eq!(jobs(dir.path()), ["job 0", "job 1", "job 2"]);
}

#[test]
fn a_file_that_is_ahead_of_a_damaged_journal_stays_as_it_is() {
    for (dir, text) in [(closed(), "job 2"), (closed(), "{\"journal\"")] {
        damage(&journal(dir.path()), text);
        let before = fs::read(journal(dir.path())).unwrap();
        let json = fs::read(file(dir.path())).unwrap();
        assert_eq!(repaired(dir.path()), ["garden.json: SetAside"]);
        assert_eq!(set_aside(dir.path()), [before]);
        assert_eq!(fs::read(file(dir.path())).unwrap(), json);
        only_set_aside_is_left(dir.path());
        assert_eq!(jobs(dir.path()).len(), 5);
    }
}

#[test]
fn a_journal_without_its_file_waits_for_it() {
    let dir = behind();
    let text = fs::read(file(dir.path())).unwrap();
    let before = fs::read(journal(dir.path())).unwrap();
    fs::remove_file(file(dir.path())).unwrap();
    assert_eq!(repaired(dir.path()), [""; 0]);
    assert_eq!(fs::read(journal(dir.path())).unwrap(), before);
    assert_eq!(examined(dir.path()).count(Concern::Person), 1);
    // A copy from elsewhere, older than the last change.
    fs::write(file(dir.path()), text).unwrap();
    assert_eq!(jobs(dir.path()).len(), 5);
}

#[test]
fn what_dead_writers_left_goes_and_the_index_is_made_anew() {
    let dir = closed();
    let temporary = ".garden.0123456789abcdef.pm-tmp";
    fs::write(dir.path().join(temporary), "half").unwrap();
    fs::write(dir.path().join(".pm/index.json"), "{").unwrap();
    let swept = format!("{temporary}: Swept");
    assert_eq!(
        repaired(dir.path()),
        [swept, ".pm/index.json: IndexRebuilt".to_owned()]
    );
    assert_eq!(found(dir.path()), []);
}

#[test]
fn what_a_person_has_to_mend_is_left_alone() {
    let dir = behind();
    fs::write(file(dir.path()), "{\"process_name\": ").unwrap();
    damage(&journal(dir.path()), "job 2");
    fs::write(dir.path().join("garden.conflict-7.txt"), "mine").unwrap();
    let before = fs::read(journal(dir.path())).unwrap();
    assert_eq!(repaired(dir.path()), [""; 0]);
    assert_eq!(fs::read(journal(dir.path())).unwrap(), before);
    let text = fs::read_to_string(file(dir.path())).unwrap();
    assert_eq!(text, "{\"process_name\": ");
    assert!(dir.path().join("garden.conflict-7.txt").exists());
}
