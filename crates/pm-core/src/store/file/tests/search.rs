//! Looking for something in files: nothing that was acknowledged is missed, and nothing is found
//! that is no longer there.

use std::fs;
use std::sync::Arc;

use super::faults::{Faults, FaultyFileSystem};
use super::{garden, manager, names, staying_behind};
use crate::store::{MemoryStore, UnusableKind};
use crate::{FileStore, FileStoreOptions, ProcessManager, ProcessName, SearchHits};

fn search(manager: &ProcessManager, text: &str) -> SearchHits {
    manager.search(&text.parse().unwrap()).unwrap()
}

/// The processes that hold it.
fn holders(manager: &ProcessManager, text: &str) -> Vec<String> {
    let hits = search(manager, text).best().into_iter();
    let mut holders: Vec<String> = hits.map(|hit| hit.process.to_string()).collect();
    holders.dedup();
    holders
}

fn describe(manager: &ProcessManager, text: &str) {
    let garden: ProcessName = "garden".parse().unwrap();
    manager.describe_task(&garden, "soil", text).unwrap();
}

#[test]
fn a_change_that_only_the_journal_has_is_found_and_what_it_replaced_is_not() {
    let (dir, garden) = garden();
    garden.flush().unwrap();
    let first = staying_behind(dir.path());
    describe(&first, "turnips");
    // Another program, which has nothing in memory, and the one that made the change.
    let second = manager(dir.path());
    for manager in [&second, &first] {
        assert_eq!(holders(manager, "turnips"), ["garden"]);
        assert_eq!(search(manager, "test the soil").total, 0);
    }
    assert!(
        !fs::read_to_string(dir.path().join("garden.json"))
            .unwrap()
            .contains("turnips")
    );
    first.flush().unwrap();
    let third = manager(dir.path());
    for manager in [&third, &second, &first] {
        assert_eq!(holders(manager, "TURNIPS"), ["garden"]);
    }
    describe(&third, "leeks");
    for manager in [&second, &first] {
        assert_eq!(
            (
                holders(manager, "leeks").len(),
                holders(manager, "turnips").len()
            ),
            (1, 0)
        );
    }
}

#[test]
fn a_rename_and_a_deletion_are_seen_at_once() {
    let (dir, first) = garden();
    let second = manager(dir.path());
    assert_eq!(holders(&second, "garden"), ["garden"]);
    let garden: ProcessName = "garden".parse().unwrap();
    first
        .rename_process(&garden, &"park".parse().unwrap())
        .unwrap();
    for manager in [&first, &second] {
        assert_eq!(holders(manager, "park"), ["park"]);
        assert_eq!(holders(manager, "soil"), ["park"]);
    }
    first.delete_process(&"park".parse().unwrap()).unwrap();
    for manager in [&first, &second] {
        assert_eq!(holders(manager, "soil"), [""; 0]);
    }
}

#[test]
fn an_edit_by_hand_is_found() {
    let (dir, first) = garden();
    first.flush().unwrap();
    let second = manager(dir.path());
    assert_eq!(search(&second, "parsnips").total, 0);
    let path = dir.path().join("garden.json");
    let edited = fs::read_to_string(&path)
        .unwrap()
        .replace("Test the soil", "Sow parsnips");
    fs::write(&path, edited).unwrap();
    for manager in [&first, &second] {
        assert_eq!(holders(manager, "parsnips"), ["garden"]);
        assert_eq!(search(manager, "test the soil").total, 0);
    }
}

#[test]
fn what_is_left_of_a_deleted_journal_is_found() {
    let (dir, manager) = garden();
    manager.flush().unwrap();
    describe(&manager, "turnips");
    fs::remove_dir_all(dir.path().join(".pm/journals")).unwrap();
    assert_eq!(holders(&manager, "turnips"), ["garden"]);
}

