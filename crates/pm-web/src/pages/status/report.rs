//! What a store and its server report, as sentences.

use pm_core::store::{StoreHealth, StoreNoticeKind};

use crate::problem::{sentence, unusable};

/// What is wrong and what to know: first what hinders work.
pub(super) fn warnings(health: &StoreHealth, of_server: &[String]) -> Vec<String> {
    let failure = health.failure.iter();
    let failure = failure.map(|error| format!("What is kept cannot be read: {error}."));
    let held = health.held.iter();
    let held = held.map(|(file, error)| format!("Calls wait in vain for {file}: {error}."));
    let behind = health.unflushed.iter();
    let behind = behind.map(|(file, error)| {
        format!(
            "{file} cannot be brought up to date: {error}. Nothing is lost, and it is tried again."
        )
    });
    // Conflicts have a place of their own, where they are settled.
    let notices = health.notices.iter();
    let notices = notices.filter(|notice| !matches!(notice.kind, StoreNoticeKind::Conflict { .. }));
    // Many begin with the name of a file, which stays as it is.
    let notices = notices.chain(&health.damage);
    let mut notices: Vec<String> = notices.map(|notice| format!("{notice}.")).collect();
    notices.sort_unstable();
    notices.dedup();
    failure
        .chain(health.problems.iter().map(unusable))
        .chain(held)
        .chain(behind)
        .chain(notices)
        .chain(of_server.iter().map(|warning| sentence(warning)))
        .collect()
}
