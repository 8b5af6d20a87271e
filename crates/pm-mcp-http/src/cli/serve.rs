//! The options for serving: where, to whom, and how much of the machine clients may take.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use pm_cli::{SharedArgs, env, parse_duration, parse_size, parse_switch, path_parser};

use super::parse_limit;
use crate::layers::host::AllowedHost;
use crate::layers::origin::AllowedOrigin;
use crate::listen::parse_listen;
use crate::web_url::WebUrl;

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

    /// Answer nothing at /; without this, there are pages for people
    #[arg(long, env = env::NO_WEB, value_parser = parse_switch, help_heading = "Network")]
    pub no_web: bool,

    /// Open the pages in a browser once the server is up
    #[arg(long, env = env::OPEN, value_parser = parse_switch, help_heading = "Network")]
    pub open: bool,

    /// File that holds the access token that clients must send, and people type to log in
    #[arg(long, env = env::TOKEN_FILE, value_name = "FILE", value_parser = path_parser(), help_heading = "Access")]
    pub token_file: Option<PathBuf>,

    /// File with a token for each caller, and what each may do; read again on SIGHUP
    ///
    /// `pm token new NAME` or `pm-mcp-http token new NAME` makes a token and what is put into the file, which holds no token
    /// itself.
    #[arg(long, env = env::TOKENS, value_name = "FILE", value_parser = path_parser(), help_heading = "Access")]
    pub tokens: Option<PathBuf>,

    /// Authorization server (OAuth 2.1) at which callers log in, as `https://login.example.org`
    ///
    /// It gives them tokens for the address in --public-url, with the scopes pm:read, pm:write or
    /// pm:admin. There are no pages for people then.
    #[arg(long, env = env::OAUTH_ISSUER, value_name = "URL", help_heading = "Access")]
    pub oauth_issuer: Option<WebUrl>,

    /// Address under which callers reach this server, as `https://notes.example.org`
    #[arg(long, env = env::PUBLIC_URL, value_name = "URL", value_parser = parse_public_url, help_heading = "Access")]
    pub public_url: Option<WebUrl>,

    /// Claim of a token with the name of whoever has it; any but sub is told apart by a digest
    #[arg(long, env = env::OAUTH_NAME_CLAIM, value_name = "CLAIM", default_value = "sub", help_heading = "Access")]
    pub oauth_name_claim: String,

    /// Serve a network address without a token: anyone who reaches it may read and change all
    #[arg(long, env = env::ALLOW_UNAUTHENTICATED, value_parser = parse_switch, help_heading = "Access")]
    pub allow_unauthenticated: bool,

    /// Another origin whose pages may call, as `http://192.168.1.20:8080`; repeatable
    ///
    /// Pages from this machine (localhost, 127.0.0.1, any port) always may. Those of programs have
    /// schemes of their own, as `app://obsidian.md` or `tauri://localhost`. `:*` is any port. What
    /// was refused is in the log, with the option that allows it.
    #[arg(long, env = env::ALLOW_ORIGIN, value_name = "ORIGIN", value_delimiter = ',', help_heading = "Access")]
    pub allow_origin: Vec<AllowedOrigin>,

    /// Another name under which this server is reached, as `notes.example.org`; repeatable
    ///
    /// Loopback names and the address listened on always are. A name that was refused is in the
    /// log, with the option that allows it.
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
    /// Largest request body; the message that opens a session (initialize) may have 64k
    #[arg(long, env = env::MAX_BODY, value_name = "SIZE", default_value = "4m", value_parser = parse_size)]
    pub max_body: usize,

    /// Most values in a request body; names of members count as well, lists, objects and long texts twice
    #[arg(long, env = env::MAX_VALUES, value_name = "COUNT", default_value = "100000", value_parser = parse_count)]
    pub max_values: usize,

    /// All request bodies over 64k that are being worked on, together
    ///
    /// Past it, a request waits for 2 s and is then turned away for a moment (503). Those of more
    /// than 1000 values share as many as one may have, likewise.
    #[arg(long, env = env::MAX_BODIES, value_name = "SIZE", default_value = "32m", value_parser = parse_size)]
    pub max_bodies: usize,

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

fn parse_public_url(text: &str) -> Result<WebUrl, String> {
    let url: WebUrl = text.parse()?;
    match url.path() {
        "" => Ok(url),
        path => Err(format!(
            "leave out {path}; the endpoint is /mcp below the address of the host"
        )),
    }
}

fn parse_count(text: &str) -> Result<usize, String> {
    // The upper bound is what the runtime's semaphore can count to, on every platform.
    text.trim()
        .parse()
        .ok()
        .filter(|count| (1..=1_000_000).contains(count))
        .ok_or_else(|| "write a whole number from 1 to 1000000".to_owned())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use clap::Parser;

    use crate::cli::Cli;

    #[test]
    fn the_defaults_are_the_contract() {
        let args = Cli::parse_from(["pm-mcp-http"]).serve;
        assert_eq!(args.listen.to_string(), "127.0.0.1:5008");
        assert_eq!(args.limits.max_body, 4 << 20);
        assert_eq!(args.limits.max_values, 100_000);
        assert_eq!(args.limits.max_bodies, 32 << 20);
        assert_eq!(args.limits.max_sessions, 256);
        assert_eq!(args.limits.max_connections, 512);
        assert_eq!(args.limits.header_timeout, Duration::from_secs(10));
        assert_eq!(args.limits.body_timeout, Duration::from_secs(30));
        assert_eq!(args.limits.shutdown_grace, Duration::from_secs(10));
        assert_eq!(args.shared.tools.answer_limit, 32 << 10);
        assert!(!args.no_web && !args.allow_unauthenticated && !args.shared.tools.read_only);
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
}
