//! All tools in one ordered list, and what is chosen and said of them.

pub(crate) mod descriptions;
pub(crate) mod meant;
pub(crate) mod profiles;
pub(crate) mod selection;

use std::sync::LazyLock;

use crate::tool::Tool;
use crate::tools;

/// All tools, in the order in which they are listed.
pub(crate) static TOOLS: LazyLock<Vec<Tool>> = LazyLock::new(|| {
    vec![
        Tool::of::<tools::process_new::ProcessNew>(),
        Tool::of::<tools::process_load::ProcessLoad>(),
        Tool::of::<tools::process_list_all::ProcessListAll>(),
        Tool::of::<tools::process_save::ProcessSave>(),
        Tool::of::<tools::process_delete::ProcessDelete>(),
        Tool::of::<tools::task_new::TaskNew>(),
        Tool::of::<tools::task_list::TaskList>(),
        Tool::of::<tools::task_details_get::TaskDetailsGet>(),
        Tool::of::<tools::task_update_description::TaskUpdateDescription>(),
        Tool::of::<tools::task_name_change::TaskNameChange>(),
        Tool::of::<tools::task_delete::TaskDelete>(),
        Tool::of::<tools::task_job_add::TaskJobAdd>(),
        Tool::of::<tools::task_job_get::TaskJobGet>(),
        Tool::of::<tools::task_jobs_list::TaskJobsList>(),
        Tool::of::<tools::task_code_add::TaskCodeAdd>(),
        Tool::of::<tools::task_code_get::TaskCodeGet>(),
        Tool::of::<tools::task_code_update::TaskCodeUpdate>(),
        Tool::of::<tools::task_code_delete::TaskCodeDelete>(),
        // These stand behind the tools that every client knows, whose list stays the beginning of
        // this one.
        Tool::of::<tools::process_update::ProcessUpdate>(),
        Tool::of::<tools::process_history::ProcessHistory>(),
        Tool::of::<tools::process_undo::ProcessUndo>(),
        Tool::of::<tools::process_restore::ProcessRestore>(),
        Tool::of::<tools::process_export::ProcessExport>(),
        Tool::of::<tools::plan_new::PlanNew>(),
        Tool::of::<tools::task_next::TaskNext>(),
        Tool::of::<tools::task_update::TaskUpdate>(),
        Tool::of::<tools::task_job_update::TaskJobUpdate>(),
        Tool::of::<tools::task_job_delete::TaskJobDelete>(),
        Tool::of::<tools::task_code_version::TaskCodeVersion>(),
        Tool::of::<tools::task_code_restore::TaskCodeRestore>(),
        Tool::of::<tools::task_code_diff::TaskCodeDiff>(),
        Tool::of::<tools::code_export::CodeExport>(),
        Tool::of::<tools::search::Search>(),
    ]
});

/// Finds a tool by its name.
pub(crate) fn find(name: &str) -> Option<&'static Tool> {
    TOOLS.iter().find(|tool| tool.name == name)
}