#[test]
fn other_programs_files_are_found_however_they_are_written() {
    let dir = tempfile::tempdir().unwrap();
    let write = |file: &str, text: &str| fs::write(dir.path().join(file), text).unwrap();
    write(
        "a.json",
        r#"{"process_name": "a", "description": "Gr\u00fc\u00dfe, \ud834\udd1e"}"#,
    );
    write(
        "b.json",
        r#"{"process_name": "b", "description": "a \"quoted\" path\/to"}"#,
    );
    write("by_stem.json", "{\"tasks\": {}}");
    write(
        "bom.json",
        "\u{feff}{\"process_name\": \"bom\", \"description\": \"marked\"}",
    );
    write(
        "keys.json",
        r#"{"process_name": "keys", "revision": 1, "tasks": {"t\n\u00e9": {"jobs": {"dig_then": {}},
            "code": {"plan_then": {"content": "one\nneedle \"in\" it", "more": [1]}}}}}"#,
    );
    let manager = manager(dir.path());
    for (text, holder) in [
        ("dig_then", "keys"),
        ("plan_then", "keys"),
        ("é", "keys"),
        ("needle \"in\" it", "keys"),
        ("GRÜSSE", "a"),
        ("GRUSSE", ""),
        ("GRÜẞE", "a"),
        ("𝄞", "a"),
        ("\"quoted\"", "b"),
        ("path/to", "b"),
        ("by_stem", "by_stem"),
        ("marked", "bom"),
        ("u00fc", ""),
        ("process_name", ""),
    ] {
        let expected: Vec<&str> = Some(holder).filter(|h| !h.is_empty()).into_iter().collect();
        assert_eq!(holders(&manager, text), expected, "{text}");
    }
}

#[test]
fn a_damaged_file_is_named_where_it_may_hold_something() {
    let (dir, manager) = garden();
    fs::write(
        dir.path().join("shed.json"),
        r#"{"process_name": "shed", "tasks": {"spade": }}"#,
    )
    .unwrap();
    let hits = search(&manager, "spade");
    assert_eq!((hits.total, hits.problems.len()), (0, 1));
    assert_eq!(hits.problems[0].file, "shed.json");
    assert!(matches!(
        hits.problems[0].kind,
        UnusableKind::Damaged { .. }
    ));
    let twins = r#"{"process_name": "shed", "tasks": {"twin": {}, "twin": {}}}"#;
    fs::write(dir.path().join("shed.json"), twins).unwrap();
    let hits = search(&manager, "twin");
    assert_eq!((hits.total, hits.problems.len()), (0, 1));
    let hits = search(&manager, "soil");
    assert!(hits.total > 0 && hits.problems.is_empty());
}

#[test]
fn a_damaged_file_is_named_also_once_it_is_known_to_be_damaged() {
    let (dir, manager) = garden();
    let behind_its_name = r#"{"process_name": "shed", "tasks": {"spade": }}"#;
    fs::write(dir.path().join("shed.json"), behind_its_name).unwrap();
    // Not even the name can be made out.
    fs::write(dir.path().join("spades.json"), "\"process_name\": spade").unwrap();
    let named = |text| {
        let problems = search(&manager, text).problems.into_iter();
        let mut files: Vec<_> = problems.map(|problem| problem.file).collect();
        files.sort();
        files
    };
    for _ in 0..2 {
        assert_eq!(named("spade"), ["shed.json", "spades.json"]);
        assert_eq!(named("shed"), ["shed.json"]);
        assert!(named("soil").is_empty());
        assert_eq!(manager.list_processes().unwrap().problems.len(), 2);
    }
    fs::write(
        dir.path().join("shed.json"),
        r#"{"process_name": "shed", "tasks": {"spade": {}}}"#,
    )
    .unwrap();
    assert_eq!(holders(&manager, "spade"), ["shed"]);
    assert_eq!(named("spade"), ["spades.json"]);
}

