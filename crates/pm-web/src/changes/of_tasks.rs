//! Changes of tasks.

use axum::extract::State;
use axum::response::Response;
use pm_core::model::{OthersClaim, TaskUpdate};
use pm_core::name::Label;
use pm_core::{ProcessManager, ProcessName, TaskName};

use super::{Made, Sent};
use crate::address;
use crate::form::{Form, TAKE_OVER};
use crate::front_end::FrontEnd;
use crate::names::Names;
use crate::problem::Problem;

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
    names: TaskNames,
    sent: Sent,
) -> Response {
    change(front, names, sent, |manager, process, task, form| {
        form.needed("description")?;
        let Some(edit) = form.edit("description") else {
            return Ok(Made::nothing());
        };
        Ok(Made::back(&manager.describe_task(process, task, edit)?))
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
        let update = task_update(form)?;
        if update == TaskUpdate::default() {
            return Ok(Made::nothing());
        }
        Ok(Made::back(&manager.update_task(process, task, update)?))
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
pub(super) fn task_update(form: &Form) -> Result<TaskUpdate, Problem> {
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
        others_claim: match form.get(TAKE_OVER) {
            "" => OthersClaim::Respect,
            _ => OthersClaim::TakeOver,
        },
    })
}
