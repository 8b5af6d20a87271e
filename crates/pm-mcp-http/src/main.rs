//! The process manager as an MCP server over Streamable HTTP.

fn main() {}
