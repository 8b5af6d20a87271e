//! What other programs and people do to the directory is seen, kept and never hidden.

use std::fs;
use std::time::{Duration, Instant, SystemTime};

use super::{garden, job_names, manager, names, staying_behind};
use crate::error::{Taken, Unresolved};
use crate::{Error, ProcessName, UnusableKind};

fn name(text: &str) -> ProcessName {
    text.parse().unwrap()
}

#[test]
fn a_stored_process_reads_as_it_was_written() {
    let (dir, _) = garden();
    let again = manager(dir.path()).process("garden").unwrap();
    assert_eq!(again.description, "Plan the garden");
    assert_eq!(again.revision, 2);
    assert_eq!(names(dir.path()), ["garden.json"]);
}

#[test]
fn an_edit_by_hand_is_honoured_at_once_and_survives_the_next_change() {
    let (dir, manager) = garden();
    let path = dir.path().join("garden.json");
    // Each round edits in place, with the same length, within one tick of the file's clock.
    for round in 0..20 {
        let text = fs::read_to_string(&path).unwrap();
        let edited = if round % 2 == 0 {
            text.replace("Plan the garden", "PLAN THE GARDEN")
        } else {
            text.replace("PLAN THE GARDEN", "Plan the garden")
        };
        fs::write(&path, &edited).unwrap();
        let expected = if round % 2 == 0 {
            "PLAN THE GARDEN"
        } else {
            "Plan the garden"
        };
        assert_eq!(manager.process("garden").unwrap().description, expected);
        let job = format!("job {round}").parse().unwrap();
        let changed = manager.add_job(&name("garden"), "soil", job, "").unwrap();
        assert_eq!(changed.process.description, expected);
    }
    assert_eq!(
        job_names(&manager.process("garden").unwrap(), "soil").len(),
        20
    );
}

#[test]
fn an_edit_that_keeps_the_modification_time_is_seen() {
    let (dir, manager) = garden();
    let path = dir.path().join("garden.json");
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    std::thread::sleep(Duration::from_millis(60));
    manager.process("garden").unwrap();
    let edited = fs::read_to_string(&path).unwrap().replace("Plan", "PLAN");
    fs::write(&path, edited).unwrap();
    fs::File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_modified(modified)
        .unwrap();
    assert_eq!(
        manager.process("garden").unwrap().description,
        "PLAN the garden"
    );
}

#[test]
fn two_stores_see_each_others_changes() {
    let (dir, first) = garden();
    let second = manager(dir.path());
    for round in 0..10 {
        let (writer, reader) = if round % 2 == 0 {
            (&first, &second)
        } else {
            (&second, &first)
        };
        let job = format!("job {round}").parse().unwrap();
        writer.add_job(&name("garden"), "soil", job, "").unwrap();
        assert_eq!(
            job_names(&reader.process("garden").unwrap(), "soil").len(),
            round + 1
        );
    }
}

#[test]
fn a_process_renamed_by_another_store_is_found_under_its_new_name() {
    let (dir, first) = garden();
    let second = manager(dir.path());
    second
        .rename_process(&name("garden"), &name("Allotment 7"))
        .unwrap();
    assert_eq!(names(dir.path()), ["Allotment_7.json"]);
    assert_eq!(first.process("allotment-7").unwrap().revision, 3);
    assert!(matches!(
        first.process("garden"),
        Err(Error::Process(Unresolved::NotFound { .. }))
    ));
    let refused = first.add_job(&name("garden"), "soil", "j".parse().unwrap(), "");
    assert!(matches!(
        refused,
        Err(Error::Process(Unresolved::NotFound { .. }))
    ));
}

#[test]
fn a_rename_only_in_case_keeps_the_file() {
    let (dir, manager) = garden();
    manager
        .rename_process(&name("garden"), &name("Garden"))
        .unwrap();
    assert_eq!(names(dir.path()), ["garden.json"]);
    assert_eq!(manager.process("garden").unwrap().name.as_str(), "Garden");
    let taken = manager.create_process(name("GARDEN"), "");
    assert!(matches!(taken, Err(Error::Taken(Taken::Process { .. }))));
}

