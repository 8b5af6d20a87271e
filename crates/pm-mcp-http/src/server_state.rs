//! What the pages for people show of this server: its callers as the tools know them, and where it
//! stores.

use pm_cli::Place;
use pm_cli::doctor::{sentence, summary};
use pm_core::store::JOURNAL_FORMAT;
use pm_tools::{CallRecord, PmServer};
use pm_web::{Call, Caller, Examination, ServerState, Storage, StuckCaller};

/// The version of the tables in a database.
#[cfg(feature = "postgres")]
const TABLES: i32 = pm_postgres::TABLES_VERSION;
#[cfg(not(feature = "postgres"))]
const TABLES: i32 = 0;

/// This server, for people.
pub struct ThisServer {
    server: PmServer,
    place: Place,
    warnings: Vec<String>,
}

impl ThisServer {
    /// The server over the storage in `place`; `warnings` were told at its start.
    pub fn new(server: PmServer, place: Place, warnings: Vec<String>) -> Self {
        Self {
            server,
            place,
            warnings,
        }
    }
}

impl ServerState for ThisServer {
    fn storage(&self) -> Option<Storage> {
        let (kind, format) = match &self.place {
            Place::Directory(_) => (
                "a JSON file for each process, in one directory",
                JOURNAL_FORMAT.to_string(),
            ),
            Place::Database { .. } => ("a PostgreSQL database", TABLES.to_string()),
        };
        Some(Storage {
            kind: kind.to_owned(),
            place: self.place.to_string(),
            format,
        })
    }

    fn warnings(&self) -> Vec<String> {
        self.warnings.clone()
    }

    fn callers(&self) -> Vec<Caller> {
        let known = self.server.callers().into_iter();
        let told = known.map(|caller| Caller {
            name: caller.name.to_string(),
            since: caller.since,
            is_connected: caller.is_connected,
            last_call: caller.last_call.as_deref().map(told),
        });
        told.collect()
    }

    fn refused_calls(&self) -> Vec<Call> {
        let calls = self.server.calls().into_iter();
        let refused = calls.filter(|call| call.refusal.is_some());
        refused.map(|call| told(&call)).collect()
    }

    fn stuck_callers(&self) -> Vec<StuckCaller> {
        let stuck = self.server.stuck_callers().into_iter();
        let told = stuck.map(|stuck| StuckCaller {
            last: told(&stuck.last),
            times: stuck.times,
        });
        told.collect()
    }

    fn can_examine(&self) -> bool {
        self.place.directory().is_some()
    }

    fn examine(&self) -> Result<Examination, String> {
        let directory = self.place.directory();
        let directory = directory.ok_or("The processes are in no directory of files.")?;
        let examination = pm_core::doctor::examine(directory).map_err(|error| error.to_string())?;
        let findings = examination.findings.iter();
        Ok(Examination {
            findings: findings
                .map(|finding| (finding.concern(), sentence(finding)))
                .collect(),
            summary: summary(directory, &examination),
        })
    }
}

/// A call as the pages have it.
fn told(call: &CallRecord) -> Call {
    let refusal = call.refusal.as_ref();
    Call {
        at: call.at.clone(),
        caller: call.caller.to_string(),
        tool: call.tool.to_string(),
        process: call.process.clone(),
        took: call.took,
        answer_bytes: call.answer_bytes,
        refusal: refusal.map(|refusal| refusal.sentence.clone()),
    }
}
