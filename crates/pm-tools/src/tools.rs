//! The tools, one file each; and what several of them share.
//!
//! To add a tool, define it in a file of its own, and name it in [`TOOLS`](crate::catalog::TOOLS).

pub(crate) mod code_export;
mod described;
mod one_of_jobs;
mod one_version;
pub(crate) mod plan_new;
pub(crate) mod process_delete;
pub(crate) mod process_export;
pub(crate) mod process_history;
pub(crate) mod process_list_all;
pub(crate) mod process_load;
pub(crate) mod process_new;
pub(crate) mod process_restore;
pub(crate) mod process_save;
pub(crate) mod process_undo;
pub(crate) mod process_update;
mod same_code;
pub(crate) mod search;
pub(crate) mod task_code_add;
pub(crate) mod task_code_delete;
pub(crate) mod task_code_diff;
pub(crate) mod task_code_get;
pub(crate) mod task_code_restore;
pub(crate) mod task_code_update;
pub(crate) mod task_code_version;
pub(crate) mod task_delete;
pub(crate) mod task_details_get;
pub(crate) mod task_job_add;
pub(crate) mod task_job_delete;
pub(crate) mod task_job_get;
pub(crate) mod task_job_update;
pub(crate) mod task_jobs_list;
pub(crate) mod task_list;
pub(crate) mod task_name_change;
pub(crate) mod task_new;
pub(crate) mod task_next;
pub(crate) mod task_update;
pub(crate) mod task_update_description;
