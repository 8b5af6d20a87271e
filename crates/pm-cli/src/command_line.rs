//! Reading the command line: help as clap writes it, refusals in one line.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Parses `arguments` (the first is the program's name).
///
/// On `Err` the answer has been printed: help or the version (exit code 0), or one line on
/// standard error that says what is wrong (exit code 2).
pub fn parse<P: clap::Parser>(
    program: &str,
    arguments: impl IntoIterator<Item = OsString>,
) -> Result<P, ExitCode> {
    P::try_parse_from(arguments).map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // A closed pipe (`--help | head`) is no failure.
            let _ = error.print();
            ExitCode::SUCCESS
        }
        _ => match surplus(&error, &P::command()) {
            Some(argument) => {
                let line = format!("unexpected argument '{argument}' found; see --help");
                crate::refuse(program, &line)
            }
            None => crate::refuse(program, &one_line(&error)),
        },
    })
}

/// The argument that clap takes for a subcommand and finds to be in conflict with an option,
/// though there is no such subcommand.
fn surplus<'a>(error: &'a clap::Error, command: &clap::Command) -> Option<&'a str> {
    if error.kind() != ErrorKind::ArgumentConflict {
        return None;
    }
    match error.get(ContextKind::InvalidSubcommand) {
        Some(ContextValue::String(name)) if command.find_subcommand(name).is_none() => Some(name),
        _ => None,
    }
}

/// Puts clap's refusal, its tips included, on one line.
pub fn one_line(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let parts: Vec<&str> = text
        .lines()
        .map(|line| line.trim().trim_start_matches("error: "))
        .take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more information"))
        .filter(|line| !line.is_empty())
        .collect();
    format!("{}; see --help", parts.join("; "))
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, Parser};

    use super::*;

    #[derive(Debug, Parser)]
    #[command(args_conflicts_with_subcommands = true)]
    struct Example {
        #[arg(long)]
        listen: Option<u16>,
        #[command(subcommand)]
        command: Option<Command>,
    }

    #[derive(Debug, clap::Subcommand)]
    enum Command {
        Healthcheck,
    }

    #[test]
    fn a_refusal_is_one_line_with_the_tip() {
        let error = Example::try_parse_from(["example", "--listn", "1"]).unwrap_err();
        let line = one_line(&error);
        assert!(!line.contains('\n'), "{line}");
        assert_eq!(
            line,
            "unexpected argument '--listn' found; tip: a similar argument exists: '--listen'; see --help"
        );
    }

    #[test]
    fn a_surplus_argument_is_not_taken_for_a_subcommand() {
        let refused = |argument: &str| {
            let arguments = ["example", "--listen", "1", argument];
            let error = Example::try_parse_from(arguments).unwrap_err();
            surplus(&error, &Example::command()).map(ToOwned::to_owned)
        };
        assert_eq!(refused("surplus").as_deref(), Some("surplus"));
        // This one is a subcommand, and in conflict with the option indeed.
        assert_eq!(refused("healthcheck"), None);
        assert_eq!(refused("--other"), None);
    }

    #[test]
    fn a_bad_value_names_the_option() {
        let error = Example::try_parse_from(["example", "--listen", "x"]).unwrap_err();
        let line = one_line(&error);
        assert!(
            line.starts_with("invalid value 'x' for '--listen <LISTEN>'"),
            "{line}"
        );
        assert!(!line.contains('\n'), "{line}");
    }
}
