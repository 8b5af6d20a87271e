//! The way from a command line to the command that does it.

use clap::CommandFactory as _;
use pm_core::Status;

use crate::cli::{Cli, Command};
use crate::commands::{
    add, code, completions, config, copy, delete, doctor, edit, export, import, init, job, list,
    log, move_task, new, next, note, overview, prime, release, rename, search, serve, service,
    set_status, show, trash, tree, undo, watch,
};
use crate::context::Context;
use crate::globals::PROGRAM;
use crate::stop::Outcome;

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
        Some(Command::Token(args)) => Ok(pm_mcp_http::token_new::run(PROGRAM, &args)),
        #[cfg(feature = "postgres")]
        Some(Command::Store(args)) => Ok(pm_mcp_http::database::run(PROGRAM, &args)),
        Some(Command::Serve(args)) => serve::http(*args, context),
        Some(Command::Stdio(args)) => serve::stdio(*args, context),
        Some(Command::Healthcheck(args)) => Ok(pm_mcp_http::healthcheck::run(PROGRAM, &args)),
        Some(Command::Init(args)) => init::run(&args, context),
        Some(Command::Config(args)) => config::run(&args, context),
        Some(Command::Prime(args)) => prime::run(&args, context),
        Some(Command::Completions(args)) => completions::run(&args, context),
        Some(Command::Service(args)) => service::run(&args, context),
        Some(Command::Man(args)) => completions::run_man(&args, Cli::command(), context),
    }
}
