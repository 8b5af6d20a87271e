//! The command line: every option with its environment variable, its default and its reason.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use pm_cli::{SharedArgs, ToolArgs, env, parse_duration, parse_size, parse_switch};
use pm_core::ProcessName;
use pm_import::{Format, UnknownFormat};

use crate::layers::host::AllowedHost;
use crate::layers::origin::AllowedOrigin;
use crate::listen::parse_listen;

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
  pm-mcp-http healthcheck
      Ask the running server how it is; exit code 0 if well, otherwise 1.
  pm-mcp-http doctor --repair
      Examine the files and repair what can be repaired, while servers run or not.
  pm-mcp-http import .taskmaster/tasks/tasks.json backlog/ plan.md
      Make processes of other task managers' files.
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
    /// Examine the storage directory, and change nothing in it: exit code 0 if all is sound, 1 if
    /// something was found, 2 if it cannot be examined
    Doctor(DoctorArgs),
    /// Make processes of other task managers' files: exit code 0 if all are stored, 1 if not
    Import(ImportArgs),
    /// Print the tools as models read them, with what they cost to read
    Tools(ToolsArgs),
    /// List the processes that were deleted in the last 30 days, get one back, or empty the trash
    Trash(TrashArgs),
}

/// How to serve.
#[derive(Debug, Clone, clap::Args)]
pub struct ServeArgs {
    /// The options that the stdio server has too.
    #[command(flatten)]
    pub shared: SharedArgs,

    /// Address and port to listen on; port 0 takes a free one
    ///
    /// An address other than loopback needs a token, or --allow-unauthenticated.
    #[arg(long, env = env::LISTEN, value_name = "ADDRESS", default_value = "127.0.0.1:5008", value_parser = parse_listen, help_heading = "Network")]
    pub listen: SocketAddr,

    /// Switch the pages for people at / off
    #[arg(long, env = env::NO_WEB, value_parser = parse_switch, help_heading = "Network")]
    pub no_web: bool,

    /// File that holds the access token that clients must send
    #[arg(long, env = env::TOKEN_FILE, value_name = "FILE", help_heading = "Access")]
    pub token_file: Option<PathBuf>,

    /// Serve a network address without a token: anyone who reaches it may read and change all
    #[arg(long, env = env::ALLOW_UNAUTHENTICATED, value_parser = parse_switch, help_heading = "Access")]
    pub allow_unauthenticated: bool,

    /// Another origin whose web pages may call, as `http://192.168.1.20:8080`; repeatable
    ///
    /// Pages from this machine (localhost, 127.0.0.1, any port) always may. `:*` is any port.
    #[arg(long, env = env::ALLOW_ORIGIN, value_name = "ORIGIN", value_delimiter = ',', help_heading = "Access")]
    pub allow_origin: Vec<AllowedOrigin>,

    /// Another name under which this server is reached, as `notes.example.org`; repeatable
    ///
    /// Loopback names and the address listened on always are.
    #[arg(long, env = env::ALLOW_HOST, value_name = "HOST", value_delimiter = ',', help_heading = "Access")]
    pub allow_host: Vec<AllowedHost>,

    /// The limits.
    #[command(flatten)]
    pub limits: LimitArgs,
}

/// How much of the machine clients may take.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Limits")]
pub struct LimitArgs {
    /// Largest request body
    #[arg(long, env = env::MAX_BODY, value_name = "SIZE", default_value = "4m", value_parser = parse_size)]
    pub max_body: usize,

    /// Sessions kept; past it, the one idle for longest gives way
    #[arg(long, env = env::MAX_SESSIONS, value_name = "COUNT", default_value = "256", value_parser = parse_count)]
    pub max_sessions: usize,

    /// Connections served at once; past it, a new one is turned away
    #[arg(long, env = env::MAX_CONNECTIONS, value_name = "COUNT", default_value = "512", value_parser = parse_count)]
    pub max_connections: usize,

    /// Time for a request's header to arrive, and for an idle connection to stay open
    #[arg(long, env = env::HEADER_TIMEOUT, value_name = "TIME", default_value = "10s", value_parser = parse_limit)]
    pub header_timeout: Duration,

