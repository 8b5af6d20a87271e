//! The lists in answers: by which names they are known, and what their entries are.

/// The objects that are lists by name: their fields are entries, not properties.
pub(crate) const KEYED_LISTS: &[&str] = &["tasks", "jobs", "code"];

/// What the entries of a list are.
pub(crate) fn kind(list: &str) -> &'static str {
    match list {
        "process_list" => "processes",
        "tasks" => "tasks",
        "jobs" => "jobs",
        "code" | "codes" | "deleted_codes" => "code versions",
        "changes" => "changes",
        "hits" => "hits",
        "trash" => "deleted processes",
        "problems" => "problems",
        "written" | "replaced" | "unchanged" | "differing" | "not_written" => "files",
        _ => "other entries",
    }
}

/// The name of the count beside a list that was cut.
pub(crate) fn count_beside(list: &str) -> String {
    format!("{list}_left_out")
}
