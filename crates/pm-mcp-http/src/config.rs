//! Settings that are safe to start with: what the options say, checked together.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use pm_cli::{ConfigError, env};
use pm_core::reason;
use pm_web::{Access, Login, Logouts};

use crate::cli::ServeArgs;
use crate::oauth::OAuth;
#[cfg(feature = "oauth")]
use crate::oauth::issuer::IssuerProblem;
use crate::token::{MIN_SAFE_LENGTH, Token, TokenProblem, TokenSource};

/// Why the server does not start. Each says what is wrong and how to mend it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// What the stdio server could say as well.
    #[error(transparent)]
    Shared(#[from] ConfigError),
    /// A network address without a token.
    #[error(
        "{0} can be reached from the network and no token is set; set PM_TOKEN or --token-file, \
         listen on 127.0.0.1, or say --allow-unauthenticated"
    )]
    Unprotected(SocketAddr),
    /// The token comes from two places.
    #[error("both PM_TOKEN and --token-file (PM_TOKEN_FILE) are set; keep one of them")]
    TwoTokens,
    /// There is one token for all, and one for each.
    #[error(
        "--tokens (PM_TOKENS) gives each caller a token of its own; unset PM_TOKEN and --token-file \
         (PM_TOKEN_FILE), which are one token for all"
    )]
    TokenBesideTokens,
    /// There are tokens beside those of an authorization server.
    #[error(
        "with --oauth-issuer (PM_OAUTH_ISSUER) the authorization server gives each caller a token; \
         unset PM_TOKEN, --token-file (PM_TOKEN_FILE) and --tokens (PM_TOKENS)"
    )]
    TokenBesideOAuth,
    /// One of two options that belong together is missing.
    #[error(
        "--oauth-issuer (PM_OAUTH_ISSUER) and --public-url (PM_PUBLIC_URL) belong together: callers \
         log in at the one to get tokens for the other; set both or neither"
    )]
    HalfOfOAuth,
    /// This program cannot check the tokens of an authorization server.
    #[cfg(not(feature = "oauth"))]
    #[error("this program was built without the feature oauth, and knows no --oauth-issuer")]
    NoOAuth,
    /// The authorization server is not the one that was meant, or is of no use.
    #[cfg(feature = "oauth")]
    #[error("the authorization server {issuer}: {problem}")]
    Issuer {
        /// The one that was named.
        issuer: String,
        /// What is wrong with it.
        problem: IssuerProblem,
    },
    /// The tokens cannot be served.
    #[error("the tokens in {}: {problem}", path.display())]
    Tokens {
        /// The file named.
        path: PathBuf,
        /// What is wrong, and what to do.
        problem: String,
    },
    /// The system gives no random numbers.
    #[error("cannot start: the system gives no random numbers: {}", reason(.0))]
    Random(getrandom::Error),
    /// The token is blank.
    #[error("{0} holds no token; put one there, or unset it to serve without a token")]
    EmptyToken(TokenSource),
    /// The token cannot be sent in a header.
    #[error(
        "the token in {0} holds spaces or characters that no header can carry; use letters, digits and punctuation"
    )]
    UnusableToken(TokenSource),
    /// The token's file cannot be read.
    #[error("cannot read the token file {}: {}; name a readable file with --token-file", path.display(), reason(source))]
    TokenFile {
        /// The file named.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Listening failed.
    #[error("cannot listen on {address}: {}", bind_advice(*address, source))]
    Bind {
        /// The address asked for.
        address: SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
    /// The system gives no threads or timers.
    #[error("cannot start: {}", reason(.0))]
    Runtime(std::io::Error),
}

fn bind_advice(address: SocketAddr, source: &std::io::Error) -> String {
    match source.kind() {
        ErrorKind::AddrInUse => {
            "another program listens there already; stop it, or choose another port with --listen"
                .to_owned()
        }
        ErrorKind::AddrNotAvailable => {
            format!(
                "this machine has no address {}; choose another with --listen",
                address.ip()
            )
        }
        ErrorKind::PermissionDenied => {
            "the system does not permit it; choose a port above 1023 with --listen".to_owned()
        }
        _ => format!("{}; choose another address with --listen", reason(source)),
    }
}

/// Who may call.
#[derive(Debug, Clone)]
pub enum Protection {
    /// Whoever has one of the tokens that are listed in a file.
    TokensOf(PathBuf),
    /// Whoever has a token of an authorization server.
    OAuth(Box<OAuth>),
    /// Whoever sends the token.
    Token(Token),
    /// Whoever is on this machine: the address is loopback.
    Loopback,
    /// Anyone who reaches the address, as was asked for.
    Nothing,
}

impl Protection {
    /// Who may see the pages: those who log in with the token, if there is one. Logouts are kept in
    /// a directory of this path, or in memory.
    pub fn access(&self, logouts: Option<PathBuf>) -> Access {
        match self {
            Self::Token(token) => {
                let logouts = logouts.map_or_else(Logouts::in_memory, Logouts::kept_in);
                Access::Token(Login::new(token.as_bytes(), logouts))
            }
            Self::TokensOf(_) | Self::OAuth(_) | Self::Loopback | Self::Nothing => Access::Everyone,
        }
    }

    /// The token that is asked for, if there is one for all.
    pub fn token(&self) -> Option<&Token> {
        match self {
            Self::Token(token) => Some(token),
            Self::TokensOf(_) | Self::OAuth(_) | Self::Loopback | Self::Nothing => None,
        }
    }

    /// Where callers log in, if they do so elsewhere.
    pub fn oauth(&self) -> Option<&OAuth> {
        match self {
            Self::OAuth(oauth) => Some(oauth),
            _ => None,
        }
    }

    /// What whoever starts the server should know of the protection, if there is anything.
    pub fn warning(&self) -> Option<String> {
        match self {
            Self::Token(token) if token.is_short() => Some(format!(
                "warning: the access token has fewer than {MIN_SAFE_LENGTH} characters and may be \
                 guessed; take a longer one, such as 'openssl rand -hex 24' prints"
            )),
            _ => None,
        }
    }
}

/// Decides who may call, from the options and the value of `PM_TOKEN`.
pub fn protection(args: &ServeArgs, token: Option<&str>) -> Result<Protection, StartError> {
    if let Some(oauth) = oauth(args)? {
        return match (token, &args.token_file, &args.tokens) {
            (None, None, None) => Ok(Protection::OAuth(Box::new(oauth))),
            _ => Err(StartError::TokenBesideOAuth),
        };
    }
    if let Some(tokens) = &args.tokens {
        return match (token, &args.token_file) {
            (None, None) => Ok(Protection::TokensOf(tokens.clone())),
            _ => Err(StartError::TokenBesideTokens),
        };
    }
    let token = match (token, &args.token_file) {
        (Some(_), Some(_)) => return Err(StartError::TwoTokens),
        (Some(text), None) => Some(read_token(text, &TokenSource::Environment)?),
        (None, Some(path)) => Some(read_token_file(path)?),
        (None, None) => None,
    };
    match token {
        Some(token) => Ok(Protection::Token(token)),
        None if args.listen.ip().to_canonical().is_loopback() => Ok(Protection::Loopback),
        None if args.allow_unauthenticated => Ok(Protection::Nothing),
        None => Err(StartError::Unprotected(args.listen)),
    }
}

/// Where callers log in, if they do so at an authorization server.
fn oauth(args: &ServeArgs) -> Result<Option<OAuth>, StartError> {
    match (&args.oauth_issuer, &args.public_url) {
        (None, None) => Ok(None),
        (Some(issuer), Some(public_url)) => Ok(Some(OAuth {
            issuer: issuer.clone(),
            public_url: public_url.clone(),
            name_claim: args.oauth_name_claim.as_str().into(),
        })),
        _ => Err(StartError::HalfOfOAuth),
    }
}

/// Reads `PM_TOKEN`; a value that is no text is an unusable token, not an absent one.
pub fn token_from_environment() -> Result<Option<String>, StartError> {
    std::env::var_os(env::TOKEN)
        .map(std::ffi::OsString::into_string)
        .transpose()
        .map_err(|_| StartError::UnusableToken(TokenSource::Environment))
}

fn read_token(text: &str, source: &TokenSource) -> Result<Token, StartError> {
    text.parse().map_err(|problem| match problem {
        TokenProblem::Empty => StartError::EmptyToken(source.clone()),
        TokenProblem::Unusable => StartError::UnusableToken(source.clone()),
    })
}

fn read_token_file(path: &Path) -> Result<Token, StartError> {
    let text = std::fs::read_to_string(path).map_err(|source| StartError::TokenFile {
        path: path.to_owned(),
        source,
    })?;
    read_token(&text, &TokenSource::File(path.to_owned()))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::Cli;
    use crate::healthcheck::Unwell;
    use crate::token_file::TokenFileProblem;

    fn check(arguments: &[&str], token: Option<&str>) -> Result<Protection, String> {
        let all = ["pm-mcp-http"].into_iter().chain(arguments.iter().copied());
        protection(&Cli::parse_from(all).serve, token).map_err(|error| error.to_string())
    }

    #[test]
    fn loopback_needs_no_token() {
        assert!(matches!(check(&[], None), Ok(Protection::Loopback)));
        assert!(matches!(
            check(&["--listen", "[::1]:0"], None),
            Ok(Protection::Loopback)
        ));
        assert!(matches!(
            check(&[], Some("s3cret")),
            Ok(Protection::Token(_))
        ));
    }

    #[test]
    fn a_network_address_needs_a_token_or_the_word() {
        for address in ["0.0.0.0:5008", "[::]:5008", "192.0.2.7:1"] {
            let error = check(&["--listen", address], None).unwrap_err();
            assert!(
                error.contains(address) && error.contains("PM_TOKEN"),
                "{error}"
            );
            assert!(error.contains("--allow-unauthenticated"), "{error}");
            assert!(matches!(
                check(&["--listen", address, "--allow-unauthenticated"], None),
                Ok(Protection::Nothing)
            ));
            assert!(matches!(
                check(&["--listen", address], Some("t")),
                Ok(Protection::Token(_))
            ));
        }
    }

    #[test]
    fn blank_and_unusable_tokens_are_refused() {
        assert!(
            check(&[], Some(""))
                .unwrap_err()
                .contains("PM_TOKEN holds no token")
        );
        assert!(
            check(&[], Some(" \n"))
                .unwrap_err()
                .contains("PM_TOKEN holds no token")
        );
        let error = check(&[], Some("two words")).unwrap_err();
        assert!(
            error.contains("PM_TOKEN") && !error.contains("two words"),
            "{error}"
        );
    }

    #[test]
    fn a_short_token_is_warned_of_and_not_shown() {
        let warning = |token: &str| check(&[], Some(token)).unwrap().warning();
        let warned = warning("hunter2").unwrap();
        assert!(warned.contains("16 characters"), "{warned}");
        assert!(!warned.contains("hunter2"), "{warned}");
        assert_eq!(warning("0123456789abcdef"), None);
        assert_eq!(Protection::Loopback.warning(), None);
    }

    #[test]
    fn a_token_file_is_trimmed_and_must_hold_something() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("token");
        let path = file.to_str().unwrap();
        assert!(
            check(&["--token-file", path], None)
                .unwrap_err()
                .contains("cannot read")
        );
        std::fs::write(&file, "s3cret\n").unwrap();
        let Ok(Protection::Token(token)) = check(&["--token-file", path], None) else {
            panic!("no token")
        };
        assert_eq!(token.as_bytes(), b"s3cret");
        assert_eq!(format!("{token:?}"), "Token(<secret>)");
        assert!(
            check(&["--token-file", path], Some("t"))
                .unwrap_err()
                .contains("both")
        );
        std::fs::write(&file, "\n").unwrap();
        assert!(
            check(&["--token-file", path], None)
                .unwrap_err()
                .contains("holds no token")
        );
    }

    #[test]
    fn a_taken_port_says_how_to_go_on() {
        let address: SocketAddr = "127.0.0.1:5008".parse().unwrap();
        let error = StartError::Bind {
            address,
            source: ErrorKind::AddrInUse.into(),
        }
        .to_string();
        assert_eq!(
            error,
            "cannot listen on 127.0.0.1:5008: another program listens there already; stop it, or \
             choose another port with --listen"
        );
    }

    #[test]
    fn what_the_system_says_comes_without_its_number() {
        let source = || std::io::Error::from_raw_os_error(13);
        let unreadable = TokenFileProblem::Unreadable(source());
        let authority = "127.0.0.1:5008".to_owned();
        let told = [
            StartError::TokenFile {
                path: "token".into(),
                source: source(),
            }
            .to_string(),
            StartError::Bind {
                address: authority.parse().unwrap(),
                // Too many open files.
                source: std::io::Error::from_raw_os_error(24),
            }
            .to_string(),
            StartError::Runtime(source()).to_string(),
            unreadable.to_string(),
            Unwell::Unreachable {
                authority,
                source: source(),
            }
            .to_string(),
        ];
        for told in told {
            assert!(!told.contains("os error"), "{told}");
        }
    }
}
