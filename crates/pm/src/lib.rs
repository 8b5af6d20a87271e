//! `pm`: the process manager for a shell.
//!
//! From the command line inwards: `cli` defines the commands, `dispatch` hands each on, a command in
//! `commands` (one file each) does its work, `context` calls tools for it and opens what `place` finds
//! out is meant, and `draw` makes of what the core knows what a terminal shows. What tools say is put
//! into the words of a shell in `in_shell`.

mod asking;
mod cli;
mod clients;
mod commands;
mod completing;
mod context;
mod dispatch;
mod draw;
mod given;
mod globals;
mod in_shell;
mod login_service;
mod place;
mod rehearsal;
mod screen;
mod stop;

use std::process::ExitCode;

use clap::CommandFactory as _;

use crate::cli::Cli;
use crate::context::Context;
use crate::globals::PROGRAM;
use crate::screen::Screen;

/// The definition of the command line, for pages that list its commands.
pub fn command() -> clap::Command {
    Cli::command()
}

/// Does what the command line says; the exit code of the program.
pub fn run() -> ExitCode {
    if let Some(code) = pm_cli::companions::answer(PROGRAM, completing::command) {
        return code;
    }
    let cli: Cli = match pm_cli::command_line::parse(PROGRAM, std::env::args_os()) {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    let Cli { global, command } = cli;
    let no_json = command.as_ref().and_then(cli::Command::instead_of_json);
    if let (true, Some(instead)) = (global.json, no_json) {
        let why = format!("this command answers in no JSON, and --json was given; {instead}");
        return pm_cli::refuse(PROGRAM, &why);
    }
    let screen = Screen::new(&global);
    let said = command.as_ref().map(cli::Command::name);
    let makes_directory = command.as_ref().is_some_and(cli::Command::makes_directory);
    let context =
        Context::new(global, said.unwrap_or_default(), screen).making_directory(makes_directory);
    let outcome = dispatch::run(command, &context);
    context.close();
    let code = match outcome {
        Ok(code) => code,
        Err(stop) => {
            let may_be_stray = stop.is_refusal() && !context.screen.is_json();
            let opened = context.opened().filter(|_| may_be_stray);
            let stray = opened.and_then(|manager| context.stray_project(manager));
            let code = stop.tell(context.command(), &context.screen);
            if let Some(stray) = stray {
                screen::complain(&stray);
            }
            code
        }
    };
    pm_cli::output::exit(PROGRAM, code)
}
