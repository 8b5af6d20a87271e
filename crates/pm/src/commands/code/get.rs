//! `pm code get`: code to the letter, however long it is.

use std::process::ExitCode;

use super::code_place::CodePlace;
use crate::context::{Context, insert};
use crate::stop::Outcome;

/// Which code is printed.
#[derive(Debug, clap::Args)]
pub(crate) struct GetArgs {
    #[command(flatten)]
    place: CodePlace,

    /// Version, from 1 [default: the newest]
    #[arg(long, value_name = "NUMBER")]
    version: Option<usize>,

    /// With --json: read on from this line
    #[arg(long, value_name = "LINE", requires = "json")]
    from_line: Option<String>,
}

pub(crate) fn run(args: &GetArgs, context: &Context) -> Outcome {
    let mut arguments = args.place.arguments(context)?;
    insert(&mut arguments, "version", args.version);
    insert(&mut arguments, "from_line", args.from_line.as_deref());
    let answer = context.call("task_code_version", arguments)?;
    if context.print_json(&answer) {
        return Ok(ExitCode::SUCCESS);
    }
    let process = context.process_of(&answer)?;
    let task = answer.text("task_name").unwrap_or(&args.place.task);
    let found = process.snippet_version(task, &args.place.code, args.version);
    let (_, version) = found.map_err(|error| context.refused("task_code_version", error))?;
    context.screen.print_text(&version.snippet.content);
    Ok(ExitCode::SUCCESS)
}
