//! A job: one thing to do within a task.

use super::FileFields;
use crate::{JobName, Timestamp};

/// One thing to do within a task.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Its name; other jobs of the task may share it.
    pub name: JobName,
    /// What is to be done.
    pub description: String,
    /// When it was added.
    pub created_at: Timestamp,
    /// How it stood in its file.
    pub file_fields: FileFields,
}
