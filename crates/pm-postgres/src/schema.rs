//! The tables, made by numbered steps, and what has to hold of a database that has them.

use std::collections::HashMap;

use pm_core::resolve::folding_version;
use tokio::time::Instant;
use tokio_postgres::error::SqlState;

use crate::connection::params;
use crate::failure::Failure;
use crate::pool::{Lease, Pool};

/// The steps that make the tables, the first one first. One that was published never changes.
const STEPS: &[&str] = &[
    include_str!("schema/0001_tables.sql"),
    include_str!("schema/0002_made_once.sql"),
    include_str!("schema/0003_callers.sql"),
];

/// The version of the tables that this program makes and uses.
pub const TABLES_VERSION: i32 = 3;

/// What a role has to be granted that uses the tables and did not make them.
pub const GRANTS: &[&str] = &[
    "GRANT USAGE ON SCHEMA pm",
    "GRANT SELECT ON pm.meta",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON pm.process, pm.change, pm.snapshot, pm.caller",
];

/// Texts are compressed by LZ4 if the server can do that.
const COMPRESSION: &str = "ALTER TABLE pm.snapshot ALTER COLUMN content SET COMPRESSION lz4";

/// How often it is tried to make the tables while others use them or do the same.
const MOST_TRIES: usize = 10;

const ARE_THERE: &str = "SELECT to_regclass('pm.meta') IS NOT NULL";
const META: &str = "SELECT version, folding FROM pm.meta";

/// As [`META`], and waits until nobody else changes the tables; others then wait in turn. Two that
/// change a table at once would each hold what the other one waits for. It is a lock of a row,
/// which every database has.
const META_TO_CHANGE: &str = "SELECT version, folding FROM pm.meta FOR UPDATE";
const SETTINGS: &str = "\
    SELECT current_setting('server_version_num')::int4, current_setting('server_version'), \
    current_setting('fsync'), current_setting('full_page_writes'), \
    current_setting('synchronous_standby_names'), \
    (SELECT reset_val FROM pg_settings WHERE name = 'synchronous_commit')";

/// The oldest version of PostgreSQL that can be used, as `server_version_num` has it.
const OLDEST: i32 = 150_000;

/// Why a database cannot be used as it is.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SchemaProblem {
    /// There are no tables.
    #[error(
        "the database has no tables for processes yet; make them with `pm store init` or \
         `pm-mcp-http store init`"
    )]
    Missing,
    /// The tables are of an older version.
    #[error(
        "the tables in the database are of version {found}, and this program needs version \
         {wanted}; bring them up to date with `pm store init` or `pm-mcp-http store init`"
    )]
    Older {
        /// The version that is there.
        found: i32,
        /// The version that is needed.
        wanted: i32,
    },
    /// The tables are of a newer version.
    #[error(
        "the tables in the database are of version {found}, and this program knows version \
         {wanted}; use a newer program"
    )]
    Newer {
        /// The version that is there.
        found: i32,
        /// The version that is known.
        wanted: i32,
    },
    /// Names were folded by other versions of Unicode.
    #[error(
        "names in the database were compared by Unicode {found}, and this program does so by \
         {wanted}; use programs that agree, or bring the names up to date with `pm store init` or \
         `pm-mcp-http store init`"
    )]
    Folding {
        /// The versions that were used.
        found: String,
        /// The versions that this program has.
        wanted: String,
    },
    /// Two processes would have the same name.
    #[error(
        "the processes {0:?} and {1:?} have the same name by the newer Unicode of this program; \
         rename one of them with the older program"
    )]
    Clash(String, String),
    /// The database does not keep what it acknowledged.
    #[error(
        "the database runs with {0} off, and would lose acknowledged changes in a power cut; turn \
         it on, or say --allow-unsafe-database"
    )]
    Unsafe(&'static str),
    /// The database does not keep what it acknowledges in a session that has none of our settings.
    #[error(
        "sessions of this role begin with synchronous_commit = {0}, and with --feed poll a pooler may \
         pass on no other setting, so that acknowledged changes would be lost in a power cut; run \
         ALTER ROLE ... SET synchronous_commit = on, or say --allow-unsafe-database"
    )]
    UnsafeSessions(String),
    /// The server is too old.
    #[error("the database is PostgreSQL {0}, and 15 is the oldest that can be used")]
    TooOld(i32),
}

