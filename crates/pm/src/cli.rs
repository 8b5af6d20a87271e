//! The command line: what holds for every command, and the commands.

use pm_cli::doctor::DoctorArgs;
use pm_cli::import::ImportArgs;
use pm_cli::tools::ToolsArgs;
#[cfg(feature = "postgres")]
use pm_mcp_http::cli::StoreArgs;
use pm_mcp_http::cli::{HealthcheckArgs, ServeArgs, TokenArgs};
use pm_mcp_stdio::cli::Cli as StdioArgs;

use crate::commands::set_status::StatusArgs;
use crate::commands::{
    add, code, completions, config, copy, delete, edit, export, init, job, list, log, move_task,
    new, next, note, prime, release, rename, search, service, show, trash, tree, undo, watch,
};
use crate::globals::{GlobalArgs, PROGRAM};

const EXAMPLES: &str = "\
Which process: -p NAME, or PM_PROCESS, or the name in the file .pm-process here
or above. Names of processes and tasks need not be exact: case and punctuation
are free.

Exit codes: 0 done, 1 refused (it is said why, and what to do), 2 bad usage.";

const STDIO_EXAMPLES: &str = "\
Environment:
  PM_LOG  What is logged: error, warn, info, debug, or target=level pairs.

Examples:
  An entry for an MCP client's configuration, as `pm config CLIENT` prints it:
      { \"mcpServers\": { \"process-manager\": { \"command\": \"pm\", \"args\": [\"stdio\"] } } }
  The same, with files in a directory of the project:
      { \"command\": \"pm\", \"args\": [\"stdio\", \"--dir\", \"./processes\"] }";

/// A process manager for people and for agents with a shell
///
/// Works on the same files as the servers pm-mcp-http and pm-mcp-stdio, also while they run. Without
/// a command, says what is going on.
#[derive(Debug, clap::Parser)]
#[command(name = PROGRAM, version, after_help = EXAMPLES, subcommand_help_heading = "Commands")]
pub(crate) struct Cli {
    /// What holds for every command.
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    /// What to do; without it, say what is going on.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List the processes
    List(list::ListArgs),
    /// Show a process with its tasks, or one of its tasks
    Show(show::ShowArgs),
    /// Show a process with all that it holds, as a tree
    Tree(tree::TreeArgs),
    /// Get the next task to work on, and claim it
    Next(next::NextArgs),
    /// Begin tasks: they are in progress, and yours
    Start(StatusArgs),
    /// Mark tasks, or jobs of one, done
    Done(StatusArgs),
    /// Mark tasks blocked; --note says by what
    Block(StatusArgs),
    /// Mark tasks cancelled: they will not be done
    Cancel(StatusArgs),
    /// Mark tasks as still to do
    Reopen(StatusArgs),
    /// Leave on a task what you found
    Note(note::NoteArgs),
    /// Let go of a claimed task, whosever it is
    Release(release::ReleaseArgs),
    /// Make a process, empty or with a whole plan
    New(new::NewArgs),
    /// Add a task
    Add(add::AddArgs),
    /// Add a job to a task, or list its jobs
    Job(job::JobArgs),
    /// Edit a task, or the process, in $EDITOR or with options
    Edit(edit::EditArgs),
    /// Give a task another place in the plan
    Move(move_task::MoveArgs),
    /// Give a task, a job or the process another name
    Rename(rename::RenameArgs),
    /// Copy a process under another name, or all of a store into another one
    Copy(copy::CopyArgs),
    /// Delete tasks, jobs of one, or the process
    Delete(delete::DeleteArgs),
    /// Read, write, compare and export the code of a task
    Code(code::CodeArgs),
    /// List what was changed, by whom, the newest first
    Log(log::LogArgs),
    /// Take back what you did last
    Undo(undo::UndoArgs),
    /// List what was deleted, get it back, or empty the trash
    Trash(trash::TrashArgs),
    /// Find words in all processes, or in the one named with -p
    Search(search::SearchArgs),
    /// Show changes as they happen, by whomever
    Watch(watch::WatchArgs),
    /// Print a whole process as Markdown or JSON
    Export(export::ExportArgs),
    /// Make processes of other task managers' files, or of what export wrote
    Import(ImportArgs),
    /// Examine the files, and with --repair repair what can be
    Doctor(DoctorArgs),
    /// Print the tools as models read them, with what they cost to read
    Tools(ToolsArgs),
    /// Make a token for somebody who may call a server (see serve --tokens)
    Token(TokenArgs),
    /// Make the tables in a PostgreSQL database, or say whether it can be used
    #[cfg(feature = "postgres")]
    Store(StoreArgs),
    /// Serve models and people over HTTP, as pm-mcp-http does
    Serve(Box<ServeArgs>),
    /// Serve one model on standard input and output, as pm-mcp-stdio does
    #[command(after_help = STDIO_EXAMPLES)]
    Stdio(Box<StdioArgs>),
    /// Ask a running server how it is: exit code 0 if well, otherwise 1
    Healthcheck(HealthcheckArgs),
    /// Give this directory a process of its own
    Init(init::InitArgs),
    /// Tell an MCP client of the process manager, or print what it wants to be told
    Config(config::ConfigArgs),
    /// Print what an agent with a shell has to know
    Prime(prime::PrimeArgs),
    /// Have the server run whenever you are logged in
    Service(service::ServiceArgs),
    /// Print the script with which a shell completes commands
    Completions(completions::CompletionsArgs),
    /// Write the manual pages into a directory
    Man(completions::ManArgs),
}

impl Command {
    /// Whether it makes the directory of a store that is not there yet.
    pub(crate) fn makes_directory(&self) -> bool {
        matches!(
            self,
            Self::New(_) | Self::Import(_) | Self::Init(_) | Self::Watch(_)
        )
    }

    /// The command as it is written.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::List(_) => "list",
            Self::Show(_) => "show",
            Self::Tree(_) => "tree",
            Self::Next(_) => "next",
            Self::Start(_) => "start",
            Self::Done(_) => "done",
            Self::Block(_) => "block",
            Self::Cancel(_) => "cancel",
            Self::Reopen(_) => "reopen",
            Self::Note(_) => "note",
            Self::Release(_) => "release",
            Self::New(_) => "new",
            Self::Add(_) => "add",
            Self::Edit(_) => "edit",
            Self::Job(_) => "job",
            Self::Move(_) => "move",
            Self::Rename(_) => "rename",
            Self::Copy(_) => "copy",
            Self::Delete(_) => "delete",
            Self::Code(args) => args.command.name(),
            Self::Log(_) => "log",
            Self::Undo(_) => "undo",
            Self::Trash(_) => "trash",
            Self::Search(_) => "search",
            Self::Watch(_) => "watch",
            Self::Export(_) => "export",
            Self::Import(_) => "import",
            Self::Doctor(_) => "doctor",
            Self::Tools(_) => "tools",
            Self::Token(_) => "token",
            #[cfg(feature = "postgres")]
            Self::Store(_) => "store",
            Self::Serve(_) => "serve",
            Self::Stdio(_) => "stdio",
            Self::Healthcheck(_) => "healthcheck",
            Self::Init(_) => "init",
            Self::Config(_) => "config",
            Self::Prime(_) => "prime",
            Self::Service(_) => "service",
            Self::Completions(_) => "completions",
            Self::Man(_) => "man",
        }
    }
}

