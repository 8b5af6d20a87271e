//! The process manager as an MCP server over Streamable HTTP.

use std::process::ExitCode;

use pm_cli::doctor::DoctorArgs;
use pm_cli::{Place, copy, doctor, import, output, tools};
use pm_mcp_http::cli::{Cli, Command, InStore};
use pm_mcp_http::{PROGRAM, give_back, healthcheck, run, token_new, trash};

/// A request is read, answered and sent by tasks on several threads: what one of them allocates
/// another frees, which the C library's allocator is slow at; and that one keeps, for each thread,
/// the most that the thread ever had.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli: Cli = match pm_cli::command_line::parse(PROGRAM, std::env::args_os()) {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    output::exit(PROGRAM, dispatch(cli))
}

fn dispatch(cli: Cli) -> ExitCode {
    match cli.command {
        Some(Command::Healthcheck(args)) => healthcheck::run(PROGRAM, &args),
        Some(Command::Copy(args)) => copy::run(PROGRAM, &args.from, &args.to, &args.options),
        Some(Command::Doctor(args)) => examine(&args),
        Some(Command::Import(args)) => {
            give_back::at_once();
            match args.store.open() {
                Ok(manager) => import::run(PROGRAM, &import::in_its_name(manager), &args.chore),
                Err(error) => pm_cli::refuse(PROGRAM, &error),
            }
        }
        #[cfg(feature = "postgres")]
        Some(Command::Store(args)) => pm_mcp_http::database::run(PROGRAM, &args),
        Some(Command::Token(args)) => token_new::run(PROGRAM, &args),
        Some(Command::Tools(args)) => tools::run(PROGRAM, &args),
        Some(Command::Trash(args)) => trash::run(&args),
        None => {
            give_back::sooner();
            run::run(PROGRAM, cli.serve)
        }
    }
}

fn examine(args: &InStore<DoctorArgs>) -> ExitCode {
    let (place, doctor) = (args.store.place(), &args.chore);
    match place {
        Ok(Place::Directory(directory)) => {
            doctor::tell(PROGRAM, doctor::examine(Some(&directory), doctor))
        }
        Ok(place) => match args.store.open() {
            Ok(manager) => doctor::tell(PROGRAM, doctor::examine_over(&manager, &place, doctor)),
            Err(error) => pm_cli::refuse(PROGRAM, &error),
        },
        Err(error) => pm_cli::refuse(PROGRAM, &error),
    }
}
