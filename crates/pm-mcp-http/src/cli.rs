//! The command line: every option with its environment variable, its default and its reason.

mod chore_store;
mod commands;
mod serve;

use std::time::Duration;

use pm_cli::doctor::DoctorArgs;
use pm_cli::import::ImportArgs;
use pm_cli::parse_duration;
use pm_cli::tools::ToolsArgs;

pub use chore_store::{ChoreStore, InStore};
pub use commands::{CopyArgs, HealthcheckArgs, TrashArgs};
#[cfg(feature = "postgres")]
pub use commands::{StoreArgs, StoreCommand};
pub use commands::{TokenArgs, TokenCommand, TokenNewArgs};
pub use serve::{LimitArgs, ServeArgs};

const EXAMPLES: &str = "\
Environment:
  PM_TOKEN  The access token itself. There is no option for it, since anyone on
            the machine can read a command line.
  PM_LOG    What is logged: error, warn, info, debug, or target=level pairs.

Examples:
  pm-mcp-http
      Serve this machine on http://127.0.0.1:5008/mcp, the URL to paste into
      llama.cpp's web UI.
  pm-mcp-http --dir ./processes
      Store beside where you stand.
  PM_TOKEN=\"$(openssl rand -hex 24)\" pm-mcp-http --listen 0.0.0.0:5008 \\
      --allow-origin http://192.168.1.20:8080
      Serve a network; clients send the token as 'Authorization: Bearer ...', and
      pages of the llama.cpp server on 192.168.1.20 may call.
  pm-mcp-http token new anna --processes 'team-a/*' --tokens tokens.toml
      Make a token for anna, who sees nothing but team-a's processes; serve it with
      pm-mcp-http --tokens tokens.toml.
  pm-mcp-http healthcheck
      Ask the running server how it is; exit code 0 if well, otherwise 1.
  pm-mcp-http doctor --repair
      Examine the files and repair what can be repaired, while servers run or not.
  PM_STORE=postgres://pm@db1/pm pm-mcp-http
      Store in a PostgreSQL database, together with servers on other machines; its
      tables are made with 'pm-mcp-http store init'.
  pm-mcp-http import ~/my-project plan.md --dry-run
      Say which processes other task managers' files would make.
  pm-mcp-http tools --tools reference
      Print what a model reads of the tools, as a file to change it in.";

/// A process manager for language models: an MCP server over Streamable HTTP
///
/// Keeps processes, their tasks, jobs and code snippets as JSON files that people can read, and
/// offers them to models as MCP tools.
#[derive(Debug, clap::Parser)]
#[command(name = crate::PROGRAM, version, after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
pub struct Cli {
    /// What to do in place of serving.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// How to serve.
    #[command(flatten)]
    pub serve: ServeArgs,
}

/// What the program does besides serving.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Ask a running server how it is: exit code 0 if well, otherwise 1
    Healthcheck(HealthcheckArgs),
    /// Examine what is stored, and change nothing in it: exit code 0 if all is sound, 1 if
    /// something was found, 2 if it cannot be examined
    Doctor(InStore<DoctorArgs>),
    /// Copy all processes from one store into another, be they directories or databases: exit code
    /// 0 if all are there and the same, 1 if not
    Copy(CopyArgs),
    /// Make processes of other task managers' files, or bring them up to date: exit code 0 if all
    /// are stored, 1 if not
    Import(InStore<ImportArgs>),
    /// Make the tables in a PostgreSQL database, or say whether it can be used
    #[cfg(feature = "postgres")]
    Store(StoreArgs),
    /// Make a token for somebody who may call (see --tokens)
    Token(TokenArgs),
    /// Print the tools as models read them, with what they cost to read
    Tools(ToolsArgs),
    /// List the processes that were deleted in the last 30 days, get one back, or empty the trash
    Trash(InStore<TrashArgs>),
}

fn parse_limit(text: &str) -> Result<Duration, String> {
    parse_duration(text).and_then(|limit| {
        if limit.is_zero() {
            Err("write a duration above zero such as 10s".to_owned())
        } else {
            Ok(limit)
        }
    })
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::*;

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_option_has_an_environment_variable() {
        for argument in Cli::command().get_arguments() {
            let name = argument.get_id().as_str();
            if matches!(name, "help" | "version") {
                continue;
            }
            let variable = argument
                .get_env()
                .map(|variable| variable.to_string_lossy());
            assert!(
                variable.is_some_and(|name| name.starts_with("PM_")),
                "{name}"
            );
        }
    }

    #[test]
    fn every_path_may_begin_at_home() {
        let mut paths = 0;
        let command = Cli::command();
        for (name, command) in std::iter::once(("", &command))
            .chain(command.get_subcommands().map(|it| (it.get_name(), it)))
        {
            for argument in command.get_arguments() {
                let is_path = argument.get_value_names().is_some_and(|names| {
                    let kinds = ["DIRECTORY", "FILE"];
                    names.iter().any(|name| kinds.contains(&name.as_str()))
                });
                if !is_path {
                    continue;
                }
                paths += 1;
                let option = argument.get_long().map(|long| format!("--{long}"));
                let words = ["pm-mcp-http".to_owned(), name.to_owned()].into_iter();
                let words = words.chain(option).chain(["~bob/notes".to_owned()]);
                let words = words.filter(|word| !word.is_empty());
                let error = Cli::try_parse_from(words).expect_err(&format!("{argument:?}"));
                assert!(
                    error.to_string().contains("./~bob"),
                    "{argument:?}: {error}"
                );
            }
        }
        // Serving has six; doctor, trash, import (two) and tools have the others.
        // With databases, there is the file of a password, for serving, copying and the first three.
        assert_eq!(paths, 11 + 5 * usize::from(cfg!(feature = "postgres")));
    }

    #[test]
    fn bad_values_are_refused_in_one_line() {
        for arguments in [
            ["--listen", "nowhere"],
            ["--max-sessions", "0"],
            ["--max-connections", "many"],
            ["--header-timeout", "0"],
            ["--max-body", "4x"],
            ["--allow-origin", "example.org"],
            ["--allow-origin", "*"],
            ["--allow-host", "http://example.org"],
            ["--log-format", "xml"],
        ] {
            let all = ["pm-mcp-http"].into_iter().chain(arguments);
            let error = Cli::try_parse_from(all).expect_err(&format!("{arguments:?}"));
            let line = pm_cli::command_line::one_line(&error);
            assert!(
                line.contains(arguments[0]) && !line.contains('\n'),
                "{line}"
            );
        }
    }
}
