//! The MCP tools of the process manager: what a language model can do with it, and how it is
//! answered.
//!
//! [`PmServer`] is an rmcp server handler over one [`pm_core::ProcessManager`]. It knows no
//! transport; a binary hands it connections.
//!
//! [`frame`] reads what arrives before anything is made of it.
//!
//! A call passes through these modules, in this order: `server` (the protocol), `dispatch`
//! (one call from its arguments to its answer), `arguments` (lenient input), `call` (the
//! process that is meant), `tools` (one definition a tool), `wire` (model to answer), `notice`
//! (what happened besides), and `bounded` or `refusal` (what the model gets to read).

mod answer;
mod arguments;
mod bounded;
mod call;
mod call_log;
mod caller;
mod completion;
mod descriptions;
mod dispatch;
mod failure;
pub mod frame;
mod list;
mod listing;
mod notice;
mod numbering;
mod options;
mod place;
mod prompts;
mod refusal;
mod resources;
mod schema;
mod server;
#[cfg(test)]
mod tests;
mod tools;
mod turns;
mod updates;
mod wire;

pub use bounded::MIN_ANSWER_LIMIT;
pub use caller::{CallerName, Principal};
pub use descriptions::{Descriptions, DescriptionsError, MAX_TEXT_CHARS};
pub use list::{LeftOut, ListSize, ToolList};
pub use numbering::{Numbering, restore_id, sent_id};
pub use options::{Access, DEFAULT_ANSWER_LIMIT, ServerOptions, ToolSelection, UnknownTool};
pub use server::PmServer;
pub use turns::{Turn, Turns};
