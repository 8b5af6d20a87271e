//! The process manager as an MCP server over stdio: one connection, on standard input and output.
//!
//! Nothing but the protocol goes to standard output; logs and refusals go to standard error.

pub mod cli;
mod lines;
mod serve;
mod until_stopped;

use std::io::IsTerminal;
use std::process::ExitCode;
use std::time::Duration;

use pm_cli::{Signals, refuse};
use tokio_util::sync::CancellationToken;

use crate::cli::Cli;

/// How long the program waits, once the connection has ended, for threads that cannot be
/// interrupted. One may be stuck reading standard input. A write that is cut off here was not
/// acknowledged to anyone, and files are whole at any moment.
const LAST_WORK: Duration = Duration::from_millis(200);

/// The text for a person who starts the program by hand.
const TO_A_PERSON: &str = "\
    this is an MCP server: an MCP client starts it and talks to it over standard input and \
    output, and it is waiting for one now. --help shows what to write into a client's \
    configuration; for a server with a URL, start pm-mcp-http or `pm serve`. Ctrl+C ends it";

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
enum StartError {
    #[error(transparent)]
    Shared(#[from] pm_cli::ConfigError),
    #[error("cannot start: {}", pm_core::reason(.0))]
    Runtime(std::io::Error),
}

/// Serves the one connection until it ends, in the name of `program`; its exit code.
pub fn run(program: &str, cli: &Cli) -> ExitCode {
    start(program, cli).unwrap_or_else(|error| refuse(program, &error))
}

fn start(program: &str, cli: &Cli) -> Result<ExitCode, StartError> {
    pm_cli::logging::start(cli.shared.log_format)?;
    let opened = cli.shared.open()?;
    for warning in &opened.warnings() {
        pm_cli::say(program, warning);
    }
    if let Some(note) = cli.shared.directory_note(&opened) {
        pm_cli::say(program, &note);
    }
    if std::io::stdin().is_terminal() {
        pm_cli::say(program, &TO_A_PERSON);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(StartError::Runtime)?;
    let code = runtime.block_on(async {
        let stop = stop_on_signal().map_err(StartError::Runtime)?;
        let server = opened.server.clone();
        Ok(serve::serve(server, stop, cli.shutdown_grace).await)
    });
    runtime.shutdown_timeout(LAST_WORK);
    opened.server.release_claims();
    pm_cli::close(&opened.manager);
    code
}

/// A token that the first signal cancels. The second ends the program at once.
fn stop_on_signal() -> std::io::Result<CancellationToken> {
    let mut signals = Signals::listen()?;
    let stop = CancellationToken::new();
    let stopping = stop.clone();
    tokio::spawn(async move {
        signals.next().await;
        stopping.cancel();
        signals.next().await;
        std::process::exit(130);
    });
    Ok(stop)
}
