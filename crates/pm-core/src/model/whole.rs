//! Setting the fields of tasks and jobs as they come, for programs that bring whole processes from
//! elsewhere: no claim is made or respected, and tasks that wait for each other in a circle are not
//! refused. Single changes go through the manager.

use serde_json::value::RawValue;

use super::plan_fields::StatusChange;
use super::{
    FileFields, JOB_FIELDS, Job, PLAN_FIELDS, PROCESS_FIELDS, Priority, Process, Status,
    TASK_FIELDS, Task, entry_key,
};
use crate::{TaskName, Timestamp};

/// The field in which an import keeps how things were in the file that they came from. It says
/// nothing to people or models, and is not shown to them.
pub const IMPORTED_AS: &str = "imported_as";

impl Task {
    /// Sets how far it is; an empty note is none.
    pub fn set_status(&mut self, status: Status, note: &str, at: &Timestamp, by: &str) {
        self.change_status(as_a_whole(status, note, at, by));
    }

    /// Sets how much it matters.
    pub fn set_priority(&mut self, priority: Priority) {
        self.prioritise(priority);
    }

    /// Sets which tasks have to be over before it.
    pub fn set_dependencies(&mut self, names: &[TaskName]) {
        self.depend_on(names);
    }

    /// Sets a field that the model does not know, or takes it away. Does nothing if the model knows
    /// it.
    pub fn set_field(&mut self, name: &str, value: Option<Box<RawValue>>) {
        set_field(&mut self.file_fields, name, value, TASK_FIELDS);
    }

    /// Adds a job behind the others, and answers the key that it got.
    pub fn push_job(&mut self, job: Job) -> String {
        let name = job.name.as_str();
        let key = entry_key(name, &job.created_at, |key| self.jobs.contains_key(key));
        self.jobs.insert(key.clone(), job);
        key
    }
}

impl Job {
    /// Sets how far it is; an empty note is none.
    pub fn set_status(&mut self, status: Status, note: &str, at: &Timestamp, by: &str) {
        self.change_status(as_a_whole(status, note, at, by));
    }

    /// Sets a field that the model does not know, or takes it away. Does nothing if the model knows
    /// it.
    pub fn set_field(&mut self, name: &str, value: Option<Box<RawValue>>) {
        set_field(&mut self.file_fields, name, value, JOB_FIELDS);
    }
}

impl Process {
    /// Sets a field that the model does not know, or takes it away. Does nothing if the model knows
    /// it.
    pub fn set_field(&mut self, name: &str, value: Option<Box<RawValue>>) {
        set_field(&mut self.file_fields, name, value, PROCESS_FIELDS);
    }
}

fn as_a_whole<'a>(
    status: Status,
    note: &'a str,
    at: &'a Timestamp,
    by: &'a str,
) -> StatusChange<'a> {
    StatusChange {
        status: Some(status),
        note: Some(note),
        at,
        by,
    }
}

fn set_field(
    fields: &mut FileFields,
    name: &str,
    value: Option<Box<RawValue>>,
    usual: &[&'static str],
) {
    if !usual.contains(&name) && !PLAN_FIELDS.contains(&name) {
        fields.set(name, value, usual);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::value::to_raw_value;

    use super::*;

    #[test]
    fn fields_are_set_as_they_come_and_those_of_the_model_only_through_it() {
        let at = Timestamp::stored("2026-01-01T00:00:00Z");
        let mut task = Task::new("d".to_owned(), at.clone());
        task.set_status(Status::Done, "bought", &at, "import");
        task.set_priority(Priority::High);
        task.set_dependencies(&[TaskName::stored("other")]);
        task.set_field("imported_id", to_raw_value("gp-1").ok());
        task.set_field("status", to_raw_value("todo").ok());
        task.set_field("description", to_raw_value("e").ok());
        assert_eq!(
            (task.status(), task.priority()),
            (Status::Done, Priority::High)
        );
        assert_eq!(task.status_details().note.as_deref(), Some("bought"));
        assert_eq!(task.depends_on(), ["other"]);
        let fields: Vec<&str> = task.file_fields.unknown().map(|(name, _)| name).collect();
        assert_eq!(
            fields,
            [
                "status",
                "status_note",
                "status_at",
                "status_by",
                "priority",
                "depends_on",
                "imported_id"
            ]
        );
        let job = Job {
            name: "dig".parse().unwrap(),
            description: String::new(),
            created_at: at.clone(),
            file_fields: FileFields::default(),
        };
        assert_ne!(task.push_job(job.clone()), task.push_job(job));
        task.set_field("imported_id", None);
        assert_eq!(task.file_fields.unknown().count(), 6);
    }
}
