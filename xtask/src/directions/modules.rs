//! The order of modules within a crate: each is in a layer, and uses only what lies below it.

use std::collections::{BTreeMap, BTreeSet};

use super::layers::{IN_CIRCLES, ITSELF, REST, ROOMS, Room};
use super::paths::{Path, paths};
use crate::tidy::{SourceFile, Tree};

/// One use of a module by another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Arrow {
    from: String,
    to: String,
    /// The file and the line.
    place: String,
}

/// What breaks the order in any of the rooms.
pub(super) fn broken(tree: &Tree) -> Vec<String> {
    let in_order = ROOMS.iter().flat_map(|room| broken_in(tree, room));
    let others = folders(tree).into_iter();
    let others = others.filter(|folder| ROOMS.iter().all(|room| room.root != *folder));
    let others = others.flat_map(|folder| told_of(&folder, &Plan::of(tree, &folder)));
    in_order.chain(others).collect()
}

/// What is wrong with a folder whose modules have no order: the circles in it, or that there are
/// none any more where some are known.
fn told_of(folder: &str, plan: &Plan) -> Vec<String> {
    let circles = circles(&plan.arrows);
    match (IN_CIRCLES.contains(&folder), circles.is_empty()) {
        (true, false) => Vec::new(),
        (true, true) => vec![format!(
            "{folder}: there is no circle any more; take it off the list"
        )],
        (false, _) => circles
            .iter()
            .map(|circle| format!("{folder}: {circle}"))
            .collect(),
    }
}

/// The folders of modules of all crates.
fn folders(tree: &Tree) -> BTreeSet<String> {
    let files = tree.files().iter();
    let sources = files.filter(|file| file.is_rust() && !file.is_test());
    let inside = sources.filter(|file| file.path.contains("/src/"));
    inside
        .filter_map(|file| Some(file.path.rsplit_once('/')?.0.to_owned()))
        .collect()
}

/// The modules of each room, lowest layer first, each with those that it uses.
pub(super) fn shown(tree: &Tree) -> Vec<String> {
    let mut lines = Vec::new();
    for room in ROOMS {
        lines.push(room.root.to_owned());
        let plan = Plan::of(tree, room.root);
        for module in &plan.modules {
            let arrows = plan.arrows.iter().filter(|arrow| arrow.from == *module);
            let below: BTreeSet<&str> = arrows.map(|arrow| arrow.to.as_str()).collect();
            let below: Vec<&str> = below.into_iter().collect();
            lines.push(format!("  {module}: {}", below.join(" ")));
        }
    }
    lines
}

fn broken_in(tree: &Tree, room: &Room) -> Vec<String> {
    let mut plan = Plan::of(tree, room.root);
    let is_allowed = |arrow: &Arrow| {
        let pair = (arrow.from.as_str(), arrow.to.as_str());
        room.still.contains(&pair)
    };
    plan.arrows.retain(|arrow| !is_allowed(arrow));
    let placed = |module: &str| room.layers.iter().position(|layer| layer.contains(&module));
    let rest = placed(REST);
    let layer = |module: &str| placed(module).or(rest.filter(|_| module != ITSELF));
    let mut broken = Vec::new();
    for module in &plan.modules {
        if layer(module).is_none() {
            broken.push(format!(
                "{}: nobody placed the module `{module}`",
                room.root
            ));
        }
    }
    for module in room.layers.concat() {
        if ![ITSELF, REST].contains(&module) && !plan.modules.contains(module) {
            broken.push(format!("{}: there is no module `{module}`", room.root));
        }
    }
    for arrow in &plan.arrows {
        let Arrow { from, to, place } = arrow;
        // The room's own file may lie above all, if it has no place: a circle shows if it does not.
        let is_above = from != ITSELF || layer(ITSELF).is_some();
        if is_above && layer(to) > layer(from) {
            broken.push(format!("{place}: `{from}` uses `{to}`, which is above it"));
        }
    }
    broken.extend(circles(&plan.arrows));
    broken
}

/// A room as its sources have it.
struct Plan {
    modules: BTreeSet<String>,
    /// One for each pair of modules and each line.
    arrows: BTreeSet<Arrow>,
}

