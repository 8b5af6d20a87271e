//! `pm trash`: what was deleted is listed, comes back, or goes for ever.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use pm_core::reason;

use crate::asking;
use crate::context::{Answer, Context, Object, insert};
use crate::draw::columns::Columns;
use crate::draw::line::{Line, Page, Tone};
use crate::draw::moment::ago;
use crate::stop::{Outcome, Stop};

/// The most names that a question has.
const NAMES_MAX: usize = 5;

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
    /// Take everything in the trash away for ever, whoever deleted it
    Empty(EmptyArgs),
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

/// How the trash is emptied.
#[derive(Debug, clap::Args)]
struct EmptyArgs {
    /// Do not ask first, as scripts need it
    #[arg(short, long)]
    yes: bool,
}

pub(crate) fn run(args: &TrashArgs, context: &Context) -> Outcome {
    match &args.command {
        None | Some(TrashCommand::List) => list(context),
        Some(TrashCommand::Restore(args)) => restore(args, context),
        Some(TrashCommand::Empty(args)) => empty(args, context),
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
        let empty = "The trash is empty. Only processes go there: `pm undo` brings back a task, a job \
                     or code that you deleted.";
        page.lines(Line::of(empty).wrapped(context.screen.width()));
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

fn empty(args: &EmptyArgs, context: &Context) -> Outcome {
    let age = if args.yes {
        Duration::ZERO
    } else {
        let asked = Instant::now();
        if !is_wished(context)? {
            return Err(Stop::Failed("Nothing was taken away.".to_owned()));
        }
        // What came into the trash since the question was asked was not in it.
        asked.elapsed()
    };
    let purged = context.manager()?.purge_trash(age);
    let purged = purged.map_err(|error| context.refused("process_delete", error))?;
    let message = match purged {
        0 => "The trash is empty.".to_owned(),
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

/// Asks whether all that is in the trash is to go; refuses if nobody is there to answer.
fn is_wished(context: &Context) -> Result<bool, Stop> {
    let trash = context.manager()?.trash();
    let trash = trash.map_err(|error| context.refused("process_delete", error))?;
    if trash.is_empty() {
        return Ok(true);
    }
    let names: Vec<&str> = trash.iter().map(|item| item.name.as_str()).collect();
    let what = what_goes(&names);
    if context.screen.is_json() || !asking::is_possible() {
        return Err(Stop::Failed(format!(
            "Nothing was taken away: {what} would be gone for ever, and nobody can be asked here. \
             Run `pm trash empty --yes` if that is wished."
        )));
    }
    let asked = asking::is_agreed(&format!("Take {what} away for ever, whoever deleted it?"));
    asked.map_err(|error| {
        Stop::Failed(format!(
            "Nothing was taken away: the answer cannot be read: {}. Run `pm trash empty --yes` if \
             it is wished.",
            reason(&error)
        ))
    })
}

/// How many processes there are, and which.
fn what_goes(names: &[&str]) -> String {
    let count = match names.len() {
        1 => "1 process".to_owned(),
        more => format!("{more} processes"),
    };
    let quoted = names.iter().take(NAMES_MAX);
    let quoted: Vec<String> = quoted.map(|name| format!("\"{name}\"")).collect();
    let more = match names.len().saturating_sub(NAMES_MAX) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{count} ({}{more})", quoted.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_is_counted_and_named() {
        assert_eq!(what_goes(&["a"]), "1 process (\"a\")");
        let many = ["a", "b", "c", "d", "e", "f", "g"];
        let told = "7 processes (\"a\", \"b\", \"c\", \"d\", \"e\" and 2 more)";
        assert_eq!(what_goes(&many), told);
    }
}
