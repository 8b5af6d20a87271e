//! The MCP tools of the process manager.

use rmcp::{ServerHandler, model::ServerConfig};

/// What a server offers and how much it says.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// The tools that are listed and callable.
    pub tools: ToolSelection,
    /// Whether tools that change something are offered.
    pub access: Access,
    /// The largest answer to one call, in bytes of its text.
    pub answer_limit: usize,
}

/// The tools that a server offers: a profile's name or a list of tool names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolSelection(Vec<String>);

impl std::str::FromStr for ToolSelection {
    type Err = UnknownTool;
    fn from_str(_: &str) -> Result<Self, Self::Err> {
        Ok(Self(Vec::new()))
    }
}

/// A name in a tool selection that no tool and no profile has.
#[derive(Debug, thiserror::Error)]
#[error("there is no tool called {0:?}")]
pub struct UnknownTool(String);

/// Whether callers may change what is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// All selected tools.
    ReadWrite,
    /// Only the tools that change nothing.
    ReadOnly,
}

/// Who is calling, as the transport has proved it; put into the extensions of an HTTP request.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Principal(pub std::sync::Arc<str>);

/// The MCP server: tools over one [`pm_core::ProcessManager`].
#[derive(Clone)]
pub struct PmServer;

impl PmServer {
    /// Makes a server over `manager`.
    pub fn new(_manager: pm_core::ProcessManager, _options: ServerOptions) -> Self {
        Self
    }
    /// A cheap clone for one more connection or session, with an active process of its own.
    pub fn for_new_caller(&self) -> Self {
        self.clone()
    }
}

impl ServerHandler for PmServer {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::default()
    }
}
