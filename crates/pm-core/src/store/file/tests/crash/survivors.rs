//! The disks that a crash may leave: for everything that no sync has made durable, each way that
//! it can go.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::content::Content;
use super::disk::{Body, Disk, NodeId, ROOT};
use super::names::{NameChangeKind, Names, Why};

/// What may become of a disk in a crash.
pub(crate) struct Survivors<'a> {
    disk: &'a Disk,
    /// What is open, each with the number of ways it can go: 0 is always "gone", 1 "kept".
    open: Vec<(Open, u8)>,
}

/// Something of which nothing is promised, by its place in the log of its node.
#[derive(Clone, Copy)]
enum Open {
    Name(NodeId, usize),
    Data(NodeId, usize),
}

/// One way for everything to go.
#[derive(Clone)]
pub(crate) struct Plan {
    digits: Vec<u8>,
    /// Decides at which offsets writes are torn.
    seed: u64,
}

impl<'a> Survivors<'a> {
    pub(crate) fn of(disk: &'a Disk) -> Self {
        let mut open = Vec::new();
        for id in reachable(disk) {
            match &disk.nodes[&id].body {
                Body::File(content) => {
                    let fates = content.open_fates().into_iter().enumerate();
                    open.extend(fates.map(|(place, ways)| (Open::Data(id, place), ways)));
                }
                Body::Directory(names) => {
                    let places = (0..names.log.len()).filter(|place| !is_lock(names, *place));
                    open.extend(places.map(|place| (Open::Name(id, place), 2)));
                }
            }
        }
        Self { disk, open }
    }

    /// Nothing is kept but what was promised.
    pub(crate) fn nothing(&self) -> Plan {
        self.plan(0, |_| 0)
    }

    /// At most `most` plans: all of them if there are so few, and otherwise those at the corners
    /// first, then random ones.
    pub(crate) fn plans(&self, most: usize, rng: &mut fastrand::Rng) -> Vec<Plan> {
        let ways = self.open.iter().map(|(_, ways)| usize::from(*ways));
        let ways = ways.fold(1_usize, usize::saturating_mul);
        if ways <= most {
            return (0..ways)
                .map(|number| self.numbered(number, rng.u64(..)))
                .collect();
        }
        let is_name = |open: Open| matches!(open, Open::Name(..));
        let seed = rng.u64(..);
        let mut plans = vec![
            self.nothing(),
            self.plan(seed, |_| 1),
            self.plan(seed, |place| u8::from(is_name(self.open[place].0))),
            self.plan(seed, |place| u8::from(!is_name(self.open[place].0))),
        ];
        let mut single: Vec<Plan> = (0..self.open.len())
            .flat_map(|one| {
                let alone = self.plan(seed, |place| u8::from(place == one));
                let absent = self.plan(seed, |place| u8::from(place != one));
                [alone, absent]
            })
            .collect();
        rng.shuffle(&mut single);
        plans.extend(single.into_iter().take(most / 3));
        while plans.len() < most {
            let seed = rng.u64(..);
            let digits: Vec<u8> = self.open.iter().map(|(_, ways)| rng.u8(0..*ways)).collect();
            plans.push(self.plan(seed, |place| digits[place]));
        }
        plans.truncate(most);
        plans
    }

    fn plan(&self, seed: u64, digit: impl Fn(usize) -> u8) -> Plan {
        let digits = (0..self.open.len()).map(digit).collect();
        Plan { digits, seed }
    }

    fn numbered(&self, mut number: usize, seed: u64) -> Plan {
        let digits = self.open.iter().map(|(_, ways)| {
            let ways = usize::from(*ways);
            let digit = number % ways;
            number /= ways;
            u8::try_from(digit).expect("less than the ways")
        });
        let digits = digits.collect();
        Plan { digits, seed }
    }

    /// The disk that is left.
    pub(crate) fn disk(&self, plan: &Plan) -> Disk {
        let chosen = self.chosen(plan);
        let mut bodies = BTreeMap::new();
        let mut left = vec![ROOT];
        while let Some(id) = left.pop() {
            if bodies.contains_key(&id) {
                continue;
            }
            let body = match &self.disk.nodes[&id].body {
                Body::File(content) => Body::File(Content::durable(self.bytes(plan, id, content))),
                Body::Directory(names) => {
                    let names = names.survive(&chosen[&id]);
                    left.extend(names.values());
                    Body::Directory(Names::durable(names))
                }
            };
            bodies.insert(id, body);
        }
        self.disk.with_bodies(bodies)
    }

