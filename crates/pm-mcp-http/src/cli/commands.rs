//! The options of what the program does besides serving.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use pm_cli::copy::CopyOptions;
use pm_cli::{StoreName, env, path_parser, store_parser};
use pm_core::ProcessName;

use super::parse_limit;
use crate::grant::TokenAccess;
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

/// What is done about tokens.
#[derive(Debug, Clone, clap::Args)]
pub struct TokenArgs {
    /// What is done.
    #[command(subcommand)]
    pub command: TokenCommand,
}

/// What is done about tokens.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum TokenCommand {
    /// Make a token for somebody, and what the file of --tokens has to hold for it
    New(TokenNewArgs),
}

/// Whose token, and what they may do.
#[derive(Debug, Clone, clap::Args)]
pub struct TokenNewArgs {
    /// Their name, as history, claims and pages will have it
    pub name: String,

    /// What they may do; admin also sees where the server stores, and who else calls it
    #[arg(long, value_name = "ACCESS", default_value = "write", value_enum)]
    pub access: TokenAccess,

    /// A process that they may use, or `team-a/*` for all whose names begin like that; repeatable
    /// [default: all of them]
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub processes: Vec<String>,

    /// Their workspace in the database [default: that of the server]
    #[arg(long, value_name = "NAME")]
    pub in_workspace: Option<String>,

    /// The last day of the token, as 2027-01-31, or a time, as 2027-01-31T18:00:00Z
    #[arg(long, value_name = "DAY")]
    pub expires: Option<String>,

    /// The file of tokens to add it to; without, what to put there is printed
    #[arg(long, env = env::TOKENS, value_name = "FILE", value_parser = path_parser())]
    pub tokens: Option<PathBuf>,
}

/// What is copied, and where to.
#[derive(Debug, Clone, clap::Args)]
pub struct CopyArgs {
    /// Directory or database to copy from; it is left as it is
    #[arg(long, value_name = "STORE", value_parser = store_parser())]
    pub from: StoreName,

    /// Directory or database to copy to
    #[arg(long, value_name = "STORE", value_parser = store_parser())]
    pub to: StoreName,

    /// How.
    #[command(flatten)]
    pub options: CopyOptions,
}

/// What is to become of the trash.
#[derive(Debug, Clone, clap::Args)]
pub struct TrashArgs {
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
            Some(Command::Doctor(args)) => (args.store.dir, args.chore.repair),
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