#[test]
fn names_that_share_a_file_name_get_two_files() {
    let (dir, manager) = garden();
    manager.create_process(name("größe"), "").unwrap();
    manager.create_process(name("gräße"), "").unwrap();
    assert_eq!(
        names(dir.path()),
        ["garden.json", "gr__e.json", "gr__e_2.json"]
    );
    assert_eq!(manager.process("gräße").unwrap().name.as_str(), "gräße");
    assert_eq!(manager.process("größe").unwrap().name.as_str(), "größe");
}

#[test]
fn a_damaged_file_is_named_kept_and_in_nobodys_way() {
    let (dir, manager) = garden();
    let path = dir.path().join("Broken_One.json");
    let damaged = "{\n  \"process_name\": \"Broken One\",\n  \"tasks\": {";
    fs::write(&path, damaged).unwrap();
    fs::File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_modified(SystemTime::UNIX_EPOCH)
        .unwrap();

    manager.create_process(name("Broken One"), "").unwrap_err();
    for refused in [
        manager.process("broken one").map(drop),
        manager.delete_process(&name("Broken One")),
    ] {
        let Err(Error::Unusable(problem)) = refused else {
            panic!("{refused:?}")
        };
        assert_eq!(problem.file, "Broken_One.json");
        let UnusableKind::Damaged { line, column, .. } = problem.kind else {
            panic!()
        };
        assert_eq!((line, column), (3, 12));
    }
    let listing = manager.list_processes().unwrap();
    assert_eq!(listing.processes.len(), 1);
    assert_eq!(listing.problems.len(), 1);
    manager
        .add_job(&name("garden"), "soil", "j".parse().unwrap(), "")
        .unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), damaged);
}

#[test]
fn a_file_that_lost_all_its_content_still_has_its_name() {
    let dir = tempfile::tempdir().unwrap();
    let first = manager(dir.path());
    first.create_process(name("Gärten"), "").unwrap();
    fs::write(dir.path().join("G_rten.json"), "").unwrap();
    for manager in [first, manager(dir.path())] {
        for refused in [
            manager.process("gärten").map(drop),
            manager.create_process(name("Gärten"), "").map(drop),
        ] {
            assert!(matches!(refused, Err(Error::Unusable(_))), "{refused:?}");
        }
    }
    assert_eq!(names(dir.path()), ["G_rten.json"]);
}

#[test]
fn the_reason_of_a_damage_is_short_whatever_stands_there() {
    let (dir, manager) = garden();
    let text = format!(
        "{{\"process_name\": \"big\", \"tasks\": \"{}\"}}",
        "x".repeat(1 << 20)
    );
    fs::write(dir.path().join("big.json"), text).unwrap();
    let listing = manager.list_processes().unwrap();
    assert!(listing.problems.first().unwrap().to_string().len() < 300);
}

#[cfg(unix)]
#[test]
fn what_is_not_a_regular_file_is_named_and_not_opened() {
    let (dir, manager) = garden();
    let outside = tempfile::tempdir().unwrap();
    let secret = outside.path().join("secret.json");
    fs::write(&secret, "{\"process_name\": \"secret\"}").unwrap();
    std::os::unix::fs::symlink(&secret, dir.path().join("link.json")).unwrap();
    fs::create_dir(dir.path().join("x.json")).unwrap();
    fs::write(dir.path().join("a\nb.json"), "{\"tasks\": {}}").unwrap();

    let listing = manager.list_processes().unwrap();
    let shown: Vec<_> = listing.problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        ["link.json is a symbolic link, and only regular files are opened"]
    );
    let opened: Vec<_> = listing.processes.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(opened, ["a\\nb", "garden"]);
    assert!(matches!(manager.process("link"), Err(Error::Unusable(_))));
    assert!(matches!(
        manager.process("secret"),
        Err(Error::Process(Unresolved::NotFound { .. }))
    ));
    manager
        .add_task(&name("a\\nb"), "t".parse().unwrap(), "")
        .unwrap();
    assert_eq!(
        fs::read_to_string(&secret).unwrap(),
        "{\"process_name\": \"secret\"}"
    );
}

