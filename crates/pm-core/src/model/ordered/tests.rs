//! The map behaves as an ordinary one in insertion order, its clones do not see each other's
//! changes, its indexes agree with a scan, and it misses no touch.

use indexmap::IndexMap;
use proptest::prelude::*;

use super::*;
use crate::resolve::folded;
use crate::{SnippetName, SnippetVersion, TaskName, Timestamp};

/// What is done to a map; the numbers are taken modulo what is there.
#[derive(Debug, Clone)]
enum Step {
    Insert(u8, u8),
    InsertFirst(u8, u8),
    InsertAfter(usize, u8, u8),
    Remove(usize),
    Rename(usize, u8),
    Change(usize, u8),
    Arrange(usize, usize),
    Settle,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (any::<u8>(), any::<u8>()).prop_map(|(k, v)| Step::Insert(k, v)),
        1 => (any::<u8>(), any::<u8>()).prop_map(|(k, v)| Step::InsertFirst(k, v)),
        3 => (0_usize..4, any::<u8>(), any::<u8>()).prop_map(|(n, k, v)| Step::InsertAfter(n, k, v)),
        2 => any::<usize>().prop_map(Step::Remove),
        1 => (any::<usize>(), any::<u8>()).prop_map(|(n, k)| Step::Rename(n, k)),
        1 => (any::<usize>(), any::<u8>()).prop_map(|(n, v)| Step::Change(n, v)),
        1 => (any::<usize>(), any::<usize>()).prop_map(|(n, m)| Step::Arrange(n, m)),
        1 => Just(Step::Settle),
    ];
    prop::collection::vec(step, 0..120)
}

type Plain = IndexMap<u8, u8>;

fn nth(plain: &Plain, n: usize) -> Option<u8> {
    let n = n.checked_rem(plain.len())?;
    plain.get_index(n).map(|(key, _)| *key)
}

/// Does the same to both.
fn run(step: &Step, map: &mut Ordered<u8, u8>, plain: &mut Plain) {
    match *step {
        Step::Insert(key, value) => {
            let old = map.insert(key, value).map(|old| *old);
            assert_eq!(old, plain.insert(key, value));
        }
        Step::InsertFirst(key, value) => {
            map.insert_at(key, value, &Position::First);
            if plain.insert(key, value).is_none() {
                plain.move_index(plain.len() - 1, 0);
            }
        }
        Step::InsertAfter(n, key, value) => {
            let Some(before) = nth(plain, n) else { return };
            map.insert_at(key, value, &Position::After(before));
            if plain.insert(key, value).is_none() {
                let place = plain.get_index_of(&before).unwrap() + 1;
                plain.move_index(plain.len() - 1, place);
            }
        }
        Step::Remove(n) => {
            let Some(key) = nth(plain, n) else { return };
            let gone = map.shift_remove(&key).map(|gone| *gone);
            assert_eq!(gone, plain.shift_remove(&key));
        }
        Step::Rename(n, new) => {
            let Some(old) = nth(plain, n) else { return };
            assert_eq!(map.rename(&old, new), !plain.contains_key(&new));
            if !plain.contains_key(&new) {
                let (place, _, value) = plain.shift_remove_full(&old).unwrap();
                plain.shift_insert(place, new, value);
            }
        }
        Step::Change(n, value) => {
            let Some(key) = nth(plain, n) else { return };
            if value % 2 == 0 {
                *map.get_mut(&key).unwrap() = value;
            } else {
                map.change(&key, |v| *v = value).unwrap();
            }
            plain.insert(key, value);
        }
        Step::Arrange(n, m) => {
            let Some(front) = nth(plain, n) else { return };
            let (place, other) = (plain.get_index_of(&front).unwrap(), m % plain.len());
            if place < other {
                map.arrange(&[*plain.get_index(other).unwrap().0, front]);
                plain.swap_indices(place, other);
            }
        }
        Step::Settle => map.settle(),
    }
}

