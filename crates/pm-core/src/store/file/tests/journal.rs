//! The journal beside the file: what survives, what is noticed, and what is kept of the past.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{garden, job_names, manager, names};
use crate::error::{Taken, Unresolved};
use crate::manager::HistoryQuery;
use crate::{Actor, Error, FileStore, HistoryEntry, ProcessManager, ProcessName, Store as _};

fn name() -> ProcessName {
    "garden".parse().unwrap()
}

fn add_job(manager: &ProcessManager, job: &str) {
    let job = job.parse().unwrap();
    manager.add_job(&name(), "soil", job, "to do").unwrap();
}

/// The history of a process, oldest first.
fn history(manager: &ProcessManager, process: &str) -> Vec<Arc<HistoryEntry>> {
    let process = process.parse().unwrap();
    let page = manager.history(&process, &HistoryQuery::default()).unwrap();
    page.changes
        .into_iter()
        .rev()
        .map(|change| change.entry)
        .collect()
}

fn file(dir: &Path) -> PathBuf {
    dir.join("garden.json")
}

fn journal(dir: &Path) -> PathBuf {
    dir.join(".pm/journals/garden.journal")
}

/// What a program would find that starts after this one was killed this moment.
fn killed(dir: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    copy_dir(dir, copy.path());
    copy
}

