//! The model itself: what it keeps and what it may lose, one promise at a time.

use std::collections::BTreeSet;
use std::path::Path;

use super::disk::Disk;
use super::fault::{Fault, FaultKind};
use super::filesystem::ModelFileSystem;
use super::machine::Machine;
use super::survivors::Survivors;
use crate::store::file::disk::fs::{FileSystem as _, JournalFile, NewFile};

const FROM: &str = "/from";
const TO: &str = "/to";

/// The files of two directories and what they hold, on each disk that a crash may leave after
/// `work` on a disk on which both directories are empty.
fn left_after(work: impl FnOnce(&Machine, &ModelFileSystem)) -> BTreeSet<Vec<(String, String)>> {
    let machine = Machine::new(Disk::new(), None);
    let fs = ModelFileSystem::start(&machine);
    for dir in [FROM, TO] {
        fs.create_dir_all(Path::new(dir)).unwrap();
    }
    fs.sync_dir(Path::new("/")).unwrap();
    work(&machine, &fs);
    let disk = machine.disk();
    let survivors = Survivors::of(&disk);
    let mut rng = fastrand::Rng::with_seed(1);
    let plans = survivors.plans(1_000, &mut rng);
    let left = plans.iter().map(|plan| {
        let fs = ModelFileSystem::start(&Machine::new(survivors.disk(plan), None));
        let mut files = Vec::new();
        for dir in [FROM, TO].map(Path::new) {
            for name in fs.names(dir).unwrap() {
                let path = dir.join(name);
                let (_, bytes) = fs.read(&path, u64::MAX).unwrap();
                let text = String::from_utf8(bytes).unwrap().replace('\0', "0");
                files.push((path.display().to_string(), text));
            }
        }
        files
    });
    left.collect()
}

fn files(files: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(path, text): &(&str, &str)| ((*path).to_owned(), (*text).to_owned());
    files.iter().map(owned).collect()
}

fn create(fs: &ModelFileSystem, path: &str) -> Box<dyn NewFile> {
    fs.create(Path::new(path), Path::new(path)).unwrap()
}

fn journal(fs: &ModelFileSystem, path: &str) -> Box<dyn JournalFile> {
    fs.create_journal(Path::new(path)).unwrap()
}

#[test]
fn a_synced_file_has_its_content_but_perhaps_no_name() {
    let left = left_after(|_, fs| {
        let mut file = create(fs, "/from/a");
        file.write_all(b"abc").unwrap();
        file.sync().unwrap();
    });
    assert_eq!(left, [files(&[]), files(&[("/from/a", "abc")])].into());
}

#[test]
fn a_synced_name_may_stand_for_less_than_was_written() {
    let left = left_after(|_, fs| {
        create(fs, "/from/a").write_all(b"abc").unwrap();
        fs.sync_dir(Path::new(FROM)).unwrap();
    });
    for text in ["", "abc", "000"] {
        assert!(left.contains(&files(&[("/from/a", text)])), "{left:?}");
    }
    let torn = left.iter().filter(|files| files[0].1.starts_with('a'));
    assert_eq!(torn.count(), 2, "abc, and a part of it: {left:?}");
}

#[test]
fn what_a_failed_sync_has_lost_no_later_one_brings_back() {
    let left = left_after(|machine, fs| {
        let mut file = journal(fs, "/from/a");
        fs.sync_dir(Path::new(FROM)).unwrap();
        file.write_at(0, b"ab").unwrap();
        let kind = FaultKind::Broken;
        let at = machine.operations().len();
        machine.arm(Some(Fault { at, kind }));
        file.sync_data().unwrap_err();
        file.write_at(2, b"c").unwrap();
        file.sync_data().unwrap();
        assert_eq!(file.read_at(0, 9).unwrap(), b"abc");
    });
    for text in ["abc", "00c", "a0c"] {
        assert!(
            left.contains(&files(&[("/from/a", text)])),
            "{text}: {left:?}"
        );
    }
}

#[test]
fn a_cut_is_durable_after_a_sync_and_open_before() {
    let cut = |synced: bool| {
        left_after(|_, fs| {
            let mut file = journal(fs, "/from/a");
            file.write_at(0, b"abc").unwrap();
            file.sync_data().unwrap();
            fs.sync_dir(Path::new(FROM)).unwrap();
            file.set_len(1).unwrap();
            if synced {
                file.sync_data().unwrap();
            }
        })
    };
    let (short, long) = (files(&[("/from/a", "a")]), files(&[("/from/a", "abc")]));
    assert_eq!(cut(true), [short.clone()].into());
    assert_eq!(cut(false), [short, long].into());
}

#[test]
fn renames_are_kept_in_any_order_and_each_as_a_whole() {
    let left = left_after(|_, fs| {
        for path in ["/from/a", "/from/b"] {
            create(fs, path);
        }
        fs.sync_dir(Path::new(FROM)).unwrap();
        for (from, to) in [("/from/a", "/from/c"), ("/from/b", "/from/d")] {
            fs.rename(Path::new(from), Path::new(to)).unwrap();
        }
    });
    let both = |one, two| files(&[(one, ""), (two, "")]);
    let expected = [
        both("/from/a", "/from/b"),
        both("/from/b", "/from/c"),
        both("/from/a", "/from/d"),
        both("/from/c", "/from/d"),
    ];
    assert_eq!(left, expected.into());
}

#[test]
fn a_file_that_moves_to_another_directory_is_in_one_or_both() {
    let moved = |synced: Option<&str>| {
        left_after(|_, fs| {
            create(fs, "/from/a");
            fs.sync_dir(Path::new(FROM)).unwrap();
            fs.rename(Path::new("/from/a"), Path::new("/to/a")).unwrap();
            if let Some(dir) = synced {
                fs.sync_dir(Path::new(dir)).unwrap();
            }
        })
    };
    let (old, new) = (files(&[("/from/a", "")]), files(&[("/to/a", "")]));
    let both = files(&[("/from/a", ""), ("/to/a", "")]);
    assert_eq!(moved(None), [old, both.clone(), new.clone()].into());
    assert_eq!(moved(Some(TO)), [both, new.clone()].into());
    assert_eq!(moved(Some(FROM)), [new].into());
}

#[test]
fn a_link_and_the_removal_of_the_first_name_are_kept_apart() {
    let left = left_after(|_, fs| {
        create(fs, "/from/a");
        fs.sync_dir(Path::new(FROM)).unwrap();
        fs.link(Path::new("/from/a"), Path::new("/to/a")).unwrap();
        fs.remove(Path::new("/from/a")).unwrap();
    });
    // Also none: removing the first name before the second is durable loses the file.
    assert_eq!(left.len(), 4);
    assert!(left.contains(&files(&[])));
}

#[test]
fn a_program_that_is_ended_holds_no_lock() {
    let machine = Machine::new(Disk::new(), None);
    let (one, other) = (
        ModelFileSystem::start(&machine),
        ModelFileSystem::start(&machine),
    );
    let path = Path::new("/a.lock");
    let held = one.lock(path).unwrap();
    assert!(other.try_lock(path).unwrap().is_none());
    let (at, kind) = (machine.operations().len(), FaultKind::Killed);
    machine.arm(Some(Fault { at, kind }));
    one.create_dir_all(Path::new(FROM)).unwrap_err();
    let taken = other.try_lock(path).unwrap();
    assert!(taken.is_some());
    drop(held);
    assert!(one.try_lock(path).is_err(), "it is no longer there");
    assert!(
        other.try_lock(path).unwrap().is_none(),
        "the lock is another's by now"
    );
}
