//! Reading processes, and changing them: what the store's methods work on.

mod change;
mod create;
mod step;
mod trash;
mod whole;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use pm_core::resolve::folded;
use pm_core::store::{no_such_process, refuse_taken};
use pm_core::{Error, Process, ProcessName, StoreError, codec};
use tokio_postgres::Row;

use self::change::Changes;
use crate::cache::Cache;
use crate::connection::{Params, params};
use crate::database::Database;
use crate::failure::Failure;
use crate::feed::Feed;
use crate::known::{Known, Since, signed};
use crate::snapshots::Snapshots;
use crate::sql;

/// The largest process, in bytes of its text.
const PROCESS_BYTES_MAX: usize = 256 << 20;

/// A process as a change left it.
type Answer = Result<Arc<Process>, Error>;

/// The processes of a workspace.
pub(crate) struct Processes {
    pub(crate) database: Database,
    pub(crate) workspace: String,
    pub(crate) feed: Arc<Feed>,
    cache: Arc<Cache>,
    snapshots: Snapshots,
    queues: Mutex<HashMap<ProcessName, Arc<Changes>>>,
}

impl Processes {
    pub(crate) fn new(
        database: Database,
        workspace: String,
        cache: Cache,
        feed: Arc<Feed>,
    ) -> Self {
        Self {
            database,
            workspace,
            feed,
            cache: Arc::new(cache),
            snapshots: Snapshots::default(),
            queues: Mutex::default(),
        }
    }

    /// The values that find a process by its name, and further ones.
    pub(crate) fn named(&self, name: &str, further: Params) -> Params {
        let mut params = params![self.workspace.clone(), folded(name), name.to_owned()];
        params.extend(further);
        params
    }

    pub(crate) fn ask(
        &self,
        action: &'static str,
        sql: &'static str,
        params: Params,
    ) -> Result<Vec<Row>, StoreError> {
        let rows = self.database.read(sql, params);
        rows.map_err(|failure| failure.into_error(action))
    }

    /// The state in which a process was last read or changed here.
    pub(crate) fn last_known(&self, name: &ProcessName) -> Option<Arc<Process>> {
        self.cache.get(name).map(|known| known.process)
    }

    /// The present state of a process.
    pub(crate) fn current(&self, name: &ProcessName) -> Result<Known, Error> {
        const ACTION: &str = "read the process";
        if name.as_str().contains('\0') {
            return Err(no_such_process(name.as_str()));
        }
        if let Some(known) = self.cache.get(name) {
            let revision = signed(known.process.revision);
            let params = self.named(name.as_str(), params![revision]);
            match known.brought_up(&self.ask(ACTION, sql::FRESH, params)?) {
                Since::Now(now) => {
                    // It has the name that was asked for still: by a former name, the statement
                    // finds nothing.
                    self.cache.put(now.clone());
                    return Ok(now);
                }
                Since::Gone => {
                    self.cache.forget(name);
                    return Err(no_such_process(name.as_str()));
                }
                Since::Apart => self.cache.forget(name),
            }
        }
        let params = self.named(name.as_str(), params![]);
        let loaded = Known::loaded(&self.ask(ACTION, sql::LOAD, params)?)?;
        let loaded = loaded.ok_or_else(|| no_such_process(name.as_str()))?;
        self.cache.put(loaded.clone());
        Ok(loaded)
    }

    /// Refuses a name that a process has.
    pub(crate) fn refuse_taken(&self, wanted: &ProcessName) -> Result<(), Error> {
        let params = params![self.workspace.clone(), folded(wanted.as_str())];
        let rows = self.ask("look for the name", sql::HOLDER, params)?;
        let names = rows.iter().map(|row| codec::read_name(row.get(0)));
        refuse_taken(&names.collect::<Vec<_>>(), wanted, None)
    }
}

/// Refuses a name with U+0000, which the database has in no text.
fn refuse_nul(name: &ProcessName) -> Result<(), Error> {
    if name.as_str().contains('\0') {
        // No process can have such a name, and the refusal says why.
        name.as_str().parse::<ProcessName>()?;
    }
    Ok(())
}

fn too_large() -> Error {
    let limit = PROCESS_BYTES_MAX as u64;
    StoreError::TooLarge { limit }.into()
}

fn no_standby() -> Failure {
    Failure::lost("no standby has confirmed it")
}

/// Says that nobody knows what became of something.
fn uncertain(action: &'static str, failure: &Failure) -> Error {
    let source = Arc::clone(failure.cause());
    StoreError::Uncertain { action, source }.into()
}
