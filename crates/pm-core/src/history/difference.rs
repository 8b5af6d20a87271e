//! What differs between two revisions of a process, by task and snippet: the net of all that was
//! changed in between, and who changed it. What was changed and changed back is not in it.
//!
//! Things are followed through their names: a task that was renamed is one thing, and so is a
//! snippet. A task that went and came back under its name is the same one as well, as it is for
//! undoing. A dependency that goes by the new name of its task has not changed.
//!
//! Two things are left out: claims, which come, are renewed and run out beside whatever else is
//! done; and when and by whom a status was set, which the changes themselves say.

mod facts;
mod of_code;
mod of_job;
mod of_task;
mod order;
mod other_fields;
#[cfg(test)]
pub(super) mod tests;
mod trail;

use std::collections::{BTreeSet, HashMap};

pub use facts::{ChangedBy, Presence, Replaced};
pub use of_code::{LastVersion, SnippetDifference};
pub use of_job::JobDifference;
pub use of_task::TaskDifference;
pub use other_fields::OtherField;

use self::facts::People;
use self::of_task::{Named, Names};
use self::order::out_of_order;
use self::trail::Trail;
use super::HistoryEntry;
use crate::{Process, ProcessName, TaskName};

/// What differs between two revisions of a process.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The name that the process has at the later revision.
    pub process: ProcessName,
    /// The earlier revision.
    pub from: u64,
    /// The later one.
    pub to: u64,
    /// Everybody who made a change in between, also one that left nothing, the last one first.
    pub by: Vec<ChangedBy>,
    /// Its name, if that is another one.
    pub name: Option<Replaced<ProcessName>>,
    /// What it is about, if that is another text.
    pub description: Option<Replaced<String>>,
    /// Fields of its own that are told in no other way.
    pub others: Vec<OtherField>,
    /// Who changed what is its own, the last one first.
    pub changed_by: Vec<ChangedBy>,
    /// The tasks that differ: in the order of the plan, and behind them those that are gone.
    pub tasks: Vec<TaskDifference>,
}

impl Difference {
    /// What differs from `old` to `new`, a later revision of it, with all `entries` of the history
    /// that lie in between.
    pub(crate) fn between(old: &Process, new: &Process, entries: &[&HistoryEntry]) -> Self {
        let trail = Trail::of(entries);
        let mut everybody = People::default();
        for entry in entries {
            everybody.note(entry);
        }
        Self {
            process: new.name.clone(),
            from: old.revision,
            to: new.revision,
            by: everybody.newest_first(),
            name: Replaced::of(&old.name, &new.name),
            description: Replaced::of(&old.description, &new.description),
            others: other_fields::between(old, new, &[]),
            changed_by: trail.of_process(),
            tasks: tasks(old, new, &trail),
        }
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.name.is_none()
            && self.description.is_none()
            && self.others.is_empty()
            && self.tasks.is_empty()
    }
}

/// A task at both revisions, as far as it is there.
struct Pair<'a> {
    former: Option<(usize, Named<'a>)>,
    present: Option<(usize, Named<'a>)>,
}

fn tasks(old: &Process, new: &Process, trail: &Trail<'_>) -> Vec<TaskDifference> {
    let places: HashMap<&TaskName, usize> = old.tasks.keys().zip(1..).collect();
    let mut found = BTreeSet::new();
    let mut pairs: Vec<Pair<'_>> = Vec::new();
    for (present, place) in new.tasks.iter().zip(1..) {
        let former = trail.former_name(present.0);
        let former = former.and_then(|name| {
            let place = *places.get(name)?;
            // If two tasks would come from one, the first of them gets it.
            let named = old.tasks.get_key_value(name)?;
            found.insert(place).then_some((place, named))
        });
        let present = Some((place, present));
        pairs.push(Pair { former, present });
    }
    let kept: Vec<usize> = pairs
        .iter()
        .filter_map(|pair| pair.former.map(|(place, _)| place))
        .collect();
    let arranged: BTreeSet<usize> = trail
        .arranged()
        .filter_map(|name| places.get(name).copied())
        .collect();
    let moved = out_of_order(&kept, |place| !arranged.contains(&place));
    let gone = old.tasks.iter().zip(1..);
    pairs.extend(
        gone.filter(|(_, place)| !found.contains(place))
            .map(|(named, place)| Pair {
                former: Some((place, named)),
                present: None,
            }),
    );
    let names = Names::new(pairs.iter().filter_map(|pair| {
        let ((_, (former, _)), (_, (present, _))) = (pair.former?, pair.present?);
        Some((former, present))
    }));
    let differences = pairs.into_iter().filter_map(|pair| {
        let is_moved = |place: &usize| moved.contains(place);
        let place = pair.former.zip(pair.present);
        let place = place.map(|((former, _), (present, _))| (former, present));
        let place = place.filter(|(former, _)| is_moved(former));
        TaskDifference::between(
            pair.former.map(|(_, named)| named),
            pair.present.map(|(_, named)| named),
            place.map(|(former, present)| Replaced { former, present }),
            (&names, trail),
        )
    });
    differences.collect()
}
