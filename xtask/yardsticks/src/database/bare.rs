//! The database without a store: what it takes for an INSERT and a SELECT.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use pm_postgres::Address;
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::{Client, NoTls};

/// How many bytes a bare INSERT keeps: about as many as a change has.
const RECORD_BYTES: usize = 330;

/// How connections are opened.
pub(super) struct Bare {
    config: String,
}

/// A connection, and what drives it.
pub(super) struct Connection {
    runtime: Runtime,
    client: Client,
}

impl Bare {
    /// Makes a table to write to.
    pub(super) fn over(address: &Address) -> Result<Self> {
        let servers = address.servers();
        let [host, port, database, user] = servers.first().context("no server is named")?;
        let config = format!("host={host} port={port} dbname={database} user={user}");
        let bare = Self { config };
        let table = "CREATE TABLE bare (\
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, entry bytea NOT NULL)";
        bare.connect()?.run(table)?;
        Ok(bare)
    }

    pub(super) fn connect(&self) -> Result<Connection> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (client, connection) =
            runtime.block_on(tokio_postgres::connect(&self.config, NoTls))?;
        // It ends with the client.
        runtime.spawn(async move { drop(connection.await) });
        Ok(Connection { runtime, client })
    }

    /// How long each of one writer's INSERTs takes, each of which is a commit.
    pub(super) fn inserts(&self, until: Instant) -> Result<Vec<Duration>> {
        let Connection { runtime, client } = self.connect()?;
        runtime.block_on(async {
            let statement = client
                .prepare("INSERT INTO bare (entry) VALUES ($1)")
                .await?;
            let record = vec![b'x'; RECORD_BYTES];
            let mut latencies = Vec::new();
            while Instant::now() < until {
                let begin = Instant::now();
                client.execute(&statement, &[&record]).await?;
                latencies.push(begin.elapsed());
            }
            Ok(latencies)
        })
    }
}

impl Connection {
    pub(super) fn run(&self, sql: &str) -> Result<()> {
        Ok(self.runtime.block_on(self.client.batch_execute(sql))?)
    }

    /// How many bytes of WAL there are.
    pub(super) fn wal_bytes(&self) -> Result<u64> {
        let sql = "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint";
        let row = self.runtime.block_on(self.client.query_one(sql, &[]))?;
        Ok(u64::try_from(row.try_get::<_, i64>(0)?)?)
    }

    /// How long the SELECT takes that a list needs at least; it has to find as many as are there.
    pub(super) fn select(&self, workspace: &str) -> Result<(Duration, usize)> {
        let sql = "SELECT summary FROM pm.process \
                   WHERE workspace = $1 AND deleted_at IS NULL ORDER BY name";
        let begin = Instant::now();
        let rows = self
            .runtime
            .block_on(self.client.query(sql, &[&workspace]))?;
        Ok((begin.elapsed(), rows.len()))
    }
}