impl Plan {
    fn of(tree: &Tree, root: &str) -> Self {
        let inside = format!("{root}/");
        let own = format!("{root}.rs");
        let is_own =
            |file: &&SourceFile| file.path == own || file.path == format!("{inside}lib.rs");
        let files: Vec<&SourceFile> = tree
            .files()
            .iter()
            .filter(|file| file.is_rust() && !file.is_test())
            .filter(|file| file.path == own || file.path.starts_with(&inside))
            .collect();
        let base = module_of(&own);
        let modules: BTreeSet<String> = files
            .iter()
            .filter(|file| !is_own(file))
            .filter_map(|file| module_of(&file.path).get(base.len()).cloned())
            .collect();

        let children: Vec<String> = modules.iter().cloned().collect();
        let head = files.iter().find(|file| is_own(file));
        let head_paths = head.map_or_else(Vec::new, |file| paths(&file.text, &base, &children));
        let passed_on: BTreeMap<String, String> = head_paths
            .iter()
            .filter(|path| path.is_used)
            .filter_map(|path| {
                let child = path.segments.get(base.len())?;
                Some((path.segments.last()?.clone(), child.clone()))
            })
            .collect();

        let mut arrows = BTreeSet::new();
        // What the room's own file only passes on, it does not use.
        let own_uses = head_paths.iter().filter(|path| !path.is_passed_on);
        for path in own_uses {
            let child = path.segments.get(base.len());
            if let Some(child) = child.filter(|child| modules.contains(*child))
                && path.segments.starts_with(&base)
            {
                let file = head.map_or("", |file| &file.path);
                arrows.insert(Arrow {
                    from: ITSELF.to_owned(),
                    to: child.clone(),
                    place: format!("{file}:{}", path.line),
                });
            }
        }
        for file in files.iter().filter(|file| !is_own(file)) {
            let module = module_of(&file.path);
            let Some(from) = module.get(base.len()) else {
                continue;
            };
            for path in paths(&file.text, &module, &[]) {
                let Some(to) = target(&path, &base, &modules, &passed_on) else {
                    continue;
                };
                if to != *from {
                    arrows.insert(Arrow {
                        from: from.clone(),
                        to,
                        place: format!("{}:{}", file.path, path.line),
                    });
                }
            }
        }
        Self { modules, arrows }
    }
}

/// The module of a room that a path leads to; `None` where it leads elsewhere.
fn target(
    path: &Path,
    base: &[String],
    modules: &BTreeSet<String>,
    passed_on: &BTreeMap<String, String>,
) -> Option<String> {
    let inner = path.segments.strip_prefix(base);
    if let Some(child) = inner.and_then(<[String]>::first)
        && modules.contains(child)
    {
        return Some(child.clone());
    }
    // What the room uses stands in it, and perhaps in what is around it.
    let (name, around) = path.segments.split_last()?;
    let is_around = base.starts_with(around);
    let passed_on = passed_on.get(name).filter(|_| is_around).cloned();
    passed_on.or_else(|| inner.map(|_| ITSELF.to_owned()))
}

/// The module of a source, from the root of its crate.
fn module_of(path: &str) -> Vec<String> {
    let inner = path.split_once("/src/").map_or("", |(_, inner)| inner);
    let inner = inner.strip_suffix(".rs").unwrap_or(inner);
    let roots = ["lib", "main", "mod"];
    let parts = inner.split('/').filter(|part| !part.is_empty());
    let mut parts: Vec<String> = parts.map(str::to_owned).collect();
    if parts
        .last()
        .is_some_and(|last| roots.contains(&last.as_str()))
    {
        parts.pop();
    }
    parts
}

/// Each circle of modules, told by the shortest way around from one of them.
fn circles(arrows: &BTreeSet<Arrow>) -> Vec<String> {
    let mut ways: BTreeMap<&str, BTreeMap<&str, &str>> = BTreeMap::new();
    for arrow in arrows {
        let from = ways.entry(&arrow.from).or_default();
        from.entry(&arrow.to).or_insert(&arrow.place);
    }
    let mut told = BTreeSet::new();
    let mut circles = Vec::new();
    for start in ways.keys().copied() {
        if told.contains(start) {
            continue;
        }
        if let Some(circle) = way_around(&ways, start) {
            told.extend(circle.iter().copied());
            let steps = circle.windows(2).filter_map(|pair| match pair {
                [from, to] => Some(format!("`{to}` ({})", ways.get(from)?.get(to)?)),
                _ => None,
            });
            let steps: Vec<String> = steps.collect();
            circles.push(format!("a circle: `{start}` -> {}", steps.join(" -> ")));
        }
    }
    circles
}

