//! Whatever somebody asks for, no answer tells whether something out of reach is there.

use std::fmt::Debug;
use std::sync::{LazyLock, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use regex::Regex;
use time::macros::datetime;

use super::*;
use crate::manager::ActivityQuery;
use crate::model::TaskUpdate;
use crate::testing::store_contract;
use crate::{FileStore, ManualClock, MemoryStore, ProcessManager, Status};

/// All names but those that begin with an x.
fn all_but_x() -> Reach {
    let beginnings = ('a'..='z').chain('0'..='9').filter(|one| *one != 'x');
    Reach::of(beginnings.map(|one| format!("{one}*").parse().unwrap()))
}

fn team() -> Reach {
    Reach::of(["team-a/*".parse().unwrap()])
}

#[test]
fn what_is_in_reach_keeps_the_contract() {
    assert_kept(|| Arc::new(MemoryStore::new()));
}

#[test]
fn what_is_in_reach_of_files_keeps_the_contract() {
    let dirs = Mutex::new(Vec::new());
    assert_kept(|| {
        let dir = tempfile::tempdir().unwrap();
        let store = FileStore::open(dir.path()).unwrap();
        dirs.lock().unwrap().push(dir);
        Arc::new(store)
    });
}

fn assert_kept(make: impl Fn() -> Arc<dyn Store>) {
    store_contract(|| {
        let store = make();
        let all = ProcessManager::over(Arc::clone(&store));
        let process = all.create_process("x".parse().unwrap(), "").unwrap();
        all.create_process("xx".parse().unwrap(), "").unwrap();
        all.delete_process(&"xx".parse().unwrap()).unwrap();
        all.add_task(&process.name, "garden".parse().unwrap(), "")
            .unwrap();
        Scoped::new(store, all_but_x())
    })
    .unwrap();
}

#[test]
fn a_name_out_of_reach_is_given_to_nothing() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let team = ProcessManager::new(Scoped::new(Arc::clone(&store), team()));
    let refused = team.create_process("team-b/x".parse().unwrap(), "");
    assert_eq!(
        refused.unwrap_err().to_string(),
        "processes can only be called team-a/* here, and team-b/x is none of these"
    );
    team.create_process("team-a/x".parse().unwrap(), "")
        .unwrap();
    let outside = "team-b/x".parse().unwrap();
    let refused = team.rename_process(&"team-a/x".parse().unwrap(), &outside);
    assert!(matches!(refused, Err(Error::OutOfReach { .. })));
    let all = ProcessManager::over(store);
    assert_eq!(all.process_names().unwrap().len(), 1);
}

/// What somebody does. Numbers choose names, of which some are out of reach.
#[derive(Debug, Clone)]
enum Deed {
    Create(usize),
    Rename(usize, usize),
    Delete(usize),
    Restore(usize, Option<usize>),
    PurgeOne(usize),
    PurgeOld,
    AddTask(usize),
    Finish(usize),
    Undo(usize),
}

const NAMES: [&str; 8] = [
    "team-a/plan",
    "Team A: plan",
    "team-a/x",
    "teamax",
    "team-b/plan",
    "Teams",
    "team",
    "🌱",
];

fn deed() -> impl Strategy<Value = Deed> {
    let n = || 0..NAMES.len();
    prop_oneof![
        n().prop_map(Deed::Create),
        (n(), n()).prop_map(|(from, to)| Deed::Rename(from, to)),
        n().prop_map(Deed::Delete),
        (n(), proptest::option::of(n())).prop_map(|(from, to)| Deed::Restore(from, to)),
        n().prop_map(Deed::PurgeOne),
        Just(Deed::PurgeOld),
        n().prop_map(Deed::AddTask),
        n().prop_map(Deed::Finish),
        n().prop_map(Deed::Undo),
    ]
}

/// A deed, and whether it is done by somebody with everything in reach, to what is out of reach of
/// the other.
fn deeds() -> impl Strategy<Value = Vec<(bool, Deed)>> {
    proptest::collection::vec((any::<bool>(), deed()), 1..20)
}

fn name(n: usize) -> &'static str {
    NAMES[n % NAMES.len()]
}

