//! The MCP tools of the process manager: what a language model can do with it, and how it is
//! answered.
//!
//! [`PmServer`] is an rmcp server handler over one [`pm_core::ProcessManager`]. It knows no
//! transport; a binary hands it connections.
//!
//! [`frame`] reads what arrives before anything is made of it.
//!
//! A call passes through these modules, in this order: `server` (the protocol), `dispatch`
//! (one call from its arguments to its answer), `input` (lenient input), `call` (the
//! process that is meant), `tools` (one file a tool), `answer` (model to answer), `notice` (what
//! happened besides), and `answer::budget` or `refusal` (what the model gets to read).
//! `calls` keeps the last ones for people who watch.

mod answer;
mod call;
mod call_log;
mod caller;
mod calls;
mod catalog;
mod completion;
mod dispatch;
mod failure;
pub mod frame;
mod input;
mod list;
mod notice;
mod numbering;
mod options;
mod plan_page;
mod prompts;
mod refusal;
mod resources;
mod server;
#[cfg(test)]
mod tests;
mod text;
mod tool;
mod tools;
mod turns;
mod updates;

pub use answer::MIN_ANSWER_LIMIT;
pub use caller::known::KnownCaller;
pub use caller::line::Turn;
pub use caller::offer::Access;
pub use caller::sessionless::Sessionless;
pub use caller::{CallerName, Principal};
pub use calls::{CallRecord, CallRefusal, StuckCaller};
pub use catalog::descriptions::{Descriptions, DescriptionsError, MAX_TEXT_CHARS};
pub use catalog::selection::{ToolSelection, UnknownTool};
pub use list::{LeftOut, ListSize, ToolList};
pub use numbering::{Numbering, restore_id, sent_id};
pub use options::{DEFAULT_ANSWER_LIMIT, ServerOptions};
pub use server::{PmServer, RefusedCall};
pub use turns::Turns;
