//! A database that takes in whatever is sent to it and answers nothing.

use std::sync::mpsc;
use std::time::Instant;

use pm_core::history::Author;
use pm_core::store::{Requester, WholeProcess};
use pm_core::{Action, Timestamp};

use super::*;
use crate::pool::ANSWER_WITHIN;
use crate::{check, init};

/// What a store is asked for.
type Call = fn(&Scene) -> Result<(), Error>;

/// All that waits for the database and changes nothing, or surely has not when it fails.
const READING: &[(&str, Call)] = &[
    ("names", |it| it.store.names().map(drop)),
    ("list", |it| it.store.list().map(drop)),
    ("read what is known", |it| it.store.read("garden").map(drop)),
    ("read", |it| it.store.read("shed").map(drop)),
    ("search", |it| {
        it.store.search(&"soil".parse().unwrap()).map(drop)
    }),
    ("history", |it| it.store.history("garden", 0).map(drop)),
    ("trash", |it| it.store.trash().map(drop)),
    ("read_trashed", |it| {
        it.store.read_trashed(&it.trashed).map(drop)
    }),
    ("restore", |it| {
        let (name, action) = (&it.trashed.name, Action::new("restore", "restored"));
        it.store.restore(name, name, &it.by, action).map(drop)
    }),
    ("purge_one", |it| it.store.purge_one(&it.trashed, &it.by)),
    ("purge", |it| {
        it.store.purge(&Timestamp::from(it.store.now())).map(drop)
    }),
    ("read_whole", |it| it.store.read_whole("shed").map(drop)),
    ("rename", |it| {
        let (new, action) = ("park".parse()?, Action::new("rename", "renamed"));
        let shed = "shed".parse()?;
        it.store.rename(&shed, &new, &it.by, action).map(drop)
    }),
    ("delete", |it| it.store.delete(&"shed".parse()?, &it.by)),
    ("subscribe", |it| it.store.subscribe().map(drop)),
    ("health", |it| match it.store.health().failure {
        Some(failure) => Err(failure.into()),
        None => Ok(()),
    }),
    ("open_process", |it| {
        let callers = it.store.open_processes().unwrap();
        callers.open_process("ann").map(drop)
    }),
    ("set_open_process", |it| {
        let callers = it.store.open_processes().unwrap();
        callers.set_open_process("ann", Some(&"garden".parse()?))
    }),
];

/// What may have been made when no answer comes, and so waits longer.
const MAKING: &[(&str, Call)] = &[
    ("create", |it| {
        let process = Process::new("park".parse()?, String::new(), it.store.now().into());
        it.store.create(process, &it.by).map(drop)
    }),
    ("update", |it| {
        let manager = ProcessManager::over(it.store.clone());
        add(&manager, &"garden".parse()?, "beds")
    }),
    ("keep_whole", |it| it.store.keep_whole(&it.whole, &it.by)),
];

fn by() -> Requester {
    let actor = pm_core::Actor::default();
    let session = None;
    Author { actor, session }.into()
}

/// A store with something in it, whose connections are open.
struct Scene {
    store: Arc<PostgresStore>,
    by: Requester,
    trashed: pm_core::store::Trashed,
    whole: WholeProcess,
}

impl Scene {
    fn open(address: &Address, workspace: &str) -> Self {
        let store = Arc::new(open_store(address, workspace));
        let manager = ProcessManager::over(store.clone());
        let garden = create(&manager, "garden");
        add(&manager, &garden, "soil").unwrap();
        let gone = create(&manager, "gone");
        let whole = store.read_whole("gone").unwrap();
        manager.delete_process(&gone).unwrap();
        create(&open(address, workspace), "shed");
        drop(store.subscribe().unwrap());
        Self {
            by: by(),
            trashed: store.trash().unwrap().remove(0),
            whole,
            store,
        }
    }
}