/// What was found of a server that is fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Its version, in its own words.
    pub version: String,
    /// The standbys that a commit waits for, as the setting `synchronous_standby_names` has them;
    /// empty if it waits for none.
    pub standbys: String,
}

/// Why the tables could not be looked at or made.
#[derive(Debug, Clone)]
pub(crate) enum Unfit {
    Failure(Failure),
    Problem(SchemaProblem),
}

impl From<Failure> for Unfit {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<SchemaProblem> for Unfit {
    fn from(problem: SchemaProblem) -> Self {
        Self::Problem(problem)
    }
}

/// What a database is allowed to be like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Allowed {
    /// It may lose acknowledged changes in a power cut.
    pub(crate) is_unsafe: bool,
    /// The settings of a session last as long as the session, as nothing in between passes its
    /// statements on to other sessions.
    pub(crate) sessions_last: bool,
}

/// Refuses a database that cannot be used; changes nothing in it.
pub(crate) async fn check(
    pool: &Pool,
    deadline: Instant,
    allowed: Allowed,
) -> Result<Server, Unfit> {
    let mut lease = pool.lease_by(deadline).await?;
    let server = refuse_unfit_server(&mut lease, allowed).await?;
    let (found, folding) = version(&mut lease, META)
        .await?
        .ok_or(SchemaProblem::Missing)?;
    let wanted = TABLES_VERSION;
    if found < wanted {
        return Err(SchemaProblem::Older { found, wanted }.into());
    }
    if found > wanted {
        return Err(SchemaProblem::Newer { found, wanted }.into());
    }
    if folding != folding_version() {
        let (found, wanted) = (folding, folding_version());
        return Err(SchemaProblem::Folding { found, wanted }.into());
    }
    Ok(server)
}

/// Makes the tables, or brings them up to date, also while others use them or do the same.
pub(crate) async fn init(pool: &Pool, deadline: Instant, allowed: Allowed) -> Result<(), Unfit> {
    let mut tries = 0;
    loop {
        let mut lease = pool.lease_by(deadline).await?.for_long();
        refuse_unfit_server(&mut lease, allowed).await?;
        tries += 1;
        match make(&mut lease).await {
            // Another one was faster, or waited for what this one held: what there is now is looked at.
            Err(Unfit::Failure(failure)) if tries < MOST_TRIES && is_in_the_way(&failure) => {}
            outcome => return outcome,
        }
    }
}

async fn make(lease: &mut Lease) -> Result<(), Unfit> {
    let wanted = TABLES_VERSION;
    let mut found = version(lease, META).await?;
    if found == Some((wanted, folding_version())) {
        return Ok(());
    }
    lease.begin().await?;
    if found.is_some() {
        found = version(lease, META_TO_CHANGE).await?;
    }
    let (from, folding) = match found {
        None => (0, folding_version()),
        Some((found, _)) if found > wanted => {
            return Err(SchemaProblem::Newer { found, wanted }.into());
        }
        Some(found) => found,
    };
    let done = usize::try_from(from).unwrap_or_default();
    for step in STEPS.iter().skip(done) {
        lease.run(step).await?;
    }
    if from == 0 {
        let sql = "INSERT INTO pm.meta (version, folding) VALUES ($1, $2)";
        let values = params![wanted, folding.clone()];
        lease.execute(sql, &values).await?;
    } else if from < wanted {
        let sql = "UPDATE pm.meta SET version = $1";
        lease.execute(sql, &params![wanted]).await?;
    }
    if folding != folding_version() {
        fold_anew(lease).await?;
    }
    lease.commit().await?;
    if from == 0 && lease.run(COMPRESSION).await.is_err() {
        tracing::info!("the database compresses without LZ4");
    }
    Ok(())
}

