//! The process manager as an MCP server over stdio.

fn main() {}
