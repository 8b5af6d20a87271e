//! The change feed over files: of changes made here, by other programs, for which another store
//! on the same directory stands, and by people; with real threads and with everything that the
//! operating system tells of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use super::super::FileStore;
use super::{garden, manager};
use crate::feed::ProcessUpdate;
use crate::{Actor, FeedItem, FileStoreOptions, ProcessManager, ProcessName, Subscription};

/// Longer than anything here takes, on any machine.
const LONG: Duration = Duration::from_secs(30);

/// Long enough for what must not come to come all the same, most of the time.
const A_WHILE: Duration = Duration::from_millis(300);

fn name(text: &str) -> ProcessName {
    text.parse().unwrap()
}

/// The ways in which a store learns of what others write.
fn ways() -> [FileStoreOptions; 2] {
    let told = FileStoreOptions::default();
    let looking = FileStoreOptions {
        watch_directory: false,
        poll_interval: Duration::from_millis(20),
        ..told
    };
    [told, looking]
}

fn manager_with(dir: &Path, options: FileStoreOptions) -> ProcessManager {
    ProcessManager::new(FileStore::open_with(dir, options).unwrap())
}

fn add_task(manager: &ProcessManager, process: &str, task: &str) {
    let task = task.parse().unwrap();
    manager.add_task(&name(process), task, "").unwrap();
}

/// Puts the file of a process in its place as an editor does.
fn write(dir: &Path, file: &str, text: &str) {
    let temporary = dir.join("editor~");
    fs::write(&temporary, text).unwrap();
    fs::rename(temporary, dir.join(file)).unwrap();
}

/// A subscriber, and what it knows from what it was told.
struct Follower {
    changes: Subscription,
    stands: BTreeMap<ProcessName, Option<u64>>,
    last: Option<ProcessUpdate>,
}

impl Follower {
    fn new(manager: &ProcessManager) -> Self {
        Self {
            changes: manager.subscribe().unwrap(),
            stands: BTreeMap::new(),
            last: None,
        }
    }

    /// Takes what comes within `time`; answers whether anything did.
    fn take(&mut self, time: Duration) -> bool {
        match self.changes.recv_timeout(time) {
            Some(FeedItem::Update(update)) => {
                self.stands.insert(update.process.clone(), update.revision);
                self.last = Some(update);
                true
            }
            Some(FeedItem::Missed) => panic!("missed something"),
            None => false,
        }
    }

    /// Waits until it was told that the process stands so, and answers the update that said so.
    #[track_caller]
    fn until(&mut self, process: &str, revision: impl Into<Option<u64>>) -> ProcessUpdate {
        let (process, revision) = (name(process), revision.into());
        let end = Instant::now() + LONG;
        loop {
            assert!(
                self.take(end - Instant::now()),
                "{process} {revision:?}: {:?}",
                self.stands
            );
            if self.stands.get(&process) == Some(&revision) {
                return self.last.clone().unwrap();
            }
        }
    }

    /// Takes the next update.
    #[track_caller]
    fn next(&mut self) -> ProcessUpdate {
        assert!(self.take(LONG));
        self.last.clone().unwrap()
    }

    /// Makes sure that nothing more is told.
    #[track_caller]
    fn expect_no_more(&mut self) {
        let more = self.take(A_WHILE);
        assert!(!more, "one too many: {:?}", self.last);
    }
}

/// A directory with the process `garden`; a store on it, its subscriber, and another store.
struct Scene {
    dir: tempfile::TempDir,
    manager: ProcessManager,
    follower: Follower,
    other: ProcessManager,
}

fn scene(options: FileStoreOptions) -> Scene {
    let dir = tempfile::tempdir().unwrap();
    let other = manager(dir.path());
    other.create_process(name("garden"), "").unwrap();
    let manager = manager_with(dir.path(), options);
    let follower = Follower::new(&manager);
    Scene {
        dir,
        manager,
        follower,
        other,
    }
}

