//! What one change changed, or what taking it back would, for a page that tells of it among other
//! things.

use askama::Template;
use askama::filters::HtmlSafe;
use pm_core::history::Difference;
use pm_core::{Process, ProcessManager, ProcessName, Timestamp};

use super::part::Part;
use super::reversed::reversed;
use super::room::Room;
use super::{one_to_another, shown};

/// The most parts that are shown.
const PARTS_MAX: usize = 5;

/// The parts that differ, without who changed them, which is told beside it.
#[derive(Template)]
#[template(path = "parts/changed.html")]
pub(crate) struct Changed {
    parts: Vec<Part>,
    /// How many more there are, and where all are seen.
    more: usize,
    whole: String,
}

/// It is made of a template that escapes.
impl HtmlSafe for Changed {}

/// The page with all that the change of a revision changed.
pub(crate) fn page_of_change(process: &ProcessName, revision: u64) -> String {
    one_to_another(process, revision.saturating_sub(1), revision)
}

impl Changed {
    /// What the change of a revision changed, as far as there is room for it; `None` if the history
    /// does not tell, or nothing of it is left to be told.
    pub(crate) fn by_change(
        manager: &ProcessManager,
        (process, revision): (&Process, u64),
        room: &mut Room,
    ) -> Option<Self> {
        Self::of(manager, (process, revision), |difference| difference, room)
    }

    /// What taking that change back would change.
    pub(crate) fn by_undoing(
        manager: &ProcessManager,
        (process, revision): (&Process, u64),
        room: &mut Room,
    ) -> Option<Self> {
        Self::of(manager, (process, revision), reversed, room)
    }

    fn of(
        manager: &ProcessManager,
        (process, revision): (&Process, u64),
        turned: impl Fn(Difference) -> Difference,
        room: &mut Room,
    ) -> Option<Self> {
        let before = revision.checked_sub(1)?;
        let difference = manager.difference(&process.name, before, Some(revision));
        let difference = turned(difference.ok()?);
        let now: Timestamp = manager.now();
        let all = shown(&difference, None);
        let first = all.iter().take(PARTS_MAX);
        let first = first.map(|part| part.told(process, (&difference, None), &now, room));
        let parts: Vec<Part> = first.map(Part::among_others).collect();
        (!parts.is_empty()).then(|| Self {
            more: all.len() - parts.len(),
            parts,
            whole: page_of_change(&process.name, revision),
        })
    }
}
