//! The store over the tables.

use std::sync::Arc;

use pm_core::search::{SearchHits, SearchQuery};
use pm_core::store::{
    Change, HISTORY_CHANGES, Listing, OpenProcesses, Requester, Store, StoreHealth, Trashed,
    WholeProcess, no_such_process, outdated,
};
use pm_core::{
    Action, Error, HistoryEntry, Process, ProcessName, StoreError, Subscription, Timestamp, codec,
};
use time::OffsetDateTime;
use tokio::sync::mpsc::UnboundedSender;
use tokio_postgres::Row;

use crate::connection::params;
use crate::entries::{read_entries, unreadable};
use crate::follow::{self, Look};
use crate::known::{Known, signed};
use crate::processes::Processes;
use crate::{housekeeping, sql};

/// Keeps processes in a PostgreSQL database, for any number of servers at once.
///
/// Its methods block, as those of any [`Store`]; it may be opened, used and dropped in an
/// asynchronous task as well.
pub struct PostgresStore {
    pub(crate) processes: Processes,
    pub(crate) looks: UnboundedSender<Look>,
}

impl PostgresStore {
    fn ask_workspace(&self, action: &'static str, sql: &'static str) -> Result<Vec<Row>, Error> {
        let params = params![self.processes.workspace.clone()];
        Ok(self.processes.ask(action, sql, params)?)
    }

    /// The number of a process in the trash.
    fn find_trashed(&self, item: &Trashed) -> Result<i64, Error> {
        let missing = || no_such_process(item.name.as_str());
        if item.name.as_str().contains('\0') {
            return Err(missing());
        }
        let workspace = self.processes.workspace.clone();
        let params = params![
            workspace,
            item.name.to_string(),
            item.deleted_at.to_string()
        ];
        let rows = self
            .processes
            .ask("look into the trash", sql::FIND_TRASHED, params)?;
        Ok(rows.first().ok_or_else(missing)?.get(0))
    }
}

impl Store for PostgresStore {
    fn now(&self) -> OffsetDateTime {
        self.processes.database.now()
    }

    fn names(&self) -> Result<Vec<ProcessName>, Error> {
        let rows = self.ask_workspace("list the processes", sql::NAMES)?;
        Ok(rows
            .iter()
            .map(|row| codec::read_name(row.get(0)))
            .collect())
    }

    fn list(&self) -> Result<Listing, Error> {
        let rows = self.ask_workspace("list the processes", sql::LIST)?;
        let summary = |row: &Row| {
            let summary = codec::read_summary(row.get(0));
            summary.map(Arc::new).map_err(|error| StoreError::Backend {
                action: "list the processes",
                source: Arc::new(error),
            })
        };
        Ok(Listing {
            processes: rows.iter().map(summary).collect::<Result<_, _>>()?,
            ..Listing::default()
        })
    }

    fn read(&self, name: &str) -> Result<Arc<Process>, Error> {
        let known = self.processes.current(&codec::read_name(name))?;
        Ok(known.process)
    }

    fn last_known(&self, name: &str) -> Option<Arc<Process>> {
        self.processes.last_known(&codec::read_name(name))
    }

    fn search(&self, query: &SearchQuery) -> Result<SearchHits, Error> {
        self.processes.search(query)
    }

    fn create(&self, process: Process, requester: &Requester) -> Result<Arc<Process>, Error> {
        self.processes.create(process, requester)
    }

    fn update(
        &self,
        name: &ProcessName,
        requester: &Requester,
        change: Change,
    ) -> Result<Arc<Process>, Error> {
        self.processes.update(name, requester, change)
    }

    fn rename(
        &self,
        name: &ProcessName,
        new: &ProcessName,
        requester: &Requester,
        action: Action,
    ) -> Result<Arc<Process>, Error> {
        self.processes.rename(name, new, requester, &action)
    }

    fn delete(&self, name: &ProcessName, requester: &Requester) -> Result<(), Error> {
        self.processes.delete(name, requester)
    }