fn copy_dir(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_dir(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn jobs(dir: &Path) -> Vec<String> {
    job_names(&manager(dir).process("garden").unwrap(), "soil")
}

#[test]
fn a_change_is_in_the_journal_at_once_and_in_the_file_soon() {
    let (dir, manager) = garden();
    add_job(&manager, "sample");
    let text = fs::read_to_string(journal(dir.path())).unwrap();
    assert!(text.contains("\"sample\""), "{text}");
    assert_eq!(jobs(killed(dir.path()).path()), ["sample"]);

    manager.flush().unwrap();
    let text = fs::read_to_string(file(dir.path())).unwrap();
    assert!(text.contains("\"sample\""), "{text}");
    assert!(text.contains("\"revision\": 3"), "{text}");
}

#[test]
fn the_file_is_brought_up_to_date_without_being_asked() {
    let (dir, manager) = garden();
    add_job(&manager, "sample");
    let is_there = || {
        fs::read_to_string(file(dir.path()))
            .unwrap()
            .contains("sample")
    };
    while !is_there() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

#[test]
fn closing_the_store_brings_the_file_up_to_date() {
    let (dir, manager) = garden();
    add_job(&manager, "sample");
    drop(manager);
    let text = fs::read_to_string(file(dir.path())).unwrap();
    assert!(text.contains("\"sample\""), "{text}");
}

#[test]
fn without_the_private_directory_only_the_history_is_gone() {
    let (dir, manager) = garden();
    add_job(&manager, "sample");
    drop(manager);
    fs::remove_dir_all(dir.path().join(".pm")).unwrap();
    assert_eq!(jobs(dir.path()), ["sample"]);
}

#[test]
fn what_a_running_store_knows_survives_the_loss_of_the_private_directory() {
    let (dir, manager) = garden();
    manager.flush().unwrap();
    add_job(&manager, "sample");
    fs::remove_dir_all(dir.path().join(".pm")).unwrap();
    add_job(&manager, "dig");
    drop(manager);
    assert_eq!(jobs(dir.path()), ["sample", "dig"]);
}

#[test]
fn a_torn_line_is_cut_off_by_the_next_change() {
    let (dir, manager) = garden();
    add_job(&manager, "sample");
    let copy = killed(dir.path());
    let mut bytes = fs::read(journal(copy.path())).unwrap();
    bytes.extend_from_slice(b"0123456789abcdef {\"change\":{\"prev\"");
    fs::write(journal(copy.path()), bytes).unwrap();

    let manager = self::manager(copy.path());
    add_job(&manager, "dig");
    assert_eq!(jobs(killed(copy.path()).path()), ["sample", "dig"]);
    let text = fs::read_to_string(journal(copy.path())).unwrap();
    assert!(!text.contains("0123456789abcdef"), "{text}");
}

#[test]
fn a_damaged_journal_is_set_aside_and_its_last_good_state_counts() {
    let (dir, manager) = garden();
    manager.flush().unwrap();
    for job in ["one", "two", "three"] {
        add_job(&manager, job);
    }
    let copy = killed(dir.path());
    let text = fs::read_to_string(journal(copy.path())).unwrap();
    fs::write(journal(copy.path()), text.replace("\"two\"", "\"xxx\"")).unwrap();

    let manager = self::manager(copy.path());
    assert_eq!(jobs(copy.path()), ["one"]);
    add_job(&manager, "four");
    assert_eq!(jobs(killed(copy.path()).path()), ["one", "four"]);
    let kept: Vec<_> = names(&copy.path().join(".pm/journals"));
    let damaged = kept.iter().find(|name| name.ends_with(".damaged"));
    let damaged = damaged.unwrap_or_else(|| panic!("{kept:?}"));
    let text = fs::read_to_string(copy.path().join(".pm/journals").join(damaged)).unwrap();
    assert!(text.contains("\"three\""), "{text}");
}

#[test]
fn another_store_sees_each_change_at_once() {
    let (dir, manager) = garden();
    let other = self::manager(dir.path());
    for job in ["one", "two", "three"] {
        add_job(&manager, job);
        let seen = other.process("garden").unwrap();
        assert_eq!(job_names(&seen, "soil").last().unwrap(), job);
    }
    add_job(&other, "four");
    let seen = manager.process("garden").unwrap();
    assert_eq!(job_names(&seen, "soil"), ["one", "two", "three", "four"]);
    assert_eq!(seen.revision, 6);
}

fn edit(dir: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file(dir)).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(file(dir), text.replace(from, to)).unwrap();
}

#[test]
fn an_edit_is_a_revision_by_someone_outside() {
    let (dir, manager) = garden();
    manager.flush().unwrap();
    edit(dir.path(), "Test the soil", "Test all of the soil");
    let process = manager.process("garden").unwrap();
    assert_eq!(
        process.tasks.get("soil").unwrap().description,
        "Test all of the soil"
    );
    assert_eq!(process.revision, 3);
    let last = history(&manager, "garden").pop().unwrap();
    assert_eq!((last.revision, &last.actor), (3, &Actor::Outside));
    assert_eq!(last.patch.as_ref().unwrap().0.len(), 1);

    // As another program sees it, and the next start.
    for dir in [dir.path(), killed(dir.path()).path()] {
        let again = self::manager(dir).process("garden").unwrap();
        assert_eq!(again.revision, 3);
        assert_eq!(
            again.tasks.get("soil").unwrap().description,
            "Test all of the soil"
        );
    }
}

#[test]
fn an_edit_that_nobody_watched_is_a_revision_too() {
    let (dir, manager) = garden();
    drop(manager);
    edit(dir.path(), "Test the soil", "Test all of the soil");
    let manager = self::manager(dir.path());
    let process = manager.process("garden").unwrap();
    assert_eq!(
        process.tasks.get("soil").unwrap().description,
        "Test all of the soil"
    );
    let last = history(&manager, "garden").pop().unwrap();
    assert_eq!(
        (last.revision, &last.actor, &last.patch),
        (3, &Actor::Outside, &None)
    );
}

#[test]
fn a_file_that_is_only_laid_out_anew_is_no_revision() {
    let (dir, manager) = garden();
    manager.flush().unwrap();
    edit(dir.path(), "\n  ", "\n      ");
    assert_eq!(manager.process("garden").unwrap().revision, 2);
    add_job(&manager, "sample");
    drop(manager);
    assert_eq!(jobs(dir.path()), ["sample"]);
}

#[test]
fn a_file_that_is_put_back_as_it_was_counts() {
    let (dir, manager) = garden();
    manager.flush().unwrap();
    let before = fs::read(file(dir.path())).unwrap();
    add_job(&manager, "sample");
    drop(manager);
    fs::write(file(dir.path()), before).unwrap();
    assert_eq!(jobs(dir.path()), [""; 0]);
}

/// A directory in which the journal has changes that the file lacks, as after a kill.
fn behind() -> tempfile::TempDir {
    let (dir, manager) = garden();
    manager.flush().unwrap();
    add_job(&manager, "sample");
    manager
        .describe_task(&name(), "soil", "Test it well")
        .unwrap();
    killed(dir.path())
}

#[test]
fn an_edit_and_changes_that_it_missed_are_both_kept() {
    let dir = behind();
    edit(dir.path(), "Plan the garden", "Plan the whole garden");
    for _ in 0..2 {
        let process = manager(dir.path()).process("garden").unwrap();
        assert_eq!(process.description, "Plan the whole garden");
        assert_eq!(
            process.tasks.get("soil").unwrap().description,
            "Test it well"
        );
        assert_eq!(job_names(&process, "soil"), ["sample"]);
        assert_eq!(process.revision, 5);
    }
    assert_eq!(names(dir.path()), ["garden.json"], "nothing was in the way");
}

#[test]
fn what_does_not_fit_on_an_edit_is_kept_beside_it() {
    let dir = behind();
    edit(dir.path(), "Test the soil", "Test all of the soil");
    let manager = manager(dir.path());
    let process = manager.process("garden").unwrap();
    assert_eq!(
        process.tasks.get("soil").unwrap().description,
        "Test all of the soil"
    );
    assert_eq!(job_names(&process, "soil"), ["sample"]);
    assert_eq!(names(dir.path()), ["garden.conflict-5.txt", "garden.json"]);
    let conflict = fs::read_to_string(dir.path().join("garden.conflict-5.txt")).unwrap();
    insta::assert_snapshot!(conflict);
}

#[test]
fn what_does_not_fit_on_an_edit_is_kept_also_where_nothing_fits() {
    let (dir, first) = garden();
    first.flush().unwrap();
    first
        .describe_task(&name(), "soil", "Test it well")
        .unwrap();
    let dir = killed(dir.path());
    edit(dir.path(), "Test the soil", "Test all of the soil");
    for _ in 0..2 {
        let process = manager(dir.path()).process("garden").unwrap();
        let soil = process.tasks.get("soil").unwrap();
        assert_eq!(soil.description, "Test all of the soil");
        assert_eq!(names(dir.path()), ["garden.conflict-4.txt", "garden.json"]);
    }
    let conflict = fs::read_to_string(dir.path().join("garden.conflict-4.txt")).unwrap();
    assert!(conflict.contains("Test it well"), "{conflict}");
}

#[test]
fn the_past_stays_readable_when_the_journal_begins_anew() {
    let (dir, manager) = garden();
    for number in 0..600 {
        add_job(&manager, &format!("job {number}"));
        if number % 100 == 99 {
            manager.flush().unwrap();
        }
    }
    let kept = names(&dir.path().join(".pm/journals"));
    assert!(
        kept.iter().any(|name| name.ends_with(".history")),
        "{kept:?}"
    );
    let history = history(&manager, "garden");
    let revisions: Vec<_> = history.iter().map(|entry| entry.revision).collect();
    assert_eq!(revisions, (2..=602).collect::<Vec<_>>());
    assert_eq!(jobs(killed(dir.path()).path()).len(), 600);
}

#[test]
fn a_renamed_process_keeps_its_past() {
    let (dir, manager) = garden();
    add_job(&manager, "sample");
    manager
        .rename_process(&name(), &"park".parse().unwrap())
        .unwrap();
    assert_eq!(names(dir.path()), ["park.json"]);
    let history = history(&manager, "park");
    assert_eq!(history.len(), 3, "{history:?}");
    let copy = killed(dir.path());
    assert_eq!(
        self::manager(copy.path()).process("park").unwrap().revision,
        4
    );
}

#[test]
fn a_journal_that_is_left_open_is_not_written_to_once_another_has_its_name() {
    let (dir, first) = garden();
    add_job(&first, "first");
    let second = manager(dir.path());
    let many: Vec<_> = (0..260).map(|number| format!("job {number}")).collect();
    for job in &many {
        add_job(&second, job);
    }
    // The journal becomes history, and a new one begins.
    second.flush().unwrap();
    add_job(&first, "last");
    let wanted = [vec!["first".to_owned()], many, vec!["last".to_owned()]].concat();
    assert_eq!(jobs(killed(dir.path()).path()), wanted);
    // Taken away with all that is private: what is in memory counts, and goes on.
    fs::remove_dir_all(dir.path().join(".pm")).unwrap();
    add_job(&first, "after all");
    assert_eq!(jobs(killed(dir.path()).path()).last().unwrap(), "after all");
}

#[test]
fn a_deleted_process_is_in_the_trash_and_its_name_is_free() {
    let (dir, manager) = garden();
    add_job(&manager, "sample");
    manager.delete_process(&name()).unwrap();
    assert_eq!(names(dir.path()), [""; 0]);
    assert_eq!(names(&dir.path().join(".pm/journals")), [""; 0]);
    assert_eq!(names(&dir.path().join(".pm/trash")).len(), 1);

    manager.create_process(name(), "Another one").unwrap();
    let process = manager.process("garden").unwrap();
    assert_eq!((process.revision, process.tasks.len()), (1, 0));
}

#[test]
fn a_process_whose_file_was_taken_away_leaves_nothing_to_a_new_one() {
    let (dir, manager) = garden();
    add_job(&manager, "sample");
    fs::remove_file(file(dir.path())).unwrap();
    manager.create_process(name(), "Another one").unwrap();
    let process = manager.process("garden").unwrap();
    assert_eq!((process.revision, process.tasks.len()), (1, 0));
    // It is kept, for the file that may come back.
    assert_eq!(names(&dir.path().join(".pm/journals")).len(), 1);
    assert!(!dir.path().join(".pm/trash").exists());
}

#[test]
fn a_restored_process_has_all_that_it_had() {
    let (dir, manager) = garden();
    add_job(&manager, "sample");
    manager.delete_process(&name()).unwrap();
    let trashed = manager.trash().unwrap();
    assert_eq!(trashed.len(), 1);
    assert_eq!(trashed[0].name, name());

    let restored = manager.restore_process("Garden!", None).unwrap();
    assert_eq!(job_names(&restored, "soil"), ["sample"]);
    assert_eq!(restored.revision, 4);
    assert_eq!(manager.trash().unwrap(), []);
    assert_eq!(history(&manager, "garden").len(), 3);
    assert_eq!(jobs(killed(dir.path()).path()), ["sample"]);
    assert_eq!(names(&dir.path().join(".pm/trash")), [""; 0]);
}

#[test]
fn a_process_whose_name_is_taken_is_restored_under_another_one() {
    let (dir, manager) = garden();
    manager.delete_process(&name()).unwrap();
    manager.create_process(name(), "Another one").unwrap();
    let refused = manager.restore_process("garden", None);
    assert!(
        matches!(refused, Err(Error::Taken(Taken::Process { .. }))),
        "{refused:?}"
    );
    let new = "old garden".parse().unwrap();
    let restored = manager.restore_process("garden", Some(&new)).unwrap();
    assert_eq!((&restored.name, restored.tasks.len()), (&new, 1));
    assert_eq!(names(dir.path()), ["garden.json", "old_garden.json"]);
    let copy = killed(dir.path());
    let manager = self::manager(copy.path());
    assert_eq!(manager.process("old garden").unwrap().tasks.len(), 1);
    assert_eq!(manager.process("garden").unwrap().tasks.len(), 0);
    let refused = manager.restore_process("gardens", None);
    assert!(
        matches!(refused, Err(Error::Trash(Unresolved::NotFound { .. }))),
        "{refused:?}"
    );
}

#[test]
fn what_was_deleted_long_ago_goes_for_ever() {
    let (dir, manager) = garden();
    manager.delete_process(&name()).unwrap();
    let day = std::time::Duration::from_secs(24 * 60 * 60);
    assert_eq!(manager.purge_trash(day).unwrap(), 0);
    assert_eq!(manager.trash().unwrap().len(), 1);
    std::thread::sleep(std::time::Duration::from_millis(2));
    assert_eq!(manager.purge_trash(std::time::Duration::ZERO).unwrap(), 1);
    assert_eq!(manager.trash().unwrap(), []);
    assert_eq!(names(&dir.path().join(".pm/trash")), [""; 0]);
}

#[test]
fn what_happened_to_a_file_is_told_once() {
    let dir = behind();
    edit(dir.path(), "Test the soil", "Test all of the soil");
    let manager = manager(dir.path());
    manager.process("garden").unwrap();
    let notices = manager.take_notices("garden");
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert!(
        notices[0].to_string().contains("garden.conflict-5.txt"),
        "{}",
        notices[0]
    );
    assert!(
        notices[0]
            .to_string()
            .ends_with(": described the task \"soil\" anew"),
        "{}",
        notices[0]
    );
    assert_eq!(manager.take_notices("garden"), []);
    assert_eq!(manager.health().notices, notices);
}

#[test]
fn what_happened_to_a_file_can_be_looked_at_and_is_left_for_others() {
    let dir = behind();
    edit(dir.path(), "Test the soil", "Test all of the soil");
    let manager = manager(dir.path());
    manager.process("garden").unwrap();
    let seen = manager.look_at_notices("garden");
    assert_eq!(seen.len(), 1, "{seen:?}");
    let at_once = manager.at_once(|manager| manager.look_at_notices("garden"));
    assert_eq!(at_once, None);
    assert_eq!(manager.take_notices("garden"), seen);
    // It is there still, for people, and follows the file.
    assert_eq!(manager.look_at_notices("garden"), seen);
    let new: crate::ProcessName = "park".parse().unwrap();
    manager.rename_process(&name(), &new).unwrap();
    let moved = manager.look_at_notices("park");
    assert_eq!((moved.len(), moved[0].file.as_str()), (1, "park.json"));
    assert!(
        moved[0].to_string().contains("park.conflict-5.txt"),
        "{moved:?}"
    );
    assert_eq!(manager.look_at_notices("garden"), []);
    // It is not that of another process which gets the file's name.
    manager.delete_process(&new).unwrap();
    manager.create_process(new, "").unwrap();
    assert_eq!(manager.look_at_notices("park"), []);
    assert_eq!(manager.health().notices, moved);
}

#[test]
fn what_is_to_be_told_is_not_taken_where_the_answer_may_be_dropped() {
    let dir = behind();
    edit(dir.path(), "Test the soil", "Test all of the soil");
    let manager = manager(dir.path());
    manager.process("garden").unwrap();
    let taken = manager.at_once(|manager| manager.take_notices("garden"));
    assert_eq!(taken, None);
    // It follows the file.
    let new = "park".parse().unwrap();
    manager.rename_process(&name(), &new).unwrap();
    assert_eq!(manager.take_notices("garden"), []);
    assert_eq!(manager.take_notices("park").len(), 1);
    assert_eq!(manager.standing_notices("park"), []);
    let taken = manager.at_once(|manager| manager.take_notices("park"));
    assert_eq!(taken, Some(Vec::new()));
}

#[test]
fn a_file_of_the_largest_revision_goes_on_counting() {
    let dir = tempfile::tempdir().unwrap();
    let text = format!(
        "{{\"process_name\": \"garden\", \"revision\": {}}}",
        u64::MAX
    );
    fs::write(file(dir.path()), text).unwrap();
    let first = manager(dir.path());
    let most = (1 << 53) - 1;
    assert_eq!(first.process("garden").unwrap().revision, most);
    assert_eq!(first.list_processes().unwrap().processes[0].revision, most);
    first
        .add_task(&name(), "soil".parse().unwrap(), "")
        .unwrap();
    // So many that the journal becomes history, and another one begins beyond that revision.
    let wanted: Vec<_> = (0..260).map(|number| format!("job {number}")).collect();
    for job in &wanted {
        add_job(&first, job);
    }
    drop(first);
    let second = manager(dir.path());
    add_job(&second, "last");
    let copy = killed(dir.path());
    assert_eq!(
        jobs(copy.path()),
        [wanted, vec!["last".to_owned()]].concat()
    );
    let process = manager(copy.path()).process("garden").unwrap();
    assert_eq!(process.revision, most + 262);
}

#[test]
fn a_first_change_that_was_long_stays_in_the_history() {
    let dir = tempfile::tempdir().unwrap();
    // A file that counts nothing yet: its first change makes revision 1.
    fs::write(dir.path().join("p.json"), r#"{"tasks": {"soil": {}}}"#).unwrap();
    let manager = manager(dir.path());
    let process: ProcessName = "p".parse().unwrap();
    let long = "x".repeat(1 << 20);
    manager.describe_process(&process, long).unwrap();
    manager.flush().unwrap();
    let journals = fs::read_dir(dir.path().join(".pm/journals")).unwrap();
    let names = journals.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert!(names.into_iter().any(|name| name.ends_with(".1-1.history")));
    manager
        .add_task(&process, "beds".parse().unwrap(), "")
        .unwrap();
    let revisions = |after| {
        let store = FileStore::open(dir.path()).unwrap();
        let entries = store.history("p", after).unwrap();
        let revisions = entries.iter().map(|entry| entry.revision);
        revisions.collect::<Vec<_>>()
    };
    assert_eq!((revisions(0), revisions(1)), (vec![1, 2], vec![2]));
}