#[test]
fn nothing_waits_for_ever_for_a_database_that_says_nothing() {
    let Some(cluster) = Cluster::start().unwrap() else {
        return;
    };
    let address = cluster.database().unwrap();
    let calls = READING.iter().map(|call| (call, true));
    let calls = calls.chain(MAKING.iter().map(|call| (call, false)));
    // Each with a store of its own, as one is enough to find it out for all that share one.
    let scenes = calls.map(|call| (call, Arc::new(Scene::open(&address, call.0.0))));
    let scenes: Vec<_> = scenes.collect();
    cluster.freeze();
    let (sender, answers) = mpsc::channel();
    for ((call, is_reading), scene) in &scenes {
        let (&&(name, call), is_reading) = (call, *is_reading);
        let (scene, sender) = (Arc::clone(scene), sender.clone());
        thread::spawn(move || {
            let begun = Instant::now();
            let answer = call(&scene);
            let _ = sender.send((name, is_reading, begun.elapsed(), answer));
        });
    }
    for _ in &scenes {
        let (name, is_reading, after, answer) = answers.recv_timeout(WITHIN).unwrap();
        println!("{name}: {after:?}: {answer:?}");
        let failure = answer.unwrap_err();
        let is_away = matches!(failure, Error::Store(StoreError::Unreachable { .. }));
        let is_uncertain = matches!(failure, Error::Store(StoreError::Uncertain { .. }));
        assert!(
            is_away || (is_uncertain && !is_reading),
            "{name}: {failure}"
        );
        assert!(after < ANSWER_WITHIN || !is_reading, "{name}: {after:?}");
    }
    // It has not gone on by itself.
    for (_, scene) in &scenes {
        scene.store.list().unwrap_err();
    }
    cluster.thaw();
    for (_, scene) in &scenes {
        let deadline = Instant::now() + WITHIN;
        while scene.store.read("garden").is_err() {
            assert!(Instant::now() < deadline, "it does not find its way back");
        }
        let manager = ProcessManager::over(scene.store.clone());
        add(&manager, &"garden".parse().unwrap(), "paths").unwrap();
        drop(scene.store.subscribe().unwrap());
    }
}

#[test]
fn a_start_gives_up_on_a_database_that_says_nothing() {
    let Some(cluster) = Cluster::start().unwrap() else {
        return;
    };
    let address = cluster.database().unwrap();
    let options = PostgresOptions {
        reach_within: Duration::from_secs(3),
        ..PostgresOptions::default()
    };
    cluster.freeze();
    let (sender, answers) = mpsc::channel();
    let starts: [fn(&Address, &PostgresOptions) -> String; 3] = [
        |address, options| {
            PostgresStore::open(address, options)
                .err()
                .unwrap()
                .to_string()
        },
        |address, options| check(address, options).unwrap_err().to_string(),
        |address, options| init(address, options).unwrap_err().to_string(),
    ];
    for start in starts {
        let (address, options, sender) = (address.clone(), options.clone(), sender.clone());
        thread::spawn(move || sender.send(start(&address, &options)));
    }
    for _ in starts {
        let refused = answers.recv_timeout(WITHIN).unwrap();
        assert!(refused.contains("it does not answer"), "{refused}");
    }
}

#[test]
fn a_server_that_says_nothing_keeps_nobody_from_the_next_one() {
    let Some(cluster) = Cluster::start().unwrap() else {
        return;
    };
    let [_, port, database, _] = cluster.database().unwrap().servers().remove(0);
    // The system takes in connections to it, and nobody does anything about them.
    let silent = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let silent = silent.local_addr().unwrap().port();
    let servers = format!("127.0.0.1:{silent},127.0.0.1:{port}");
    let address = format!("postgres://pm@{servers}/{database}");
    let store = open(&address.parse().unwrap(), "a");
    let garden = create(&store, "garden");
    add(&store, &garden, "soil").unwrap();
    drop(store.subscribe().unwrap());
}
