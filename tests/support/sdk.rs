//! The protocol library's own client, over either transport and in either era.

use std::path::Path;
use std::process::Command;

use rmcp::model::{CallToolRequestParams, ClientConfig, Implementation, ProtocolVersion, Tool};
use rmcp::service::RunningService;
use rmcp::transport::{StreamableHttpClientTransport, TokioChildProcess};
use rmcp::{ClientLifecycleMode, ClientServiceExt, RoleClient};
use serde_json::Value;

use crate::http_server::HttpServer;
use crate::mcp::Answer;
use crate::stdio_server::StdioServer;

/// Which era of the protocol a client speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Era {
    /// 2025-11-25, with `initialize` and, over HTTP, a session.
    Sessions,
    /// 2026-07-28, without.
    Sessionless,
}

/// A connected client.
#[derive(Debug)]
pub struct Client(RunningService<RoleClient, ClientConfig>);

impl Client {
    /// Connects to a running HTTP server.
    pub async fn over_http(server: &HttpServer, era: Era) -> Self {
        let transport = StreamableHttpClientTransport::from_uri(server.url("/mcp"));
        let connected = client_info().serve_with_lifecycle(transport, era.lifecycle());
        Self(connected.await.unwrap())
    }

    /// Starts a stdio server over `directory` and connects to it. It ends with this client.
    pub async fn over_stdio(directory: impl AsRef<Path>, era: Era) -> Self {
        Self::spawning(StdioServer::command(directory), era).await
    }

    /// Starts a stdio server and connects to it. It ends with this client.
    pub async fn spawning(command: Command, era: Era) -> Self {
        let command = tokio::process::Command::from(command);
        let transport = TokioChildProcess::new(command).unwrap();
        let connected = client_info().serve_with_lifecycle(transport, era.lifecycle());
        Self(connected.await.unwrap())
    }

    /// Calls a tool.
    pub async fn call(&self, tool: &str, arguments: Value) -> Answer {
        let Value::Object(arguments) = arguments else {
            panic!("arguments are an object: {arguments}")
        };
        let call = CallToolRequestParams::new(tool.to_owned()).with_arguments(arguments);
        let result = self.0.call_tool(call).await.unwrap();
        Answer::of(&serde_json::to_value(result).unwrap())
    }

    /// The tools that are offered.
    pub async fn tools(&self) -> Vec<Tool> {
        self.0.list_all_tools().await.unwrap()
    }

    /// What the server says about itself.
    pub fn server(&self) -> Value {
        serde_json::to_value(self.0.peer_info()).unwrap()
    }

    /// Ends the connection.
    pub async fn close(self) {
        self.0.cancel().await.unwrap();
    }
}

impl Era {
    fn lifecycle(self) -> ClientLifecycleMode {
        match self {
            Self::Sessions => ClientLifecycleMode::Initialize,
            Self::Sessionless => ClientLifecycleMode::Discover {
                preferred_versions: vec![ProtocolVersion::V_2026_07_28],
            },
        }
    }
}

fn client_info() -> ClientConfig {
    let mut client = ClientConfig::default();
    client.client_info = Implementation::new("pm-tests-sdk", "1.0.0");
    client.protocol_version = ProtocolVersion::V_2025_11_25;
    client
}
