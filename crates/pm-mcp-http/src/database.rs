//! `store`: makes the tables in a database, or says whether it is fit to be served from.

use std::process::ExitCode;

use pm_cli::{ConfigError, Database, DatabaseArgs, print, refuse};
use pm_postgres::{GRANTS, Server, TABLES_VERSION};

use crate::cli::{StoreArgs, StoreCommand};

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum StoreCommandError {
    /// No database is named.
    #[error("name the database with --store or PM_STORE, as in postgres://user@host/database")]
    NoDatabase,
    /// The options have no meaning, or the database cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
}

/// Does what is asked for, in the name of `program`, and says what was done; returns 0, or 2 if it
/// was not done.
pub fn run(program: &str, args: &StoreArgs) -> ExitCode {
    match attend(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => refuse(program, &error),
    }
}

fn attend(args: &StoreArgs) -> Result<(), StoreCommandError> {
    match &args.command {
        StoreCommand::Init(args) => init(&named(args)?),
        StoreCommand::Check(args) => check(&named(args)?),
    }
}

fn named(args: &DatabaseArgs) -> Result<Database, StoreCommandError> {
    args.database()?.ok_or(StoreCommandError::NoDatabase)
}

fn init(database: &Database) -> Result<(), StoreCommandError> {
    database.patiently(pm_postgres::init)?;
    check(database)?;
    print(&"A role that only uses the tables needs, with its name behind TO:");
    for grant in GRANTS {
        print(&format!("  {grant} TO ...;"));
    }
    Ok(())
}

fn check(database: &Database) -> Result<(), StoreCommandError> {
    let Server { version, standbys } = database.patiently(pm_postgres::check)?;
    let address = &database.address;
    print(&format!(
        "{address} is ready: PostgreSQL {version}, tables of version {TABLES_VERSION}"
    ));
    print(&match standbys.as_str() {
        "" => "A commit waits for no standby: what a standby lags behind is lost if it takes over"
            .to_owned(),
        names => format!("A commit waits for standbys: {names}"),
    });
    Ok(())
}
