//! Logs: to standard error, quiet by default, `PM_LOG` to hear more.
//!
//! Standard output is the protocol's (stdio) or the start-up lines' (HTTP); no log line goes there.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::{ConfigError, env};

/// What is logged without `PM_LOG`: our own warnings, and of the protocol library only errors,
/// since it reports every mistake of a client as a warning. Its service also reports as an error
/// that a session is still open when the server stops.
const QUIET: &str = "warn,rmcp=error,rmcp::service=off,hyper=error";

/// What is put in front of a filter that says nothing of the protocol library: at `info` that
/// library prints whole messages, and a person who asks for `info` wants to know what the callers
/// do.
const LIBRARY: &str = "rmcp=warn,rmcp::service=off,hyper=warn";

/// How a log line is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// One line for people.
    Text,
    /// One JSON object a line, for collectors.
    Json,
}

/// Starts logging for the whole program, with the filter from `PM_LOG`.
pub fn start(format: LogFormat) -> Result<(), ConfigError> {
    let filter = filter(std::env::var(env::LOG).ok().as_deref())?;
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    // A second start in one program (tests) keeps the first subscriber.
    let _ = match format {
        LogFormat::Text => subscriber.try_init(),
        LogFormat::Json => subscriber.json().flatten_event(true).try_init(),
    };
    Ok(())
}

fn filter(requested: Option<&str>) -> Result<EnvFilter, ConfigError> {
    let requested = requested.map(str::trim).filter(|filter| !filter.is_empty());
    let parsed = match requested {
        None => EnvFilter::builder().parse(QUIET),
        Some(own) if own.contains("rmcp") => EnvFilter::builder().parse(own),
        Some(own) => EnvFilter::builder().parse(format!("{LIBRARY},{own}")),
    };
    parsed.map_err(|_| ConfigError::LogFilter {
        filter: requested.unwrap_or(QUIET).to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_that_is_none_is_refused_with_the_way_to_write_one() {
        assert!(filter(None).is_ok());
        assert!(filter(Some("rmcp=debug,warn")).is_ok());
        let said = |own: &str| filter(Some(own)).unwrap().to_string();
        assert!(said("info").contains("rmcp=warn"));
        assert!(!said("rmcp=debug").contains("rmcp=warn"));
        let error = filter(Some("rmcp=loud")).unwrap_err().to_string();
        assert!(
            error.contains("rmcp=loud") && error.contains("error, warn, info"),
            "{error}"
        );
    }
}