#[test]
fn files_of_other_programs_are_left_alone_and_named_to_those_who_ask_for_them() {
    let dir = tempfile::tempdir().unwrap();
    let package = "{\"name\": \"left-pad\", \"description\": \"\"}";
    let config = "{\n  // for the compiler\n  \"compilerOptions\": {}\n}";
    for (file, text) in [
        ("package.json", package),
        ("tsconfig.json", config),
        ("list.json", "[1, 2]"),
        ("._garden.json", "\0\u{5}\u{16}\u{7}"),
        (".#garden.json", package),
        ("~$garden.json", "{\"process_name\": \"office\"}"),
        ("cut.json", "{\"process_name\": \"cut\", \"tasks\": {"),
        (
            "garden.json",
            "{\"process_name\": \"garden\", \"description\": null, \"tasks\": {\"soil\": {\"jobs\": null}}}",
        ),
    ] {
        fs::write(dir.path().join(file), text).unwrap();
    }
    fs::create_dir(dir.path().join("node.json")).unwrap();
    let big = fs::File::create(dir.path().join("dump.json")).unwrap();
    std::io::Write::write_all(&mut &big, b"[1, ").unwrap();
    big.set_len(300 << 20).unwrap();

    for manager in [manager(dir.path()), manager(dir.path())] {
        let listing = manager.list_processes().unwrap();
        let listed: Vec<_> = listing.processes.iter().map(|p| p.name.as_str()).collect();
        assert_eq!(listed, ["garden"]);
        let problems: Vec<_> = listing.problems.iter().map(|it| it.file.as_str()).collect();
        assert_eq!(problems, ["cut.json"]);
        let refusal = |name: &str| match manager.process(name).unwrap_err() {
            Error::Unusable(problem) => problem.to_string(),
            error => panic!("{error:?}"),
        };
        assert_eq!(
            ["package", "tsconfig", "node"].map(refusal),
            [
                "the file package.json is no process: it has neither a \"process_name\" nor \
                 \"tasks\" that are an object",
                "the file tsconfig.json is damaged at line 2, column 3: key must be a string",
                "node.json is a directory, and only regular files are opened",
            ]
        );
        assert!(matches!(
            manager.process("office"),
            Err(Error::Process(Unresolved::NotFound { .. }))
        ));
    }
    // They are in the way of nobody's name.
    let manager = manager(dir.path());
    manager.create_process(name("tsconfig"), "").unwrap();
    manager.create_process(name("package"), "").unwrap();
    assert!(names(dir.path()).contains(&"package_2.json".to_owned()));
    for (file, text) in [("package.json", package), ("tsconfig.json", config)] {
        assert_eq!(fs::read_to_string(dir.path().join(file)).unwrap(), text);
    }
}

#[test]
fn a_process_stays_one_whatever_its_file_has_come_to_say() {
    let (dir, first) = garden();
    let path = dir.path().join("garden.json");
    // It has a journal.
    fs::write(&path, "{\"description\": \"by hand\"}").unwrap();
    for manager in [first, manager(dir.path())] {
        assert_eq!(manager.process("garden").unwrap().description, "by hand");
    }
    // This one has none, and a server knows it.
    let path = dir.path().join("shed.json");
    fs::write(&path, "{\"tasks\": {}}").unwrap();
    let manager = manager(dir.path());
    assert_eq!(manager.list_processes().unwrap().processes.len(), 2);
    fs::write(&path, "half an edit").unwrap();
    let listing = manager.list_processes().unwrap();
    assert_eq!(listing.problems[0].file, "shed.json");
}

#[test]
fn a_copy_is_named_and_the_file_of_the_usual_name_is_used() {
    let (dir, manager) = garden();
    let text = fs::read_to_string(dir.path().join("garden.json")).unwrap();
    fs::write(dir.path().join("backup.json"), text.replace("Plan", "Old")).unwrap();
    assert_eq!(
        manager.process("garden").unwrap().description,
        "Plan the garden"
    );
    let listing = manager.list_processes().unwrap();
    assert_eq!(listing.processes.len(), 1);
    assert_eq!(
        listing.problems.first().unwrap().to_string(),
        "the file backup.json holds the process garden once more beside garden.json"
    );
}

