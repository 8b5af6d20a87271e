//! What a client is told that needs an access token, or another one (RFC 6750, RFC 9728).

use std::fmt;
use std::sync::Arc;

use http::{HeaderValue, StatusCode};

use super::flaw::Flaw;

/// Where a client learns how to get a token, and with which scopes.
#[derive(Debug, Clone)]
pub struct Challenge {
    /// The address of the metadata.
    pub metadata: Arc<str>,
    /// The scopes to ask for if there is no token that holds.
    pub scope: Arc<str>,
    /// What is wrong with the request.
    pub lack: Lack,
}

/// What a request lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// A token.
    Token,
    /// Another token than the one that it has.
    Validity(Flaw),
    /// The scope that lets it do this.
    Scope(&'static str),
}

impl Challenge {
    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        match self.lack {
            Lack::Token | Lack::Validity(_) => StatusCode::UNAUTHORIZED,
            Lack::Scope(_) => StatusCode::FORBIDDEN,
        }
    }

    /// The value of `WWW-Authenticate`.
    pub fn header(&self) -> Option<HeaderValue> {
        let Self {
            metadata, scope, ..
        } = self;
        let (error, scope) = match self.lack {
            Lack::Token => (String::new(), &**scope),
            Lack::Validity(flaw) => {
                let error = format!("error=\"invalid_token\", error_description=\"{flaw}\", ");
                (error, &**scope)
            }
            Lack::Scope(scope) => ("error=\"insufficient_scope\", ".to_owned(), scope),
        };
        let value = format!("Bearer {error}resource_metadata=\"{metadata}\", scope=\"{scope}\"");
        HeaderValue::try_from(value).ok()
    }
}

impl fmt::Display for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let metadata = &self.metadata;
        match self.lack {
            Lack::Token => write!(
                f,
                "Unauthorized: log in first. {metadata} says where a client gets an access token."
            ),
            Lack::Validity(flaw) => write!(
                f,
                "Unauthorized: this access token is of no use here, since {flaw}. {metadata} says where a client gets one."
            ),
            Lack::Scope(scope) => write!(
                f,
                "Forbidden: this access token lacks a scope. Log in again and ask for: {scope}"
            ),
        }
    }
}
