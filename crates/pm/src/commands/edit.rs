//! `pm edit`: a task, or the process, in an editor; what was changed there is saved. With options,
//! without an editor.

mod editor;
mod sheet;

use std::process::ExitCode;

use pm_core::{Priority, Process, ProcessName, Task, TaskName};

use serde_json::Value;

use self::sheet::{JobLine, Sheet};
use crate::context::{Answer, Context, Object};
use crate::given::text_of;
use crate::rehearsal::Call;
use crate::stop::{Outcome, Stop};

/// What is edited, and how.
#[derive(Debug, clap::Args)]
pub(crate) struct EditArgs {
    /// Task; without one, the process itself
    task: Option<String>,

    /// The new description, without an editor; - reads it from standard input
    #[arg(short, long, value_name = "TEXT", allow_hyphen_values = true)]
    description: Option<String>,

    /// How much the task matters: low, normal or high
    #[arg(long, value_name = "PRIORITY", requires = "task")]
    priority: Option<Priority>,

    /// All tasks that have to be over first; repeatable, and "" for none
    #[arg(long, value_name = "TASK", requires = "task")]
    after: Vec<String>,

    /// All labels of the task; repeatable, and "" for none
    #[arg(short, long, value_name = "LABEL", requires = "task")]
    label: Vec<String>,
}

pub(crate) fn run(args: &EditArgs, context: &Context) -> Outcome {
    let saves = outright(args, context)?;
    if !saves.is_empty() {
        context.rehearse(&saves)?;
        for (tool, arguments) in saves {
            context.say(&context.call(tool, arguments)?);
        }
        return Ok(ExitCode::SUCCESS);
    }
    if context.screen.is_json() {
        return Err(Stop::Usage(
            "an editor has no JSON; say what is to change with options, see --help".into(),
        ));
    }
    match &args.task {
        Some(task) => edit_task(task, context),
        None => edit_process(context),
    }
}

/// What the options say that is to be saved.
fn outright(args: &EditArgs, context: &Context) -> Result<Vec<Call>, Stop> {
    let mut saves = Vec::new();
    let place = || match &args.task {
        Some(task) => context.inside_task(task),
        None => context.inside(),
    };
    if let Some(text) = &args.description {
        let mut arguments = place()?;
        let (tool, field) = match args.task {
            Some(_) => ("task_update_description", "new_description"),
            None => ("process_update", "description"),
        };
        arguments.insert(field.into(), text_of(text)?.into());
        saves.push((tool, arguments));
    }
    // Each on its own: an empty list beside others would say nothing.
    let list = |names: &[String]| (!names.is_empty()).then(|| names.to_vec());
    for (field, value) in [
        ("priority", args.priority.map(|it| Value::from(it.as_str()))),
        ("depends_on", list(&args.after).map(Into::into)),
        ("labels", list(&args.label).map(Into::into)),
    ] {
        if let Some(value) = value {
            let mut arguments = place()?;
            arguments.insert(field.into(), value);
            saves.push(("task_update", arguments));
        }
    }
    Ok(saves)
}

fn edit_process(context: &Context) -> Outcome {
    let found = context.call("task_list", context.inside()?)?;
    let process = context.process_of(&found)?;
    let before = Sheet::of_process(&process);
    let after = editor::edited(&before.written())?;
    let sheet = Sheet::read(&after.text).map_err(|why| after.refused(&why))?;
    let mut saves = Vec::new();
    if sheet.description != before.description {
        let mut arguments = inside(&process.name);
        arguments.insert("description".into(), sheet.description.into());
        saves.push(("process_update", arguments));
    }
    if sheet.name != before.name {
        let mut arguments = inside(&process.name);
        arguments.insert("name".into(), sheet.name.into());
        saves.push(("process_save", arguments));
    }
    let present = || Ok(Sheet::of_process(&*context.process_of(&found)?));
    save(saves, &before, present, &after, context)
}

