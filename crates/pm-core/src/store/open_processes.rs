//! What a store keeps for callers that any of several servers may serve.

use crate::{Error, ProcessName};

/// Which process each caller has open, of those that have no session with one server. It follows a
/// process to a new name.
pub trait OpenProcesses {
    /// The process that a caller has open, by its present name; `None` if none is open.
    fn open_process(&self, caller: &str) -> Result<Option<ProcessName>, Error>;

    /// Takes note of the process that a caller has open since.
    fn set_open_process(&self, caller: &str, process: Option<&ProcessName>) -> Result<(), Error>;
}
