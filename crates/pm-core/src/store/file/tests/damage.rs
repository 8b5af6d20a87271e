//! Damaged directories: whatever stands in a journal or in a file, looking at it and writing on
//! neither panics nor hangs, what is shown is a state that there was, and nothing is destroyed.
//!
//! The corpus beside this file is a process with its journal, and many ways in which one of the
//! two can be damaged; what each of them comes to is in a snapshot. A damage that was once a
//! fault is added there. The properties try damages that nobody has thought of.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::super::journal::scan;
use super::super::{FileStore, FileStoreOptions};
use super::mutation::{Mutation, some_mutation};
use super::{job_names, names};
use crate::{Error, Process, ProcessManager};

/// The process, as its file holds it, and its journal, which has two more jobs.
const FILE: &[u8] = include_bytes!("corpus/garden.json");
const JOURNAL: &[u8] = include_bytes!("corpus/garden.journal");

/// The jobs that there were after one change and the next, from those in the file on.
const STATES: [&[&str]; 3] = [
    &["sample", "dig"],
    &["sample", "dig", "sow"],
    &["sample", "dig", "sow", "water"],
];

/// A directory with a file and its journal.
struct Damaged {
    dir: tempfile::TempDir,
    file: Vec<u8>,
    journal: Vec<u8>,
}

impl Damaged {
    fn new(file: &[u8], journal: &[u8]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join(".pm/journals")).unwrap();
        fs::write(dir.path().join("garden.json"), file).unwrap();
        fs::write(dir.path().join(".pm/journals/garden.journal"), journal).unwrap();
        let (file, journal) = (file.to_vec(), journal.to_vec());
        Self { dir, file, journal }
    }

    fn open(&self) -> ProcessManager {
        let options = FileStoreOptions {
            checkpoint_in_background: false,
            ..FileStoreOptions::default()
        };
        ProcessManager::new(FileStore::open_with(self.dir.path(), options).unwrap())
    }

    /// Looks, writes, and looks again; what came of it.
    fn examine(&self) -> String {
        let manager = self.open();
        let seen = look(&manager);
        let written = match &seen {
            Ok(process) => write_on(&manager, process),
            Err(_) => Err("not asked to".into()),
        };
        manager.flush().ok();
        drop(manager);
        let after = look(&self.open());
        if seen.is_err() {
            assert_eq!(
                fs::read(self.dir.path().join("garden.json")).unwrap(),
                self.file
            );
        }
        if let (Ok(before), Ok(())) = (&seen, &written) {
            let after = jobs(after.as_ref().unwrap());
            let first = before.tasks.values().next();
            let mut wanted = jobs(before);
            // Damage can make two tasks of one.
            let of_first = first.map_or(0, |task| task.jobs.len());
            wanted.insert(of_first, "afterwards".to_owned());
            assert_eq!(after, wanted, "what was shown, and what was written");
        }
        self.assert_kept();
        let mut told = match &seen {
            Ok(process) => format!("{} {:?}", process.revision, jobs(process)),
            Err(reason) => reason.clone(),
        };
        if let (Ok(_), Err(reason)) = (&seen, written) {
            let _ = write!(told, "; not written: {reason}");
        }
        told
    }

    /// Whatever was in the journal and may have been acknowledged is still to be found.
    fn assert_kept(&self) {
        let whole = usize::try_from(scan(&self.journal).head.end).unwrap();
        let is_damaged = scan(&self.journal).tail == super::super::journal::Tail::Damaged;
        let kept = if is_damaged {
            &self.journal[..]
        } else {
            &self.journal[..whole]
        };
        let files = journals(self.dir.path());
        let is_there = |path: &PathBuf| fs::read(path).unwrap().starts_with(kept);
        assert!(files.iter().any(is_there), "{files:?}");
        // Nor has anything been left half-made.
        let temporary = |name: &String| name.ends_with(".pm-tmp");
        assert!(!names(self.dir.path()).iter().any(temporary));
    }
}

