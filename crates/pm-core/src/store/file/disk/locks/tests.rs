//! Who waits for a lock, and for how long.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use super::super::os::OsFileSystem;
use super::*;

/// Longer than anything here takes, on any machine.
const LONG: Duration = Duration::from_secs(60);

const SHORT: Duration = Duration::from_millis(20);

struct Scene {
    dir: tempfile::TempDir,
    fs: Arc<dyn FileSystem>,
    locks: Locks,
}

impl Scene {
    fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
            fs: Arc::new(OsFileSystem),
            locks: Locks::default(),
        }
    }

    fn path(&self) -> PathBuf {
        self.dir.path().join("a.lock")
    }

    fn take(&self, time: Duration) -> Option<Guard> {
        let deadline = Instant::now() + time;
        let taken = self.locks.take_by(&self.fs, &self.path(), deadline);
        taken.unwrap()
    }

    fn threads(&self) -> usize {
        locked(&self.locks.waiters).len()
    }
}

#[test]
fn a_free_lock_needs_no_thread_and_names_its_holder() {
    let scene = Scene::new();
    let guard = scene.take(Duration::ZERO);
    assert!(guard.is_some());
    assert_eq!(scene.threads(), 0);
    assert_eq!(
        scene.fs.lock_holder(&scene.path()),
        Some(std::process::id())
    );
    std::fs::write(scene.path(), "4294967294\n").unwrap();
    assert_eq!(
        scene.fs.lock_holder(&scene.path()),
        None,
        "there is no such program"
    );
}

#[test]
fn a_lock_that_is_never_let_go_costs_one_thread_however_many_wait() {
    let scene = Scene::new();
    let held = scene.take(SHORT).unwrap();
    std::thread::scope(|threads| {
        for _ in 0..8 {
            threads.spawn(|| assert!(scene.take(SHORT).is_none()));
        }
    });
    assert!(scene.take(SHORT).is_none());
    assert_eq!(scene.threads(), 1);
    drop(held);
    // What the thread gets by then is given back, as nobody waits for it.
    assert!(scene.take(LONG).is_some());
}

#[test]
fn whoever_waits_gets_the_lock_when_it_is_let_go() {
    let scene = Scene::new();
    let held = scene.take(SHORT).unwrap();
    let inside = AtomicUsize::new(0);
    let (ready, all_ready) = mpsc::channel();
    std::thread::scope(|threads| {
        for _ in 0..6 {
            let (scene, inside, ready) = (&scene, &inside, ready.clone());
            threads.spawn(move || {
                ready.send(()).unwrap();
                let _guard = scene.take(LONG).unwrap();
                assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0, "two have it");
                inside.fetch_sub(1, Ordering::SeqCst);
            });
        }
        for _ in 0..6 {
            all_ready.recv().unwrap();
        }
        drop(held);
    });
}

#[test]
fn a_turn_is_one_threads_at_a_time_and_not_waited_for_for_ever() {
    let turn = Turn::default();
    let taken = turn.try_take().unwrap();
    assert!(turn.try_take().is_none());
    assert!(turn.take_by(Instant::now() + SHORT).is_none());
    std::thread::scope(|threads| {
        threads.spawn(|| drop(turn.take_by(Instant::now() + LONG).unwrap()));
        drop(taken);
    });
    assert!(turn.try_take().is_some());
}
