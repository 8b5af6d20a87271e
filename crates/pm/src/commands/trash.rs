//! `pm trash`: what was deleted is listed, comes back, or goes for ever.

use std::process::ExitCode;
use std::time::Duration;

use crate::context::{Answer, Context, Object, insert};
use crate::draw::columns::Columns;
use crate::draw::line::{Line, Page, Tone};
use crate::draw::moment::ago;
use crate::stop::Outcome;

/// What is done with the trash.
#[derive(Debug, clap::Args)]
pub(crate) struct TrashArgs {
    #[command(subcommand)]
    command: Option<TrashCommand>,
}

#[derive(Debug, clap::Subcommand)]
enum TrashCommand {
    /// List the processes that were deleted in the last 30 days, as without a command
    List,
    /// Get a process back, the last one where several of the name were deleted
    Restore(RestoreArgs),
    /// Take everything in the trash away for ever
    Empty,
}

/// Which process comes back.
#[derive(Debug, clap::Args)]
struct RestoreArgs {
    /// Its name
    name: String,

    /// The name that it gets, where its own is taken
    #[arg(long, value_name = "NAME")]
    new_name: Option<String>,
}

pub(crate) fn run(args: &TrashArgs, context: &Context) -> Outcome {
    match &args.command {
        None | Some(TrashCommand::List) => list(context),
        Some(TrashCommand::Restore(args)) => restore(args, context),
        Some(TrashCommand::Empty) => empty(context),
    }
}

fn list(context: &Context) -> Outcome {
    if context.screen.is_json() {
        context.print_json(&context.call("process_restore", Object::new())?);
        return Ok(ExitCode::SUCCESS);
    }
    let trash = context.manager()?.trash();
    let trash = trash.map_err(|error| context.refused("process_restore", error))?;
    let now = context.now()?;
    let mut columns = Columns::default();
    for item in &trash {
        columns.row(vec![
            Line::toned(item.name.as_str(), Tone::Strong),
            Line::toned(
                &format!("deleted {}", ago(&item.deleted_at, &now)),
                Tone::Faint,
            ),
            Line::of(&item.by),
        ]);
    }
    let mut page = Page::default();
    if columns.is_empty() {
        page.push(Line::of("The trash is empty."));
    }
    columns.put(&mut page, 0, context.screen.width());
    context.screen.show(&page);
    Ok(ExitCode::SUCCESS)
}

fn restore(args: &RestoreArgs, context: &Context) -> Outcome {
    let mut arguments = Object::new();
    arguments.insert("name".into(), args.name.as_str().into());
    insert(&mut arguments, "new_name", args.new_name.as_deref());
    context.say(&context.call("process_restore", arguments)?);
    Ok(ExitCode::SUCCESS)
}

fn empty(context: &Context) -> Outcome {
    let purged = context.manager()?.purge_trash(Duration::ZERO);
    let purged = purged.map_err(|error| context.refused("process_delete", error))?;
    let message = match purged {
        1 => "1 process is gone for ever.".to_owned(),
        more => format!("{more} processes are gone for ever."),
    };
    let mut answer = Object::new();
    answer.insert("success".into(), true.into());
    answer.insert("message".into(), message.into());
    answer.insert("purged".into(), purged.into());
    context.say(&Answer(answer));
    Ok(ExitCode::SUCCESS)
}
