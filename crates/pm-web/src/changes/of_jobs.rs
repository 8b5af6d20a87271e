//! Changes of the jobs of a task.

use axum::extract::State;
use axum::response::Response;
use pm_core::JobName;
use pm_core::model::JobUpdate;

use super::of_tasks::exactly;
use super::place::position;
use super::{Made, Sent};
use crate::found::task_of_edit;
use crate::front_end::FrontEnd;
use crate::names::Names;
use crate::text::{plain, plain_lines};

/// A job as the address of a change names it: by its key.
type JobNames = Names<(String, String, String)>;

/// Adds a job to a task.
pub(crate) async fn add(
    State(front): State<FrontEnd>,
    Names((process, task)): Names<(String, String)>,
    sent: Sent,
) -> Response {
    front
        .change(sent, move |manager, form| {
            let process = manager.process(&process)?;
            let name: JobName = form.get("name").parse()?;
            let description = form.text("description").unwrap_or_default();
            let added = manager.add_job(&process.name, &task, name, description)?;
            Ok(Made::back(&added))
        })
        .await
}

/// Changes a job: what of it the form has.
pub(crate) async fn update(
    State(front): State<FrontEnd>,
    Names((process, task, job)): JobNames,
    sent: Sent,
) -> Response {
    front
        .change(sent, move |manager, form| {
            let name = form.changed("name").map(|name| name.parse::<JobName>());
            let update = JobUpdate {
                status: form.word("status")?,
                note: form.changed("note"),
                description: form.edit("description"),
                new_name: name.transpose()?,
            };
            if update == JobUpdate::default() {
                return Ok(Made::nothing());
            }
            // Only the text that it began with says for certain which job a form of a former name means.
            let (process, task) = match &update.description {
                Some(edit) if edit.from.is_some() => task_of_edit(manager, (&process, &task))?,
                _ => exactly(manager, (&process, &task))?,
            };
            let (_, shown) = process.task(task.as_str())?;
            if let Some(shown) = shown.jobs.get(&job) {
                form.refuse_stale("name", &plain(&shown.name))?;
                let note = shown.status_details().note.unwrap_or_default();
                form.refuse_stale("note", &plain_lines(&note))?;
            }
            let updated = manager.update_job(&process.name, task.as_str(), &job, update)?;
            Ok(Made::back(&updated))
        })
        .await
}

/// Gives a job another place among those of its task.
pub(crate) async fn relocate(
    State(front): State<FrontEnd>,
    Names((process, task, job)): JobNames,
    sent: Sent,
) -> Response {
    front
        .change(sent, move |manager, form| {
            let (process, task) = exactly(manager, (&process, &task))?;
            let (_, found) = process.task(task.as_str())?;
            let all: Vec<&str> = found.jobs.keys().map(String::as_str).collect();
            let at = all.iter().position(|key| *key == job);
            let to = position(form, &all, at)?;
            let moved = manager.move_job(&process.name, task.as_str(), &job, to)?;
            Ok(Made::back(&moved))
        })
        .await
}

/// Deletes a job.
pub(crate) async fn delete(
    State(front): State<FrontEnd>,
    Names((process, task, job)): JobNames,
    sent: Sent,
) -> Response {
    front
        .change(sent, move |manager, _| {
            let (process, task) = exactly(manager, (&process, &task))?;
            Ok(Made::back(&manager.delete_job(
                &process.name,
                task.as_str(),
                &job,
            )?))
        })
        .await
}
