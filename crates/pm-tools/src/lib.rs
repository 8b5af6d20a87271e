//! The MCP tools.
