//! An OAuth 2.1 resource server: callers have access tokens that an authorization server signed, and
//! this server tells their programs where they log in to get one.
//!
//! Of the authorization server, this server is told nothing but the address. Where its keys are,
//! the authorization server says itself ([`issuer`]); the keys are fetched again and again
//! ([`keys`]), over connections of our own ([`fetch`]). A token is checked by the keys
//! ([`access_token`], [`known_tokens`]), says who somebody is and what they may do ([`claims`]),
//! and leads to what they are served ([`admission`]). Whoever has no token, or one that is of no
//! use, is told what to do ([`challenge`], [`metadata`]).

use std::sync::Arc;

use crate::web_url::WebUrl;

#[cfg(feature = "oauth")]
pub mod access_token;
#[cfg(feature = "oauth")]
pub mod admission;
pub mod challenge;
pub mod claims;
#[cfg(feature = "oauth")]
pub mod fetch;
pub mod flaw;
#[cfg(feature = "oauth")]
pub mod issuer;
#[cfg(feature = "oauth")]
pub mod key_set;
#[cfg(feature = "oauth")]
pub mod keys;
#[cfg(feature = "oauth")]
pub mod known_tokens;
pub mod metadata;
#[cfg(feature = "oauth")]
pub mod signatures;

/// Where callers log in, and under which address they reach this server.
#[derive(Debug, Clone)]
pub struct OAuth {
    /// The authorization server.
    pub issuer: WebUrl,
    /// The address of this server, for callers.
    pub public_url: WebUrl,
    /// The claim of a token that holds the name of whoever has it.
    pub name_claim: Arc<str>,
}

impl OAuth {
    /// What tokens are for: the address of the endpoint.
    pub fn resource(&self) -> String {
        format!("{}/mcp", self.public_url.origin())
    }
}
