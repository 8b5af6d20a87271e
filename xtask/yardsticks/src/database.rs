//! A store in PostgreSQL, by turns with what the database takes for the same without it.

mod bare;
mod changes;
mod looks;

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use pm_core::store::StoreCopy;
use pm_core::{Actor, FileStore, ProcessManager, Store};
use pm_postgres::testing::Cluster;
use pm_postgres::{Address, PostgresOptions, PostgresStore};

use self::bare::Bare;

/// What every round of a run has in common.
struct Run {
    address: Address,
    bare: Bare,
    /// For how long is written in a round.
    time: Duration,
}

/// Measures over a database server of its own, with files made below a directory.
pub(crate) fn measure(dir: &Path, rounds: usize, time: Duration, processes: usize) -> Result<()> {
    let cluster = Cluster::start()?.context("there is no PostgreSQL on this machine")?;
    let address = cluster.database()?;
    let run = Run {
        bare: Bare::over(&address)?,
        address,
        time,
    };
    changes::measure(&run, dir, rounds)?;
    looks::measure(&run, dir, rounds, processes)
}

/// Starts a database server, says where it is, and ends it with its input.
pub(crate) fn serve() -> Result<()> {
    let cluster = Cluster::start()?.context("there is no PostgreSQL on this machine")?;
    println!("{}", cluster.database()?);
    std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink())?;
    Ok(())
}

impl Run {
    fn open(&self, workspace: &str) -> Result<PostgresStore> {
        let options = PostgresOptions {
            workspace: workspace.to_owned(),
            connections: 32,
            ..PostgresOptions::default()
        };
        Ok(PostgresStore::open(&self.address, &options)?)
    }

    fn manager(&self, workspace: &str) -> Result<ProcessManager> {
        Ok(ProcessManager::new(self.open(workspace)?))
    }

    /// Puts all processes of a directory into a workspace.
    fn fill(&self, workspace: &str, directory: &Path) -> Result<()> {
        let files = FileStore::open(directory)?;
        let store = self.open(workspace)?;
        let copy = StoreCopy {
            from: &files as &dyn Store,
            to: &store,
            requester: Actor::Unnamed.into(),
        };
        for item in copy.items()? {
            copy.carry(&item)?;
        }
        Ok(())
    }
}
