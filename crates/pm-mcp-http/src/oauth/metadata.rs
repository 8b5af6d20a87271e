//! Where a client finds out how to get a token for this server (RFC 9728).

use std::sync::Arc;

use axum::Json;
use axum::Router;
use axum::routing::get;
use serde::Serialize;

use super::OAuth;
use super::claims::{READ, WRITE};

/// Where the metadata is by the standard, for a server without a path. What is below this is
/// public: pages of any origin may read it.
pub const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// The same for the endpoint, which has a path.
const OF_ENDPOINT: &str = "/.well-known/oauth-protected-resource/mcp";

/// What is said of this server.
#[derive(Debug, Clone, Serialize)]
struct Metadata {
    resource: String,
    authorization_servers: [String; 1],
    scopes_supported: Vec<&'static str>,
    bearer_methods_supported: [&'static str; 1],
    resource_name: &'static str,
}

/// The scopes that a client without any is to ask for. The scope of whoever looks after the server
/// is not among them, so that nobody has it by chance.
pub fn scopes(may_write: bool) -> Vec<&'static str> {
    if may_write {
        vec![READ, WRITE]
    } else {
        vec![READ]
    }
}

impl OAuth {
    /// The address at which clients find the metadata.
    pub fn metadata_url(&self) -> String {
        format!("{}{OF_ENDPOINT}", self.public_url.origin())
    }

    /// Serves the metadata, also where clients look that do not know where the endpoint is.
    pub fn metadata_routes(&self, may_write: bool) -> Router {
        let metadata = Arc::new(Metadata {
            resource: self.resource(),
            authorization_servers: [self.issuer.to_string()],
            scopes_supported: scopes(may_write),
            bearer_methods_supported: ["header"],
            resource_name: pm_cli::PRODUCT,
        });
        let answer = get(async move || Json(Metadata::clone(&metadata)));
        Router::new()
            .route(WELL_KNOWN, answer.clone())
            .route(OF_ENDPOINT, answer)
    }
}