    /// Time for a request's body to arrive
    #[arg(long, env = env::BODY_TIMEOUT, value_name = "TIME", default_value = "30s", value_parser = parse_limit)]
    pub body_timeout: Duration,

    /// Time for which a client may take nothing of an answer sent to it
    #[arg(long, env = env::SEND_TIMEOUT, value_name = "TIME", default_value = "30s", value_parser = parse_limit)]
    pub send_timeout: Duration,

    /// Time that running calls get to finish once the server is asked to stop
    #[arg(long, env = env::SHUTDOWN_GRACE, value_name = "TIME", default_value = "10s", value_parser = parse_duration)]
    pub shutdown_grace: Duration,
}

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

/// Which directory the doctor examines, and what it may do there.
#[derive(Debug, Clone, clap::Args)]
pub struct DoctorArgs {
    /// Directory in which processes are stored [default: the one that the server uses]
    #[arg(long, env = env::DIR, value_name = "DIRECTORY")]
    pub dir: Option<PathBuf>,

    /// Repair what can be repaired without you, and say what was done; no content is deleted
    ///
    /// Files are brought up to date with their journals, damaged journals are set aside, journals
    /// without a process go into the trash, and what dead writers left is swept. End servers
    /// first where a journal is damaged: they may still know what cannot be read any more.
    #[arg(long)]
    pub repair: bool,
}

/// What is imported, and where to.
#[derive(Debug, Clone, clap::Args)]
pub struct ImportArgs {
    /// Files to read, or the folder of Backlog.md
    ///
    /// Task Master's tasks.json, the folder of Backlog.md, the JSON Lines of beads, the JSON of
    /// kanban-rs, and checklists in Markdown. Nothing is stored where any of them is bad.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,

    /// Format of the files, where name and content do not tell
    #[arg(long, value_name = "FORMAT", value_parser = parse_format)]
    pub format: Option<Format>,

    /// Name of the process; where several are imported, it goes in front of their own names
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,

    /// Say what would be imported, and store nothing
    #[arg(long)]
    pub dry_run: bool,

    /// Directory in which processes are stored [default: the one that the server uses]
    #[arg(long, env = env::DIR, value_name = "DIRECTORY")]
    pub dir: Option<PathBuf>,
}

fn parse_format(text: &str) -> Result<Format, UnknownFormat> {
    text.parse()
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
    #[arg(long, env = env::DIR, value_name = "DIRECTORY")]
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

fn parse_count(text: &str) -> Result<usize, String> {
    // The upper bound is what the runtime's semaphore can count to, on every platform.
    text.trim()
        .parse()
        .ok()
        .filter(|count| (1..=1_000_000).contains(count))
        .ok_or_else(|| "write a whole number from 1 to 1000000".to_owned())
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
    fn the_defaults_are_the_contract() {
        let args = Cli::parse_from(["pm-mcp-http"]).serve;
        assert_eq!(args.listen.to_string(), "127.0.0.1:5008");
        assert_eq!(args.limits.max_body, 4 << 20);
        assert_eq!(args.limits.max_sessions, 256);
        assert_eq!(args.limits.max_connections, 512);
        assert_eq!(args.limits.header_timeout, Duration::from_secs(10));
        assert_eq!(args.limits.body_timeout, Duration::from_secs(30));
        assert_eq!(args.limits.shutdown_grace, Duration::from_secs(10));
        assert_eq!(args.shared.tools.answer_limit, 32 << 10);
        assert!(!args.no_web && !args.allow_unauthenticated && !args.shared.tools.read_only);
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
    fn lists_take_commas_and_repetition() {
        let args = Cli::parse_from([
            "pm-mcp-http",
            "--allow-origin",
            "http://a.example,https://b.example:*",
            "--allow-origin=http://c.example:8080",
            "--allow-host=a.example,b.example:80",
        ])
        .serve;
        assert_eq!(args.allow_origin.len(), 3);
        assert_eq!(args.allow_host.len(), 2);
    }

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
