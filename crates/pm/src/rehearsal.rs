//! A command that takes several calls of tools is done whole or not at all: they are tried first on a
//! copy of the process, in memory.

use pm_core::{MemoryStore, Process, ProcessManager};
use pm_tools::{PmServer, ServerOptions};

use crate::context::{Context, Object};
use crate::stop::Stop;

/// A call of a tool, which is still to be made.
pub(crate) type Call = (&'static str, Object);

impl Context {
    /// Refuses what the tools would refuse of these calls, of which each works in the process that
    /// the first one means. Nothing is changed.
    ///
    /// What others change meanwhile can still get in the way of a later call.
    pub(crate) fn rehearse(&self, calls: &[Call]) -> Result<(), Stop> {
        let [(_, first), _, ..] = calls else {
            // A single call is done or refused as a whole anyway.
            return Ok(());
        };
        let Some(process) = self.meant(first)? else {
            // The first call says why, and the others are not made then.
            return Ok(());
        };
        let identity = self.manager()?.identity().clone();
        let manager = ProcessManager::new(MemoryStore::new()).called_by(identity);
        let copy = manager.create_whole(process);
        copy.map_err(|error| self.refused("process_new", error))?;
        let server = PmServer::new(manager, ServerOptions::default());
        for (tool, arguments) in calls {
            server.call_directly(tool, arguments.clone())?;
        }
        Ok(())
    }

    /// The process in which a call works, if that is clear.
    fn meant(&self, arguments: &Object) -> Result<Option<Process>, Stop> {
        let text = |field: &str| arguments.get(field).and_then(|value| value.as_str());
        let found = match (text("process"), text("task_name")) {
            (Some(process), _) => self.manager()?.process(process).ok(),
            (None, Some(task)) => {
                let found = self.call("task_details_get", self.inside_task(task)?);
                found.ok().and_then(|found| self.process_of(&found).ok())
            }
            (None, None) => None,
        };
        Ok(found.map(|process| Process::clone(&process)))
    }
}