fn same(map: &Ordered<u8, u8>, plain: &Plain) {
    assert!(map.iter().eq(plain.iter()), "{map:?} {plain:?}");
    assert!(map.iter().rev().eq(plain.iter().rev()));
    assert_eq!(map.len(), plain.len());
    assert_eq!(map.is_empty(), plain.is_empty());
    let mut before = None;
    for (key, value) in plain {
        assert_eq!(map.get(key), Some(value));
        assert_eq!(map.predecessor(key).copied(), before);
        let position = match before {
            _ if plain.last().unwrap().0 == key => Position::Last,
            None => Position::First,
            Some(before) => Position::After(before),
        };
        assert_eq!(map.position(key), Some(position));
        before = Some(*key);
    }
}

proptest! {
    #[test]
    fn it_behaves_as_an_ordinary_map_in_insertion_order(steps in steps()) {
        let (mut map, mut plain) = (Ordered::new(), Plain::new());
        for step in steps {
            let (copy, copied) = (map.clone(), plain.clone());
            run(&step, &mut map, &mut plain);
            same(&map, &plain);
            same(&copy, &copied);
            prop_assert_eq!(map == copy, plain.iter().eq(copied.iter()));
        }
    }

    #[test]
    fn no_touch_is_missed(before in steps(), after in steps()) {
        let (mut map, mut plain) = (Ordered::new(), Plain::new());
        for step in &before {
            run(step, &mut map, &mut plain);
        }
        map.settle();
        let (old, mut follow) = (map.clone(), plain.clone());
        for step in &after {
            run(step, &mut map, &mut follow);
        }
        let Some(touched) = map.touched_since(&old) else {
            return Ok(());
        };
        let now: IndexMap<u8, Option<u8>> = touched.now().map(|(k, o)| (*k, o.copied())).collect();
        let gone: Vec<u8> = touched.gone().copied().collect();
        let origins: Vec<u8> = now.values().copied().flatten().collect();
        for (key, value) in &plain {
            if !gone.contains(key) && !origins.contains(key) {
                prop_assert_eq!(map.get(key), Some(value));
                prop_assert!(!now.contains_key(key));
            }
        }
        for key in now.keys() {
            prop_assert!(map.contains_key(key));
        }
        for key in gone.iter().chain(&origins) {
            prop_assert!(old.contains_key(key));
        }
        // What was not taken out and put back stands in the order in which it stood.
        let place = |key: &u8| match now.get(key) {
            Some(origin) => origin.and_then(|origin| plain.get_index_of(&origin)),
            None => plain.get_index_of(key),
        };
        let places: Vec<usize> = map.keys().filter_map(place).collect();
        prop_assert!(places.is_sorted());
    }

    #[test]
    fn tasks_are_found_by_their_folded_name(steps in steps()) {
        const NAMES: [&str; 9] = ["a b", "A-B", "ab", "ß", "SS", "c", "C", "🌱", "***"];
        let name = |n: u8| TaskName::stored(NAMES[usize::from(n) % NAMES.len()]);
        let mut map: Ordered<TaskName, u8, ByFoldedName> = Ordered::new();
        for step in steps {
            run_indexed(&step, &mut map, name, |value| value);
            for wanted in NAMES {
                let scanned = map.keys().filter(|name| folded(name.as_str()) == folded(wanted));
                prop_assert!(map.index().alike(wanted).eq(scanned));
            }
        }
    }

    #[test]
    fn snippet_versions_are_found_by_the_name_of_their_snippet(steps in steps()) {
        const NAMES: [&str; 5] = ["a b", "A-B", "ab", "c", "🌱"];
        let version = |n: u8| SnippetVersion {
            name: SnippetName::stored(NAMES[usize::from(n) % NAMES.len()]),
            content: String::new(),
            created_at: Timestamp::stored("then"),
            file_fields: crate::FileFields::default(),
        };
        let mut map: Ordered<String, SnippetVersion, BySnippetName> = Ordered::new();
        for step in steps {
            run_indexed(&step, &mut map, |n| (n % 16).to_string(), version);
            let mut names: Vec<&SnippetName> = Vec::new();
            for name in map.values().map(|version| &version.name) {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            prop_assert!(map.index().names().iter().eq(names.iter().copied()));
            for wanted in NAMES.map(SnippetName::stored) {
                let keys = map.iter().filter(|(_, v)| v.name == wanted).map(|(key, _)| key);
                let keys: Vec<&String> = keys.collect();
prop_assert_eq!(map.index().version_count(&wanted), keys.len());
                prop_assert!(map.index().keys_of(&wanted).eq(keys));
                let alike = names.iter().copied();
                let alike = alike.filter(|n| folded(n.as_str()) == folded(wanted.as_str()));
                prop_assert!(map.index().alike(wanted.as_str()).eq(alike));
            }
        }
    }
}

/// Does something to a map with an index.
fn run_indexed<K: Key, V: Clone, I: Index<K, V>>(
    step: &Step,
    map: &mut Ordered<K, V, I>,
    key: impl Fn(u8) -> K,
    value: impl Fn(u8) -> V,
) {
    let nth = |n: usize| {
        let n = n.checked_rem(map.len())?;
        map.keys().nth(n).cloned()
    };
    match *step {
        Step::Insert(k, v) => {
            map.insert(key(k), value(v));
        }
        Step::InsertFirst(k, v) => {
            map.insert_at(key(k), value(v), &Position::First);
        }
        Step::InsertAfter(n, k, v) => {
            if let Some(before) = nth(n) {
                map.insert_at(key(k), value(v), &Position::After(before));
            }
        }
        Step::Remove(n) => {
            if let Some(key) = nth(n) {
                map.shift_remove(&key);
            }
        }
        Step::Rename(n, k) => {
            if let Some(old) = nth(n) {
                map.rename(&old, key(k));
            }
        }
        Step::Change(n, v) => {
            if let Some(key) = nth(n) {
                map.change(&key, |present| *present = value(v));
            }
        }
        Step::Arrange(n, m) => {
            if let (Some(a), Some(b)) = (nth(n), nth(m))
                && a != b
            {
                map.arrange(&[a, b]);
            }
        }
        Step::Settle => map.settle(),
    }
}

#[test]
fn where_no_gap_is_left_all_are_placed_anew() {
    let mut map: Ordered<u32, ()> = [(0, ()), (1_000, ())].into_iter().collect();
    for key in 1..200 {
        map.insert_at(key, (), &Position::After(0));
    }
    let expected: Vec<u32> = [0]
        .into_iter()
        .chain((1..200).rev())
        .chain([1_000])
        .collect();
    assert!(map.keys().eq(&expected));
    for key in 1..200 {
        assert!(map.contains_key(&key));
    }
}

#[test]
fn a_change_copies_no_neighbours_value() {
    /// Cannot be copied in silence.
    #[derive(Debug)]
    struct Big(u8);
    impl Clone for Big {
        fn clone(&self) -> Self {
            assert_eq!(self.0, 1, "a neighbour was copied");
            Self(self.0)
        }
    }
    let map: Ordered<u8, Big> = (0..100).map(|n| (n, Big(n))).collect();
    let mut changed = map.clone();
    changed.insert(100, Big(100));
    changed.shift_remove(&50);
    changed.rename(&7, 107);
    changed.get_mut(&1).unwrap();
    assert_eq!(map.len(), 100);
}

#[test]
fn maps_that_come_from_one_are_told_from_others() {
    let old: Ordered<u8, u8> = [(1, 1)].into_iter().collect();
    let mut new = old.clone();
    new.insert(2, 2);
    assert!(new.touched_since(&old).is_some());
    let other: Ordered<u8, u8> = [(1, 1)].into_iter().collect();
    assert!(new.touched_since(&other).is_none());
    let unsettled = new.clone();
    assert!(new.touched_since(&unsettled).is_none());
    new.settle();
    assert!(new.touched_since(&old).is_none());
    let nothing: Ordered<u8, u8> = Ordered::new();
    assert!(nothing.touched_since(&Ordered::new()).is_some());
    // All is new in it, and no notes are taken of that.
    let mut first = nothing.clone();
    first.insert(1, 1);
    assert!(first.touched_since(&nothing).is_none());
    assert!(!first.is_settled());
    assert_eq!(first.touched_now(), [1]);
    first.settle();
    first.insert(2, 2);
    assert_eq!(first.touched_now(), [2]);
}
