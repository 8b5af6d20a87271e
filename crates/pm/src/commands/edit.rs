//! `pm edit`: a task, or the process, in an editor; what was changed there is saved. With options,
//! without an editor.

mod begun;
mod editor;
mod field;
mod saves;
mod sheet;

use std::process::ExitCode;

use pm_core::Priority;
use serde_json::Value;

use self::begun::Begun;
use crate::context::Context;
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
    edit(args.task.as_deref(), context)
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

/// Has a task edited, or else the process, and saves what was changed.
fn edit(task: Option<&str>, context: &Context) -> Outcome {
    let begun = Begun::of(task, context)?;
    let before = begun.sheet();
    let after = editor::edited(&before.written())?;
    let sheet = before
        .read(&after.text)
        .map_err(|why| after.refused(&why))?;
    let saved = begun
        .save(&sheet, context)
        .map_err(|stop| after.kept(stop))?;
    if saved == 0 {
        context.screen.say("Nothing was changed.");
    }
    Ok(ExitCode::SUCCESS)
}
