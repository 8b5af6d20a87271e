//! The settings, logging, refusals and chores that the process manager's binaries share.
//!
//! The core reads no environment variable and knows no home directory, and the transports differ
//! in little: what all their command lines have in common lives here, so that an option has one
//! name, one default and one explanation everywhere.

mod closing;
pub mod command_line;
pub mod companions;
pub mod copy;
#[cfg(feature = "postgres")]
mod database_args;
pub mod doctor;
pub mod env;
mod error;
pub mod import;
pub mod logging;
pub mod output;
mod paths;
mod place;
pub mod project;
mod shared;
mod signals;
mod store_name;
mod tool_args;
pub mod tools;
mod units;

pub use closing::close;
#[cfg(feature = "postgres")]
pub use database_args::{Database, DatabaseArgs, FeedArg};
pub use error::{ConfigError, refuse, say};
pub use output::print;
pub use paths::path_parser;
pub use place::Place;
pub use shared::{Opened, SharedArgs, default_directory, storage_directory, store_directory};
pub use signals::{Hangups, Signals};
pub use store_name::{StoreName, store_parser};
pub use tool_args::{ToolArgs, tools_left_out};
pub use units::{parse_duration, parse_size, parse_switch};

/// The name of the product, as directories and answers carry it.
pub const PRODUCT: &str = "process-manager";