#[test]
fn everything_done_here_is_told_at_once_and_once() {
    for options in ways() {
        let dir = tempfile::tempdir().unwrap();
        let manager = manager_with(dir.path(), options);
        let mut changes = manager.subscribe().unwrap();
        let mut told = |work: &dyn Fn()| {
            work();
            let updates = std::iter::from_fn(|| changes.try_recv());
            let stands = updates.map(|item| match item {
                FeedItem::Update(update) => (update.process.to_string(), update.revision),
                FeedItem::Missed => panic!("missed something"),
            });
            stands.collect::<Vec<_>>()
        };
        let stands = |process: &str, revision: u64| (process.to_owned(), Some(revision));
        let gone = |process: &str| (process.to_owned(), None);
        let created = told(&|| {
            manager.create_process(name("garden"), "").unwrap();
        });
        assert_eq!(created, [stands("garden", 1)]);
        let added = told(&|| add_task(&manager, "garden", "soil"));
        assert_eq!(added, [stands("garden", 2)]);
        let renamed = told(&|| {
            let (garden, park) = (name("garden"), name("park"));
            manager.rename_process(&garden, &park).unwrap();
        });
        assert_eq!(renamed, [gone("garden"), stands("park", 3)]);
        let deleted = told(&|| manager.delete_process(&name("park")).unwrap());
        assert_eq!(deleted, [gone("park")]);
        let restored = told(&|| {
            let wood = name("wood");
            manager.restore_process("park", Some(&wood)).unwrap();
        });
        assert_eq!(restored, [stands("wood", 4)]);
        let undone = told(&|| {
            add_task(&manager, "wood", "paths");
            manager.undo(&name("wood"), 5).unwrap();
            manager.flush().unwrap();
        });
        assert_eq!(undone, [stands("wood", 6)]);
        assert_eq!(changes.recv_timeout(A_WHILE), None, "one too many");
    }
}

#[test]
fn an_update_says_who_did_it_and_which_task_it_touched() {
    for options in ways() {
        let mut scene = scene(options);
        let agent = Actor::Client {
            client: "agent".into(),
            principal: Some("key".into()),
        };
        for (revision, manager) in [(2, &scene.manager), (3, &scene.other)] {
            let acting = manager.clone().acting_as(agent.clone());
            add_task(&acting, "garden", &format!("task {revision}"));
            let update = scene.follower.until("garden", revision);
            assert_eq!(update.actor, Some(agent.clone()));
            let task = format!("task {revision}").parse().unwrap();
            assert_eq!(update.tasks, Some(vec![task]));
            assert!(!update.changes_list);
        }
        scene.follower.expect_no_more();
    }
}

#[test]
fn everything_that_another_program_does_is_told() {
    for options in ways() {
        let Scene {
            dir: _dir,
            manager: _manager,
            mut follower,
            other,
        } = scene(options);
        add_task(&other, "garden", "soil");
        follower.until("garden", 2);
        let (garden, park) = (name("garden"), name("park"));
        other.rename_process(&garden, &park).unwrap();
        assert!(follower.until("garden", None).changes_list);
        if follower.stands.get(&park) != Some(&Some(3)) {
            assert!(follower.until("park", 3).changes_list);
        }
        other.delete_process(&park).unwrap();
        assert!(follower.until("park", None).changes_list);
        other.restore_process("park", None).unwrap();
        assert!(follower.until("park", 4).changes_list);
        other.create_process(name("new"), "").unwrap();
        add_task(&other, "new", "first");
        follower.until("new", 2);
        follower.expect_no_more();
    }
}

#[test]
fn a_file_that_is_edited_dropped_in_or_removed_is_told_of() {
    for options in ways() {
        let Scene {
            dir,
            manager,
            mut follower,
            other: _other,
        } = scene(options);
        let dropped =
            r#"{"process_name": "dropped", "created_at": "2024-01-01T10:00:00", "tasks": {}}"#;
        write(dir.path(), "some.json", dropped);
        assert!(follower.until("dropped", 0).changes_list);

        add_task(&manager, "dropped", "soil");
        follower.until("dropped", 1);
        manager.flush().unwrap();
        let text = fs::read_to_string(dir.path().join("some.json")).unwrap();
        write(dir.path(), "some.json", &text.replace("soil", "earth"));
        let update = follower.until("dropped", 2);
        assert_eq!(update.actor, Some(Actor::Outside));
        let earth = "earth".parse().unwrap();
        assert!(update.tasks.is_none_or(|tasks| tasks.contains(&earth)));

        add_task(&manager, "dropped", "paths");
        follower.until("dropped", 3);
        manager.flush().unwrap();
        fs::rename(dir.path().join("some.json"), dir.path().join("other.json")).unwrap();
        follower.expect_no_more();
        fs::remove_file(dir.path().join("other.json")).unwrap();
        assert!(follower.until("dropped", None).changes_list);
        follower.expect_no_more();
    }
}

