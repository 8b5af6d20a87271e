//! The command line.

use std::time::Duration;

use pm_cli::{SharedArgs, env, parse_duration};

const EXAMPLES: &str = "\
Environment:
  PM_LOG  What is logged: error, warn, info, debug, or target=level pairs.

Examples:
  An entry for an MCP client's configuration:
      { \"mcpServers\": { \"process-manager\": { \"command\": \"pm-mcp-stdio\" } } }
  The same, with files in a directory of the project:
      { \"command\": \"pm-mcp-stdio\", \"args\": [\"--dir\", \"./processes\"] }";

/// The program's name, as messages on standard error carry it.
pub const PROGRAM: &str = "pm-mcp-stdio";

/// A process manager for language models: an MCP server over stdio
///
/// Keeps processes, their tasks, jobs and code snippets as JSON files that people can read, and
/// offers them to models as MCP tools. An MCP client starts it and talks to it over standard input
/// and output; for a server with a URL, use pm-mcp-http.
#[derive(Debug, clap::Parser)]
#[command(name = PROGRAM, version, after_help = EXAMPLES)]
pub struct Cli {
    /// The options that the HTTP server has too.
    #[command(flatten)]
    pub shared: SharedArgs,

    /// Time that running calls get to finish once the server is asked to stop
    #[arg(long, env = env::SHUTDOWN_GRACE, value_name = "TIME", default_value = "10s", value_parser = parse_duration, help_heading = "Limits")]
    pub shutdown_grace: Duration,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_is_sound_and_every_option_has_a_variable() {
        Cli::command().debug_assert();
        for argument in Cli::command().get_arguments() {
            let name = argument.get_id().as_str();
            let variable = argument
                .get_env()
                .map(|variable| variable.to_string_lossy());
            let exempt = matches!(name, "help" | "version");
            assert!(
                exempt || variable.is_some_and(|name| name.starts_with("PM_")),
                "{name}"
            );
        }
    }
}
