//! `healthcheck`: asks a running server how it is, for containers that hold nothing but this
//! program.
//!
//! One request over a plain connection, written by hand: a client library would be larger than
//! what it is for.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use http::Uri;

use crate::cli::HealthcheckArgs;
use crate::listen::reachable_from_here;

/// The most of an answer that is read.
const MOST: u64 = 64 << 10;

/// Why the server is not found to be well.
#[derive(Debug, thiserror::Error)]
pub enum Unwell {
    /// The URL cannot be asked.
    #[error("{0:?} is no URL to ask; write one such as http://127.0.0.1:5008/health")]
    Url(String),
    /// Nobody answers.
    #[error("no server answers on {authority}: {}", pm_core::reason(source))]
    Unreachable {
        /// Whom we asked.
        authority: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// What answers is no HTTP server.
    #[error("{0} answers, but not in HTTP")]
    NotHttp(String),
    /// The server answers and is not well.
    #[error("{authority} answers {status}: {body}")]
    Status {
        /// Whom we asked.
        authority: String,
        /// The status line's code.
        status: u16,
        /// The answer's first line.
        body: String,
    },
}

/// Asks in the name of `program`, prints one line, and returns 0 if the server is well, otherwise 1.
pub fn run(program: &str, args: &HealthcheckArgs) -> ExitCode {
    match ask(args) {
        Ok(report) => {
            pm_cli::print(&report);
            ExitCode::SUCCESS
        }
        Err(error) => {
            pm_cli::say(program, &error);
            ExitCode::FAILURE
        }
    }
}

fn ask(args: &HealthcheckArgs) -> Result<String, Unwell> {
    let (authority, path, addresses) = if let Some(url) = &args.url {
        target(url)?
    } else {
        let address = reachable_from_here(args.listen);
        (address.to_string(), "/health".to_owned(), vec![address])
    };
    let unreachable = |source| Unwell::Unreachable {
        authority: authority.clone(),
        source,
    };
    let answer = exchange(&addresses, &authority, &path, args.timeout).map_err(unreachable)?;
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head
        .strip_prefix("HTTP/1.")
        .and_then(|rest| rest.split_whitespace().nth(1))
        .and_then(|code| code.parse::<u16>().ok())
        .ok_or_else(|| Unwell::NotHttp(authority.clone()))?;
    let body = body.lines().next().unwrap_or_default().to_owned();
    if status == 200 {
        Ok(body)
    } else {
        Err(Unwell::Status {
            authority,
            status,
            body,
        })
    }
}

/// Takes a URL apart: authority, path and the addresses behind it.
fn target(url: &str) -> Result<(String, String, Vec<SocketAddr>), Unwell> {
    let refused = || Unwell::Url(url.to_owned());
    let uri: Uri = url.parse().map_err(|_| refused())?;
    let authority = uri.authority().filter(|_| uri.scheme_str() == Some("http"));
    let authority = authority.ok_or_else(refused)?;
    let host = authority
        .host()
        .trim_start_matches('[')
        .trim_end_matches(']');
    let addresses = (host, authority.port_u16().unwrap_or(80))
        .to_socket_addrs()
        .map_err(|source| Unwell::Unreachable {
            authority: authority.to_string(),
            source,
        })?;
    let path = match uri.path() {
        "/" | "" => "/health",
        path => path,
    };
    Ok((authority.to_string(), path.to_owned(), addresses.collect()))
}

fn exchange(
    addresses: &[SocketAddr],
    authority: &str,
    path: &str,
    timeout: Duration,
) -> std::io::Result<Vec<u8>> {
    let deadline = Instant::now() + timeout;
    let left = || {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            Err(std::io::Error::from(std::io::ErrorKind::TimedOut))
        } else {
            Ok(left)
        }
    };
    let mut outcome = Err(std::io::ErrorKind::AddrNotAvailable.into());
    for address in addresses {
        outcome = TcpStream::connect_timeout(address, left()?);
        if outcome.is_ok() {
            break;
        }
    }
    let mut stream = outcome?;
    stream.set_write_timeout(Some(left()?))?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: {authority}\r\nconnection: close\r\n\r\n");
    // In one write: a server that answers before all pieces are there would reset the connection.
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    let mut piece = [0; 4096];
    loop {
        stream.set_read_timeout(Some(left()?))?;
        let read = (&stream).take(MOST).read(&mut piece)?;
        answer.extend_from_slice(piece.get(..read).unwrap_or_default());
        if read == 0 || answer.len() as u64 >= MOST {
            return Ok(answer);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    /// Asks a server that answers `answer` to whatever it is asked.
    fn check(answer: &'static [u8]) -> Result<String, String> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let listen = listener.local_addr().unwrap();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let read = stream.read(&mut [0; 1024]).unwrap();
            assert!(read > 0);
            stream.write_all(answer).unwrap();
        });
        let outcome = ask(&args(listen, None));
        server.join().unwrap();
        outcome.map_err(|error| error.to_string().replace(&listen.to_string(), "SERVER"))
    }

    fn args(listen: SocketAddr, url: Option<&str>) -> HealthcheckArgs {
        HealthcheckArgs {
            listen,
            url: url.map(str::to_owned),
            timeout: Duration::from_secs(5),
        }
    }

    #[test]
    fn only_200_is_well() {
        assert_eq!(
            check(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"),
            Ok("{}".to_owned())
        );
        assert_eq!(
            check(b"HTTP/1.1 503 Service Unavailable\r\n\r\nfailing\n"),
            Err("SERVER answers 503: failing".to_owned())
        );
        assert_eq!(
            check(b"220 mail.example ready\r\n"),
            Err("SERVER answers, but not in HTTP".to_owned())
        );
    }

    #[test]
    fn nobody_there_is_unwell() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let error = ask(&args(address, None)).unwrap_err().to_string();
        assert!(
            error.starts_with("no server answers on 127.0.0.1:"),
            "{error}"
        );
    }

    #[test]
    fn a_url_is_http_with_a_host() {
        assert_eq!(target("http://127.0.0.1:1").unwrap().1, "/health");
        assert_eq!(
            target("http://[::1]:1/mcp/health").unwrap().1,
            "/mcp/health"
        );
        for bad in ["", "127.0.0.1:5008", "https://127.0.0.1/health", "/health"] {
            assert!(matches!(target(bad), Err(Unwell::Url(_))), "{bad}");
        }
    }
}
