//! The access token: a secret that fits into a header and is never printed.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use pm_cli::env;

/// How many characters a token needs so that nobody guesses it: 64 bits if they are random
/// hexadecimal digits.
pub const MIN_SAFE_LENGTH: usize = 16;

/// Where a token was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenSource {
    /// `PM_TOKEN`.
    Environment,
    /// `--token-file`.
    File(PathBuf),
}

impl fmt::Display for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment => f.write_str(env::TOKEN),
            Self::File(path) => write!(f, "the file {}", path.display()),
        }
    }
}

/// The secret that clients must send. It is never printed.
#[derive(Clone)]
pub struct Token(Box<str>);

impl Token {
    /// The bytes to compare with, in constant time.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Whether it has fewer than [`MIN_SAFE_LENGTH`] characters.
    pub fn is_short(&self) -> bool {
        self.0.len() < MIN_SAFE_LENGTH
    }
}

impl FromStr for Token {
    type Err = TokenProblem;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text.is_empty() {
            Err(TokenProblem::Empty)
        } else if text.bytes().all(|byte| byte.is_ascii_graphic()) {
            Ok(Self(text.into()))
        } else {
            Err(TokenProblem::Unusable)
        }
    }
}

/// Why a text is no token. It never holds the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenProblem {
    /// It is blank.
    Empty,
    /// It holds what no header can carry.
    Unusable,
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(<secret>)")
    }
}
