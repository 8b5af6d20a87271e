//! The access token: `Authorization: Bearer …`.

use std::pin::Pin;
use std::sync::Arc;

use axum::extract::Request;
use http::{Extensions, HeaderMap, header};
use pm_tools::Principal;
use subtle::ConstantTimeEq;

use crate::refusal::Refusal;
use crate::token::Token;

/// What the protected routes ask for.
#[derive(Clone)]
pub enum Gate {
    /// Nothing.
    Open,
    /// The one token, and what whoever has it is called.
    Token(Token, Principal),
    /// One of several tokens.
    OneOfSeveral(Arc<Admit>),
    /// A token that an authorization server has signed.
    OAuth(Arc<AdmitSigned>),
}

/// Says whether a token is taken, and notes whose it is in the extensions of the request.
pub type Admit = dyn Fn(&[u8], &mut Extensions) -> bool + Send + Sync;

/// Says what belongs into the extensions of a request that came with this token, or with none.
pub type AdmitSigned = dyn Fn(Option<Vec<u8>>) -> Admitted + Send + Sync;

/// What comes of a token that is looked at.
pub type Admitted = Pin<Box<dyn Future<Output = Result<Extensions, Refusal>> + Send>>;

impl Gate {
    /// The gate for this token, or an open one.
    pub fn new(token: Option<&Token>) -> Self {
        // One token, one principal; its name must tell nothing about the token.
        let named = |token: &Token| Self::Token(token.clone(), Principal(Arc::from("token")));
        token.map_or(Self::Open, named)
    }

    /// Lets a request through that carries the token, and notes who is calling in its extensions.
    pub async fn pass(&self, request: &mut Request) -> Result<(), Refusal> {
        if matches!(self, Self::Open) {
            return Ok(());
        }
        // A copy, since the request is written to.
        let sent = sent(request.headers()).map(<[u8]>::to_owned);
        let extensions = request.extensions_mut();
        if let Self::OAuth(admit) = self {
            extensions.extend(admit(sent).await?);
            return Ok(());
        }
        let sent = sent.ok_or(Refusal::TokenMissing)?;
        let is_taken = match self {
            Self::Open | Self::OAuth(_) => true,
            Self::Token(token, principal) => {
                extensions.insert(principal.clone());
                sent.ct_eq(token.as_bytes()).into()
            }
            Self::OneOfSeveral(admit) => admit(&sent, extensions),
        };
        is_taken.then_some(()).ok_or(Refusal::TokenWrong)
    }
}

/// The one token that was sent.
fn sent(headers: &HeaderMap) -> Option<&[u8]> {
    let mut sent = headers.get_all(header::AUTHORIZATION).iter();
    match (sent.next(), sent.next()) {
        (Some(value), None) => bearer(value.as_bytes()),
        _ => None,
    }
}

fn bearer(value: &[u8]) -> Option<&[u8]> {
    let (scheme, token) = value.split_at_checked(b"Bearer ".len())?;
    scheme
        .eq_ignore_ascii_case(b"Bearer ")
        .then(|| token.trim_ascii())
}
