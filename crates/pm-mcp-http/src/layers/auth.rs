//! The access token: `Authorization: Bearer …`, compared in constant time.

use std::sync::Arc;

use axum::extract::Request;
use http::{HeaderMap, header};
use pm_tools::Principal;
use subtle::ConstantTimeEq;

use crate::refusal::Refusal;
use crate::token::Token;

/// What the protected routes ask for.
#[derive(Clone)]
pub enum Gate {
    /// Nothing.
    Open,
    /// The one token.
    Token(Token),
    /// One of several tokens: answers who has it.
    OneOfSeveral(Arc<WhoHas>),
}

/// Answers who has a token.
pub type WhoHas = dyn Fn(&[u8]) -> Option<Principal> + Send + Sync;

impl Gate {
    /// The gate for this token, or an open one.
    pub fn new(token: Option<&Token>) -> Self {
        token.map_or(Self::Open, |token| Self::Token(token.clone()))
    }

    /// Lets a request through that carries the token, and notes who is calling in its extensions.
    pub fn pass(&self, request: &mut Request) -> Result<(), Refusal> {
        if let Some(principal) = self.admit(request.headers())? {
            request.extensions_mut().insert(principal);
        }
        Ok(())
    }

    /// Says who is calling: `None` where no token is asked for.
    fn admit(&self, headers: &HeaderMap) -> Result<Option<Principal>, Refusal> {
        if matches!(self, Self::Open) {
            return Ok(None);
        }
        let mut sent = headers.get_all(header::AUTHORIZATION).iter();
        let (Some(value), None) = (sent.next(), sent.next()) else {
            return Err(Refusal::TokenMissing);
        };
        let sent = bearer(value.as_bytes()).ok_or(Refusal::TokenMissing)?;
        let principal = match self {
            Self::Open => return Ok(None),
            // One token, one principal; its name must tell nothing about the token.
            Self::Token(token) => {
                bool::from(sent.ct_eq(token.as_bytes())).then(|| Principal(Arc::from("token")))
            }
            Self::OneOfSeveral(who_has) => who_has(sent),
        };
        principal.map(Some).ok_or(Refusal::TokenWrong)
    }
}

fn bearer(value: &[u8]) -> Option<&[u8]> {
    let (scheme, token) = value.split_at_checked(b"Bearer ".len())?;
    scheme
        .eq_ignore_ascii_case(b"Bearer ")
        .then(|| token.trim_ascii())
}