#[test]
fn a_process_that_is_renamed_between_two_looks_is_counted_once() {
    let dir = tempfile::tempdir().unwrap();
    let other = manager(dir.path());
    for process in ["garden", "shed", "wood"] {
        other
            .create_process(process.parse().unwrap(), "a spade")
            .unwrap();
    }
    let faults = Arc::new(Faults::default());
    let fs = Box::new(FaultyFileSystem(Arc::clone(&faults)));
    let store = FileStore::open_on(fs, dir.path().into(), FileStoreOptions::default());
    let manager = ProcessManager::new(store.unwrap());
    // The first is looked through, and this one is found to be gone.
    faults.at_reading("shed.json", move || {
        for (from, to) in [("garden", "park"), ("shed", "barn")] {
            let (from, to) = (from.parse().unwrap(), to.parse().unwrap());
            other.rename_process(&from, &to).unwrap();
        }
    });
    let hits = search(&manager, "spade");
    let holders: Vec<_> = hits
        .best()
        .iter()
        .map(|hit| hit.process.to_string())
        .collect();
    assert_eq!(holders, ["barn", "park", "wood"]);
    assert_eq!(hits.total, 3);
}

/// Enough files for several threads, some of them ahead of their files.
#[test]
fn among_many_files_the_same_is_found_as_in_memory() {
    let dir = tempfile::tempdir().unwrap();
    let files = manager(dir.path());
    let memory = ProcessManager::new(MemoryStore::new());
    for number in 0..700_usize {
        let text = format!(
            "{{\"process_name\": \"p {number}\", \"created_at\": \"then\", \"description\": \"about {}\"}}",
            number % 50
        );
        fs::write(dir.path().join(format!("p_{number}.json")), text).unwrap();
        let name = format!("p {number}").parse().unwrap();
        memory
            .create_process(name, format!("about {}", number % 50))
            .unwrap();
    }
    for manager in [&files, &memory] {
        for number in (0..700).step_by(97) {
            let name: ProcessName = format!("p {number}").parse().unwrap();
            manager
                .add_task(&name, "about 7".parse().unwrap(), "")
                .unwrap();
        }
    }
    for text in ["about 7", "p 69", "7", "nothing"] {
        let (found, expected) = (search(&files, text), search(&memory, text));
        assert_eq!(found.total, expected.total, "{text}");
        assert_eq!(found.best(), expected.best(), "{text}");
        let again = search(&super::manager(dir.path()), text);
        assert_eq!(again.best(), expected.best(), "{text}");
    }
}

/// One process is renamed again and again; it is there at every moment.
#[test]
fn a_process_that_is_renamed_meanwhile_is_not_missed() {
    use std::sync::atomic::{AtomicBool, Ordering};
    let (dir, first) = garden();
    let second = manager(dir.path());
    let done = AtomicBool::new(false);
    std::thread::scope(|threads| {
        threads.spawn(|| {
            let names = ["garden", "park"].map(|name| name.parse::<ProcessName>().unwrap());
            let [garden, park] = &names;
            for _ in 0..20 {
                first.rename_process(garden, park).unwrap();
                first.rename_process(park, garden).unwrap();
            }
            done.store(true, Ordering::Relaxed);
        });
        while !done.load(Ordering::Relaxed) {
            assert!(search(&second, "soil").total > 0);
        }
    });
    // A file that is being written in the background stands there for a moment.
    first.flush().unwrap();
    assert_eq!(names(dir.path()), ["garden.json"]);
}

#[test]
fn a_file_is_looked_into_however_its_letters_are_written() {
    let (dir, first) = garden();
    for (at, name) in ["Größe", "Gro\u{308}ße two", "cafe\u{301}"]
        .iter()
        .enumerate()
    {
        let name: ProcessName = name.parse().unwrap();
        let task = format!("task {at}").parse().unwrap();
        first.create_process(name.clone(), "").unwrap();
        first
            .add_task(&name, task, "Nach GRÖSSE im Cafe\u{301}")
            .unwrap();
    }
    first.flush().unwrap();
    // Nothing is in memory here, so that the bytes of the files are all there is to go by.
    let second = manager(dir.path());
    assert_eq!(search(&second, "größe").total, 5);
    assert_eq!(search(&second, "CAFÉ").total, 4);
    assert_eq!(search(&second, "task GRÖSSE").total, 3);
    assert_eq!(search(&second, "grosse").total, 0);
    for text in ["größe", "CAFÉ", "task GRÖSSE"] {
        assert_eq!(
            search(&first, text).total,
            search(&manager(dir.path()), text).total
        );
    }
}