#[test]
fn of_two_files_of_a_process_the_one_with_the_history_wins_and_each_answer_says_so() {
    let (dir, first) = garden();
    first.flush().unwrap();
    drop(first);
    let (original, copy) = (
        dir.path().join("Spring.json"),
        dir.path().join("garden.json"),
    );
    let journals = dir.path().join(".pm/journals");
    let text = fs::read_to_string(&copy).unwrap();
    // The copy has the name that the process's own file would have.
    fs::rename(&copy, &original).unwrap();
    fs::rename(
        journals.join("garden.journal"),
        journals.join("Spring.journal"),
    )
    .unwrap();
    fs::write(&copy, text.replace("Plan", "Old")).unwrap();

    let manager = manager(dir.path());
    let process = manager.process("garden").unwrap();
    assert_eq!(process.description, "Plan the garden");
    for _ in 0..2 {
        let notices = manager.take_notices("garden");
        let told: Vec<_> = notices.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "Spring.json is used, and garden.json holds its process as well, and no change goes there"
            ]
        );
    }
    manager
        .add_job(&name("garden"), "soil", "j".parse().unwrap(), "")
        .unwrap();
    manager.flush().unwrap();
    assert!(fs::read_to_string(&copy).unwrap().contains("Old"));
    assert!(fs::read_to_string(&original).unwrap().contains("\"j\""));
    fs::remove_file(&copy).unwrap();
    manager.list_processes().unwrap();
    assert_eq!(manager.take_notices("garden"), []);
}

#[test]
fn a_copy_that_comes_while_a_server_runs_is_told_without_a_look_at_all_processes() {
    let (dir, manager) = garden();
    let path = dir.path().join("garden.json");
    assert_eq!(manager.take_notices("garden"), []);
    fs::copy(&path, dir.path().join("garden copy.json")).unwrap();
    // A look at the directory is believed for a while.
    std::thread::sleep(Duration::from_millis(2_100));
    let notices = manager.take_notices("garden");
    assert_eq!(notices[0].file, "garden.json");
    // What waits to be told keeps an answer from being given without it.
    let at_once = manager.at_once(|manager| manager.take_notices("garden"));
    assert!(at_once.is_none());
}

#[test]
fn a_file_that_somebody_renames_keeps_its_changes_and_its_history() {
    let dir = tempfile::tempdir().unwrap();
    let open = || staying_behind(dir.path());
    let first = open();
    let garden = name("garden");
    first.create_process(garden.clone(), "").unwrap();
    first
        .add_task(&garden, "soil".parse().unwrap(), "")
        .unwrap();
    // Two that the file does not have: one known to the server that runs, one to a later one.
    let file = |name: &str| dir.path().join(name);
    for (job, from, to) in [
        ("one", "garden.json", "garden moved.json"),
        ("two", "garden moved.json", "Beds.json"),
    ] {
        let manager = open();
        manager
            .add_job(&garden, "soil", job.parse().unwrap(), "")
            .unwrap();
        let revision = manager.process("garden").unwrap().revision;
        std::mem::forget(manager);
        fs::rename(file(from), file(to)).unwrap();
        let fresh = open();
        let mut managers = [&first, &fresh];
        if job == "two" {
            managers.reverse();
        }
        for manager in managers {
            let process = manager.process("garden").unwrap();
            assert_eq!(process.revision, revision);
            assert!(job_names(&process, "soil").contains(&job.to_owned()));
            let page = manager.history(&garden, &crate::manager::HistoryQuery::default());
            assert!(page.unwrap().changes.len() >= 2);
        }
        let journals = names(&dir.path().join(".pm/journals"));
        assert_eq!(journals.len(), 1, "{journals:?}");
    }
    // The journal also follows a copy that was there, and looked at, before the file itself went;
    // and a file that was renamed while somebody held its lock, at the next change.
    let copied = |from: &str, to: &str| {
        fs::copy(file(from), file(to)).unwrap();
        first.process_names().unwrap();
        fs::remove_file(file(from)).unwrap();
    };
    copied("Beds.json", "copy.json");
    assert_eq!(first.process("garden").unwrap().revision, 4);
    assert_eq!(names(&dir.path().join(".pm/journals")), ["copy.journal"]);
    let held = fs::File::options()
        .write(true)
        .open(dir.path().join(".pm/locks/copy.lock"))
        .unwrap();
    held.lock().unwrap();
    fs::rename(file("copy.json"), file("Beds.json")).unwrap();
    first.process_names().unwrap();
    assert_eq!(names(&dir.path().join(".pm/journals")), ["copy.journal"]);
    drop(held);
    // The next change is made on what the journal knows.
    let job = |name: &str| first.add_job(&garden, "soil", name.parse().unwrap(), "");
    assert_eq!(job("three").unwrap().process.revision, 5);
    assert_eq!(names(&dir.path().join(".pm/journals")), ["Beds.journal"]);
    let page = first.history(&garden, &crate::manager::HistoryQuery::default());
    assert_eq!(page.unwrap().changes.len(), 4);
    first.flush().unwrap();
    // A copy, too, if the file itself is gone; not one that holds something else.
    first.flush().unwrap();
    let text = fs::read_to_string(file("Beds.json")).unwrap();
    fs::remove_file(file("Beds.json")).unwrap();
    fs::write(file("other.json"), text.replace("garden", "shed")).unwrap();
    assert!(first.process("garden").is_err());
    assert_eq!(names(&dir.path().join(".pm/journals")), ["Beds.journal"]);
    fs::write(file("back.json"), text).unwrap();
    assert_eq!(first.process("garden").unwrap().revision, 5);
    assert_eq!(names(&dir.path().join(".pm/journals")), ["back.journal"]);
}

