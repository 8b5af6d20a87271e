//! Reading the command line: help as clap writes it, refusals in one line.

mod usage_error;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use clap::error::ErrorKind;

pub use self::usage_error::one_line;
use self::usage_error::{meant, refusal};
use crate::{companions, output};

/// Has a program write its manual pages into a directory: the option is for those who package it,
/// and so stands in no help.
const MANUAL: &str = "--man-pages";

/// Parses `arguments` (the first is the program's name), and answers a shell that completes them.
///
/// On `Err` the answer has been printed: help, the version or completions (exit code 0), or one line on
/// standard error that says what is wrong (exit code 2).
pub fn parse<P: clap::Parser>(
    program: &str,
    arguments: impl IntoIterator<Item = OsString>,
) -> Result<P, ExitCode> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if let Some(code) = companions::answer(program, P::command) {
        return Err(code);
    }
    if let [_, option, directory] = arguments.as_slice()
        && option == MANUAL
    {
        let written = companions::write_manual(P::command(), Path::new(directory));
        return Err(match written {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => crate::refuse(program, &error),
        });
    }
    P::try_parse_from(&arguments).map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            output::is_written(&error.print());
            output::exit(program, ExitCode::SUCCESS)
        }
        _ => {
            let error = of_help(&error, P::command(), &arguments).unwrap_or(error);
            let mut command = P::command();
            // So that each command knows how it is written as a whole.
            command.build();
            let command = meant(&command, &arguments);
            crate::refuse(program, &refusal(&error, command, &arguments))
        }
    })
}

/// What `program WORD` is refused with, for `program help WORD`: clap has a tip only for the former.
fn of_help(
    error: &clap::Error,
    command: clap::Command,
    arguments: &[OsString],
) -> Option<clap::Error> {
    let [program, help, rest @ ..] = arguments else {
        return None;
    };
    if error.kind() != ErrorKind::InvalidSubcommand || help != "help" {
        return None;
    }
    let command = command.try_get_matches_from(std::iter::once(program).chain(rest));
    command
        .err()
        .filter(|error| error.kind() == ErrorKind::InvalidSubcommand)
}
