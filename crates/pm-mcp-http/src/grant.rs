//! Who somebody is, what they may do, and with which processes.

use std::sync::Arc;

use pm_core::store::{Reach, ReachPattern};
use serde::Deserialize;

/// The longest name, in characters: it stands in the history beside the name of the program.
pub const NAME_CHARS_MAX: usize = 40;

/// What is granted to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Their name, for history, claims and pages.
    pub name: Arc<str>,
    /// What they may do.
    pub access: TokenAccess,
    /// The workspace of the database; `None` for that of the server.
    pub workspace: Option<String>,
    /// The processes that they may use.
    pub reach: Reach,
}

/// What somebody may do with the processes in their reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum TokenAccess {
    /// Read them.
    Read,
    /// Read and change them.
    Write,
    /// Read and change them, and see how the server is: where it stores, and who calls it.
    Admin,
}

/// Refuses a name that cannot stand for somebody.
pub fn check_name(name: &str) -> Result<(), String> {
    let chars = name.chars().count();
    let is_seen = pm_core::visible::for_name(name) == name && name.trim() == name;
    if chars == 0 || chars > NAME_CHARS_MAX || !is_seen {
        return Err(format!(
            "a name has 1 to {NAME_CHARS_MAX} characters, all of which can be seen"
        ));
    }
    Ok(())
}

/// What some patterns of names reach.
pub fn reach_of(patterns: &[String]) -> Result<Reach, String> {
    let patterns = patterns.iter().map(|pattern| {
        let parsed = pattern.parse::<ReachPattern>();
        parsed.map_err(|problem| format!("{pattern:?} is no name of processes: {problem}"))
    });
    Ok(Reach::of(patterns.collect::<Result<Vec<_>, _>>()?))
}
