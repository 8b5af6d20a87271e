//! The least that an MCP server on this library does: one tool that answers its argument, or the
//! answer that it was started with, to tell what the size of an answer takes by itself. What it
//! reaches is the ceiling for the servers of the workspace, so it has the same settings and
//! nothing else: no layers, no store, no schema that is made anew.

use std::sync::Arc;

use axum::Router;
use axum::serve::ListenerExt;
use rmcp::ServerHandler;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ErrorData,
    ServerCapabilities, ServerConfig,
};
use rmcp::service::{RequestContext, RoleServer};
use rmcp::transport::StreamableHttpServerConfig;
use rmcp::transport::streamable_http_server::StreamableHttpService;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use serde_json::Value;
use tokio::net::TcpListener;

/// A server with one tool.
#[derive(Clone)]
struct Echo {
    /// What is answered in the place of the argument: as text and as an object, as our tools do.
    answer: Option<Arc<Value>>,
}

impl ServerHandler for Echo {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        if let Some(answer) = &self.answer {
            let mut result = CallToolResult::success(vec![ContentBlock::text(answer.to_string())]);
            result.structured_content = Some(Value::clone(answer));
            return Ok(result.into());
        }
        let arguments = request.arguments.unwrap_or_default();
        let text = arguments.get("text").and_then(Value::as_str);
        let text = text.unwrap_or_default().to_owned();
        Ok(CallToolResult::success(vec![ContentBlock::text(text)]).into())
    }
}

/// Serves on a free port, which it prints, until it is killed: there is nothing to lose. Given an
/// `answer`, a JSON object, it answers that whatever the argument.
#[tokio::main]
pub(crate) async fn serve(answer: Option<&str>) -> anyhow::Result<()> {
    let answer: Option<Arc<Value>> = answer.map(serde_json::from_str).transpose()?.map(Arc::new);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}/mcp", listener.local_addr()?);
    let config = StreamableHttpServerConfig::default().with_json_response(true);
    let sessions = Arc::<LocalSessionManager>::default();
    let service = StreamableHttpService::new(
        move || {
            Ok(Echo {
                answer: answer.clone(),
            })
        },
        sessions,
        config,
    );
    let listener = listener.tap_io(|stream| {
        // Where this fails the figures are low, and nothing else is wrong.
        let _ = stream.set_nodelay(true);
    });
    let app = Router::new().nest_service("/mcp", service);
    Ok(axum::serve(listener, app).await?)
}
