//! The templates of addresses.

use rmcp::model::ResourceTemplate;

/// The media type of processes and tasks.
pub(super) const MARKDOWN: &str = "text/markdown";

/// The template of processes.
pub(crate) const PROCESS: &str = "pm://process/{process}";
/// The template of tasks.
pub(crate) const TASK: &str = "pm://process/{process}/task/{task}";
/// The template of code in its last version.
pub(crate) const CODE: &str = "pm://process/{process}/task/{task}/code/{code}";
/// The template of code in any version. It is a template of its own, as some clients read nothing
/// until each variable has a value.
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