#[test]
fn a_file_without_a_journal_that_is_edited_is_told_of() {
    for options in ways() {
        let dir = tempfile::tempdir().unwrap();
        let old = r#"{"process_name": "old", "created_at": "2024-01-01T10:00:00", "tasks": {}}"#;
        write(dir.path(), "old.json", old);
        let manager = manager_with(dir.path(), options);
        let mut follower = Follower::new(&manager);
        let described = old.replace("\"tasks\"", "\"description\": \"more\", \"tasks\"");
        write(dir.path(), "old.json", &described);
        follower.until("old", 0);
        write(dir.path(), "old.json", &described.replace("more", "less"));
        follower.until("old", 1);
    }
}

#[test]
fn a_process_that_is_made_in_the_place_of_another_is_told_as_new() {
    for options in ways() {
        let mut scene = scene(options);
        scene.other.delete_process(&name("garden")).unwrap();
        scene.other.create_process(name("garden"), "").unwrap();
        assert!(scene.follower.until("garden", 1).changes_list);
    }
}

#[test]
fn of_changes_from_everywhere_the_newest_is_told_and_every_task_is() {
    /// How many changes each of several programs makes.
    const EACH: usize = 80;
    for options in ways() {
        let Scene {
            dir,
            manager,
            mut follower,
            other,
        } = scene(options);
        let third = super::manager(dir.path());
        let mut touched = BTreeSet::new();
        let mut any = false;
        std::thread::scope(|scope| {
            for (number, manager) in [&manager, &other, &third].into_iter().enumerate() {
                scope.spawn(move || {
                    for task in 0..EACH {
                        add_task(manager, "garden", &format!("{number} {task}"));
                    }
                });
            }
            let last = 1 + 3 * EACH as u64;
            while follower.stands.get(&name("garden")) != Some(&Some(last)) {
                match follower.next().tasks {
                    Some(tasks) => touched.extend(tasks),
                    None => any = true,
                }
            }
        });
        assert!(any || touched.len() == 3 * EACH, "{}", touched.len());
        follower.expect_no_more();
    }
}

#[test]
fn the_newest_is_told_across_the_ends_of_journals() {
    for options in ways() {
        let Scene {
            dir: _dir,
            manager: _manager,
            mut follower,
            other,
        } = scene(options);
        // A journal ends after 250 changes.
        for number in 0..600 {
            add_task(&other, "garden", &format!("task {number}"));
            if number % 97 == 0 {
                other.flush().unwrap();
            }
        }
        follower.until("garden", 601);
        follower.expect_no_more();
    }
}

#[test]
fn a_directory_of_journals_that_is_taken_away_costs_no_change() {
    for options in ways() {
        let Scene {
            dir,
            manager: _manager,
            mut follower,
            other,
        } = scene(options);
        add_task(&other, "garden", "soil");
        follower.until("garden", 2);
        other.flush().unwrap();
        let journals = dir.path().join(".pm").join("journals");
        // Somebody may be making one.
        while fs::remove_dir_all(&journals).is_err() {}
        add_task(&other, "garden", "plants");
        follower.until("garden", 3);
    }
}

#[test]
fn a_damaged_file_that_is_mended_is_told_of() {
    for options in ways() {
        let Scene {
            dir,
            manager: _manager,
            mut follower,
            other: _other,
        } = scene(options);
        let path = dir.path().join("garden.json");
        let whole = fs::read_to_string(&path).unwrap();
        fs::write(&path, &whole[..whole.len() / 2]).unwrap();
        follower.expect_no_more();
        fs::write(&path, whole.replace("\"\"", "\"mended\"")).unwrap();
        follower.until("garden", 1);
    }
}

#[test]
fn a_subscription_ends_with_the_store_and_the_thread_with_the_last_subscription() {
    let (_dir, manager) = garden();
    for round in 0..3 {
        let mut first = Follower::new(&manager);
        let second = manager.subscribe().unwrap();
        drop(second);
        add_task(&manager, "garden", &format!("first {round}"));
        first.until("garden", 3 + 2 * round);
        drop(first);
        // Nobody is told of this one.
        add_task(&manager, "garden", &format!("second {round}"));
    }
    let mut last = Follower::new(&manager);
    add_task(&manager, "garden", "last");
    drop(manager);
    last.until("garden", 9);
    assert_eq!(last.changes.recv(), None);
}
