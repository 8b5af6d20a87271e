//! What an authorization server says of itself: that it is the one meant, and where its keys are
//! (RFC 8414, the discovery of `OpenID` Connect).

use http::StatusCode;
use serde::Deserialize;

use super::fetch::{FetchProblem, fetch};
use super::key_set::KeySet;
use crate::web_url::WebUrl;

/// Why the keys of an authorization server cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum IssuerProblem {
    /// It does not answer, or not with what was asked for.
    #[error("{url}: {problem}")]
    Away {
        /// What was asked for.
        url: String,
        /// What came of it.
        problem: FetchProblem,
    },
    /// It is not the one that was named.
    #[error("it calls itself {said:?}; name it so, to the letter, with --oauth-issuer")]
    Other {
        /// Its name.
        said: String,
    },
    /// What it says of itself makes no sense.
    #[error("{url} {what}")]
    Senseless {
        /// What was asked for.
        url: String,
        /// What is wrong.
        what: &'static str,
    },
}

impl IssuerProblem {
    /// Whether the problem may be over in a moment.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Away { problem, .. } => match problem {
                FetchProblem::Untrusted(_) => false,
                FetchProblem::Status(status) => !is_elsewhere(*status),
                _ => true,
            },
            Self::Other { .. } | Self::Senseless { .. } => false,
        }
    }
}

/// What an authorization server says of itself, as far as it matters here.
#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    jwks_uri: Option<String>,
}

/// Fetches the keys of an authorization server from where that server says that they are.
pub async fn fetch_keys(issuer: &WebUrl) -> Result<KeySet, IssuerProblem> {
    let (place, metadata) = metadata_of(issuer).await?;
    let senseless = |url: String, what| IssuerProblem::Senseless { url, what };
    if metadata.issuer != issuer.as_str() {
        let said = metadata.issuer;
        return Err(IssuerProblem::Other { said });
    }
    let Some(keys) = metadata.jwks_uri else {
        return Err(senseless(
            place,
            "names no jwks_uri, where its keys would be",
        ));
    };
    let keys = WebUrl::read(&keys).ok();
    let is_as_safe = |keys: &WebUrl| keys.is_encrypted() || !issuer.is_encrypted();
    let Some(keys) = keys.filter(is_as_safe) else {
        return Err(senseless(
            place,
            "names a jwks_uri that is no https address",
        ));
    };
    let url = keys.to_string();
    let listed = fetch(&keys).await.map_err(|problem| IssuerProblem::Away {
        url: url.clone(),
        problem,
    })?;
    KeySet::read(&listed).ok_or_else(|| senseless(url, "is no list of keys"))
}

/// Finds what an authorization server says of itself, at the first of the possible places that has
/// it.
async fn metadata_of(issuer: &WebUrl) -> Result<(String, Metadata), IssuerProblem> {
    let (origin, path) = (issuer.origin(), issuer.path());
    let places = [
        format!("{origin}/.well-known/oauth-authorization-server{path}"),
        format!("{origin}/.well-known/openid-configuration{path}"),
        format!("{origin}{path}/.well-known/openid-configuration"),
    ];
    let mut first = None;
    for url in places {
        let Ok(place) = url.parse::<WebUrl>() else {
            continue;
        };
        let problem = match fetch(&place).await {
            Ok(document) => match serde_json::from_slice(&document) {
                Ok(metadata) => return Ok((url, metadata)),
                // A page, say, that the server shows for whatever it does not have.
                Err(_) => IssuerProblem::Senseless {
                    url,
                    what: "says nothing of an authorization server",
                },
            },
            Err(problem) => {
                let is_last = !matches!(problem, FetchProblem::Status(it) if is_elsewhere(it));
                let away = IssuerProblem::Away { url, problem };
                if is_last {
                    return Err(away);
                }
                away
            }
        };
        first.get_or_insert(problem);
    }
    Err(first.unwrap_or_else(|| IssuerProblem::Senseless {
        url: issuer.to_string(),
        what: "is no address of an authorization server",
    }))
}

/// Whether an answer of this status says that what was asked for is not there.
fn is_elsewhere(status: StatusCode) -> bool {
    !status.is_server_error() && status != StatusCode::TOO_MANY_REQUESTS
}
