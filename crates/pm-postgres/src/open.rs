//! Opening a store, and making its tables.

use std::sync::Arc;
use std::time::Duration;

use pm_core::store::Cause;
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::address::Address;
use crate::bridge::Bridge;
use crate::cache::Cache;
use crate::database::Database;
use crate::draft::tag;
use crate::failure::Failure;
use crate::feed::Feed;
use crate::follow::{FeedMode, Follower};
use crate::housekeeping::keep_trash_young;
use crate::pool::Pool;
use crate::processes::Processes;
use crate::schema::{self, Allowed, SchemaProblem, Server, Unfit};
use crate::store::PostgresStore;
use crate::tls::{Connector, TlsProblem};

/// How a store uses a database.
#[derive(Debug, Clone)]
pub struct PostgresOptions {
    /// Which of the workspaces in the database the processes are in. Names are taken within one.
    pub workspace: String,
    /// The most connections, besides the one that listens.
    pub connections: usize,
    /// The memory for processes that were read, in bytes.
    pub cache_bytes: usize,
    /// How long a database may take to answer at the start.
    pub reach_within: Duration,
    /// Use a database that loses acknowledged changes in a power cut.
    pub allow_unsafe_database: bool,
    /// How the changes of others are found.
    pub feed: FeedMode,
    /// Take away for ever what has been in the trash for as long as anything is; without it, opening
    /// a store changes nothing.
    pub keeps_trash_young: bool,
}

impl Default for PostgresOptions {
    fn default() -> Self {
        Self {
            workspace: "default".to_owned(),
            connections: 8,
            cache_bytes: 64 << 20,
            reach_within: Duration::from_secs(30),
            allow_unsafe_database: false,
            feed: FeedMode::default(),
            keeps_trash_young: true,
        }
    }
}

impl PostgresOptions {
    fn allowed(&self) -> Allowed {
        Allowed {
            is_unsafe: self.allow_unsafe_database,
            // Whoever asks for changes in place of listening may have something in between.
            sessions_last: self.feed == FeedMode::Listen,
        }
    }
}

/// Why a store cannot be opened.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The database does not answer, or does not let us in.
    #[error("the database at {address} cannot be used: {source}")]
    Unusable {
        /// Its address, without the password.
        address: String,
        /// Why not.
        source: Cause,
        /// Whether it gave no answer, so that it may give one later.
        is_away: bool,
    },
    /// Its tables or settings are not as they have to be.
    #[error("{0}")]
    Schema(#[from] SchemaProblem),
    /// TLS cannot be set up.
    #[error("{0}")]
    Tls(Arc<TlsProblem>),
    /// A workspace has to have a name.
    #[error("the name of the workspace is blank, or holds U+0000")]
    Workspace,
    /// A store has to have a connection.
    #[error("a store needs a connection at least")]
    NoConnection,
    /// The system gives no threads.
    #[error("the store cannot be started: {}", pm_core::reason(.0))]
    Runtime(Arc<std::io::Error>),
}

impl PostgresStore {
    /// Opens a store over tables that are there.
    pub fn open(address: &Address, options: &PostgresOptions) -> Result<Self, OpenError> {
        let workspace = options.workspace.trim();
        if workspace.is_empty() || workspace.contains('\0') {
            return Err(OpenError::Workspace);
        }
        let database = prepared(address, options)?;
        let pool = database.pool().clone();
        let (deadline, allowed) = (Instant::now() + options.reach_within, options.allowed());
        fit(&database, address, async move {
            schema::check(&pool, deadline, allowed).await
        })?;
        let unusable = |failure: Failure| unusable(address, &failure);
        database.keep_time().map_err(unusable)?;
        let feed = Arc::new(Feed::default());
        let follower = Follower {
            pool: database.pool().clone(),
            workspace: workspace.to_owned(),
            feed: Arc::clone(&feed),
            store: tag(),
            mode: options.feed,
        };
        let (looks, asked) = mpsc::unbounded_channel();
        database.spawn(follower.clone().notify());
        database.spawn(follower.follow(asked));
        if options.keeps_trash_young {
            let trash = keep_trash_young(database.pool().clone(), workspace.to_owned());
            database.spawn(trash);
        }
        let cache = Cache::of_bytes(options.cache_bytes);
        Ok(Self {
            processes: Processes::new(database, workspace.to_owned(), cache, feed),
            looks,
        })
    }
}

/// Makes the tables in a database, or brings them up to date; nothing is lost.
pub fn init(address: &Address, options: &PostgresOptions) -> Result<(), OpenError> {
    let database = prepared(address, options)?;
    let pool = database.pool().clone();
    let (deadline, allowed) = (Instant::now() + options.reach_within, options.allowed());
    fit(&database, address, async move {
        schema::init(&pool, deadline, allowed).await
    })
}

/// Looks at a database as opening a store does, and changes nothing in it.
pub fn check(address: &Address, options: &PostgresOptions) -> Result<Server, OpenError> {
    let database = prepared(address, options)?;
    let pool = database.pool().clone();
    let (deadline, allowed) = (Instant::now() + options.reach_within, options.allowed());
    fit(&database, address, async move {
        schema::check(&pool, deadline, allowed).await
    })
}

fn prepared(address: &Address, options: &PostgresOptions) -> Result<Database, OpenError> {
    if options.connections == 0 {
        return Err(OpenError::NoConnection);
    }
    let connector = Connector::new(address).map_err(|problem| OpenError::Tls(Arc::new(problem)))?;
    let bridge = Bridge::new().map_err(|error| OpenError::Runtime(Arc::new(error)))?;
    let pool = Pool::new(address.clone(), connector, options.connections);
    Ok(Database::new(bridge, pool))
}

/// Waits for a look at the tables, and words what was found.
fn fit<T: Send + 'static>(
    database: &Database,
    address: &Address,
    look: impl Future<Output = Result<T, Unfit>> + Send + 'static,
) -> Result<T, OpenError> {
    let found = database.wait(async move { Ok(look.await) });
    match found.unwrap_or_else(|failure| Err(failure.into())) {
        Ok(found) => Ok(found),
        Err(Unfit::Problem(problem)) => Err(problem.into()),
        Err(Unfit::Failure(failure)) => Err(unusable(address, &failure)),
    }
}

fn unusable(address: &Address, failure: &Failure) -> OpenError {
    OpenError::Unusable {
        address: address.to_string(),
        source: Arc::clone(failure.cause()),
        is_away: !matches!(failure, Failure::Refused(..)),
    }
}
