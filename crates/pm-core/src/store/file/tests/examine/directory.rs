//! What is found beside processes and journals, and of files that are none.

use std::fs::{self, File};
use std::os::unix::fs::symlink;

use super::*;
use crate::UnusableKind;
use crate::doctor::Concern;
use crate::store::file::LockSupport;
use crate::store::file::examine::{FindingKind, Writer};

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
        .filter_map(|(file, kind)| match kind {
            FindingKind::Unusable(kind) => Some((file, kind)),
            FindingKind::Foreign if file == "folder.json" => None,
            kind => panic!("{file}: {kind:?}"),
        })
        .collect();
    let files: Vec<_> = kinds.iter().map(|(file, _)| file.as_str()).collect();
    let expected = ["copy", "damaged", "empty", "huge", "link"];
    assert_eq!(files, expected.map(|stem| format!("{stem}.json")));
    let duplicate = UnusableKind::Duplicate {
        name: name(),
        used: "garden.json".into(),
    };
    assert_eq!(kinds[0].1, duplicate);
    assert!(matches!(kinds[1].1, UnusableKind::Damaged { .. }));
    assert_eq!(kinds[2].1, UnusableKind::Empty);
    assert!(matches!(kinds[3].1, UnusableKind::TooLarge { .. }));
    assert!(matches!(kinds[4].1, UnusableKind::NotARegularFile { .. }));
    assert_eq!(examined(dir.path()).processes, 1);
    assert_eq!(examined(dir.path()).count(Concern::Person), 5);
}

#[test]
fn files_of_others_are_told_from_damaged_ones() {
    let dir = closed();
    let write = |name: &str, text: &str| fs::write(dir.path().join(name), text).unwrap();
    write("package.json", "{\"name\": \"left-pad\"}");
    write("tsconfig.json", "{ // comments\n}");
    write("._garden.json", "\0\u{5}\u{16}\u{7}");
    write(".shed.json", "{\"process_name\": \"shed\"}");
    let found = found(dir.path());
    let expected = [
        (".shed.json", FindingKind::PassedOver),
        ("package.json", FindingKind::Foreign),
        ("tsconfig.json", FindingKind::Foreign),
    ];
    assert_eq!(found, expected.map(|(file, kind)| (file.to_owned(), kind)));
    let examination = examined(dir.path());
    assert!(examination.is_sound());
    assert_eq!(examination.processes, 1);
}

#[test]
fn of_two_files_of_a_process_the_one_with_the_history_is_used_whatever_it_is_called() {
    let dir = closed();
    let other = dir.path().join("Old_Garden.json");
    let text = fs::read_to_string(file(dir.path())).unwrap();
    // The journal goes with the name of the file; the copy has the usual one.
    fs::rename(file(dir.path()), &other).unwrap();
    fs::rename(
        journal(dir.path()),
        journal(dir.path()).with_file_name("Old_Garden.journal"),
    )
    .unwrap();
    fs::write(file(dir.path()), text).unwrap();
    let duplicate = UnusableKind::Duplicate {
        name: name(),
        used: "Old_Garden.json".into(),
    };
    let expected = ("garden.json".to_owned(), FindingKind::Unusable(duplicate));
    assert_eq!(only(dir.path()), expected);
    let manager = lazy(dir.path());
    add_jobs(&manager, 1);
    manager.flush().unwrap();
    assert_eq!(only(dir.path()), expected);
    assert_ne!(
        fs::read(&other).unwrap(),
        fs::read(file(dir.path())).unwrap()
    );
}

#[test]
fn words_of_the_plan_that_nobody_knows_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let text = r#"{"process_name": "garden", "tasks": {"dig": {"status": "done", "priority": null},
        "soil": {"status": "Fertig", "priority": 1, "jobs": {"j": {"name": "sample", "status": "ok"}}}}}"#;
    fs::write(file(dir.path()), text).unwrap();
    let (_, kind) = only(dir.path());
    let FindingKind::UnknownWords { first, more } = kind else {
        panic!("{kind:?}")
    };
    assert_eq!(first.task.as_str(), "soil");
    assert_eq!(
        first.word.to_string(),
        "the status \"Fertig\" counts as todo"
    );
    assert_eq!(more, 2);
    assert_eq!(examined(dir.path()).count(Concern::Person), 1);
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
        r#"{"version":5,"files":[{"file":"shed.json","stamp":[1,2,3,4],"summary":{"name":"shed",
        "description":"","created_at":"","updated_at":"","revision":1,"tasks":0,"jobs":0,"code":0}}]}"#,
    )
    .unwrap();
    let stale = (
        ".pm/index.json".to_owned(),
        FindingKind::IndexStale { files: 1 },
    );
    assert_eq!(only(dir.path()), stale);
    assert!(examined(dir.path()).is_sound());
}