#[test]
fn an_edit_that_a_list_saw_half_of_is_known_for_what_it_changed() {
    let (dir, manager) = staying_ahead();
    let path = dir.path().join("garden.json");
    let garden = name("garden");
    // As if an editor took no longer than it may; a machine that was busy meanwhile tries it again.
    for round in 0..20 {
        let job = format!("job {round}").parse().unwrap();
        manager.add_job(&garden, "soil", job, "").unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let edited = text.replace(
            "\"revision\"",
            &format!("\"mark {round}\": 1, \"revision\""),
        );
        let begun = Instant::now();
        fs::write(&path, &text[..text.len() / 2]).unwrap();
        manager.process_names().unwrap();
        fs::write(&path, &edited).unwrap();
        let was_quick = begun.elapsed() < Duration::from_millis(30);
        let query = crate::manager::HistoryQuery::default();
        manager.process("garden").unwrap();
        let page = manager.history(&garden, &query).unwrap();
        let newest = &page.changes[0].entry;
        assert_eq!(newest.actor, crate::Actor::Outside);
        if was_quick {
            assert!(newest.patch.is_some(), "{newest:?}");
            return;
        }
    }
    eprintln!("SKIPPED: the machine was too busy, each time");
}

/// A manager over a directory with the process `garden`, of which only the journal has all.
fn staying_ahead() -> (tempfile::TempDir, crate::ProcessManager) {
    let (dir, _) = garden();
    let manager = staying_behind(dir.path());
    (dir, manager)
}

#[test]
fn a_journal_steps_aside_for_a_new_file_and_finds_its_own_again() {
    let (dir, manager) = garden();
    let file = |name: &str| dir.path().join(name);
    let journals = || names(&dir.path().join(".pm/journals"));
    let text = fs::read_to_string(file("garden.json")).unwrap();
    let garden = name("garden");
    manager
        .add_job(&garden, "soil", "one".parse().unwrap(), "")
        .unwrap();
    let before = manager.process("garden").unwrap();
    let revision = before.revision;
    fs::remove_file(file("garden.json")).unwrap();
    let new = manager.create_process(garden.clone(), "new").unwrap();
    assert_eq!(new.revision, 1);
    let [aside] = journals().try_into().unwrap();
    assert!(aside.starts_with("garden@"), "{aside}");
    assert!(!dir.path().join(".pm/trash").exists());
    // The new one has a history of its own.
    manager
        .add_task(&garden, "new one".parse().unwrap(), "")
        .unwrap();
    assert_eq!(journals(), ["garden.journal".to_owned(), aside]);
    // The old file comes back, as it was before the last change and under a name that is free.
    let text = text.replace("\"garden\"", "\"old garden\"");
    assert!(manager.rename_process(&garden, &name("park")).is_ok());
    fs::write(file("back.json"), text.replace("old garden", "garden")).unwrap();
    let back = manager.process("garden").unwrap();
    assert_eq!((back.revision, &back.tasks), (revision, &before.tasks));
    assert_eq!(journals(), ["back.journal", "park.journal"]);
    let page = manager.history(&garden, &crate::manager::HistoryQuery::default());
    assert_eq!(page.unwrap().changes.len(), 2);
}

