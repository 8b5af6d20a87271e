//! The page at `/` until there are pages for people: what this is, and how to connect to it.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use http::{HeaderMap, header};

use crate::config::Protection;

/// The turns that the page proposes: llama.cpp's web UI stops a model after ten, in the middle of
/// most plans.
const TURNS: u32 = 50;

/// The page, for a server that is protected in this way.
pub fn landing_page(protection: &Protection) -> Router {
    let token: Arc<str> = match protection {
        Protection::Token(_) => {
            "\x20    It asks for an access token: add the header Authorization with the value\n\
             \x20    Bearer TOKEN in the same form.\n"
        }
        Protection::Loopback | Protection::Nothing => "",
    }
    .into();
    Router::new().route("/", get(page)).with_state(token)
}

async fn page(State(token): State<Arc<str>>, headers: HeaderMap) -> String {
    // The CORS layer has found it to be one of our names.
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let version = env!("CARGO_PKG_VERSION");
    let product = pm_cli::PRODUCT;
    format!(
        r#"{product} {version}: a process manager for language models, as an MCP server.

Server URL:  http://{host}/mcp  (Streamable HTTP)
Health:      http://{host}/health

llama.cpp's web UI

  1. Click + in the message box, then MCP Servers, then Add New Server.
     In newer builds the MCP icon in the left sidebar leads there.
  2. Paste the server URL, and click Add.
{token}  3. In Settings > Agentic, raise "Agentic turns" above 10, to {TURNS} say: most calls
     take a turn each, and a plan takes many.

  Prompts come when you type /prompt in the message box, resources with the badge on the
  server's card.

  Without a click:

  llama-server ... --ui-config '{{"agenticMaxTurns": {TURNS},
    "mcpServers": "[{{\"id\":\"pm\",\"enabled\":true,\"url\":\"http://{host}/mcp\"}}]"}}'

It does not connect?

  - The URL ends in /mcp. Without that there is nothing to connect to.
  - The page comes from another machine, or under another name than localhost or 127.0.0.1:
    start this server with --allow-origin and the page's address up to its port, such as
    --allow-origin http://192.168.1.20:8080
  - The page is https. A browser lets it call http on this machine at most: open the page
    with http, or put this server behind https, too.
  - "Use llama-server proxy" is on. Then it is llama-server that calls, from its own machine,
    and it needs --ui-mcp-proxy for that. Switch it off where your browser reaches this server.
"#
    )
}
