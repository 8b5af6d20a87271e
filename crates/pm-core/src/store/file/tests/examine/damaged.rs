//! What is found of a process whose file or journal is not as it should be.

use std::fs::{self, OpenOptions};
use std::io::Write as _;

use super::*;
use crate::doctor::Concern;
use crate::store::Revisions;
use crate::store::file::examine::FindingKind;

const JOURNAL: &str = ".pm/journals/garden.journal";

fn garden(kind: FindingKind) -> (String, FindingKind) {
    ("garden.json".to_owned(), kind)
}

fn of_journal(kind: FindingKind) -> (String, FindingKind) {
    (JOURNAL.to_owned(), kind)
}

#[test]
fn a_closed_store_is_sound() {
    let dir = closed();
    let examination = examined(dir.path());
    assert_eq!(examination.findings, []);
    assert_eq!(examination.processes, 1);
    assert!(examination.is_sound());
}

#[test]
fn a_file_that_lacks_changes_is_fine() {
    let dir = behind();
    assert_eq!(only(dir.path()), garden(FindingKind::Behind { changes: 5 }));
    assert!(examined(dir.path()).is_sound());
}

#[test]
fn a_store_at_work_is_fine() {
    let dir = closed();
    let manager = lazy(dir.path());
    for _ in 0..20 {
        add_jobs(&manager, 1);
        assert!(examined(dir.path()).is_sound());
        manager.flush().unwrap();
        assert_eq!(found(dir.path()), []);
    }
}

#[test]
fn a_torn_end_is_told_from_damage() {
    let dir = behind();
    let mut journal = OpenOptions::new()
        .append(true)
        .open(journal(dir.path()))
        .unwrap();
    journal
        .write_all(b"0123456789abcdef {\"change\":{")
        .unwrap();
    let torn = of_journal(FindingKind::JournalTorn { bytes: 28 });
    let behind = garden(FindingKind::Behind { changes: 5 });
    assert_eq!(found(dir.path()), [torn, behind]);
    assert!(examined(dir.path()).is_sound());
}

#[test]
fn damage_in_the_middle_says_what_is_lost() {
    let dir = behind();
    damage(&journal(dir.path()), "job 2");
    let lost = Some(Revisions { first: 5, last: 7 });
    let damaged = of_journal(FindingKind::JournalDamaged { whole: 4, lost });
    let behind = garden(FindingKind::Behind { changes: 2 });
    assert_eq!(found(dir.path()), [damaged, behind]);
    assert_eq!(examined(dir.path()).count(Concern::Repair), 1);
}

#[test]
fn damage_before_a_checkpoint_has_lost_nothing_that_the_file_has() {
    let dir = behind();
    drop(lazy_flushed(dir.path()));
    damage(&journal(dir.path()), "job 2");
    let damaged = FindingKind::JournalDamaged {
        whole: 7,
        lost: None,
    };
    assert_eq!(only(dir.path()), of_journal(damaged));
}

#[test]
fn a_damaged_header_takes_the_whole_journal() {
    let dir = behind();
    damage(&journal(dir.path()), "{\"journal\"");
    let lost = Some(Revisions { first: 3, last: 7 });
    let damaged = FindingKind::JournalDamaged { whole: 2, lost };
    assert_eq!(only(dir.path()), of_journal(damaged));
}

#[test]
fn a_store_keeps_a_journal_whose_header_is_damaged() {
    let dir = behind();
    damage(&journal(dir.path()), "{\"journal\"");
    let before = fs::read(journal(dir.path())).unwrap();
    add_jobs(&lazy(dir.path()), 1);
    let kept = all(&dir.path().join(".pm/journals")).into_values();
    let kept: Vec<_> = kept.filter(|(_, content)| *content == before).collect();
    assert_eq!(kept.len(), 1);
}

#[test]
fn changes_that_do_not_fit_are_found() {
    let dir = behind();
    forge(&journal(dir.path()), "\"job 3\"", "\"job x\"");
    assert_eq!(only(dir.path()), garden(FindingKind::Behind { changes: 5 }));
    // A task that nobody has.
    forge(
        &journal(dir.path()),
        "[\"tasks\",\"soil\",\"jobs\",\"job 3",
        "[\"tasks\",\"sand\",\"jobs\",\"job 3",
    );
    let lost = Revisions { first: 6, last: 7 };
    let misfit = FindingKind::JournalMisfit { whole: 5, lost };
    assert_eq!(only(dir.path()), of_journal(misfit));
}

