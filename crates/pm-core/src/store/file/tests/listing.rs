//! Lists of many processes: what is kept from one look to the next, and that nothing that changed
//! in between is missed.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::manager;
use crate::store::FileProblem;
use crate::{ProcessManager, ProcessName, Progress, Status, TaskUpdate};

/// More files than journals are looked for one by one.
const MANY: usize = 90;

fn write(dir: &Path, file: &str, process: &str, tasks: usize) {
    let tasks: Vec<_> = (0..tasks).map(|task| format!("\"{task}\": {{}}")).collect();
    let tasks = tasks.join(", ");
    let text = format!("{{\"process_name\": \"{process}\", \"tasks\": {{{tasks}}}}}");
    fs::write(dir.join(file), text).unwrap();
}

/// A directory of many processes, whose stamps prove that they did not change.
fn many() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for number in 0..MANY {
        write(
            dir.path(),
            &format!("p_{number}.json"),
            &format!("p {number}"),
            1,
        );
    }
    std::thread::sleep(Duration::from_millis(60));
    dir
}

/// The name and the number of tasks of each process, and the problems.
fn listed(manager: &ProcessManager) -> (Vec<(String, usize)>, Vec<FileProblem>) {
    let listing = manager.list_processes().unwrap();
    let processes = listing.processes.iter();
    let processes = processes.map(|process| (process.name.to_string(), process.tasks));
    (processes.collect(), listing.problems)
}

#[test]
fn what_did_not_change_is_not_summed_up_again() {
    let dir = many();
    let manager = manager(dir.path());
    let before = manager.list_processes().unwrap().processes;
    write(dir.path(), "p_7.json", "p 7", 2);
    let after = manager.list_processes().unwrap().processes;
    assert_eq!((before.len(), after.len()), (MANY, MANY));
    for (before, after) in before.iter().zip(&after) {
        let changed = before.name.as_str() == "p 7";
        assert_eq!(Arc::ptr_eq(before, after), !changed, "{before:?}");
        assert_eq!(after.tasks, 1 + usize::from(changed));
    }
}

#[test]
fn a_change_that_is_only_in_a_journal_is_listed() {
    let dir = many();
    let (first, other) = (manager(dir.path()), manager(dir.path()));
    first.list_processes().unwrap();
    for (number, tasks) in [(3, 2), (3, 3), (80, 2)] {
        let name: ProcessName = format!("p {number}").parse().unwrap();
        let task = format!("task {tasks}").parse().unwrap();
        other.add_task(&name, task, "").unwrap();
        let (processes, problems) = listed(&first);
        assert!(processes.contains(&(name.to_string(), tasks)));
        assert_eq!((processes.len(), problems.len()), (MANY, 0));
    }
}

#[test]
fn of_two_files_with_one_process_the_other_is_used_when_the_first_is_gone() {
    let dir = many();
    write(dir.path(), "copy.json", "p 5", 4);
    let manager = manager(dir.path());
    let (processes, problems) = listed(&manager);
    assert!(processes.contains(&("p 5".into(), 1)));
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].file, "copy.json");

    fs::remove_file(dir.path().join("p_5.json")).unwrap();
    let (processes, problems) = listed(&manager);
    assert!(processes.contains(&("p 5".into(), 4)));
    assert_eq!(problems, []);
}

#[test]
fn whatever_happens_to_the_files_a_list_is_what_a_newcomer_sees() {
    let dir = many();
    let (kept, other) = (manager(dir.path()), manager(dir.path()));
    let mut random = fastrand::Rng::with_seed(7);
    for step in 0..120 {
        let number = random.usize(..20);
        let file = format!("p_{number}.json");
        let name: ProcessName = format!("p {number}").parse().unwrap();
        // Some of it fails, as what it is about is gone or in the way: that is no matter here.
        match random.usize(..7) {
            0 => write(
                dir.path(),
                &file,
                &format!("p {}", random.usize(..20)),
                step % 5,
            ),
            1 => fs::write(dir.path().join(&file), "{\"process_name\": ").unwrap(),
            2 => drop(fs::remove_file(dir.path().join(&file))),
            3 => drop(other.create_process(name, "")),
            4 => drop(other.delete_process(&name)),
            5 => drop(other.rename_process(&name, &format!("q {number}").parse().unwrap())),
            _ => drop(other.add_task(&name, format!("t {step}").parse().unwrap(), "")),
        }
        assert_eq!(listed(&kept), listed(&manager(dir.path())), "step {step}");
    }
}

#[test]
fn the_progress_that_a_list_shows_is_that_of_the_tasks_also_from_the_index() {
    let dir = many();
    let update = |status: Status| TaskUpdate {
        status: Some(status),
        ..TaskUpdate::default()
    };
    {
        let manager = manager(dir.path());
        let statuses = [Status::Done, Status::Blocked, Status::Cancelled];
        for (number, status) in (3..).zip(statuses) {
            let name: ProcessName = format!("p {number}").parse().unwrap();
            let more = "more".parse().unwrap();
            manager.add_task(&name, more, "").unwrap();
            manager.update_task(&name, "0", update(status)).unwrap();
        }
        manager.flush().unwrap();
        std::thread::sleep(Duration::from_millis(60));
        manager.list_processes().unwrap();
    }
    // From the files and journals, and once more from what is kept of the first look.
    for _ in 0..2 {
        let manager = manager(dir.path());
        let listing = manager.list_processes().unwrap();
        for summary in &listing.processes {
            let process = manager.process(summary.name.as_str()).unwrap();
            let progress = Progress::of_tasks(&process);
            assert_eq!(summary.progress, progress, "{}", summary.name);
        }
        let of = |name: &str| {
            let mut listed = listing.processes.iter();
            let found = listed.find(|summary| summary.name.as_str() == name);
            found.unwrap().progress
        };
        assert_eq!((of("p 3").done, of("p 3").all()), (1, 2));
        assert_eq!((of("p 4").blocked, of("p 4").open()), (1, 1));
        assert_eq!((of("p 5").cancelled, of("p 5").all()), (1, 1));
        assert!(of("p 6").is_untouched());
    }
}