#[test]
fn what_is_left_of_the_journal_of_a_deleted_process_is_taken_away() {
    let (dir, manager) = garden();
    let journals = dir.path().join(".pm/journals");
    let left = journals.join("garden.journal");
    fs::hard_link(&left, dir.path().join("kept")).unwrap();
    manager.delete_process(&name("garden")).unwrap();
    fs::hard_link(dir.path().join("kept"), &left).unwrap();
    manager.create_process(name("garden"), "new").unwrap();
    assert_eq!(names(&journals), [""; 0]);
}

#[test]
fn git_passes_over_the_private_directory() {
    let (dir, manager) = garden();
    let ignored = dir.path().join(".pm/.gitignore");
    assert_eq!(fs::read_to_string(&ignored).unwrap(), "*\n");
    drop(manager);
    // One that somebody changed is theirs; one that is missing is made, also in an old directory.
    fs::write(&ignored, "locks\n").unwrap();
    drop(super::manager(dir.path()));
    assert_eq!(fs::read_to_string(&ignored).unwrap(), "locks\n");
    fs::remove_file(&ignored).unwrap();
    drop(super::manager(dir.path()));
    assert!(ignored.exists());
}

#[test]
fn a_deleted_process_is_gone_and_its_name_is_free() {
    let (dir, manager) = garden();
    manager.delete_process(&name("garden")).unwrap();
    assert_eq!(names(dir.path()), [""; 0]);
    assert!(matches!(
        manager.process("garden"),
        Err(Error::Process(Unresolved::NotFound { .. }))
    ));
    assert!(matches!(
        manager.delete_process(&name("garden")),
        Err(Error::Process(Unresolved::NotFound { .. }))
    ));
    assert_eq!(
        manager
            .create_process(name("garden"), "new")
            .unwrap()
            .revision,
        1
    );
}

#[test]
fn a_summary_follows_each_change_without_the_process_being_loaded() {
    let (dir, first) = garden();
    let second = manager(dir.path());
    for jobs in 1..=3 {
        first
            .add_job(&name("garden"), "soil", "j".parse().unwrap(), "")
            .unwrap();
        let listing = second.list_processes().unwrap();
        let summary = listing.processes.first().unwrap();
        assert_eq!((summary.tasks, summary.jobs, summary.code), (1, jobs, 0));
    }
}

#[cfg(unix)]
#[test]
fn a_change_keeps_the_files_permissions() {
    use std::os::unix::fs::PermissionsExt as _;
    let (dir, manager) = garden();
    let path = dir.path().join("garden.json");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    manager
        .add_job(&name("garden"), "soil", "j".parse().unwrap(), "")
        .unwrap();
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
}

#[test]
fn what_dead_writers_left_is_swept_and_what_is_being_written_is_not() {
    let (dir, _manager) = garden();
    let stale = dir
        .path()
        .join(super::super::disk::names::temporary_name("garden"));
    let busy = dir
        .path()
        .join(super::super::disk::names::temporary_name("busy"));
    fs::write(&stale, "half").unwrap();
    fs::write(&busy, "half").unwrap();
    let lock = fs::File::create(dir.path().join(".pm/locks/busy.lock")).unwrap();
    lock.lock().unwrap();
    let again = manager(dir.path());
    assert!(!stale.exists());
    assert!(busy.exists());
    drop(lock);
    again.list_processes().unwrap();
    assert!(!busy.exists());
}

