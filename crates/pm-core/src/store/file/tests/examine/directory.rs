//! What is found beside processes and journals, and of files that are none.

use std::fs::{self, File};
use std::os::unix::fs::symlink;

use super::super::super::LockSupport;
use super::super::super::examine::{FindingKind, Writer};
use super::*;
use crate::{Concern, FileProblemKind};

#[test]
fn a_directory_that_no_program_has_used_stays_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(file(dir.path()), "{\"process_name\": \"garden\"}").unwrap();
    let examination = examined(dir.path());
    assert_eq!((examination.processes, examination.locks), (1, None));
    assert!(examination.is_sound() && examination.findings.is_empty());
}

#[test]
fn what_is_no_directory_cannot_be_examined() {
    let dir = closed();
    for path in [dir.path().join("missing"), file(dir.path())] {
        let error = examine::examine(&path).unwrap_err().to_string();
        assert!(error.contains("cannot be examined: no"), "{error}");
    }
}

#[test]
fn files_that_cannot_be_used_are_named() {
    let dir = closed();
    let path = |name: &str| dir.path().join(name);
    fs::write(path("damaged.json"), "{\"process_name\": 5").unwrap();
    fs::write(path("empty.json"), "").unwrap();
    fs::copy(file(dir.path()), path("copy.json")).unwrap();
    fs::create_dir(path("folder.json")).unwrap();
    symlink(file(dir.path()), path("link.json")).unwrap();
    File::create(path("huge.json"))
        .unwrap()
        .set_len(300 << 20)
        .unwrap();
    let kinds: Vec<_> = found(dir.path())
        .into_iter()
        .map(|(file, kind)| match kind {
            FindingKind::Unusable(kind) => (file, kind),
            kind => panic!("{file}: {kind:?}"),
        })
        .collect();
    let files: Vec<_> = kinds.iter().map(|(file, _)| file.as_str()).collect();
    let expected = ["copy", "damaged", "empty", "folder", "huge", "link"];
    assert_eq!(files, expected.map(|stem| format!("{stem}.json")));
    let duplicate = FileProblemKind::Duplicate {
        name: name(),
        used: "garden.json".into(),
    };
    assert_eq!(kinds[0].1, duplicate);
    assert!(matches!(kinds[1].1, FileProblemKind::Damaged { .. }));
    assert_eq!(kinds[2].1, FileProblemKind::Empty);
    assert!(matches!(
        kinds[3].1,
        FileProblemKind::NotARegularFile { .. }
    ));
    assert!(matches!(kinds[4].1, FileProblemKind::TooLarge { .. }));
    assert!(matches!(
        kinds[5].1,
        FileProblemKind::NotARegularFile { .. }
    ));
    assert_eq!(examined(dir.path()).processes, 1);
    assert_eq!(examined(dir.path()).count(Concern::Person), 6);
}

#[test]
fn a_temporary_file_is_its_writers_as_long_as_that_lives() {
    let dir = closed();
    let names = [
        ".garden.0123456789abcdef.pm-tmp",
        ".pm/journals/.garden.0123456789abcdef.pm-tmp",
    ];
    for temporary in names {
        fs::write(dir.path().join(temporary), "half").unwrap();
    }
    let writers = || -> Vec<Writer> {
        let found = found(dir.path()).into_iter();
        let writers = found.map(|(file, kind)| match kind {
            FindingKind::Temporary { writer, .. } if names.contains(&file.as_str()) => writer,
            kind => panic!("{file}: {kind:?}"),
        });
        writers.collect()
    };
    assert_eq!(writers(), [Writer::Dead, Writer::Dead]);
    let lock = File::open(dir.path().join(".pm/locks/garden.lock")).unwrap();
    lock.lock().unwrap();
    assert_eq!(writers(), [Writer::Alive, Writer::Alive]);
    assert!(examined(dir.path()).is_sound());
}

#[test]
fn what_is_kept_for_people_is_named() {
    let dir = closed();
    let damaged = ".pm/journals/garden.1769000000000.damaged";
    fs::write(dir.path().join(damaged), "").unwrap();
    fs::write(dir.path().join("garden.conflict-7.txt"), "").unwrap();
    fs::write(dir.path().join("notes.txt"), "").unwrap();
    let found = found(dir.path());
    let files: Vec<_> = found.iter().map(|(file, _)| file.as_str()).collect();
    assert_eq!(files, [damaged, "garden.conflict-7.txt"]);
    assert!(matches!(found[0].1, FindingKind::JournalSetAside { .. }));
    assert!(matches!(found[1].1, FindingKind::Conflict { .. }));
}

#[test]
fn locks_are_tried_and_the_trash_is_weighed() {
    let dir = closed();
    let manager = lazy(dir.path());
    manager.delete_process(&name()).unwrap();
    let examination = examined(dir.path());
    assert_eq!(examination.locks, Some(LockSupport::Working));
    assert_eq!((examination.processes, examination.trash.items), (0, 1));
    assert!(examination.trash.bytes > 500, "{:?}", examination.trash);
    assert!(examination.trash.oldest.is_some() && examination.is_sound());
}

#[test]
fn an_index_is_read_and_compared() {
    let dir = closed();
    let index = dir.path().join(".pm/index.json");
    fs::write(&index, "{").unwrap();
    let unreadable = (".pm/index.json".to_owned(), FindingKind::IndexUnreadable);
    assert_eq!(only(dir.path()), unreadable);
    // One file, which is not there.
    fs::write(
        &index,
        r#"{"version":3,"files":[{"file":"shed.json","stamp":[1,2,3,4],"name":"shed",
        "description":"","created_at":"","updated_at":"","revision":1,"tasks":0,"jobs":0,"code":0}]}"#,
    )
    .unwrap();
    let stale = (
        ".pm/index.json".to_owned(),
        FindingKind::IndexStale { files: 1 },
    );
    assert_eq!(only(dir.path()), stale);
    assert!(examined(dir.path()).is_sound());
}