/// Does a deed, and answers all that was answered.
fn perform(deed: &Deed, manager: &ProcessManager) -> String {
    let parsed = |n: usize| name(n).parse::<ProcessName>().unwrap();
    match *deed {
        Deed::Create(n) => told(manager.create_process(parsed(n), "garden")),
        Deed::Rename(n, to) => told(manager.rename_process(&parsed(n), &parsed(to))),
        Deed::Delete(n) => told(manager.delete_process(&parsed(n))),
        Deed::Restore(n, to) => {
            let to = to.map(parsed);
            told(manager.restore_process(name(n), to.as_ref()))
        }
        Deed::PurgeOne(n) => told(manager.purge_trashed(name(n), None)),
        Deed::PurgeOld => told(manager.purge_trash(Duration::from_secs(5))),
        Deed::AddTask(n) => told(manager.add_task(&parsed(n), "garden".parse().unwrap(), "garden")),
        Deed::Finish(n) => {
            let update = TaskUpdate {
                status: Some(Status::Done),
                ..TaskUpdate::default()
            };
            told(manager.update_task(&parsed(n), "garden", update))
        }
        Deed::Undo(n) => told(manager.undo_last(&parsed(n), &Actor::Unnamed, 1)),
    }
}

/// An answer as text, without the marks of sessions, which are random.
fn told(answer: impl Debug) -> String {
    static RANDOM: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"SessionTag\(\d+\)|base: \d+").unwrap());
    let text = format!("{answer:?}");
    RANDOM.replace_all(&text, "").into_owned()
}

/// All that can be asked.
fn seen(manager: &ProcessManager, changes: &mut Subscription) -> Vec<String> {
    let mut seen = vec![
        told(manager.process_names()),
        told(manager.list_processes()),
        told(manager.trash()),
        told(manager.conflicts()),
        told(manager.health()),
        told(manager.activity(&ActivityQuery {
            who: None,
            limit: 50,
            histories_max: 50,
        })),
        told(
            manager
                .search(&"garden".parse().unwrap())
                .map(|hits| (hits.total, hits.best())),
        ),
        told(std::iter::from_fn(|| changes.try_recv()).collect::<Vec<_>>()),
    ];
    for name in NAMES {
        seen.push(told(manager.process(name)));
        seen.push(told(manager.at_once(|at_once| told(at_once.process(name)))));
        seen.push(told(manager.process_once_called(name)));
        seen.push(told(manager.trashed(name, None)));
        seen.push(told(manager.process_at(&name.parse().unwrap(), 1)));
    }
    seen
}

/// A store, and who uses it: somebody with the team's processes in reach, and somebody with all.
struct World {
    team: ProcessManager,
    all: ProcessManager,
    clock: Arc<ManualClock>,
}

impl World {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::new(datetime!(2026-11-30 12:00 UTC)));
        let store: Arc<dyn Store> = Arc::new(MemoryStore::with_clock(Arc::clone(&clock) as _));
        Self {
            team: ProcessManager::new(Scoped::new(Arc::clone(&store), team())),
            all: ProcessManager::over(store),
            clock,
        }
    }
}

proptest! {
    #[test]
    fn no_answer_tells_of_what_is_out_of_reach(deeds in deeds()) {
        // In one of two worlds others work, out of reach; in the other there is nobody else.
        let (busy, quiet) = (World::new(), World::new());
        let mut in_busy = busy.team.subscribe().unwrap();
        let mut in_quiet = quiet.team.subscribe().unwrap();
        for (is_of_others, deed) in &deeds {
            busy.clock.advance(Duration::from_secs(1));
            quiet.clock.advance(Duration::from_secs(1));
            if *is_of_others {
                if stays_out_of_reach(deed) {
                    perform(deed, &busy.all);
                }
                continue;
            }
            let (one, other) = (perform(deed, &busy.team), perform(deed, &quiet.team));
            prop_assert_eq!(one, other, "the answers to {:?} differ", deed);
            let (one, other) = (seen(&busy.team, &mut in_busy), seen(&quiet.team, &mut in_quiet));
            prop_assert_eq!(one, other, "after {:?}", deed);
        }
    }
}

/// Whether a deed leaves alone what is in reach.
fn stays_out_of_reach(deed: &Deed) -> bool {
    let out = |n: usize| !team().holds(name(n));
    match *deed {
        Deed::Rename(n, to) | Deed::Restore(n, Some(to)) => out(n) && out(to),
        Deed::Create(n)
        | Deed::Delete(n)
        | Deed::Restore(n, None)
        | Deed::PurgeOne(n)
        | Deed::AddTask(n)
        | Deed::Finish(n)
        | Deed::Undo(n) => out(n),
        Deed::PurgeOld => false,
    }
}
