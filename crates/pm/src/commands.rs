//! The commands, one file each.

pub(crate) mod add;
pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod log;
pub(crate) mod new;
pub(crate) mod next;
pub(crate) mod set_status;
pub(crate) mod show;

use std::process::ExitCode;

use pm_core::Status;

use crate::cli::Command;
use crate::context::Context;
use crate::stop::Stop;

/// What comes of a command: an exit code, or why it was not done.
pub(crate) type Outcome = Result<ExitCode, Stop>;

/// Does what was asked for.
pub(crate) fn run(command: Option<Command>, context: &Context) -> Outcome {
    match command {
        None => list::run(&list::ListArgs::default(), context),
        Some(Command::List(args)) => list::run(&args, context),
        Some(Command::Show(args)) => show::run(&args, context),
        Some(Command::Next(args)) => next::run(&args, context),
        Some(Command::Start(args)) => set_status::run(&args, Status::InProgress, context),
        Some(Command::Done(args)) => set_status::run(&args, Status::Done, context),
        Some(Command::Block(args)) => set_status::run(&args, Status::Blocked, context),
        Some(Command::Cancel(args)) => set_status::run(&args, Status::Cancelled, context),
        Some(Command::Reopen(args)) => set_status::run(&args, Status::Todo, context),
        Some(Command::New(args)) => new::run(&args, context),
        Some(Command::Add(args)) => add::run(&args, context),
        Some(Command::Delete(args)) => delete::run(&args, context),
        Some(Command::Log(args)) => log::run(&args, context),
    }
}
