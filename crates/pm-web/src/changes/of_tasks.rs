//! Changes of tasks.

use std::sync::Arc;

use pm_core::model::{OthersClaim, TaskUpdate};
use pm_core::name::Label;
use pm_core::{Claim, Process, ProcessManager, Task, TaskName};

use super::Made;
use super::asked::{Asked, OfProcess, OfTask};
use super::place::position;
use super::stale::{Field, refuse_stale};
use crate::address;
use crate::form::{Form, Missing, TAKE_OVER, one_a_line};
use crate::found::task_of_edit;
use crate::problem::Problem;
use crate::text::plain_lines;

/// Adds a task to a process.
pub(crate) fn add(Asked(manager, process, form): OfProcess<'_>) -> Result<Made, Problem> {
    let process = manager.process(process)?;
    let name: TaskName = form.get("name").parse()?;
    let description = form.text("description").unwrap_or_default();
    Ok(Made::back(&manager.add_task(
        &process.name,
        name,
        description,
    )?))
}

/// Gives a task another name.
pub(crate) fn rename(Asked(manager, (process, task), form): OfTask<'_>) -> Result<Made, Problem> {
    let process = manager.process(process)?;
    let new: TaskName = form.get("name").parse()?;
    let renamed = manager.rename_task(&process.name, task, new)?;
    let page = |name: &TaskName| address::task(&process.name, name);
    let (from, to) = (page(&renamed.value.old), page(&renamed.value.new));
    Ok(Made::moved(from, to, renamed.revision))
}

/// Describes a task anew.
pub(crate) fn describe(Asked(manager, (process, task), form): OfTask<'_>) -> Result<Made, Problem> {
    form.needed("description")?;
    let Some(edit) = form.edit("description") else {
        return Ok(Made::nothing());
    };
    let (process, task) = match edit.from {
        Some(_) => task_of_edit(manager, (process, task))?,
        None => exactly(manager, (process, task))?,
    };
    let described = manager.describe_task(&process.name, task.as_str(), edit)?;
    Ok(Made::back(&described))
}

/// Changes a task's part in the plan: what of it the form has.
pub(crate) fn update(Asked(manager, (process, task), form): OfTask<'_>) -> Result<Made, Problem> {
    let process = manager.process(process)?;
    let mut update = task_update(form)?;
    if update == TaskUpdate::default() {
        return Ok(Made::nothing());
    }
    let (_, shown) = process.task(task)?;
    let note = |task: &Task| task.status_details().note.unwrap_or_default();
    let fields: [Field<'_>; 3] = [
        ("note", &|task| Some(plain_lines(&note(task)))),
        ("depends_on", &|task| Some(one_a_line(&task.depends_on()))),
        ("labels", &|task| Some(one_a_line(&task.labels()))),
    ];
    refuse_stale((manager, form), (&process, task), &fields)?;
    update.others_claim = others_claim(form, [shown.claim_at(&manager.now())]);
    Ok(Made::back(&manager.update_task(
        &process.name,
        task,
        update,
    )?))
}

/// Lets go of a task, whosever it is.
pub(crate) fn release(Asked(manager, (process, task), _): OfTask<'_>) -> Result<Made, Problem> {
    let process = manager.process(process)?;
    Ok(Made::back(&manager.release_claim(&process.name, task)?))
}

/// Gives a task another place among the others.
pub(crate) fn relocate(Asked(manager, (process, task), form): OfTask<'_>) -> Result<Made, Problem> {
    let process = manager.process(process)?;
    let (name, _) = process.task(task)?;
    let all: Vec<&str> = process.tasks.keys().map(TaskName::as_str).collect();
    let at = all.iter().position(|other| *other == name.as_str());
    let to = position(form, &all, at)?;
    Ok(Made::back(&manager.move_task(&process.name, task, to)?))
}

/// Changes several tasks alike, or deletes them: all that are selected, in one change.
pub(crate) fn several(Asked(manager, process, form): OfProcess<'_>) -> Result<Made, Problem> {
    let process = manager.process(process)?;
    let tasks = form.all("task").into_iter();
    let tasks: Vec<_> = tasks.map(address::name).collect();
    if tasks.is_empty() {
        return Err(Missing("tasks").into());
    }
    if !form.get("delete").is_empty() {
        return Ok(Made::back(&manager.delete_tasks(&process.name, &tasks)?));
    }
    let mut update = task_update(form)?;
    if update == TaskUpdate::default() {
        return Err(Missing("status").into());
    }
    let now = manager.now();
    let claims = tasks.iter().map(|task| {
        let (_, task) = process.task(task).ok()?;
        task.claim_at(&now)
    });
    update.others_claim = others_claim(form, claims);
    let updated = manager.update_tasks(&process.name, &tasks, update)?;
    Ok(Made::back(&updated))
}

/// Deletes a task with all that it has.
pub(crate) fn delete(Asked(manager, (process, task), _): OfTask<'_>) -> Result<Made, Problem> {
    let process = manager.process(process)?;
    Ok(Made::back(&manager.delete_task(&process.name, task)?))
}

/// The process and the task of these names.
pub(super) fn exactly(
    manager: &ProcessManager,
    (process, task): (&str, &str),
) -> Result<(Arc<Process>, TaskName), Problem> {
    let process = manager.process(process)?;
    let (name, _) = process.task(task)?;
    let name = name.clone();
    Ok((process, name))
}

/// What a form changes of a task's part in the plan.
fn task_update(form: &Form) -> Result<TaskUpdate, Problem> {
    let labels = form.lines("labels").map(|labels| {
        let labels = labels.iter().map(|label| label.parse());
        labels.collect::<Result<Vec<Label>, _>>()
    });
    Ok(TaskUpdate {
        status: form.word("status")?,
        note: form.changed("note"),
        priority: form.word("priority")?,
        depends_on: form.lines("depends_on"),
        labels: labels.transpose()?,
        comment: form.text("comment"),
        position: None,
        others_claim: OthersClaim::Respect,
    })
}

/// Whether claims are taken over: they are if all of them belong to the caller whom the sender has
/// seen.
fn others_claim(form: &Form, claims: impl IntoIterator<Item = Option<Claim>>) -> OthersClaim {
    let seen = form.get(TAKE_OVER);
    let mut claims = claims.into_iter().flatten();
    if !seen.is_empty() && claims.all(|claim| claim.by == seen) {
        OthersClaim::TakeOver
    } else {
        OthersClaim::Respect
    }
}
