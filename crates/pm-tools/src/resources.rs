//! Resources: processes, tasks and code under `pm://`, for people and clients that attach them.

mod near;
mod read;
pub(crate) mod templates;
#[cfg(test)]
mod tests;
mod uri;

use pm_core::model::ProcessSummary;
use pm_core::{Error, ProcessManager};
use rmcp::model::{ListResourcesResult, Resource};

pub(crate) use self::read::{must_exist, read};
use self::templates::MARKDOWN;
pub(crate) use self::uri::Target;

/// How many processes are listed in one answer.
const PAGE_PROCESSES: usize = 100;

/// A page of the processes, in the order of their names, behind the name that `cursor` holds.
pub(crate) fn list(
    manager: &ProcessManager,
    cursor: Option<&str>,
) -> Result<ListResourcesResult, Error> {
    let listing = manager.list_processes()?;
    let behind = |process: &ProcessSummary| cursor.is_none_or(|name| process.name.as_str() > name);
    let mut processes = listing.processes.iter().filter(|process| behind(process));
    let page: Vec<_> = processes.by_ref().take(PAGE_PROCESSES).collect();
    let more = processes.next().is_some();
    let last = page.last().filter(|_| more);
    let next_cursor = last.map(|last| last.name.to_string());
    let resources = page.into_iter().map(|process| listed(process));
    let mut result = ListResourcesResult::with_all_items(resources.collect());
    result.next_cursor = next_cursor;
    Ok(result)
}

fn listed(process: &ProcessSummary) -> Resource {
    let target = Target::Process {
        process: process.name.to_string(),
    };
    // The title is the name once more: a client without one may show the address, with its
    // percent signs.
    let name = process.name.as_str();
    let resource = Resource::new(target.uri(), name)
        .with_title(name)
        .with_mime_type(MARKDOWN);
    if process.description.is_empty() {
        resource
    } else {
        resource.with_description(process.description.as_str())
    }
}