    fn history(&self, name: &str, after: u64) -> Result<Vec<Arc<HistoryEntry>>, Error> {
        const ACTION: &str = "read the history";
        if name.contains('\0') {
            return Err(no_such_process(name));
        }
        let most = i64::try_from(HISTORY_CHANGES).unwrap_or(i64::MAX);
        let params = self.processes.named(name, params![signed(after), most]);
        let rows = self.processes.ask(ACTION, sql::HISTORY, params)?;
        if rows.is_empty() {
            return Err(no_such_process(name));
        }
        let entries = rows.iter().filter_map(|row| row.get::<_, Option<&[u8]>>(0));
        let mut entries = read_entries(ACTION, entries)?;
        entries.drain(..outdated(&entries, self.now()));
        Ok(entries)
    }

    fn trash(&self) -> Result<Vec<Trashed>, Error> {
        let rows = self.ask_workspace("look into the trash", sql::TRASH)?;
        let trashed = |row: &Row| Trashed {
            name: codec::read_name(row.get(0)),
            deleted_at: codec::read_time(row.get(1)),
            by: row.get::<_, Option<String>>(2).unwrap_or_default(),
        };
        Ok(rows.iter().map(trashed).collect())
    }

    fn restore(
        &self,
        name: &ProcessName,
        new: &ProcessName,
        requester: &Requester,
        action: Action,
    ) -> Result<Arc<Process>, Error> {
        self.processes.restore(name, new, requester, &action)
    }

    fn read_trashed(&self, item: &Trashed) -> Result<Arc<Process>, Error> {
        let id = self.find_trashed(item)?;
        let rows = self
            .processes
            .ask("look into the trash", sql::LOAD_TRASHED, params![id])?;
        let loaded = Known::loaded_from_trash(&rows)?;
        let (known, _) = loaded.ok_or_else(|| no_such_process(item.name.as_str()))?;
        Ok(known.process)
    }

    fn purge_one(&self, item: &Trashed, requester: &Requester) -> Result<(), Error> {
        let id = self.find_trashed(item)?;
        self.processes.purge_one(id, item, requester)
    }

    fn purge(&self, time: &Timestamp) -> Result<usize, Error> {
        let (database, processes) = (&self.processes.database, &self.processes);
        let pool = database.pool().clone();
        let (workspace, time) = (processes.workspace.clone(), time.to_string());
        let purged = database.wait(async move {
            let mut lease = pool.lease().await?.for_long();
            housekeeping::purge(&mut lease, &workspace, &time).await
        });
        Ok(purged.map_err(|failure| failure.into_error("purge the trash"))?)
    }

    fn read_whole(&self, name: &str) -> Result<WholeProcess, Error> {
        self.processes.read_whole(name)
    }

    fn read_whole_trashed(&self, item: &Trashed) -> Result<WholeProcess, Error> {
        let id = self.find_trashed(item)?;
        self.processes.read_whole_trashed(id, item)
    }

    fn keep_whole(&self, whole: &WholeProcess, requester: &Requester) -> Result<(), Error> {
        self.processes.keep_whole(whole, requester)
    }

    fn open_processes(&self) -> Option<&dyn OpenProcesses> {
        Some(self)
    }

    fn subscribe(&self) -> Result<Subscription, Error> {
        let feed = &self.processes.feed;
        let subscription = feed.subscribe();
        // From here on nothing is missed, as everything is compared with what this look finds.
        let looked = self
            .processes
            .database
            .wait(follow::look(self.looks.clone()));
        looked.map_err(|failure| failure.into_error("follow the changes"))?;
        Ok(subscription)
    }

    fn health(&self) -> StoreHealth {
        let counted = self.ask_workspace("count the processes", sql::COUNT);
        let counted = counted.map(|rows| rows.first().map_or(0, |row| row.get::<_, i64>(0)));
        match counted {
            Ok(count) => StoreHealth {
                processes: usize::try_from(count).unwrap_or_default(),
                ..StoreHealth::default()
            },
            Err(Error::Store(failure)) => StoreHealth {
                failure: Some(failure),
                ..StoreHealth::default()
            },
            Err(error) => StoreHealth {
                failure: Some(unreadable("count the processes", &error.to_string())),
                ..StoreHealth::default()
            },
        }
    }
}
