//! Reading the command line: help as clap writes it, refusals in one line.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};

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
            let command = P::command();
            crate::refuse(program, &refusal(&error, meant(&command, &arguments)))
        }
    })
}

/// The definition of the subcommand that is meant, or that of the whole program.
fn meant<'a>(command: &'a clap::Command, arguments: &[OsString]) -> &'a clap::Command {
    let mut words = arguments.iter().skip(1);
    let found = words.find_map(|word| command.find_subcommand(word));
    found.unwrap_or(command)
}

/// The line for a refusal of clap's, in words of our own if those say more.
fn refusal(error: &clap::Error, command: &clap::Command) -> String {
    if let Some(argument) = surplus(error, command) {
        return format!("unexpected argument '{argument}' found; see --help");
    }
    match unknown(error).and_then(|option| Some((option, meant_by(option, command)?))) {
        Some((option, tip)) => format!("there is no option '{option}'; {tip}; see --help"),
        None => one_line(error),
    }
}

/// The option that does not exist.
fn unknown(error: &clap::Error) -> Option<&str> {
    match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(option)) if error.kind() == ErrorKind::UnknownArgument => {
            Some(option)
        }
        _ => None,
    }
}

/// What to write in place of an option that other servers have and ours do not: its name need not
/// resemble the one of ours.
fn meant_by(option: &str, command: &clap::Command) -> Option<&'static str> {
    let has = |name: &str| {
        command
            .get_arguments()
            .any(|it| it.get_long() == Some(name))
    };
    match option {
        "--port" | "-p" | "--host" | "--bind" | "--addr" | "--address" | "--listen" => {
            match command.get_name() {
                _ if has("listen") => {
                    Some("write address and port together, as in --listen 127.0.0.1:5008")
                }
                "stdio" => Some(
                    "this server talks over standard input and output; `pm serve` is the one that \
                     listens",
                ),
                "pm-mcp-stdio" => Some(
                    "this server talks over standard input and output; pm-mcp-http is the one that \
                     listens",
                ),
                _ => None,
            }
        }
        "--token" | "--api-key" | "--auth-token" if has("token-file") => Some(
            "set the token in the variable PM_TOKEN, or name a file that holds it with \
             --token-file, as anyone on the machine can read a command line",
        ),
        "-d" | "--directory" | "--data" | "--data-dir" | "--storage" | "--storage-dir"
        | "--path" => Some("name the directory in which processes are stored with --dir"),
        _ => None,
    }
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
    fn an_option_of_other_servers_is_answered_with_ours() {
        let refused = |argument: &str| {
            let error = Example::try_parse_from(["example", argument, "1"]).unwrap_err();
            refusal(&error, &Example::command())
        };
        let line = "there is no option '--port'; write address and port together, as in --listen \
                    127.0.0.1:5008; see --help";
        assert_eq!(refused("--port"), line);
        assert_eq!(refused("--port=80"), line);
        assert!(refused("-p").contains("--listen 127.0.0.1:5008"));
        assert!(refused("--data-dir").contains("--dir"));
        assert!(refused("--listn").contains("'--listen'"));
        // Without a --token-file there is nothing to send it to.
        assert!(refused("--token").starts_with("unexpected argument '--token'"));
    }

    #[test]
    fn an_option_of_a_subcommand_is_answered_with_those_that_it_has() {
        #[derive(Debug, Parser)]
        struct Several {
            #[command(subcommand)]
            command: Servers,
        }
        #[derive(Debug, clap::Subcommand)]
        enum Servers {
            Serve(Listening),
            Stdio,
            List,
        }
        #[derive(Debug, clap::Args)]
        struct Listening {
            #[arg(long)]
            listen: Option<String>,
        }
        let refused = |name: &str| {
            let words = ["pm", name, "--port", "5"];
            let error = Several::try_parse_from(words).unwrap_err();
            let words = words.map(OsString::from);
            refusal(&error, meant(&Several::command(), &words))
        };
        assert!(refused("serve").contains("--listen 127.0.0.1:5008"));
        assert!(refused("stdio").contains("`pm serve`"));
        assert!(refused("list").starts_with("unexpected argument '--port'"));
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
