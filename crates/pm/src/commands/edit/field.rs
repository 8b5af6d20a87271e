//! The fields of a sheet, each of which is compared with what it was when the edit was begun.

use std::fmt;

use pm_core::{Process, Task, TaskName};

/// A field of a task or a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Field {
    Name,
    Description,
    Status,
    Priority,
    After,
    Labels,
    /// A field of the job of this key.
    Job(String, JobField),
}

/// A field of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JobField {
    Name,
    Description,
    Status,
    /// All of it, as it is to be deleted.
    Whole,
}

impl Field {
    /// What a process has there.
    pub(super) fn of_process(&self, process: &Process) -> Option<String> {
        match self {
            Self::Name => Some(process.name.to_string()),
            Self::Description => Some(process.description.clone()),
            _ => None,
        }
    }

    /// What a task has there; `None` if it has no such job.
    pub(super) fn of_task(&self, name: &TaskName, task: &Task) -> Option<String> {
        Some(match self {
            Self::Name => name.to_string(),
            Self::Description => task.description.clone(),
            Self::Status => task.status().to_string(),
            Self::Priority => task.priority().to_string(),
            Self::After => list(&task.depends_on()),
            Self::Labels => {
                let labels = task.labels();
                list(&labels.iter().map(ToString::to_string).collect::<Vec<_>>())
            }
            Self::Job(key, field) => {
                let job = task.jobs.get(key.as_str())?;
                match field {
                    JobField::Name => job.name.to_string(),
                    JobField::Description => job.description.clone(),
                    JobField::Status => job.status().to_string(),
                    JobField::Whole => {
                        format!("{} {} {}", job.name, job.status(), job.description)
                    }
                }
            }
        })
    }
}

/// Names as the text of a field, in lines, as a name can have a comma in it.
pub(super) fn list(names: &[String]) -> String {
    names.join("\n")
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "the name",
            Self::Description => "the description",
            Self::Status => "the status",
            Self::Priority => "the priority",
            Self::After => "what has to be over first",
            Self::Labels => "the labels",
            Self::Job(_, JobField::Name) => "the name of a job",
            Self::Job(_, JobField::Description) => "the description of a job",
            Self::Job(_, JobField::Status) => "the status of a job",
            Self::Job(_, JobField::Whole) => "a job that you deleted",
        })
    }
}
