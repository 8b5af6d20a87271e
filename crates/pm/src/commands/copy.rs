//! `pm copy`: a process once more, with all that it holds, under another name; or all processes of
//! a store, into another one.

use std::process::ExitCode;

use pm_cli::copy::{self, CopyOptions};
use pm_cli::{StoreName, store_parser};
use pm_core::ProcessName;

use crate::context::{Answer, Context, Object};
use crate::globals::PROGRAM;
use crate::stop::{Outcome, Stop};

/// What the copy is called, or what is copied where to.
#[derive(Debug, clap::Args)]
pub(crate) struct CopyArgs {
    /// Name of the copy, whose history begins anew; nobody has claimed its tasks
    #[arg(required_unless_present = "from", conflicts_with = "from")]
    new: Option<ProcessName>,

    /// Directory or database from which all processes are copied; it is left as it is
    #[arg(long, value_name = "STORE", value_parser = store_parser(), requires = "to")]
    from: Option<StoreName>,

    /// Directory or database to copy them to
    #[arg(long, value_name = "STORE", value_parser = store_parser(), requires = "from")]
    to: Option<StoreName>,

    #[command(flatten)]
    options: CopyOptions,
}

impl CopyArgs {
    /// Whether all processes of a store are copied.
    pub(crate) fn is_of_stores(&self) -> bool {
        self.from.is_some()
    }
}

/// The tool in whose words a refusal is made.
const NEAREST: &str = "process_new";

pub(crate) fn run(args: &CopyArgs, context: &Context) -> Outcome {
    match (&args.new, &args.from, &args.to) {
        (_, Some(from), Some(to)) => Ok(copy::run(PROGRAM, from, to, &args.options)),
        (Some(new), ..) => copy_process(new, context),
        _ => Err(Stop::Usage("name the copy, or say --from and --to".into())),
    }
}

fn copy_process(new: &ProcessName, context: &Context) -> Outcome {
    let found = context.call("task_list", context.inside()?)?;
    let original = context.process_of(&found)?;
    let copy = context.manager()?.copy_process(&original.name, new.clone());
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
