//! Looking for something in all processes, most of which are read as bytes and not parsed.

use std::sync::Arc;

use pm_core::search::{SearchHits, SearchQuery};
use pm_core::{Error, ProcessName, StoreError, codec};
use tokio_postgres::Row;

use crate::connection::params;
use crate::failure::Failure;
use crate::processes::Processes;
use crate::sql;
use crate::tries::again;

/// How many connections send the processes at once.
const CONNECTIONS: usize = 2;

/// How many processes are sent ahead of those that are looked at.
const AHEAD: usize = 64;

/// What was found, and the processes that are still to be looked at.
type Looked = (SearchHits, Vec<ProcessName>);

impl Processes {
    /// Looks for something in all processes.
    pub(crate) fn search(&self, query: &SearchQuery) -> Result<SearchHits, Error> {
        let looked = again(|| self.look_at_all(query));
        let looked = looked.map_err(|failure| failure.into_error("search the processes"))?;
        let (mut hits, behind) = looked?;
        for name in behind {
            match self.current(&name) {
                Ok(known) => query.look_in(&known.process, &mut hits),
                // Deleted or renamed meanwhile.
                Err(Error::Process(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(hits)
    }

    /// Looks at all processes; answers what was found, and the names of those that have to be read
    /// with their changes. Fails if they are not sent.
    fn look_at_all(&self, query: &SearchQuery) -> Result<Result<Looked, Error>, Failure> {
        let parts = CONNECTIONS.min(self.database.pool().connections());
        let count = i64::try_from(parts).unwrap_or(1);
        let parts = (0..count).map(|part| params![self.workspace.clone(), count, part]);
        let mut rows = self.database.stream(sql::SEARCH, parts.collect(), AHEAD);
        let (mut hits, mut behind) = Looked::default();
        loop {
            let (rest, some) = self.database.wait(async move {
                let mut some = Vec::new();
                rows.recv_many(&mut some, AHEAD).await;
                Ok((rows, some))
            })?;
            rows = rest;
            if some.is_empty() {
                return Ok(Ok((hits, behind)));
            }
            for row in some {
                match look_at(query, &row?, &mut hits) {
                    Ok(name) => behind.extend(name),
                    Err(error) => return Ok(Err(error)),
                }
            }
        }
    }
}

/// Looks at a process; answers its name if it has to be read with its changes.
fn look_at(
    query: &SearchQuery,
    row: &Row,
    hits: &mut SearchHits,
) -> Result<Option<ProcessName>, Error> {
    let (name, content): (&str, &[u8]) = (row.get(0), row.get(1));
    if !query.reaches(name) {
        return Ok(None);
    }
    let Some(changes) = row.get::<_, Option<&[u8]>>(2) else {
        if query.may_hit(name, content) {
            let read = codec::read_process(&String::from_utf8_lossy(content));
            let process = read.map_err(|error| StoreError::Backend {
                action: "search the processes",
                source: Arc::new(error),
            })?;
            query.look_in(&process, hits);
        }
        return Ok(None);
    };
    // What it holds by now stands in the snapshot or in a change, and to the letter.
    let texts = [content, changes].concat();
    Ok(query.may_hit(name, &texts).then(|| codec::read_name(name)))
}
