//! The open processes of callers that any server over the database may serve.

use pm_core::store::OpenProcesses;
use pm_core::{Error, ProcessName, codec};

use crate::connection::params;
use crate::sql;
use crate::store::PostgresStore;

impl OpenProcesses for PostgresStore {
    fn open_process(&self, caller: &str) -> Result<Option<ProcessName>, Error> {
        let params = params![self.processes.workspace.clone(), plain(caller)];
        let rows = self
            .processes
            .ask("look for the open process", sql::OPEN_PROCESS, params)?;
        Ok(rows.first().map(|row| codec::read_name(row.get(0))))
    }

    fn set_open_process(&self, caller: &str, process: Option<&ProcessName>) -> Result<(), Error> {
        let name = process.map_or("", ProcessName::as_str);
        let params = self.processes.named(&plain(name), params![plain(caller)]);
        self.processes
            .ask("keep the open process", sql::SET_OPEN_PROCESS, params)?;
        Ok(())
    }
}

/// A text as the database takes it.
fn plain(text: &str) -> String {
    text.replace('\0', "")
}
