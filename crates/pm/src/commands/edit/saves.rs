//! What is to be called so that a task or a process is as its sheet says.

use pm_core::{ProcessName, TaskName};
use serde_json::Value;

use super::field::{Field, JobField, list};
use super::sheet::{JobLine, Sheet};
use crate::context::Object;
use crate::rehearsal::Call;

/// A call of a tool that saves one field.
#[derive(Debug, Clone)]
pub(super) struct Save {
    pub(super) call: Call,
    /// The field that it changes, and what that is to be; none for what is new, and `None` as its
    /// content for what is deleted.
    pub(super) field: Option<(Field, Option<String>)>,
}

/// What makes a process as its sheet says: the name last, as the other needs it.
pub(super) fn of_process(process: &ProcessName, before: &Sheet, after: &Sheet) -> Vec<Save> {
    let mut saves = Vec::new();
    for (tool, argument, field, old, new) in [
        (
            "process_update",
            "description",
            Field::Description,
            &before.description,
            &after.description,
        ),
        (
            "process_save",
            "name",
            Field::Name,
            &before.name,
            &after.name,
        ),
    ] {
        if old != new {
            let mut arguments = inside(process);
            arguments.insert(argument.into(), new.as_str().into());
            saves.push(Save {
                call: (tool, arguments),
                field: Some((field, Some(new.clone()))),
            });
        }
    }
    saves
}

/// What makes a task as its sheet says: the name last, as the others need it.
pub(super) fn of_task(
    (process, name): (&ProcessName, &TaskName),
    before: &Sheet,
    after: &Sheet,
) -> Vec<Save> {
    let mut saves = Saves {
        process,
        name,
        list: Vec::new(),
    };
    if after.description != before.description {
        let text = after.description.as_str();
        saves.add(
            "task_update_description",
            Field::Description,
            "new_description",
            text,
            text,
        );
    }
    // Each on its own: an empty list beside others would say nothing.
    if after.status != before.status {
        let word = after.status.as_str();
        saves.add("task_update", Field::Status, "status", word, word);
    }
    if after.priority != before.priority {
        let word = after.priority.as_str();
        saves.add("task_update", Field::Priority, "priority", word, word);
    }
    if after.after != before.after {
        let names = &after.after;
        saves.add(
            "task_update",
            Field::After,
            "depends_on",
            names_or_none(names),
            &list(names),
        );
    }
    if after.labels != before.labels {
        let names = &after.labels;
        saves.add(
            "task_update",
            Field::Labels,
            "labels",
            names_or_none(names),
            &list(names),
        );
    }
    saves.add_jobs(before, after);
    if after.name != before.name {
        let mut arguments = inside(process);
        arguments.insert("old_task_name".into(), name.as_str().into());
        arguments.insert("new_task_name".into(), after.name.as_str().into());
        saves.list.push(Save {
            call: ("task_name_change", arguments),
            field: Some((Field::Name, Some(after.name.clone()))),
        });
    }
    saves.list
}

struct Saves<'a> {
    process: &'a ProcessName,
    name: &'a TaskName,
    list: Vec<Save>,
}

impl Saves<'_> {
    fn add_jobs(&mut self, before: &Sheet, after: &Sheet) {
        for (number, job) in (1..).zip(&before.jobs) {
            if let Some(since) = after.jobs.iter().find(|job| job.number == Some(number)) {
                self.change_job(job, since);
                continue;
            }
            let call = self.call("task_job_delete", [("job_name", job.key.as_str().into())]);
            let field = Some((Field::Job(job.key.clone(), JobField::Whole), None));
            self.list.push(Save { call, field });
        }
        let is_known = |number| (1..=before.jobs.len()).contains(&number);
        let is_new = |job: &&JobLine| !job.number.is_some_and(is_known);
        for job in after.jobs.iter().filter(is_new) {
            let call = self.call(
                "task_job_add",
                [
                    ("job_name", job.name.as_str().into()),
                    ("job_description", job.description.as_str().into()),
                ],
            );
            self.list.push(Save { call, field: None });
        }
    }

    fn change_job(&mut self, job: &JobLine, since: &JobLine) {
        let (status, was) = (since.status.as_str(), job.status.as_str());
        for (field, argument, old, new) in [
            (JobField::Status, "status", was, status),
            (
                JobField::Description,
                "description",
                &job.description,
                &since.description,
            ),
            (JobField::Name, "new_name", &job.name, &since.name),
        ] {
            if old != new {
                let key = ("job_name", job.key.as_str().into());
                let call = self.call("task_job_update", [key, (argument, new.into())]);
                let field = Field::Job(job.key.clone(), field);
                let field = Some((field, Some(new.to_owned())));
                self.list.push(Save { call, field });
            }
        }
    }

    fn add(
        &mut self,
        tool: &'static str,
        field: Field,
        argument: &str,
        value: impl Into<Value>,
        text: &str,
    ) {
        let call = self.call(tool, [(argument, value.into())]);
        let field = Some((field, Some(text.to_owned())));
        self.list.push(Save { call, field });
    }

    fn call<'f>(
        &self,
        tool: &'static str,
        fields: impl IntoIterator<Item = (&'f str, Value)>,
    ) -> Call {
        let mut arguments = inside(self.process);
        arguments.insert("task_name".into(), self.name.as_str().into());
        let fields = fields.into_iter();
        arguments.extend(fields.map(|(name, value)| (name.to_owned(), value)));
        (tool, arguments)
    }
}

/// Names for a tool; one that is empty says that there shall be none.
fn names_or_none(names: &[String]) -> Value {
    if names.is_empty() {
        return vec![""].into();
    }
    names.into()
}

fn inside(process: &ProcessName) -> Object {
    let mut arguments = Object::new();
    arguments.insert("process".into(), process.as_str().into());
    arguments
}
