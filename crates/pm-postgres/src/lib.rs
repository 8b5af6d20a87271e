//! Processes in a PostgreSQL database, for any number of servers on many machines at once.
//!
//! [`PostgresStore`] is a [`Store`](pm_core::Store) like any other; [`init`] makes the tables that
//! it needs. What is acknowledged is committed and on the database's disk. A change is one
//! statement: it appends to the history of a process, if the process is where it was known to be.
//!
//! ```no_run
//! use pm_core::ProcessManager;
//! use pm_postgres::{Address, PostgresOptions, PostgresStore, init};
//!
//! let address: Address = "postgres://pm@localhost/pm".parse()?;
//! let options = PostgresOptions::default();
//! init(&address, &options)?;
//! let manager = ProcessManager::new(PostgresStore::open(&address, &options)?);
//! manager.create_process("garden".parse()?, "Plan the garden")?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod address;
mod bridge;
mod cache;
mod callers;
mod connecting;
mod connection;
mod database;
mod draft;
mod entries;
mod failure;
mod feed;
mod follow;
mod housekeeping;
mod known;
mod open;
mod pool;
mod processes;
mod reactor;
mod schema;
mod search;
mod snapshots;
mod socket;
mod sql;
mod store;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;
mod tls;
mod tries;

pub use address::{Address, AddressProblem};
pub use follow::FeedMode;
pub use open::{OpenError, PostgresOptions, check, init};
pub use schema::{GRANTS, SchemaProblem, Server, TABLES_VERSION};
pub use store::PostgresStore;
pub use tls::TlsProblem;
