//! `pm copy`: a process once more, with all that it holds, under another name.

use std::process::ExitCode;

use pm_core::ProcessName;

use crate::context::{Answer, Context, Object};
use crate::stop::Outcome;

/// What the copy is called.
#[derive(Debug, clap::Args)]
pub(crate) struct CopyArgs {
    /// Name of the copy, whose history begins anew; nobody has claimed its tasks
    new: ProcessName,
}

/// The tool in whose words a refusal is.
const NEAREST: &str = "process_new";

pub(crate) fn run(args: &CopyArgs, context: &Context) -> Outcome {
    let found = context.call("task_list", context.inside()?)?;
    let original = context.process_of(&found)?;
    let copy = context
        .manager()?
        .copy_process(&original.name, args.new.clone());
    let copy = copy.map_err(|error| context.refused(NEAREST, error))?;
    let message = format!(
        "Copied the process \"{}\" as \"{}\".",
        original.name, copy.name
    );
    let mut answer = Object::new();
    answer.insert("success".into(), true.into());
    answer.insert("message".into(), message.into());
    answer.insert("process_name".into(), copy.name.as_str().into());
    answer.insert("revision".into(), copy.revision.into());
    context.say(&Answer(answer));
    Ok(ExitCode::SUCCESS)
}