#[test]
fn the_index_spares_the_next_start_a_look_into_each_file() {
    let dir = tempfile::tempdir().unwrap();
    for number in 0..100 {
        let text = format!("{{\"process_name\": \"p {number}\", \"tasks\": {{\"t\": {{}}}}}}");
        fs::write(dir.path().join(format!("p_{number}.json")), text).unwrap();
    }
    std::thread::sleep(Duration::from_millis(60));
    let before = manager(dir.path()).list_processes().unwrap().processes;
    assert_eq!(before.len(), 100);
    let index = dir.path().join(".pm/index.json");
    let text = fs::read_to_string(&index).unwrap();

    // What the index says counts for a file that is unchanged, and not for one that is.
    fs::write(&index, text.replace("\"tasks\":1", "\"tasks\":7")).unwrap();
    fs::write(
        dir.path().join("p_5.json"),
        "{\"process_name\": \"p five\"}",
    )
    .unwrap();
    let listing = manager(dir.path()).list_processes().unwrap().processes;
    let tasks = |name: &str| {
        listing
            .iter()
            .find(|p| p.name.as_str() == name)
            .map(|p| p.tasks)
    };
    assert_eq!(
        (tasks("p 4"), tasks("p 5"), tasks("p five")),
        (Some(7), None, Some(0))
    );

    // A damaged index is as good as none.
    fs::write(&index, &text[..text.len() / 2]).unwrap();
    let again = manager(dir.path()).list_processes().unwrap().processes;
    assert_eq!(
        again.iter().filter(|process| process.tasks == 1).count(),
        99
    );
    assert_eq!(names(dir.path()).len(), 100);
}

#[test]
fn journals_that_are_taken_away_cost_no_change_that_a_reader_knows() {
    let dir = tempfile::tempdir().unwrap();
    let open = || staying_behind(dir.path());
    let (writer, reader) = (open(), open());
    let garden = name("garden");
    writer.create_process(garden.clone(), "").unwrap();
    let add = |task: &str| writer.add_task(&garden, task.parse().unwrap(), "").unwrap();
    add("soil");
    // It knows the change from the journal, and the file without it.
    assert_eq!(reader.process("garden").unwrap().revision, 2);
    writer.flush().unwrap();
    fs::remove_dir_all(dir.path().join(".pm/journals")).unwrap();
    let found = reader.process("garden").unwrap();
    assert_eq!((found.revision, found.tasks.len()), (2, 1));
    add("plants");
    let found = reader.process("garden").unwrap();
    assert_eq!((found.revision, found.tasks.len()), (3, 2));
    assert!(reader.health().damage.is_empty());
}

#[test]
fn a_file_that_somebody_renames_and_edits_keeps_its_changes_and_its_history() {
    for seen_first_by_another in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        let open = || staying_behind(dir.path());
        let first = open();
        let garden = name("garden");
        first.create_process(garden.clone(), "Plan").unwrap();
        let soil = "soil".parse().unwrap();
        first.add_task(&garden, soil, "Test it").unwrap();
        first.flush().unwrap();
        // Acknowledged, and not in the file yet.
        let job = "one".parse().unwrap();
        first.add_job(&garden, "soil", job, "").unwrap();
        let text = fs::read_to_string(dir.path().join("garden.json")).unwrap();
        fs::remove_file(dir.path().join("garden.json")).unwrap();
        let edited = text.replace("Test it", "Test it twice");
        fs::write(dir.path().join("moved.json"), edited).unwrap();

        let fresh = open();
        let mut managers = [&first, &fresh];
        if seen_first_by_another {
            managers.reverse();
        }
        for manager in managers {
            let process = manager.process("garden").unwrap();
            assert_eq!(process.revision, 4);
            assert_eq!(job_names(&process, "soil"), ["one"]);
            let (_, task) = process.task("soil").unwrap();
            assert_eq!(task.description, "Test it twice");
            let page = manager.history(&garden, &crate::manager::HistoryQuery::default());
            assert_eq!(page.unwrap().changes.len(), 3);
        }
        let journals = names(&dir.path().join(".pm/journals"));
        assert_eq!(journals, ["moved.journal"]);
    }
}