#[test]
fn an_edit_that_nobody_watched_is_fine() {
    let dir = closed();
    let text = fs::read_to_string(file(dir.path())).unwrap();
    fs::write(file(dir.path()), text.replace("job 3", "job three")).unwrap();
    let edited = FindingKind::EditedUnwatched { changes: 0 };
    assert_eq!(only(dir.path()), garden(edited));
    assert!(examined(dir.path()).is_sound());

    let dir = behind();
    let text = fs::read_to_string(file(dir.path())).unwrap();
    fs::write(file(dir.path()), text.replace("Plan", "Dig")).unwrap();
    let edited = FindingKind::EditedUnwatched { changes: 5 };
    assert_eq!(only(dir.path()), garden(edited));
}

#[test]
fn a_journal_that_cannot_be_read_is_named() {
    let dir = closed();
    fs::remove_file(journal(dir.path())).unwrap();
    fs::create_dir(journal(dir.path())).unwrap();
    let (file, kind) = only(dir.path());
    assert_eq!(file, JOURNAL);
    assert!(
        matches!(kind, FindingKind::JournalUnreadable { .. }),
        "{kind:?}"
    );
    assert_eq!(examined(dir.path()).processes, 0);
}

#[test]
fn a_journal_of_nothing_is_named_and_taken_away() {
    let dir = closed();
    fs::write(journal(dir.path()), "").unwrap();
    assert_eq!(only(dir.path()), of_journal(FindingKind::JournalEmpty));
    assert_eq!(examined(dir.path()).processes, 1);
    let repairs = examine::repair(dir.path()).unwrap();
    assert_eq!(repairs.len(), 1, "{repairs:?}");
    assert_eq!(found(dir.path()), []);
    assert!(!journal(dir.path()).exists());
    let process = lazy(dir.path()).process("garden").unwrap();
    assert_eq!(process.revision, 7);
}

#[test]
fn a_pipe_in_the_place_of_a_journal_is_seen_as_the_store_sees_it() {
    let dir = closed();
    fs::remove_file(journal(dir.path())).unwrap();
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    rustix::fs::mknodat(
        rustix::fs::CWD,
        journal(dir.path()),
        rustix::fs::FileType::Fifo,
        mode,
        0,
    )
    .unwrap();
    let reason = "it is no regular file".to_owned();
    assert_eq!(
        only(dir.path()),
        of_journal(FindingKind::JournalUnreadable { reason })
    );
    assert_eq!(examined(dir.path()).processes, 0);
    let refusal = lazy(dir.path()).process("garden").unwrap_err();
    assert!(
        refusal.to_string().contains("it is no regular file"),
        "{refusal}"
    );
}

#[test]
fn a_journal_without_its_file_is_an_orphan() {
    let dir = behind();
    fs::remove_file(file(dir.path())).unwrap();
    // The one that the file had before, too.
    let orphaned = FindingKind::JournalOrphaned {
        process: Some(name()),
        changes: 6,
    };
    assert_eq!(only(dir.path()), of_journal(orphaned));
}

#[test]
fn history_is_read_and_what_is_missing_named() {
    let dir = tempfile::tempdir().unwrap();
    let manager = lazy(dir.path());
    manager.create_process(name(), "").unwrap();
    manager
        .add_task(&name(), "soil".parse().unwrap(), "")
        .unwrap();
    for _ in 0..3 {
        add_jobs(&manager, 250);
        manager.flush().unwrap();
    }
    drop(manager);
    assert_eq!(found(dir.path()), []);
    let journals = dir.path().join(".pm/journals");
    let mut segments: Vec<_> = fs::read_dir(&journals)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".history"))
        .collect();
    segments.sort_by_key(|name| (name.len(), name.clone()));
    assert_eq!(segments.len(), 3, "{segments:?}");

    damage(&journals.join(&segments[0]), "job 7");
    let found = found(dir.path());
    let damaged = format!(".pm/journals/{}", segments[0]);
    assert!(
        found.contains(&(damaged, FindingKind::HistoryDamaged)),
        "{found:?}"
    );
    let gap = found.iter().find_map(|(file, kind)| match kind {
        FindingKind::HistoryGap(gap) if file == JOURNAL => Some(*gap),
        _ => None,
    });
    assert_eq!(gap.map(|gap| gap.first), Some(10));

    fs::remove_file(journals.join(&segments[1])).unwrap();
    let wider = examined(dir.path())
        .findings
        .into_iter()
        .find_map(|it| match it.kind {
            FindingKind::HistoryGap(gap) => Some(gap),
            _ => None,
        });
    assert!(wider.unwrap().last > gap.unwrap().last);
}
