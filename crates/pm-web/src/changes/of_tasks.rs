//! Changes of tasks.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use pm_core::model::{OthersClaim, TaskUpdate};
use pm_core::name::Label;
use pm_core::{Claim, Process, ProcessManager, ProcessName, TaskName};

use super::place::position;
use super::{Made, Sent};
use crate::address;
use crate::form::{Form, Missing, TAKE_OVER, one_a_line};
use crate::found::task_of_edit;
use crate::front_end::FrontEnd;
use crate::names::Names;
use crate::problem::Problem;
use crate::text::plain_lines;

/// A task as the address of a change names it.
type TaskNames = Names<(String, String)>;

/// Adds a task to a process.
pub(crate) async fn add(
    State(front): State<FrontEnd>,
    Names(process): Names<String>,
    sent: Sent,
) -> Response {
    front
        .change(sent, move |manager, form| {
            let process = manager.process(&process)?;
            let name: TaskName = form.get("name").parse()?;
            let description = form.text("description").unwrap_or_default();
            Ok(Made::back(&manager.add_task(
                &process.name,
                name,
                description,
            )?))
        })
        .await
}

/// Gives a task another name.
pub(crate) async fn rename(
    State(front): State<FrontEnd>,
    names: TaskNames,
    sent: Sent,
) -> Response {
    change(front, names, sent, |manager, process, task, form| {
        let new: TaskName = form.get("name").parse()?;
        let renamed = manager.rename_task(process, task, new)?;
        let page = address::task(process, &renamed.value.new);
        Ok(Made::at(page, &renamed))
    })
    .await
}

/// Describes a task anew.
pub(crate) async fn describe(
    State(front): State<FrontEnd>,
    Names((process, task)): TaskNames,
    sent: Sent,
) -> Response {
    front
        .change(sent, move |manager, form| {
            form.needed("description")?;
            let Some(edit) = form.edit("description") else {
                return Ok(Made::nothing());
            };
            let (process, task) = match edit.from {
                Some(_) => task_of_edit(manager, (&process, &task))?,
                None => exactly(manager, (&process, &task))?,
            };
            let described = manager.describe_task(&process.name, task.as_str(), edit)?;
            Ok(Made::back(&described))
        })
        .await
}

/// Changes a task's part in the plan: what of it the form has.
pub(crate) async fn update(
    State(front): State<FrontEnd>,
    names: TaskNames,
    sent: Sent,
) -> Response {
    change(front, names, sent, |manager, process, task, form| {
        let mut update = task_update(form)?;
        if update == TaskUpdate::default() {
            return Ok(Made::nothing());
        }
        let present = manager.process(process.as_str())?;
        let (_, shown) = present.task(task)?;
        let note = shown.status_details().note.unwrap_or_default();
        form.refuse_stale("note", &plain_lines(&note))?;
        form.refuse_stale("depends_on", &one_a_line(&shown.depends_on()))?;
        form.refuse_stale("labels", &one_a_line(&shown.labels()))?;
        update.others_claim = others_claim(form, [shown.claim_at(&manager.now())]);
        Ok(Made::back(&manager.update_task(process, task, update)?))
    })
    .await
}

/// Lets go of a task, whosever it is.
pub(crate) async fn release(
    State(front): State<FrontEnd>,
    names: TaskNames,
    sent: Sent,
) -> Response {
    change(front, names, sent, |manager, process, task, _| {
        Ok(Made::back(&manager.release_claim(process, task)?))
    })
    .await
}

/// Gives a task another place among the others.
pub(crate) async fn relocate(
    State(front): State<FrontEnd>,
    names: TaskNames,
    sent: Sent,
) -> Response {
    change(front, names, sent, |manager, process, task, form| {
        let present = manager.process(process.as_str())?;
        let (name, _) = present.task(task)?;
        let all: Vec<&str> = present.tasks.keys().map(TaskName::as_str).collect();
        let at = all.iter().position(|other| *other == name.as_str());
        let to = position(form, &all, at)?;
        Ok(Made::back(&manager.move_task(process, task, to)?))
    })
    .await
}

/// Changes several tasks alike, or deletes them: all that are selected, in one change.
pub(crate) async fn several(
    State(front): State<FrontEnd>,
    Names(process): Names<String>,
    sent: Sent,
) -> Response {
    front
        .change(sent, move |manager, form| {
            let process = manager.process(&process)?;
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
        })
        .await
}

/// Deletes a task with all that it has.
pub(crate) async fn delete(
    State(front): State<FrontEnd>,
    names: TaskNames,
    sent: Sent,
) -> Response {
    change(front, names, sent, |manager, process, task, _| {
        Ok(Made::back(&manager.delete_task(process, task)?))
    })
    .await
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

/// Makes a change of a task, as which the process and the task are exactly there.
async fn change(
    front: FrontEnd,
    Names((process, task)): TaskNames,
    sent: Sent,
    work: impl FnOnce(&ProcessManager, &ProcessName, &str, &Form) -> Result<Made, Problem>
    + Send
    + 'static,
) -> Response {
    front
        .change(sent, move |manager, form| {
            let process = manager.process(&process)?;
            work(manager, &process.name, &task, form)
        })
        .await
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

/// Whether claims are taken over: if all that there are belong to whom the sender has seen.
fn others_claim(form: &Form, claims: impl IntoIterator<Item = Option<Claim>>) -> OthersClaim {
    let seen = form.get(TAKE_OVER);
    let mut claims = claims.into_iter().flatten();
    if !seen.is_empty() && claims.all(|claim| claim.by == seen) {
        OthersClaim::TakeOver
    } else {
        OthersClaim::Respect
    }
}
