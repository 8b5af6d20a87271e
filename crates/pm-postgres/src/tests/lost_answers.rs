//! Answers that do not arrive: what was acknowledged is kept, what was refused is not, and nothing
//! is kept twice.

use std::collections::BTreeSet;
use std::thread;

use pm_core::StoreError;

use super::proxy::Proxy;
use super::*;

const THREADS: usize = 4;
const CHANGES: usize = 150;

/// What became of a change.
enum Fate {
    Acknowledged(String),
    Refused(String),
    Uncertain,
}

fn fate(task: String, answer: Result<(), Error>) -> Fate {
    match answer {
        Ok(()) => Fate::Acknowledged(task),
        Err(Error::Store(StoreError::Uncertain { .. })) => Fate::Uncertain,
        Err(Error::Store(StoreError::Unreachable { .. })) => Fate::Refused(task),
        Err(error) => panic!("{task}: {error}"),
    }
}

#[test]
fn a_change_whose_answer_is_lost_is_kept_once_or_not_at_all() {
    let Some(cluster) = Cluster::start().unwrap() else {
        return;
    };
    let direct = cluster.database().unwrap();
    let proxy = Proxy::start(cluster.port());
    let [_, _, database, _] = direct.servers().remove(0);
    let through = format!("postgres://pm@127.0.0.1:{}/{database}", proxy.port);
    let stores = [(); 2].map(|()| open(&through.parse().unwrap(), "a"));
    let garden = create(&stores[0], "garden");

    proxy.set_cuts(true);
    let fates: Vec<Fate> = thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| {
                let (store, garden) = (&stores[thread % 2], &garden);
                scope.spawn(move || {
                    let make = |change| {
                        let task = format!("task {thread} {change}");
                        let answer = add(store, garden, &task);
                        fate(task, answer)
                    };
                    (0..CHANGES).map(make).collect::<Vec<_>>()
                })
            })
            .collect();
        let fates = threads.into_iter().map(|it| it.join().unwrap());
        fates.flatten().collect()
    });
    proxy.set_cuts(false);

    let (before, after) = proxy.cuts();
    assert!(
        before > 0 && after > 0,
        "cut {before} before, {after} after"
    );
    let judge = open(&direct, "a");
    assert_whole(&direct, "a", &garden);
    let kept = tasks(&judge.process("garden").unwrap());
    let distinct: BTreeSet<_> = kept.iter().cloned().collect();
    assert_eq!(distinct.len(), kept.len());
    let mut acknowledged = 0;
    for fate in &fates {
        match fate {
            Fate::Acknowledged(task) => {
                acknowledged += 1;
                assert!(distinct.contains(task), "{task} was acknowledged");
            }
            Fate::Refused(task) => assert!(!distinct.contains(task), "{task} was refused"),
            Fate::Uncertain => {}
        }
    }
    assert!(
        acknowledged > THREADS * CHANGES / 2,
        "{acknowledged} were acknowledged"
    );
}

#[test]
fn a_process_whose_answer_is_lost_comes_and_goes_once() {
    let Some(cluster) = Cluster::start().unwrap() else {
        return;
    };
    let direct = cluster.database().unwrap();
    let proxy = Proxy::start(cluster.port());
    let [_, _, database, _] = direct.servers().remove(0);
    let through = format!("postgres://pm@127.0.0.1:{}/{database}", proxy.port);
    let store = open(&through.parse().unwrap(), "a");
    let judge = open(&direct, "a");
    proxy.set_cuts(true);
    let uncertain = |error: &Error| matches!(error, Error::Store(StoreError::Uncertain { .. }));
    for round in 0..120 {
        let name: ProcessName = format!("process {round}").parse().unwrap();
        let answer = store.create_process(name.clone(), "");
        let there = judge.process(name.as_str());
        match answer {
            Ok(_) => assert_eq!(there.unwrap().revision, 1),
            Err(Error::Store(StoreError::Unreachable { .. })) => assert!(there.is_err(), "{name}"),
            Err(error) => assert!(uncertain(&error), "{name}: {error}"),
        }
        if judge.process(name.as_str()).is_err() {
            continue;
        }
        let answer = store.delete_process(&name);
        let trash = judge.trash().unwrap();
        let deleted = trash.iter().filter(|item| item.name == name).count();
        match answer {
            Ok(()) => assert_eq!(deleted, 1, "{name}"),
            Err(Error::Store(StoreError::Unreachable { .. })) => assert_eq!(deleted, 0, "{name}"),
            Err(error) => assert!(uncertain(&error), "{name}: {error}"),
        }
        let Some(item) = judge.trash().unwrap().into_iter().next() else {
            continue;
        };
        let answer = store.purge_trashed(item.name.as_str(), Some(&item.deleted_at));
        let is_there = judge.trash().unwrap().contains(&item);
        match answer {
            Ok(_) => assert!(!is_there, "{name}"),
            Err(Error::Store(StoreError::Unreachable { .. })) => assert!(is_there, "{name}"),
            Err(error) => assert!(uncertain(&error), "{name}: {error}"),
        }
    }
    let (before, after) = proxy.cuts();
    assert!(
        before > 0 && after > 0,
        "cut {before} before, {after} after"
    );
}
