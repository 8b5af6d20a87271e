//! What every answer says of the process that it concerns.

use pm_core::Process;
use serde::Serialize;

/// What every answer says of the process that it concerns.
#[derive(Debug, Serialize)]
pub(crate) struct Concerned {
    process_name: String,
    revision: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

impl Concerned {
    pub(crate) fn new(process: &Process, note: Option<String>) -> Self {
        Self {
            process_name: process.name.to_string(),
            revision: process.revision,
            note,
        }
    }
}
