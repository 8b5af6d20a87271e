//! Changes of the jobs of a task.

use pm_core::model::JobUpdate;
use pm_core::{Job, JobName, Task};

use super::Made;
use super::asked::{Asked, OfPart, OfTask};
use super::of_tasks::exactly;
use super::place::position;
use super::stale::{Field, refuse_stale};
use crate::found::task_of_edit;
use crate::problem::Problem;
use crate::text::{plain, plain_lines};

/// Adds a job to a task.
pub(crate) fn add(Asked(manager, (process, task), form): OfTask<'_>) -> Result<Made, Problem> {
    let process = manager.process(process)?;
    let name: JobName = form.get("name").parse()?;
    let description = form.text("description").unwrap_or_default();
    let added = manager.add_job(&process.name, task, name, description)?;
    Ok(Made::back(&added))
}

/// Changes a job: what of it the form has.
pub(crate) fn update(
    Asked(manager, (process, task, job), form): OfPart<'_>,
) -> Result<Made, Problem> {
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
    // If a form names a task as it was called before, only the text that the form began with says
    // for certain which job it means.
    let (process, task) = match &update.description {
        Some(edit) if edit.from.is_some() => task_of_edit(manager, (process, task))?,
        _ => exactly(manager, (process, task))?,
    };
    let shown = |task: &Task| task.jobs.get(job).cloned();
    let note = |job: &Job| job.status_details().note.unwrap_or_default();
    let fields: [Field<'_>; 2] = [
        ("name", &|task| Some(plain(&shown(task)?.name).into_owned())),
        ("note", &|task| Some(plain_lines(&note(&shown(task)?)))),
    ];
    refuse_stale((manager, form), (&process, task.as_str()), &fields)?;
    let updated = manager.update_job(&process.name, task.as_str(), job, update)?;
    Ok(Made::back(&updated))
}

/// Gives a job another place among those of its task.
pub(crate) fn relocate(
    Asked(manager, (process, task, job), form): OfPart<'_>,
) -> Result<Made, Problem> {
    let (process, task) = exactly(manager, (process, task))?;
    let (_, found) = process.task(task.as_str())?;
    let all: Vec<&str> = found.jobs.keys().map(String::as_str).collect();
    let at = all.iter().position(|key| *key == job);
    let to = position(form, &all, at)?;
    let moved = manager.move_job(&process.name, task.as_str(), job, to)?;
    Ok(Made::back(&moved))
}

/// Deletes a job.
pub(crate) fn delete(Asked(manager, (process, task, job), _): OfPart<'_>) -> Result<Made, Problem> {
    let (process, task) = exactly(manager, (process, task))?;
    Ok(Made::back(&manager.delete_job(
        &process.name,
        task.as_str(),
        job,
    )?))
}
