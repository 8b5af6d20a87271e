//! The commands, one file each.

pub(crate) mod add;
pub(crate) mod code;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod copy;
pub(crate) mod delete;
pub(crate) mod doctor;
pub(crate) mod edit;
pub(crate) mod export;
pub(crate) mod import;
pub(crate) mod init;
pub(crate) mod job;
pub(crate) mod list;
pub(crate) mod log;
pub(crate) mod move_task;
pub(crate) mod new;
pub(crate) mod next;
pub(crate) mod note;
pub(crate) mod overview;
pub(crate) mod prime;
pub(crate) mod release;
pub(crate) mod rename;
pub(crate) mod search;
pub(crate) mod serve;
pub(crate) mod service;
pub(crate) mod set_status;
pub(crate) mod show;
pub(crate) mod trash;
pub(crate) mod tree;
pub(crate) mod undo;
pub(crate) mod watch;

use std::process::ExitCode;

use pm_core::Status;

use crate::PROGRAM;
use crate::cli::Command;
use crate::context::Context;
use crate::stop::Stop;

/// What comes of a command: an exit code, or why it was not done.
pub(crate) type Outcome = Result<ExitCode, Stop>;

/// Does what was asked for.
pub(crate) fn run(command: Option<Command>, context: &Context) -> Outcome {
    match command {
        None => overview::run(context),
        Some(Command::List(args)) => list::run(&args, context),
        Some(Command::Show(args)) => show::run(&args, context),
        Some(Command::Tree(args)) => tree::run(&args, context),
        Some(Command::Next(args)) => next::run(&args, context),
        Some(Command::Start(args)) => set_status::run(&args, Status::InProgress, context),
        Some(Command::Done(args)) => set_status::run(&args, Status::Done, context),
        Some(Command::Block(args)) => set_status::run(&args, Status::Blocked, context),
        Some(Command::Cancel(args)) => set_status::run(&args, Status::Cancelled, context),
        Some(Command::Reopen(args)) => set_status::run(&args, Status::Todo, context),
        Some(Command::Note(args)) => note::run(&args, context),
        Some(Command::Release(args)) => release::run(&args, context),
        Some(Command::New(args)) => new::run(&args, context),
        Some(Command::Add(args)) => add::run(&args, context),
        Some(Command::Edit(args)) => edit::run(&args, context),
        Some(Command::Job(args)) => job::run(&args, context),
        Some(Command::Move(args)) => move_task::run(&args, context),
        Some(Command::Rename(args)) => rename::run(&args, context),
        Some(Command::Copy(args)) => copy::run(&args, context),
        Some(Command::Delete(args)) => delete::run(&args, context),
        Some(Command::Code(args)) => code::run(&args, context),
        Some(Command::Log(args)) => log::run(&args, context),
        Some(Command::Undo(args)) => undo::run(&args, context),
        Some(Command::Trash(args)) => trash::run(&args, context),
        Some(Command::Search(args)) => search::run(&args, context),
        Some(Command::Watch(args)) => watch::run(&args, context),
        Some(Command::Export(args)) => export::run(&args, context),
        Some(Command::Import(args)) => import::run(&args, context),
        Some(Command::Doctor(args)) => doctor::run(&args, context),
        Some(Command::Tools(args)) => Ok(pm_cli::tools::run(PROGRAM, &args)),
        Some(Command::Serve(args)) => serve::http(*args, context),
        Some(Command::Stdio(args)) => serve::stdio(*args, context),
        Some(Command::Init(args)) => init::run(&args, context),
        Some(Command::Config(args)) => config::run(&args, context),
        Some(Command::Prime(args)) => prime::run(&args, context),
        Some(Command::Completions(args)) => completions::run(&args, context),
        Some(Command::Service(args)) => service::run(&args, context),
        Some(Command::Man(args)) => completions::run_man(&args, context),
    }
}
