//! Changes that did not fit beside an edit by hand, with both texts, to be settled here.

use pm_core::error::ConflictProblem;
use pm_core::history::EditText;
use pm_core::manager::ConflictLook;
use pm_core::store::Conflict;
use pm_core::{Error, ProcessManager, Timestamp};

use crate::address;
use crate::diff_lines::DiffLines;
use crate::frame::Link;
use crate::moment::Moment;
use crate::problem::Problem;

/// How many conflicts the page shows at a time.
pub(super) const CONFLICTS_MAX: usize = 20;

/// How many places of one conflict it shows.
const PLACES_MAX: usize = 50;

/// The longest text that is shown whole, in characters.
const TEXT_CHARS_MAX: usize = 20_000;

/// A conflict on the page.
pub(super) struct ConflictRow {
    /// What tells its part of the page from others.
    pub(super) id: String,
    /// What the changes are kept as.
    pub(super) kept_as: String,
    pub(super) process: Option<Link>,
    pub(super) revision: u64,
    /// Where forms about it are sent.
    pub(super) address: String,
    pub(super) content: Content,
}

/// What can be said of a conflict.
pub(super) enum Content {
    /// What it is about, and what can be done.
    Seen(Seen),
    /// Why it cannot be looked into at present, as a sentence.
    Unknown(String),
}

/// What somebody who settles it has to see.
pub(super) struct Seen {
    pub(super) at: Moment,
    pub(super) places: Vec<Place>,
    /// What cannot be applied, as its place is gone.
    pub(super) unplaced: Vec<Place>,
    /// How many more places there are than are shown.
    pub(super) left_out: usize,
    /// The text in which the changes are kept, if they cannot be read from it.
    pub(super) unreadable: Option<String>,
    /// Whether there is something that can be applied.
    pub(super) can_apply: bool,
    /// What forms send along, so that nothing else is settled than what is seen here.
    pub(super) checksum: String,
}

/// A place in which both differ.
pub(super) struct Place {
    pub(super) name: String,
    /// What stands there.
    pub(super) present: Option<String>,
    /// What the changes would have there.
    pub(super) other: Option<String>,
    /// What differs, if both have a text of several lines.
    pub(super) difference: Option<DiffLines>,
}

/// The conflicts, and how many more there are than are shown.
pub(super) fn rows(
    manager: &ProcessManager,
    now: &Timestamp,
) -> Result<(Vec<ConflictRow>, usize), Problem> {
    let conflicts = manager.conflicts()?;
    let shown = conflicts.iter().take(CONFLICTS_MAX);
    let rows = shown.filter_map(|conflict| ConflictRow::new(manager, conflict, now));
    let rows = rows.collect();
    Ok((rows, conflicts.len().saturating_sub(CONFLICTS_MAX)))
}

impl ConflictRow {
    /// A conflict; `None` if somebody has just settled it.
    fn new(manager: &ProcessManager, conflict: &Conflict, now: &Timestamp) -> Option<Self> {
        let content = match manager.look_into_conflict(conflict) {
            Ok(look) => Content::Seen(Seen::new(&look, now)),
            Err(Error::Conflict(ConflictProblem::NotFound { .. })) => return None,
            Err(error) => Content::Unknown(Problem::from(error).sentence().to_owned()),
        };
        let segment = address::segment(&conflict.id);
        Some(Self {
            id: format!("conflict-{segment}"),
            kept_as: conflict.id.clone(),
            process: conflict.process.as_ref().map(Link::to_process),
            revision: conflict.revision,
            address: format!("/status/conflicts/{segment}"),
            content,
        })
    }
}

impl Seen {
    fn new(look: &ConflictLook, now: &Timestamp) -> Self {
        let places = |all: &[EditText]| -> Vec<Place> {
            let shown = all.iter().take(PLACES_MAX);
            shown.map(Place::new).collect()
        };
        let left_out = [&look.differences, &look.unplaced];
        let left_out = left_out.map(|all| all.len().saturating_sub(PLACES_MAX));
        Self {
            at: Moment::new(&look.at, now),
            places: places(&look.differences),
            unplaced: places(&look.unplaced),
            left_out: left_out.iter().sum(),
            unreadable: (!look.is_readable).then(|| cut(&look.text)),
            can_apply: !look.differences.is_empty(),
            checksum: look.checksum.to_string(),
        }
    }
}

impl Place {
    fn new(difference: &EditText) -> Self {
        let EditText {
            place,
            present,
            other,
        } = difference;
        let both = present.as_deref().zip(other.as_deref());
        let both = both.filter(|(present, other)| present.contains('\n') || other.contains('\n'));
        Self {
            name: place.clone(),
            present: present.as_deref().map(cut),
            other: other.as_deref().map(cut),
            difference: both.map(|(present, other)| DiffLines::between(present, other)),
        }
    }
}

/// A text as far as it is shown.
fn cut(text: &str) -> String {
    match text.char_indices().nth(TEXT_CHARS_MAX) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}\n…", text.get(..end).unwrap_or_default()),
    }
}