    fn bytes(&self, plan: &Plan, id: NodeId, content: &Content) -> Vec<u8> {
        let mut rng = fastrand::Rng::with_seed(plan.seed ^ id);
        let fates = self.of_data(plan, id);
        let fates: Vec<_> = fates
            .map(|(place, kind)| content.fate(place, kind, &mut rng))
            .collect();
        content.survive(&fates)
    }

    fn of_data(&self, plan: &Plan, wanted: NodeId) -> impl Iterator<Item = (usize, u8)> {
        let open = self.open.iter().zip(&plan.digits);
        open.filter_map(move |((open, _), digit)| match open {
            Open::Data(id, place) if *id == wanted => Some((*place, *digit)),
            _ => None,
        })
    }

    /// For each directory, which changes of its log are kept.
    fn chosen(&self, plan: &Plan) -> BTreeMap<NodeId, Vec<bool>> {
        let mut chosen = BTreeMap::new();
        for (id, node) in &self.disk.nodes {
            if let Body::Directory(names) = &node.body {
                // Lock files hold nothing; that all of them go the same way is enough.
                let locks = plan.seed % 2 == 1;
                let places = 0..names.log.len();
                let fates: Vec<bool> = places.map(|place| locks && is_lock(names, place)).collect();
                chosen.insert(*id, fates);
            }
        }
        for ((open, _), digit) in self.open.iter().zip(&plan.digits) {
            if let (Open::Name(id, place), 1) = (open, digit)
                && let Some(fates) = chosen.get_mut(id)
            {
                fates[*place] = true;
            }
        }
        self.close(&mut chosen);
        chosen
    }

    /// Adds to the chosen changes what they build on.
    fn close(&self, chosen: &mut BTreeMap<NodeId, Vec<bool>>) {
        loop {
            let mut moved = BTreeSet::new();
            for (id, fates) in &mut *chosen {
                let names = self.names(*id);
                names.close(fates);
                let kept = names.log.iter().zip(fates).filter(|(_, kept)| **kept);
                moved.extend(kept.filter_map(|(change, _)| match change.kind {
                    NameChangeKind::MoveOut { number, .. } => Some(number),
                    _ => None,
                }));
            }
            // A file that moved to another directory may be found in both, but never in none.
            let mut grown = false;
            for (id, fates) in &mut *chosen {
                for (change, kept) in self.names(*id).log.iter().zip(fates) {
                    if let NameChangeKind::Set { why, .. } = change.kind
                        && matches!(why, Why::Moved(number) if moved.contains(&number))
                    {
                        grown |= !std::mem::replace(kept, true);
                    }
                }
            }
            if !grown {
                return;
            }
        }
    }

    fn names(&self, id: NodeId) -> &Names {
        self.disk.directory(id).expect("a directory")
    }

    /// What a plan keeps and loses, for people.
    pub(crate) fn describe(&self, plan: &Plan) -> String {
        let chosen = self.chosen(plan);
        let mut text = String::new();
        for (id, fates) in &chosen {
            for (place, (change, kept)) in self.names(*id).log.iter().zip(fates).enumerate() {
                if !is_lock(self.names(*id), place) {
                    let word = if *kept { "kept" } else { "gone" };
                    let _ = writeln!(text, "    {word}: in directory {id}, {:?}", change.kind);
                }
            }
        }
        for (id, node) in &self.disk.nodes {
            if let Body::File(content) = &node.body {
                let mut rng = fastrand::Rng::with_seed(plan.seed ^ id);
                for (place, kind) in self.of_data(plan, *id) {
                    let fate = content.fate(place, kind, &mut rng);
                    let _ = writeln!(text, "    {fate:?}: change {place} of file {id}");
                }
            }
        }
        text
    }
}

fn is_lock(names: &Names, place: usize) -> bool {
    let kind = &names.log[place].kind;
    matches!(kind, NameChangeKind::Set { why, .. } if *why == Why::Locked)
}

/// The nodes that may have a name after a crash.
fn reachable(disk: &Disk) -> BTreeSet<NodeId> {
    let mut found = BTreeSet::new();
    let mut left = vec![ROOT];
    while let Some(id) = left.pop() {
        if found.insert(id)
            && let Ok(names) = disk.directory(id)
        {
            left.extend(names.durable.values());
            left.extend(names.log.iter().filter_map(|change| match change.kind {
                NameChangeKind::Set { node, .. } | NameChangeKind::Rename { node, .. } => {
                    Some(node)
                }
                NameChangeKind::Remove { .. } | NameChangeKind::MoveOut { .. } => None,
            }));
        }
    }
    found
}