impl Command {
    /// What to do in place of asking for JSON, if the command has none.
    pub(crate) fn instead_of_json(&self) -> Option<&'static str> {
        match self {
            Self::Tools(_) => Some("write --format json in its place"),
            Self::Copy(args) if args.is_of_stores() => Some("leave it out"),
            Self::Import(_)
            | Self::Token(_)
            | Self::Serve(_)
            | Self::Stdio(_)
            | Self::Healthcheck(_)
            | Self::Service(_)
            | Self::Completions(_)
            | Self::Man(_) => Some("leave it out"),
            #[cfg(feature = "postgres")]
            Self::Store(_) => Some("leave it out"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn help_is_a_command_too() {
        for words in [
            &["pm", "help"][..],
            &["pm", "help", "show"],
            &["pm", "code", "help", "get"],
        ] {
            let error = Cli::command().try_get_matches_from(words).unwrap_err();
            assert_eq!(error.kind(), clap::error::ErrorKind::DisplayHelp, "{error}");
        }
    }

    #[cfg(feature = "postgres")]
    #[test]
    fn the_store_of_all_commands_is_that_of_the_servers_too() {
        use clap::Parser as _;

        const URL: &str = "postgres://pm@db1/pm";
        for words in [["--store", URL, "serve"], ["serve", "--store", URL]] {
            let cli = Cli::parse_from(std::iter::once("pm").chain(words));
            assert_eq!(cli.global.database.store.as_deref(), Some(URL));
            let Some(Command::Serve(args)) = cli.command else {
                panic!("another command")
            };
            assert_eq!(args.shared.database.store.as_deref(), Some(URL));
        }
    }

    #[test]
    fn every_command_that_prime_names_is_there() {
        let command = Cli::command();
        let text = format!("{}\n{}", prime::primer(None), prime::POINTER);
        let mut named = 0;
        for rest in text.split("pm ").skip(1) {
            let name: String = rest.chars().take_while(char::is_ascii_lowercase).collect();
            if !name.is_empty() {
                named += 1;
                assert!(command.find_subcommand(&name).is_some(), "pm {name}");
            }
        }
        assert!(named > 8, "{named}");
    }
}