/// Folds all names as this program does.
async fn fold_anew(lease: &mut Lease) -> Result<(), Unfit> {
    let sql = "SELECT id, workspace, name, folded, deleted_at IS NULL FROM pm.process FOR UPDATE";
    let mut names = HashMap::new();
    let mut changed: Vec<(i64, String)> = Vec::new();
    for row in lease.query(sql, &params![]).await? {
        let (name, folded): (String, String) = (row.get(2), pm_core::resolve::folded(row.get(2)));
        if row.get(4) {
            let key = (row.get::<_, String>(1), folded.clone());
            if let Some(other) = names.insert(key, name.clone()) {
                return Err(SchemaProblem::Clash(other, name).into());
            }
        }
        if row.get::<_, String>(3) != folded {
            changed.push((row.get(0), folded));
        }
    }
    // By way of something that no name is folded to, so that no two meet on the way.
    let apart = "UPDATE pm.process SET folded = chr(1) || id WHERE id = ANY($1)";
    let ids: Vec<i64> = changed.iter().map(|(id, _)| *id).collect();
    lease.execute(apart, &params![ids]).await?;
    for (id, folded) in changed {
        let sql = "UPDATE pm.process SET folded = $2 WHERE id = $1";
        lease.execute(sql, &params![id, folded]).await?;
    }
    let sql = "UPDATE pm.meta SET folding = $1";
    lease.execute(sql, &params![folding_version()]).await?;
    Ok(())
}

/// The version of the tables, and of the folding of names; `None` without tables.
async fn version(lease: &mut Lease, asked: &'static str) -> Result<Option<(i32, String)>, Failure> {
    let rows = lease.query(ARE_THERE, &params![]).await?;
    if !rows.iter().any(|row| row.get(0)) {
        return Ok(None);
    }
    let rows = lease.query(asked, &params![]).await?;
    Ok(rows.first().map(|row| (row.get(0), row.get(1))))
}

async fn refuse_unfit_server(lease: &mut Lease, allowed: Allowed) -> Result<Server, Unfit> {
    let rows = lease.query(SETTINGS, &params![]).await?;
    let settings = rows.first().map(|row| {
        let off = [("fsync", 2), ("full_page_writes", 3)];
        let is_off = |(_, column): &&(_, usize)| row.get::<_, &str>(*column) == "off";
        let off = off.iter().find(is_off).map(|(name, _)| *name);
        let server = Server {
            version: row.get(1),
            standbys: row.get(4),
        };
        let begins_with: String = row.get(5);
        let is_safe = matches!(begins_with.as_str(), "on" | "remote_apply");
        let unsafe_session = (!is_safe).then_some(begins_with);
        (row.get::<_, i32>(0), off, unsafe_session, server)
    });
    match settings {
        Some((number, ..)) if number < OLDEST => Err(SchemaProblem::TooOld(number / 10_000).into()),
        Some((_, Some(name), ..)) if !allowed.is_unsafe => Err(SchemaProblem::Unsafe(name).into()),
        Some((_, _, Some(setting), _)) if !(allowed.is_unsafe || allowed.sessions_last) => {
            Err(SchemaProblem::UnsafeSessions(setting).into())
        }
        Some((.., server)) => Ok(server),
        None => Err(Failure::lost("it does not tell its settings").into()),
    }
}

/// Whether somebody else who makes or uses the tables was the reason.
fn is_in_the_way(failure: &Failure) -> bool {
    let already = [SqlState::DUPLICATE_SCHEMA, SqlState::DUPLICATE_TABLE];
    let is_there = |code| already.contains(code);
    failure.is_conflict()
        || failure.is_taken()
        || matches!(failure, Failure::Refused(code, _) if is_there(code))
}