fn journals(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir.join(".pm/journals")).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// The one process, or why it cannot be used.
fn look(manager: &ProcessManager) -> Result<Process, String> {
    let listing = manager.list_processes().unwrap();
    assert_eq!(
        listing.processes.len() + listing.problems.len(),
        1,
        "{listing:?}"
    );
    if let Some(problem) = listing.problems.first() {
        return Err(problem.to_string());
    }
    let name = listing.processes[0].name.as_str();
    let process = manager.process(name).map_err(|error| error.to_string())?;
    Ok(Process::clone(&process))
}

fn write_on(manager: &ProcessManager, process: &Process) -> Result<(), String> {
    let written = match process.tasks.keys().next() {
        Some(task) => {
            let job = "afterwards".parse().unwrap();
            manager
                .add_job(&process.name, task.as_str(), job, "")
                .map(drop)
        }
        None => Err(Error::Store(crate::StoreError::NotApplied)),
    };
    written.map_err(|error| error.to_string())
}

fn jobs(process: &Process) -> Vec<String> {
    let tasks = process.tasks.keys();
    tasks
        .flat_map(|task| job_names(process, task.as_str()))
        .collect()
}

/// The files of a directory of the corpus, by name.
fn corpus(kind: &str) -> Vec<(String, Vec<u8>)> {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/file/tests/corpus");
    let entries = fs::read_dir(place.join(kind)).unwrap();
    let mut files: Vec<_> = entries
        .map(|entry| entry.unwrap())
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read(entry.path()).unwrap())
        })
        .collect();
    files.sort();
    files
}

#[test]
fn the_corpus_begins_with_a_directory_in_order() {
    let told = Damaged::new(FILE, JOURNAL).examine();
    assert_eq!(told, format!("6 {:?}", STATES[2]));
}

#[test]
fn each_damaged_journal_comes_to_what_it_came_to() {
    let mut told = String::new();
    for (name, journal) in corpus("journals") {
        let _ = writeln!(told, "{name}: {}", Damaged::new(FILE, &journal).examine());
    }
    insta::assert_snapshot!(told);
}

#[test]
fn each_damaged_file_comes_to_what_it_came_to() {
    let mut told = String::new();
    for (name, file) in corpus("files") {
        let _ = writeln!(told, "{name}: {}", Damaged::new(&file, JOURNAL).examine());
    }
    insta::assert_snapshot!(told);
}

#[test]
fn a_journal_that_is_cut_off_anywhere_shows_a_state_that_there_was() {
    for length in (0..JOURNAL.len()).step_by(23) {
        let damaged = Damaged::new(FILE, &JOURNAL[..length]);
        assert_was(&damaged);
    }
}

fn assert_was(damaged: &Damaged) {
    let process = look(&damaged.open()).unwrap();
    let is_state = STATES.iter().any(|state| jobs(&process) == *state);
    assert!(is_state, "{:?}", jobs(&process));
    damaged.examine();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_mutated_journal_shows_a_state_that_there_was(
        mutations in proptest::collection::vec(some_mutation(), 1..4),
    ) {
        let journal = mutations.iter().fold(JOURNAL.to_vec(), Mutation::make);
        assert_was(&Damaged::new(FILE, &journal));
    }

    #[test]
    fn a_mutated_file_is_taken_as_it_is_or_left_as_it_is(
        mutations in proptest::collection::vec(some_mutation(), 1..4),
    ) {
        let file = mutations.iter().fold(FILE.to_vec(), Mutation::make);
        Damaged::new(&file, JOURNAL).examine();
    }

    #[test]
    fn both_may_be_mutated(file in some_mutation(), journal in some_mutation()) {
        let file = Mutation::make(FILE.to_vec(), &file);
        Damaged::new(&file, &Mutation::make(JOURNAL.to_vec(), &journal)).examine();
    }
}