fn edit_task(task: &str, context: &Context) -> Outcome {
    let found = context.call("task_details_get", context.inside_task(task)?)?;
    let process = context.process_of(&found)?;
    let (name, task) = task_of(&process, &found, context)?;
    let before = Sheet::of_task(name, task);
    let after = editor::edited(&before.written())?;
    let sheet = Sheet::read(&after.text).map_err(|why| after.refused(&why))?;
    let saves = task_saves(&process.name, name, &before, sheet);
    let present = || {
        let process = context.process_of(&found)?;
        let (name, task) = task_of(&process, &found, context)?;
        Ok(Sheet::of_task(name, task))
    };
    save(saves, &before, present, &after, context)
}

fn task_of<'p>(
    process: &'p Process,
    found: &Answer,
    context: &Context,
) -> Result<(&'p TaskName, &'p Task), Stop> {
    let task = process.task(found.text("task_name").unwrap_or_default());
    task.map_err(|error| context.refused("task_details_get", error))
}

/// Saves what was changed, unless somebody else has changed it meanwhile.
fn save(
    saves: Vec<Call>,
    before: &Sheet,
    present: impl FnOnce() -> Result<Sheet, Stop>,
    after: &editor::Edited,
    context: &Context,
) -> Outcome {
    if saves.is_empty() {
        context.screen.say("Nothing was changed.");
        return Ok(ExitCode::SUCCESS);
    }
    if present()? != *before {
        return Err(after.refused("somebody else changed it meanwhile; look at it, and edit again"));
    }
    let outcome = context.rehearse(&saves).and_then(|()| {
        saves.into_iter().try_for_each(|(tool, arguments)| {
            context.say(&context.call(tool, arguments)?);
            Ok(())
        })
    });
    if outcome.is_err() {
        after.keep();
    }
    outcome.map(|()| ExitCode::SUCCESS)
}

/// What is to be called so that a task is as its sheet says: the name last, as the others need it.
fn task_saves(process: &ProcessName, name: &TaskName, before: &Sheet, after: Sheet) -> Vec<Call> {
    let within = || {
        let mut arguments = inside(process);
        arguments.insert("task_name".into(), name.as_str().into());
        arguments
    };
    let with = |tool, fields: Vec<(&str, Value)>| {
        let mut arguments = within();
        arguments.extend(
            fields
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value)),
        );
        (tool, arguments)
    };
    let mut saves = Vec::new();
    if after.description != before.description {
        let text = after.description.into();
        saves.push(with(
            "task_update_description",
            vec![("new_description", text)],
        ));
    }
    // Each on its own: an empty list beside others would say nothing.
    if after.status != before.status {
        saves.push(with(
            "task_update",
            vec![("status", after.status.as_str().into())],
        ));
    }
    if after.priority != before.priority {
        saves.push(with(
            "task_update",
            vec![("priority", after.priority.as_str().into())],
        ));
    }
    if after.after != before.after {
        let names = list(after.after);
        saves.push(with("task_update", vec![("depends_on", names)]));
    }
    if after.labels != before.labels {
        saves.push(with("task_update", vec![("labels", list(after.labels))]));
    }
    for (number, job) in (1..).zip(&before.jobs) {
        let key = || ("job_name", job.key.as_str().into());
        let Some(since) = after.jobs.iter().find(|job| job.number == Some(number)) else {
            saves.push(with("task_job_delete", vec![key()]));
            continue;
        };
        let mut change = |field, value: Value| {
            saves.push(with("task_job_update", vec![key(), (field, value)]));
        };
        if since.status != job.status {
            change("status", since.status.as_str().into());
        }
        if since.description != job.description {
            change("description", since.description.as_str().into());
        }
        if since.name != job.name {
            change("new_name", since.name.as_str().into());
        }
    }
    let is_known = |number| (1..=before.jobs.len()).contains(&number);
    let is_new = |job: &&JobLine| !job.number.is_some_and(is_known);
    for job in after.jobs.iter().filter(is_new) {
        let fields = vec![
            ("job_name", job.name.as_str().into()),
            ("job_description", job.description.as_str().into()),
        ];
        saves.push(with("task_job_add", fields));
    }
    if after.name != before.name {
        let mut arguments = inside(process);
        arguments.insert("old_task_name".into(), name.as_str().into());
        arguments.insert("new_task_name".into(), after.name.into());
        saves.push(("task_name_change", arguments));
    }
    saves
}

/// Names for a tool; one that is empty says that there shall be none.
fn list(names: Vec<String>) -> Value {
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