/// The shortest way from a module back to itself.
fn way_around<'a>(
    ways: &BTreeMap<&'a str, BTreeMap<&'a str, &'a str>>,
    start: &'a str,
) -> Option<Vec<&'a str>> {
    let mut seen = BTreeSet::new();
    let mut open = vec![vec![start]];
    while !open.is_empty() {
        let mut next = Vec::new();
        for way in open {
            for to in ways.get(*way.last()?).into_iter().flat_map(BTreeMap::keys) {
                let mut way = way.clone();
                way.push(to);
                if *to == start {
                    return Some(way);
                }
                if seen.insert(*to) {
                    next.push(way);
                }
            }
        }
        open = next;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Room = Room {
        root: "crates/a/src/store",
        layers: &[&["disk", "old"], &["journal", "slot"], &["trash"]],
        still: &[("old", "trash")],
    };

    /// The sources of a room in order, but for `changed`.
    fn room(changed: &[(&str, &str)]) -> Tree {
        let mut files = BTreeMap::from([
            (
                "crates/a/src/store.rs",
                "mod disk;\nuse self::disk::LOCK;\npub use slot::Slot;\npub use trash::{Item, empty};\n",
            ),
            ("crates/a/src/store/disk.rs", "use std::fmt;\n"),
            (
                "crates/a/src/store/journal.rs",
                "use super::disk::File;\nmod line;\n",
            ),
            (
                "crates/a/src/store/journal/line.rs",
                "use super::{Journal, super::disk};\n",
            ),
            (
                "crates/a/src/store/slot.rs",
                "use super::{disk, journal::Journal};\n",
            ),
            (
                "crates/a/src/store/trash.rs",
                "use crate::store::Slot;\nuse crate::Error;\n",
            ),
            ("crates/a/src/store/old.rs", "use super::trash;\n"),
            (
                "crates/a/src/store/tests/disk.rs",
                "use super::super::trash;\n",
            ),
        ]);
        files.extend(changed.iter().copied());
        let files: Vec<_> = files.into_iter().collect();
        Tree::made_up(&files)
    }

    #[test]
    fn a_room_in_order_passes() {
        assert_eq!(broken_in(&room(&[]), &ROOM), [""; 0]);
        let plan = Plan::of(&room(&[]), ROOM.root);
        let ways: Vec<String> = plan
            .arrows
            .iter()
            .map(|it| format!("{} {}", it.from, it.to))
            .collect();
        assert_eq!(
            ways,
            [
                "journal disk",
                "journal disk",
                "old trash",
                "self disk",
                "slot disk",
                "slot journal",
                "trash slot"
            ]
        );
    }

    #[test]
    fn an_arrow_upwards_is_found_with_its_place() {
        for (line, source) in [
            (1, "use super::trash::Item;\n"),
            (2, "fn a() {\n    crate::store::trash::empty();\n}\n"),
        ] {
            let tree = room(&[("crates/a/src/store/disk.rs", source)]);
            let expected = format!(
                "crates/a/src/store/disk.rs:{line}: `disk` uses `trash`, which is above it"
            );
            assert!(broken_in(&tree, &ROOM).contains(&expected), "{expected}");
        }
    }

    #[test]
    fn an_arrow_to_what_the_room_passes_on_is_found() {
        let tree = room(&[("crates/a/src/store/journal.rs", "use crate::Item;\n")]);
        let expected = "crates/a/src/store/journal.rs:1: `journal` uses `trash`, which is above it";
        assert!(broken_in(&tree, &ROOM).contains(&expected.to_owned()));
    }

    #[test]
    fn what_stands_in_the_room_itself_may_have_a_place() {
        let source = "use super::Store;\nuse super::LOCK;\n";
        let tree = room(&[("crates/a/src/store/slot.rs", source)]);
        assert_eq!(broken_in(&tree, &ROOM), [""; 0]);
        let above = Room {
            layers: &[&["disk", "old"], &["journal", "slot"], &["trash", ITSELF]],
            ..ROOM
        };
        let expected = "crates/a/src/store/slot.rs:1: `slot` uses `self`, which is above it";
        assert_eq!(broken_in(&tree, &above), [expected]);
    }

    #[test]
    fn a_whole_crate_may_be_a_room() {
        let room = Room {
            root: "crates/a/src",
            layers: &[&["text"], &["tools"]],
            still: &[],
        };
        let tree = Tree::made_up(&[
            ("crates/a/src/lib.rs", "mod text;\nmod tools;\n"),
            ("crates/a/src/text/near.rs", "use crate::tools::Tool;\n"),
            ("crates/a/src/tools.rs", "use crate::text::near;\n"),
        ]);
        let expected = "crates/a/src/text/near.rs:1: `text` uses `tools`, which is above it";
        assert!(broken_in(&tree, &room).contains(&expected.to_owned()));
    }

    #[test]
    fn a_circle_within_a_layer_is_found() {
        let tree = room(&[(
            "crates/a/src/store/journal/line.rs",
            "fn a() {}\nuse crate::store::slot::Slot;\n",
        )]);
        let expected = "a circle: `journal` -> `slot` (crates/a/src/store/journal/line.rs:2) -> `journal` (crates/a/src/store/slot.rs:1)";
        assert_eq!(broken_in(&tree, &ROOM), [expected]);
    }

    #[test]
    fn a_circle_with_the_rooms_own_file_is_found() {
        let own = "mod disk;\nuse self::disk::LOCK;\npub struct Store;\npub use slot::Slot;\npub use trash::{Item, empty};\n";
        let tree = room(&[
            ("crates/a/src/store.rs", own),
            ("crates/a/src/store/disk.rs", "use super::Store;\n"),
        ]);
        let expected = "a circle: `disk` -> `self` (crates/a/src/store/disk.rs:1) -> `disk` (crates/a/src/store.rs:2)";
        assert_eq!(broken_in(&tree, &ROOM), [expected]);
    }

    #[test]
    fn a_folder_without_an_order_has_no_circle_that_is_not_known() {
        let tree = room(&[("crates/a/src/store/journal.rs", "use super::slot::Slot;\n")]);
        let plan = Plan::of(&tree, ROOM.root);
        let [circle] = told_of("crates/a/src/store", &plan).try_into().unwrap();
        assert!(circle.contains("a circle: `journal` -> `slot`"), "{circle}");
        let known = IN_CIRCLES[0];
        assert_eq!(told_of(known, &plan), [""; 0]);
        let [mended] = told_of(known, &Plan::of(&room(&[]), ROOM.root))
            .try_into()
            .unwrap();
        assert!(mended.ends_with("take it off the list"), "{mended}");
    }

    #[test]
    fn a_module_that_nobody_placed_and_one_that_is_gone_are_found() {
        let tree = room(&[("crates/a/src/store/new.rs", "")]);
        let expected = "crates/a/src/store: nobody placed the module `new`";
        assert_eq!(broken_in(&tree, &ROOM), [expected]);
        let gone = Room {
            layers: &[&["disk", "old"], &["journal", "slot"], &["trash", "gone"]],
            ..ROOM
        };
        let expected = "crates/a/src/store: there is no module `gone`";
        assert_eq!(broken_in(&room(&[]), &gone), [expected]);
    }

    #[test]
    fn a_swapped_pair_of_layers_is_found_in_each_room() {
        let tree = Tree::of_repository(&crate::workspace::root().unwrap()).unwrap();
        for room in ROOMS {
            assert_eq!(broken_in(&tree, room), [""; 0]);
            let is_found = |at: usize| {
                let mut layers = room.layers.to_vec();
                layers.swap(at - 1, at);
                let layers = layers.leak();
                !broken_in(&tree, &Room { layers, ..*room }).is_empty()
            };
            let mut pairs = 1..room.layers.len();
            assert!(pairs.any(is_found), "{}: any order passes", room.root);
        }
    }

    #[test]
    fn modules_of_one_kind_share_a_place() {
        let rest = Room {
            layers: &[&["disk", "old"], &[REST], &["trash"]],
            ..ROOM
        };
        assert_eq!(broken_in(&room(&[]), &rest), [""; 0]);
        let tree = room(&[("crates/a/src/store/new.rs", "use super::trash;\n")]);
        let expected = "crates/a/src/store/new.rs:1: `new` uses `trash`, which is above it";
        assert_eq!(broken_in(&tree, &rest), [expected]);
    }

    #[test]
    fn an_arrow_that_is_still_allowed_is_found_once_it_is_not() {
        let strict = Room { still: &[], ..ROOM };
        let expected = "crates/a/src/store/old.rs:1: `old` uses `trash`, which is above it";
        assert_eq!(broken_in(&room(&[]), &strict), [expected]);
    }
}
