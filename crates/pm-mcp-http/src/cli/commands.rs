//! The options of what the program does besides serving.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use pm_cli::{ToolArgs, env, path_parser};
use pm_core::ProcessName;
use pm_import::Format;

use super::parse_limit;
use crate::listen::parse_listen;

/// Which server the health check asks.
#[derive(Debug, Clone, clap::Args)]
pub struct HealthcheckArgs {
    /// Address that the server listens on
    #[arg(long, env = env::LISTEN, value_name = "ADDRESS", default_value = "127.0.0.1:5008", value_parser = parse_listen)]
    pub listen: SocketAddr,

    /// Ask this URL instead, as `http://127.0.0.1:5008/health`
    #[arg(long, env = env::HEALTH_URL, value_name = "URL")]
    pub url: Option<String>,

    /// Time for the answer to arrive
    #[arg(long, value_name = "TIME", default_value = "3s", value_parser = parse_limit)]
    pub timeout: Duration,
}

/// What is done to a database.
#[cfg(feature = "postgres")]
#[derive(Debug, Clone, clap::Args)]
pub struct StoreArgs {
    /// What is done, and to which one.
    #[command(subcommand)]
    pub command: StoreCommand,
}

/// What is done to a database, and which one.
#[cfg(feature = "postgres")]
#[derive(Debug, Clone, clap::Subcommand)]
pub enum StoreCommand {
    /// Make the tables, or bring them up to date; nothing that is there is lost
    Init(pm_cli::DatabaseArgs),
    /// Say whether a server could start, and change nothing
    Check(pm_cli::DatabaseArgs),
}

/// Which directory the doctor examines, and what it may do there.
#[derive(Debug, Clone, clap::Args)]
pub struct DoctorArgs {
    /// Directory in which processes are stored [default: the one that the server uses]
    #[arg(long, env = env::DIR, value_name = "DIRECTORY", value_parser = path_parser())]
    pub dir: Option<PathBuf>,

    /// Repair what can be repaired without you, and say what was done; no content is deleted
    ///
    /// Files are brought up to date with their journals, damaged journals are set aside, and what
    /// dead writers left is swept. End servers
    /// first where a journal is damaged: they may still know what cannot be read any more.
    #[arg(long)]
    pub repair: bool,
}

/// What is imported, and where to.
#[derive(Debug, Clone, clap::Args)]
#[command(after_long_help = IMPORT_HELP)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
pub struct ImportArgs {
    /// Files to read, or the folder of a project
    ///
    /// Task Master's tasks.json, the folder of Backlog.md, the JSON Lines of beads, the JSON of
    /// kanban-rs, checklists in Markdown, and what this program exports. In a folder .taskmaster,
    /// .beads and backlog (or .backlog) are found.
    #[arg(required = true, value_name = "FILE", value_parser = path_parser())]
    pub files: Vec<PathBuf>,

    /// Format of the files, where name and content do not tell
    #[arg(long, value_name = "FORMAT", value_parser = formats())]
    pub format: Option<Format>,

    /// Name of the process; where several are imported, it goes in front of their own names
    #[arg(long, value_name = "NAME")]
    pub name: Option<ProcessName>,

    /// Bring processes up to date that were imported before
    ///
    /// Tasks are found by the ids that they have in the file, or else by name. What the file says
    /// anew is taken over, what was changed here alone stays, and nothing is deleted.
    #[arg(long)]
    pub update: bool,

    /// Store nothing where anything has to be left out
    #[arg(long)]
    pub strict: bool,

    /// Take plain list items of Markdown for tasks and jobs as well, not only those with a box
    #[arg(long)]
    pub bullets: bool,

    /// Say what would be imported, and store nothing
    #[arg(long)]
    pub dry_run: bool,

    /// Directory in which processes are stored [default: the one that the server uses]
    #[arg(long, env = env::DIR, value_name = "DIRECTORY", value_parser = path_parser())]
    pub dir: Option<PathBuf>,
}

const IMPORT_HELP: &str = "\
Exit codes:
  0  All files were imported. Odd items in them may have been left out; each is
     named with its file and line.
  1  A file was not imported, or with --strict nothing was; it is said why.
  2  The arguments are wrong, or the storage directory cannot be used.";

fn formats() -> impl TypedValueParser<Value = Format> {
    let formats = Format::ALL.iter();
    let values =
        formats.map(|format| PossibleValue::new(format.as_str()).help(format.description()));
    PossibleValuesParser::new(values).try_map(|word| word.parse::<Format>())
}

/// Which tools are printed, and how.
#[derive(Debug, Clone, clap::Args)]
pub struct ToolsArgs {
    /// The options that a server has, too.
    #[command(flatten)]
    pub tools: ToolArgs,

    /// How the list is printed
    #[arg(long, value_name = "FORMAT", default_value = "toml", value_enum)]
    pub format: ListFormat,
}

/// How the list of tools is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ListFormat {
    /// The texts, as a file for --descriptions
    Toml,
    /// The array of functions that llama.cpp hands to the model
    Json,
}

/// Which trash, and what is to become of it.
#[derive(Debug, Clone, clap::Args)]
pub struct TrashArgs {
    /// Directory in which processes are stored [default: the one that the server uses]
    #[arg(long, env = env::DIR, value_name = "DIRECTORY", value_parser = path_parser())]
    pub dir: Option<PathBuf>,

    /// Get the process of this name back, the last one where several were deleted
    #[arg(long, value_name = "NAME", conflicts_with = "empty")]
    pub restore: Option<String>,

    /// The name that it gets, where its own is taken
    #[arg(long = "as", value_name = "NAME", requires = "restore")]
    pub new_name: Option<ProcessName>,

    /// Take everything in the trash away for ever
    #[arg(long)]
    pub empty: bool,
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use clap::Parser;

    use crate::cli::{Cli, Command};

    #[test]
    fn the_health_check_takes_an_address() {
        let cli = Cli::parse_from(["pm-mcp-http", "healthcheck", "--listen", "0.0.0.0:1"]);
        let Some(Command::Healthcheck(args)) = cli.command else {
            panic!("no subcommand")
        };
        assert_eq!(args.listen.to_string(), "0.0.0.0:1");
    }

    #[test]
    fn the_doctor_takes_a_directory_and_repairs_only_when_told_to() {
        let args = |arguments: &[&str]| match Cli::parse_from(arguments).command {
            Some(Command::Doctor(args)) => (args.dir, args.repair),
            _ => panic!("no subcommand"),
        };
        let directory = Some(PathBuf::from("notes"));
        assert_eq!(args(&["pm-mcp-http", "doctor"]), (None, false));
        assert_eq!(
            args(&["pm-mcp-http", "doctor", "--dir", "notes", "--repair"]),
            (directory, true)
        );
    }

    #[test]
    fn the_trash_is_emptied_or_restored_from_and_not_both() {
        let is_taken = |arguments: &[&str]| {
            let all = ["pm-mcp-http", "trash"].iter().chain(arguments);
            Cli::try_parse_from(all).is_ok()
        };
        assert!(is_taken(&[]) && is_taken(&["--empty"]));
        assert!(is_taken(&["--restore", "a", "--as", "b"]));
        assert!(!is_taken(&["--restore", "a", "--empty"]));
        assert!(!is_taken(&["--as", "b"]) && !is_taken(&["--restore", "a", "--as", " "]));
    }
}
