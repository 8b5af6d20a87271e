//! What a store keeps for callers that any of several servers may serve.

use crate::{Error, ProcessName};

/// Which process each caller without a session has open. It follows a process to a new name, and is
/// none once the process is deleted.
pub trait OpenProcesses {
    /// The process that a caller has open, by its present name; `None` if none is open.
    fn open_process(&self, caller: &str) -> Result<Option<ProcessName>, Error>;

    /// Takes note of the process that a caller has open from now on; `None` if it has none.
    fn set_open_process(&self, caller: &str, process: Option<&ProcessName>) -> Result<(), Error>;
}
