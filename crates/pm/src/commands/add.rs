//! `pm add`: a task, with what else there is to say of it.

use std::process::ExitCode;

use pm_core::Priority;

use crate::context::{Context, Object, insert};
use crate::given::{from_one, text_of};
use crate::rehearsal::Call;
use crate::stop::Outcome;

/// The task that is added.
#[derive(Debug, clap::Args)]
pub(crate) struct AddArgs {
    /// Name of the task
    task: String,

    /// What is to be done; - reads it from standard input
    #[arg(
        short,
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true,
        allow_hyphen_values = true
    )]
    description: String,

    /// Job of the task, a step of it; repeatable
    #[arg(short, long, value_name = "NAME")]
    job: Vec<String>,

    /// Task that has to be over first; repeatable
    #[arg(long, value_name = "TASK")]
    after: Vec<String>,

    /// How much it matters: low, normal or high
    #[arg(long, value_name = "PRIORITY")]
    priority: Option<Priority>,

    /// Label; repeatable
    #[arg(short, long, value_name = "LABEL")]
    label: Vec<String>,

    /// Its place in the plan, from 1 [default: the last]
    #[arg(long, value_name = "PLACE", value_parser = from_one::<u64>)]
    place: Option<u64>,
}

pub(crate) fn run(args: &AddArgs, context: &Context) -> Outcome {
    let mut arguments = context.inside_task(&args.task)?;
    let description = text_of(&args.description)?;
    let more = more(args, &arguments);
    arguments.insert("task_description".into(), description.into());
    let calls: Vec<Call> = std::iter::once(("task_new", arguments))
        .chain(more)
        .collect();
    context.rehearse(&calls)?;
    let mut calls = calls.into_iter();
    let Some((tool, arguments)) = calls.next() else {
        return Ok(ExitCode::SUCCESS);
    };
    let mut answer = context.call(tool, arguments)?;
    for (tool, arguments) in calls {
        match context.call(tool, arguments) {
            Ok(since) => insert(&mut answer.0, "revision", since.0.get("revision").cloned()),
            Err(stop) => {
                // What was added stays, and is said in front of what was not.
                if !context.screen.is_json() {
                    context.say(&answer);
                }
                return Err(stop);
            }
        }
    }
    context.say(&answer);
    Ok(ExitCode::SUCCESS)
}

/// The calls that say the rest of the task at `place`.
fn more(args: &AddArgs, place: &Object) -> Vec<Call> {
    let job = |name: &String| {
        let mut arguments = place.clone();
        arguments.insert("job_name".into(), name.as_str().into());
        ("task_job_add", arguments)
    };
    let mut calls: Vec<_> = args.job.iter().map(job).collect();
    let mut part = Object::new();
    insert(&mut part, "priority", args.priority.map(Priority::as_str));
    let list = |names: &[String]| (!names.is_empty()).then(|| names.to_vec());
    insert(&mut part, "depends_on", list(&args.after));
    insert(&mut part, "labels", list(&args.label));
    insert(&mut part, "position", args.place);
    if !part.is_empty() {
        part.extend(place.clone());
        calls.push(("task_update", part));
    }
    calls
}
