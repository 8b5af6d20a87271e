//! The access token: `Authorization: Bearer …`, compared in constant time.

use std::sync::Arc;

use axum::extract::Request;
use http::{HeaderMap, header};
use pm_tools::Principal;
use subtle::ConstantTimeEq;

use crate::config::Protection;
use crate::refusal::Refusal;
use crate::token::Token;

/// What the protected routes ask for.
#[derive(Debug, Clone)]
pub struct Gate {
    token: Option<Token>,
    principal: Principal,
}

impl Gate {
    /// Makes the gate that `protection` asks for.
    pub fn new(protection: &Protection) -> Self {
        let token = match protection {
            Protection::Token(token) => Some(token.clone()),
            Protection::Loopback | Protection::Nothing => None,
        };
        // One token, one principal; its name must tell nothing about the token.
        Self {
            token,
            principal: Principal(Arc::from("token")),
        }
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
        let Some(token) = &self.token else {
            return Ok(None);
        };
        let mut sent = headers.get_all(header::AUTHORIZATION).iter();
        let (Some(value), None) = (sent.next(), sent.next()) else {
            return Err(Refusal::TokenMissing);
        };
        let sent = bearer(value.as_bytes()).ok_or(Refusal::TokenMissing)?;
        if sent.ct_eq(token.as_bytes()).into() {
            Ok(Some(self.principal.clone()))
        } else {
            Err(Refusal::TokenWrong)
        }
    }
}

fn bearer(value: &[u8]) -> Option<&[u8]> {
    let (scheme, token) = value.split_at_checked(b"Bearer ".len())?;
    scheme
        .eq_ignore_ascii_case(b"Bearer ")
        .then(|| token.trim_ascii())
}
