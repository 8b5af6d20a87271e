//! The process manager as an MCP server over Streamable HTTP.
//!
//! From the command line inwards: [`cli`] reads the options, [`config`] turns them into settings
//! that are safe to start with, [`app`] builds the routes with their [`layers`], [`mcp`] answers
//! `/mcp` through the protocol library with our [`sessions`], and [`serve`] accepts connections
//! until [`shutdown`] is asked for.

pub mod announce;
pub mod app;
pub mod cli;
pub mod config;
#[cfg(feature = "postgres")]
pub mod database;
pub mod give_back;
pub mod grant;
pub mod health;
pub mod healthcheck;
pub mod layers;
pub mod listen;
pub mod mcp;
pub mod oauth;
pub mod realms;
pub mod refusal;
pub mod reread;
pub mod run;
pub mod serve;
pub mod server_state;
pub mod serving;
pub mod sessions;
pub mod shutdown;
pub mod stray;
pub mod token;
pub mod token_file;
pub mod token_new;
pub mod trash;
pub mod until_sent;
pub mod web_url;
pub mod welcome;

/// The program's name, as messages on standard error carry it.
pub const PROGRAM: &str = "pm-mcp-http";

#[cfg(test)]
mod tests;
