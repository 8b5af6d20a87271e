//! What the pages for people show of this server: its callers as the tools know them, and where it
//! stores.

use std::cmp::Reverse;
use std::path::Path;

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
    /// Those whose callers are shown.
    servers: Box<dyn Fn() -> Vec<PmServer> + Send + Sync>,
    storage: Option<(Place, Vec<String>)>,
}

impl ThisServer {
    /// What callers there are of these servers, and nothing else.
    pub fn of_callers(servers: impl Fn() -> Vec<PmServer> + Send + Sync + 'static) -> Self {
        Self {
            servers: Box::new(servers),
            storage: None,
        }
    }

    /// Shows the storage in `place`, too; `warnings` were told at the start.
    #[must_use]
    pub fn with_storage(self, place: Place, warnings: Vec<String>) -> Self {
        let storage = Some((place, warnings));
        Self { storage, ..self }
    }

    /// What each of the servers has to tell.
    fn of_each<T>(&self, tell: impl Fn(&PmServer) -> Vec<T>) -> impl Iterator<Item = T> {
        let servers = (self.servers)();
        let told: Vec<T> = servers.iter().flat_map(tell).collect();
        told.into_iter()
    }

    fn directory(&self) -> Option<&Path> {
        let (place, _) = self.storage.as_ref()?;
        place.directory()
    }
}

impl ServerState for ThisServer {
    fn storage(&self) -> Option<Storage> {
        let (place, _) = self.storage.as_ref()?;
        let (kind, format) = match place {
            Place::Directory(_) => (
                "a JSON file for each process, in one directory",
                JOURNAL_FORMAT.to_string(),
            ),
            Place::Database { .. } => ("a PostgreSQL database", TABLES.to_string()),
        };
        Some(Storage {
            kind: kind.to_owned(),
            place: place.to_string(),
            format,
        })
    }

    fn warnings(&self) -> Vec<String> {
        let storage = self.storage.as_ref();
        storage.map(|(_, told)| told.clone()).unwrap_or_default()
    }

    fn callers(&self) -> Vec<Caller> {
        let known = self.of_each(PmServer::callers);
        let told = known.map(|caller| Caller {
            name: caller.name.to_string(),
            since: caller.since,
            is_connected: caller.is_connected,
            last_call: caller.last_call.as_deref().map(told),
        });
        told.collect()
    }

    fn refused_calls(&self) -> Vec<Call> {
        let calls = self.of_each(PmServer::calls);
        let mut refused: Vec<_> = calls.filter(|call| call.refusal.is_some()).collect();
        refused.sort_by_cached_key(|call| Reverse(call.at.instant()));
        refused.iter().map(|call| told(call)).collect()
    }

    fn stuck_callers(&self) -> Vec<StuckCaller> {
        let stuck = self.of_each(PmServer::stuck_callers);
        let told = stuck.map(|stuck| StuckCaller {
            last: told(&stuck.last),
            times: stuck.times,
        });
        told.collect()
    }

    fn can_examine(&self) -> bool {
        self.directory().is_some()
    }

    fn examine(&self) -> Result<Examination, String> {
        let directory = self.directory();
        let directory = directory
            .ok_or("It is for who looks after the server, and for directories of files alone.")?;
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
