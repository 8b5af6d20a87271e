//! What people change from a page. Each change is a form that is sent to the address of what it
//! changes, with a verb behind; it leads back to the page that it was sent from.
//!
//! A form works without JavaScript, and nothing that was typed is lost: what is refused is shown
//! with all that was sent, to be sent again.

pub(crate) mod of_code;
pub(crate) mod of_conflicts;
pub(crate) mod of_jobs;
pub(crate) mod of_processes;
pub(crate) mod of_tasks;

mod actor;
mod asked;
mod made;
mod place;
mod sent;
mod stale;
mod up;

pub(crate) use actor::pages_actor;
pub(crate) use asked::asks_for;
pub(crate) use made::{Made, just_made};
pub(crate) use sent::{Sent, page_that_sent};
pub(crate) use up::up;
