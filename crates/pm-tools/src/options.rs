//! What a server offers and how much it says; parsed before a server is made.

use pm_core::export::ExportRoot;

use crate::caller::offer::Access;
use crate::catalog::descriptions::Descriptions;
use crate::catalog::selection::ToolSelection;

/// The largest answer to one call unless set otherwise, in bytes of its text: about 8,000 tokens,
/// which a small local model still reads whole.
pub const DEFAULT_ANSWER_LIMIT: usize = 32 * 1024;

/// What a server offers and how much it says.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// The tools that are listed and callable.
    pub tools: ToolSelection,
    /// Whether tools that change something are offered.
    pub access: Access,
    /// What a model reads of the tools in the place of our own texts.
    pub descriptions: Descriptions,
    /// The largest answer to one call, in bytes of its text; at least
    /// [`MIN_ANSWER_LIMIT`](crate::MIN_ANSWER_LIMIT) is granted.
    pub answer_limit: usize,
    /// The directory to which code may be written as files; without one, no tool that writes files
    /// is offered.
    pub export: Option<ExportRoot>,
    /// The process that is open for each caller at the beginning, as people name it. If there is no
    /// process of this name, none is open.
    pub process: Option<String>,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            tools: ToolSelection::default(),
            access: Access::ReadWrite,
            descriptions: Descriptions::default(),
            answer_limit: DEFAULT_ANSWER_LIMIT,
            export: None,
            process: None,
        }
    }
}
