//! Resources: processes, tasks and code under `pm://`, for people and clients that attach them.

mod near;
mod read;
#[cfg(test)]
mod tests;
mod uri;

use pm_core::{Error, ProcessManager, ProcessSummary};
use rmcp::model::{ListResourcesResult, Resource, ResourceTemplate};

pub(crate) use near::sentence;
pub(crate) use read::{must_exist, read};
pub(crate) use uri::Target;

/// The media type of processes and tasks.
const MARKDOWN: &str = "text/markdown";

/// How many processes are listed in one answer.
const PAGE: usize = 100;

/// The template of processes.
pub(crate) const PROCESS: &str = "pm://process/{process}";
/// The template of tasks.
pub(crate) const TASK: &str = "pm://process/{process}/task/{task}";
/// The template of code in its last version.
pub(crate) const CODE: &str = "pm://process/{process}/task/{task}/code/{code}";
/// The template of code in any version. It is one of its own, as some clients read nothing until
/// each variable has a value.
pub(crate) const CODE_VERSION: &str = "pm://process/{process}/task/{task}/code/{code}{?version}";

/// The templates, with the names of their variables.
pub(crate) const TEMPLATES: [(&str, &[&str]); 4] = [
    (PROCESS, &["process"]),
    (TASK, &["process", "task"]),
    (CODE, &["process", "task", "code"]),
    (CODE_VERSION, &["process", "task", "code", "version"]),
];

/// The templates as the protocol lists them.
pub(crate) fn templates() -> Vec<ResourceTemplate> {
    let of = |uri: &str, name: &str, title: &str, description: &str| {
        ResourceTemplate::new(uri, name)
            .with_title(title)
            .with_description(description)
    };
    vec![
        of(
            PROCESS,
            "process",
            "Process",
            "A process with its tasks and jobs",
        )
        .with_mime_type(MARKDOWN),
        of(TASK, "task", "Task", "A task with its jobs and code").with_mime_type(MARKDOWN),
        of(CODE, "code", "Code", "Code of a task in its last version"),
        of(
            CODE_VERSION,
            "code_version",
            "Code in a former version",
            "Code of a task in the version of this number, from 1",
        ),
    ]
}

/// A page of the processes, in the order of their names, behind the name that `cursor` holds.
pub(crate) fn list(
    manager: &ProcessManager,
    cursor: Option<&str>,
) -> Result<ListResourcesResult, Error> {
    let listing = manager.list_processes()?;
    let behind = |process: &ProcessSummary| cursor.is_none_or(|name| process.name.as_str() > name);
    let mut processes = listing.processes.iter().filter(|process| behind(process));
    let page: Vec<_> = processes.by_ref().take(PAGE).collect();
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
