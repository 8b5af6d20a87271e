//! Looking for something in all processes.

use super::{Check, Subject, Violation, by, same};
use crate::SearchQuery;

pub(super) const CHECKS: &[Check] = &[("a search finds what is there, and only that", found)];

fn hits(subject: &Subject, text: &str) -> Result<Vec<String>, Violation> {
    let query: SearchQuery = text.parse()?;
    let hits = subject.store.search(&query)?.best();
    Ok(hits.iter().map(|hit| hit.process.to_string()).collect())
}

fn found(subject: &Subject) -> Result<(), Violation> {
    let garden = subject.create("garden")?;
    let park = subject.create("park")?;
    same(
        "what is found of nothing",
        hits(subject, "compost")?,
        vec![],
    )?;
    subject.add(&garden, "turn the compost", &by("ann"))?;
    same(
        "what is found of a change",
        hits(subject, "compost")?,
        vec!["garden".into()],
    )?;
    subject
        .manager
        .rename_task(&garden, "turn the compost", "sow".parse()?)?;
    same(
        "what is found of a state that is over",
        hits(subject, "compost")?,
        vec![],
    )?;
    subject.add(&park, "compost", &by("ann"))?;
    subject.store.delete(&park, &by("ann"))?;
    same(
        "what is found of a deleted process",
        hits(subject, "compost")?,
        vec![],
    )
}
