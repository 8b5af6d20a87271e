//! Lists of many processes: what is kept from one look to the next, and that nothing that changed
//! in between is missed.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::{garden, manager};
use crate::history::LastChange;
use crate::manager::HistoryQuery;
use crate::store::Unusable;
use crate::{
    Actor, ProcessManager, ProcessName, ProcessSummary, Progress, Status, TaskUpdate, Timestamp,
};

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
fn listed(manager: &ProcessManager) -> (Vec<(String, usize)>, Vec<Unusable>) {
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

/// What a list says of a process.
fn summary(manager: &ProcessManager, name: &str) -> Arc<ProcessSummary> {
    let listing = manager.list_processes().unwrap();
    let mut listed = listing.processes.iter();
    let found = listed.find(|summary| summary.name.as_str() == name);
    Arc::clone(found.unwrap())
}

/// The last change that a list tells of, as it does from files, and from what is in memory.
fn last_change(dir: &Path, name: &str) -> Option<LastChange> {
    let newcomer = manager(dir);
    let from_files = summary(&newcomer, name).last_change.clone();
    newcomer.process(name).unwrap();
    assert_eq!(from_files, summary(&newcomer, name).last_change);
    from_files.as_deref().cloned()
}

/// The last entry of a process's history, as a list tells it.
fn last_entry(manager: &ProcessManager, name: &str) -> Option<LastChange> {
    let name = name.parse().unwrap();
    let page = manager.history(&name, &HistoryQuery::default()).unwrap();
    page.changes
        .first()
        .map(|change| LastChange::of(&change.entry))
}

#[test]
fn what_waits_and_who_is_at_work_is_read_from_a_file_as_from_a_process() {
    let dir = tempfile::tempdir().unwrap();
    let claim = |by: &str, end: &str| format!(r#"{{"by": "{by}", "until": "{end}"}}"#);
    let (soon, later) = ("2026-11-22T12:00:00Z", "2026-11-22T14:00:00+01:00");
    let tasks = [
        format!(
            r#""soil test": {{"claim": {}, "status": "wip"}}"#,
            claim("ann", soon)
        ),
        format!(
            r#""beds": {{"status": "in_progress", "claim": {}}}"#,
            claim("bob", later)
        ),
        // A claim on a task that is not in progress, and one without a time.
        format!(
            r#""done": {{"status": "done", "claim": {}}}"#,
            claim("eve", later)
        ),
        format!(
            r#""fence": {{"status": "in_progress", "claim": {}}}"#,
            claim("eve", "soon")
        ),
        r#""loose": {"depends_on": ["Soil_Test"]}"#.to_owned(),
        r#""over": {"depends_on": ["done", "none"]}"#.to_owned(),
        r#""itself": {"depends_on": ["itself"], "status": "open"}"#.to_owned(),
        r#""held up": {"depends_on": ["beds"], "status": "blocked"}"#.to_owned(),
        r#""odd": {"depends_on": "beds"}"#.to_owned(),
        r#""\u0061b": {}, "waits for ab": {"depends_on": [" ab "]}"#.to_owned(),
        r#""a-b": {}, "unclear": {"depends_on": ["A B"]}"#.to_owned(),
    ];
    let text = format!("{{\"tasks\": {{{}}}}}", tasks.join(", "));
    fs::write(dir.path().join("p.json"), text).unwrap();
    let manager = manager(dir.path());
    let listed = summary(&manager, "p");
    let process = manager.process("p").unwrap();
    let expected = ProcessSummary::of(&process, listed.updated_at.clone(), None);
    assert_eq!(*listed, expected);
    let (held, others) = listed.claims.at(&Timestamp::stored("2026-11-22T11:00:00Z"));
    let held: Vec<_> = held.iter().map(|claim| claim.by.as_str()).collect();
    assert_eq!((held, others), (vec!["bob", "ann"], 0));
    assert_eq!(listed.waiting, 3, "loose, itself, waits for ab");
}

#[test]
fn the_last_change_is_listed_also_from_the_index() {
    let dir = many();
    let agent = |name: &str| Actor::Client {
        client: name.into(),
        principal: Some("ann".into()),
    };
    let first = manager(dir.path());
    let name: ProcessName = "p 3".parse().unwrap();
    let task = |name: &str| name.parse().unwrap();
    let acting = first.clone().acting_as(agent("one"));
    acting.add_task(&name, task("first"), "").unwrap();
    acting.add_task(&name, task("second"), "").unwrap();
    let expected = last_entry(&first, "p 3");
    assert_eq!(expected.as_ref().unwrap().actor, agent("one"));
    // While it is in the journal alone, and once the file has it.
    assert_eq!(last_change(dir.path(), "p 3"), expected);
    first.flush().unwrap();
    assert_eq!(last_change(dir.path(), "p 3"), expected);
    std::thread::sleep(Duration::from_millis(60));
    manager(dir.path()).list_processes().unwrap();
    assert_eq!(last_change(dir.path(), "p 3"), expected);
    assert_eq!(last_change(dir.path(), "p 4"), None);
}

#[test]
fn a_long_last_change_is_found_as_a_short_one() {
    let (dir, manager) = garden();
    let garden = "garden".parse().unwrap();
    for length in [10, 2_000, 40_000, 600_000] {
        let text = "x".repeat(length);
        manager.describe_process(&garden, text).unwrap();
        manager.flush().unwrap();
        let expected = last_entry(&manager, "garden");
        assert_eq!(last_change(dir.path(), "garden"), expected, "{length}");
    }
}

#[test]
fn the_last_change_is_known_after_a_long_journal_became_history() {
    let (dir, manager) = garden();
    let garden = "garden".parse().unwrap();
    for job in 0..260 {
        let name = format!("job {job}").parse().unwrap();
        manager.add_job(&garden, "soil", name, "").unwrap();
    }
    manager.flush().unwrap();
    let journals = fs::read_dir(dir.path().join(".pm/journals")).unwrap();
    let names = journals.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert!(names.into_iter().any(|name| name.ends_with(".history")));
    let expected = last_entry(&manager, "garden");
    assert_eq!(
        expected.as_ref().unwrap().summary,
        "added the job \"job 259\" to the task \"soil\""
    );
    assert_eq!(last_change(dir.path(), "garden"), expected);
}

#[test]
fn an_edit_by_hand_is_the_last_change() {
    let (dir, manager) = garden();
    manager.flush().unwrap();
    let path = dir.path().join("garden.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("Test the soil", "Dig it up")).unwrap();
    let newcomer = self::manager(dir.path());
    let found = summary(&newcomer, "garden").last_change.clone().unwrap();
    // As the history says it once somebody has read the process.
    newcomer.process("garden").unwrap();
    let entry = last_entry(&newcomer, "garden").unwrap();
    let at = found.at.clone();
    assert_eq!(*found, LastChange { at, ..entry });
    assert_eq!(found.actor, Actor::Outside);
    let listed = summary(&newcomer, "garden").last_change.clone();
    assert_eq!(listed.as_deref().cloned(), last_entry(&newcomer, "garden"));
}

#[test]
fn without_its_journal_a_process_has_no_last_change() {
    let (dir, manager) = garden();
    manager.flush().unwrap();
    drop(manager);
    fs::remove_dir_all(dir.path().join(".pm/journals")).unwrap();
    assert_eq!(last_change(dir.path(), "garden"), None);
}

#[test]
fn an_index_of_an_older_version_is_not_read() {
    let dir = many();
    manager(dir.path()).list_processes().unwrap();
    let index = dir.path().join(".pm/index.json");
    let text = fs::read_to_string(&index).unwrap();
    let text = text.replace("\"description\":\"\"", "\"description\":\"from the index\"");
    let (_, rest) = text.split_once(',').unwrap();
    for (version, description) in [(5, "from the index"), (4, "")] {
        fs::write(&index, format!("{{\"version\":{version},{rest}")).unwrap();
        let listed = summary(&manager(dir.path()), "p 7");
        assert_eq!(listed.description, description, "{version}");
    }
}

#[test]
fn only_a_file_that_is_listed_as_unusable_is_given_as_it_is() {
    let dir = many();
    let manager = manager(dir.path());
    let damaged = b"{\"process_name\": \"p 7\", \xff";
    fs::write(dir.path().join("p_7.json"), damaged).unwrap();
    fs::create_dir(dir.path().join("folder.json")).unwrap();
    let problems = listed(&manager).1;
    let files: Vec<&str> = problems.iter().map(|it| it.file.as_str()).collect();
    assert_eq!(files, ["p_7.json"]);
    let given = |file: &str| manager.read_unusable(file);
    assert_eq!(given("p_7.json").unwrap().unwrap(), damaged);
    for file in [
        "folder.json",
        "p_8.json",
        "p_7",
        "./p_7.json",
        "../p_7.json",
        ".pm/index.json",
        "",
    ] {
        assert_eq!(given(file).unwrap(), None, "{file}");
    }
    write(dir.path(), "p_7.json", "p 7", 1);
    assert_eq!(given("p_7.json").unwrap(), None, "it is mended");
}
