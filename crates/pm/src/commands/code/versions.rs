//! `pm code log`, `restore` and `delete`: the versions of a snippet as such.

use std::process::ExitCode;

use super::code_place::CodePlace;
use crate::context::Context;
use crate::draw::columns::Columns;
use crate::draw::line::{Line, Page, Tone};
use crate::draw::moment::ago;
use crate::stop::Outcome;

/// Whose versions are listed.
#[derive(Debug, clap::Args)]
pub(crate) struct VersionsArgs {
    #[command(flatten)]
    place: CodePlace,
}

/// Which version comes back.
#[derive(Debug, clap::Args)]
pub(crate) struct RestoreArgs {
    #[command(flatten)]
    place: CodePlace,

    /// Version, from 1
    version: u64,
}

/// What is deleted.
#[derive(Debug, clap::Args)]
pub(crate) struct DeleteArgs {
    #[command(flatten)]
    place: CodePlace,
}

pub(crate) fn log(args: &VersionsArgs, context: &Context) -> Outcome {
    let answer = context.call("task_code_get", args.place.arguments(context)?)?;
    if context.print_json(&answer) {
        return Ok(ExitCode::SUCCESS);
    }
    let process = context.process_of(&answer)?;
    let task = answer.text("task_name").unwrap_or(&args.place.task);
    let (_, task) = process
        .task(task)
        .map_err(|error| context.refused("task_code_get", error))?;
    let now = context.now()?;
    let mut columns = Columns::default();
    for version in task.versions_matching(&args.place.code) {
        let snippet = version.snippet;
        columns.row(vec![
            Line::toned(snippet.name.as_str(), Tone::Strong),
            Line::of(&format!("version {}", version.version)),
            Line::of(&format!("{} bytes", snippet.content.len())),
            Line::toned(&ago(&snippet.created_at, &now), Tone::Faint),
        ]);
    }
    let mut page = Page::default();
    if columns.is_empty() {
        page.push(Line::of(&answer.told()));
    }
    columns.put(&mut page, 0, context.screen.width());
    context.screen.show(&page);
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn restore(args: &RestoreArgs, context: &Context) -> Outcome {
    let mut arguments = args.place.arguments(context)?;
    arguments.insert("version".into(), args.version.into());
    context.say(&context.call("task_code_restore", arguments)?);
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn delete(args: &DeleteArgs, context: &Context) -> Outcome {
    context.say(&context.call("task_code_delete", args.place.arguments(context)?)?);
    Ok(ExitCode::SUCCESS)
}
