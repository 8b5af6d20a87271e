//! Settling changes that did not fit beside an edit by hand, of which both texts were seen.

use super::Made;
use super::asked::Asked;
use crate::address;
use crate::problem::Problem;

/// What is asked of a conflict, by what the store calls it.
type OfConflict<'a> = Asked<'a, String>;

/// The page on which conflicts are settled.
const PAGE: &str = "/status";

/// Applies the changes over what stands in their places.
pub(crate) fn apply(Asked(manager, id, form): OfConflict<'_>) -> Result<Made, Problem> {
    let applied = manager.apply_conflict(id, Some(form.number("seen")?))?;
    let made = &applied.value;
    // What has no place any more is still to be looked at.
    Ok(if made.unplaced.is_empty() && applied.revision.is_some() {
        Made::at(address::process(&applied.process.name), &applied)
    } else {
        Made::elsewhere(PAGE)
    })
}

/// Keeps what is there.
pub(crate) fn discard(Asked(manager, id, form): OfConflict<'_>) -> Result<Made, Problem> {
    manager.discard_conflict(id, Some(form.number("seen")?))?;
    Ok(Made::elsewhere(PAGE))
}
