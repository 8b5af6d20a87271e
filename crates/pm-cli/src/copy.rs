//! `copy`: all that one store keeps, into another one, be they directories or databases.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use pm_core::store::{Comparison, CopyItem, CopyOutcome, OpenError, StoreCopy};
use pm_core::{Actor, Error, FileStore, FileStoreOptions, MemoryStore, Store};

use crate::store_name::StoreName;
use crate::{ConfigError, print, refuse, say};

/// How stores are copied.
#[derive(Debug, Clone, clap::Args)]
#[command(after_long_help = COPY_HELP)]
pub struct CopyOptions {
    /// Say what would be copied, and change nothing
    #[arg(long)]
    pub dry_run: bool,

    /// How a database is used.
    #[cfg(feature = "postgres")]
    #[command(flatten)]
    pub database: DatabaseOptions,
}

/// How a database is used that is copied from or to.
#[cfg(feature = "postgres")]
#[derive(Debug, Clone, clap::Args)]
pub struct DatabaseOptions {
    /// Workspace in the database
    #[arg(long, env = crate::env::WORKSPACE, value_name = "NAME", default_value = "default")]
    pub workspace: String,

    /// File that holds the password of the database
    #[arg(long, env = crate::env::STORE_PASSWORD_FILE, value_name = "FILE", value_parser = crate::path_parser())]
    pub store_password_file: Option<PathBuf>,

    /// Use a database that may lose acknowledged changes in a power cut (fsync is off)
    #[arg(long, env = crate::env::ALLOW_UNSAFE_DATABASE, value_parser = crate::parse_switch)]
    pub allow_unsafe_database: bool,
}

const COPY_HELP: &str = "\
A process is copied with its history, its revision and its times, and so is what
is in the trash. The store that is read is left as it is. Run it once more to go
on with a copy that broke off.

Exit codes:
  0  All that is in the one store is in the other, and was compared.
  1  Something was not copied, or differs; it is said what and why.
  2  The arguments are wrong, or a store cannot be used.";

/// Why nothing is copied.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// An option has no meaning.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// There is nothing to be read there.
    #[error("there is no directory {}; name another one with --from", .0.display())]
    Missing(PathBuf),
    /// A directory cannot be used.
    #[error("{0}")]
    Open(#[from] OpenError),
    /// Nothing would change.
    #[error("--from and --to are the same store; name another one with --to")]
    Same,
    /// The program was built without databases.
    #[error("this program was built without PostgreSQL; use one that has it")]
    NoDatabases,
    /// A store does not say what it has.
    #[error("nothing was copied: {0}")]
    Core(#[from] Error),
}

/// An opened store, and what it is called.
type Opened = (Arc<dyn Store>, String);

/// Copies one store into another and says what came of each process: 0 if all is there and the
/// same, 1 if something is not, 2 if a store cannot be used.
pub fn run(
    program: &'static str,
    from: &StoreName,
    to: &StoreName,
    options: &CopyOptions,
) -> ExitCode {
    match attend(program, from, to, options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => refuse(program, &error),
    }
}

fn attend(
    program: &'static str,
    from: &StoreName,
    to: &StoreName,
    options: &CopyOptions,
) -> Result<bool, CopyError> {
    if is_same(from, to) {
        return Err(CopyError::Same);
    }
    let (source, _) = open_source(from, options)?;
    let (target, target_name) = open_target(to, options)?;
    let copy = StoreCopy {
        from: &*source,
        to: &*target,
        requester: copier().into(),
    };
    let mut teller = Teller::new(program, target_name);
    let listing = source.list()?;
    for problem in &listing.problems {
        teller.refuse(&format!("{problem}; it is not copied"));
    }
    for conflict in &listing.conflicts {
        let file = &conflict.id;
        teller.refuse(&format!(
            "the changes in {file} are not copied; settle them first"
        ));
    }
    let items = copy.items()?;
    if options.dry_run {
        for (place, item) in items.iter().enumerate() {
            let before = items.get(..place).unwrap_or_default();
            teller.tell(item, copy.rehearse(item, before), "Would copy");
        }
    } else {
        let mut there = Vec::new();
        for item in &items {
            let checksum = teller.tell(item, copy.carry(item), "Copied");
            there.extend(checksum.map(|checksum| (item, checksum)));
        }
        for (item, checksum) in there {
            teller.compare(item, copy.compare(item, checksum));
        }
    }
    Ok(teller.finish(options.dry_run))
}

/// In whose name processes are put into a store; the history says nothing of that name.
fn copier() -> Actor {
    Actor::Client {
        client: "copy".into(),
        principal: None,
    }
}

fn is_same(from: &StoreName, to: &StoreName) -> bool {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    match (from, to) {
        (StoreName::Directory(from), StoreName::Directory(to)) => real(from) == real(to),
        _ => from == to,
    }
}

/// Opens a store that is read, and in which nothing is changed.
fn open_source(name: &StoreName, options: &CopyOptions) -> Result<Opened, CopyError> {
    match name {
        StoreName::Directory(path) if !path.is_dir() => Err(CopyError::Missing(path.clone())),
        StoreName::Directory(path) => open_directory(path, ForWhat::Reading),
        StoreName::Database(url) => open_database(url, options, ForWhat::Reading),
    }
}

/// Opens a store that is copied to. If nothing is to be changed and it is not there, an empty one
/// stands in for it.
fn open_target(name: &StoreName, options: &CopyOptions) -> Result<Opened, CopyError> {
    let for_what = if options.dry_run {
        ForWhat::Reading
    } else {
        ForWhat::Writing
    };
    match name {
        StoreName::Directory(path) if options.dry_run && !path.exists() => {
            Ok((Arc::new(MemoryStore::new()), path.display().to_string()))
        }
        StoreName::Directory(path) => open_directory(path, for_what),
        StoreName::Database(url) => open_database(url, options, for_what),
    }
}

/// What a store is opened for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ForWhat {
    Reading,
    Writing,
}

fn open_directory(path: &Path, for_what: ForWhat) -> Result<Opened, CopyError> {
    let options = FileStoreOptions {
        read_only: for_what == ForWhat::Reading,
        ..FileStoreOptions::default()
    };
    let store = FileStore::open_with(path, options)?;
    Ok((Arc::new(store), path.display().to_string()))
}

#[cfg(feature = "postgres")]
fn open_database(url: &str, options: &CopyOptions, for_what: ForWhat) -> Result<Opened, CopyError> {
    let DatabaseOptions {
        workspace,
        store_password_file,
        allow_unsafe_database,
    } = options.database.clone();
    let args = crate::DatabaseArgs {
        store: Some(url.to_owned()),
        workspace,
        store_connections: CONNECTIONS,
        feed: crate::FeedArg::default(),
        store_password_file,
        allow_unsafe_database,
    };
    let mut database = args.database()?.ok_or(CopyError::NoDatabases)?;
    database.options.keeps_trash_young = for_what == ForWhat::Writing;
    let name = database.place().to_string();
    Ok((Arc::new(database.open()?), name))
}

/// How many connections are used: one process is copied after the other.
#[cfg(feature = "postgres")]
const CONNECTIONS: usize = 2;

#[cfg(not(feature = "postgres"))]
fn open_database(_: &str, _: &CopyOptions, _: ForWhat) -> Result<Opened, CopyError> {
    Err(CopyError::NoDatabases)
}

/// Tells what comes of each process, and counts.
struct Teller {
    program: &'static str,
    /// What the store that is copied to is called.
    target: String,
    copied: usize,
    there: usize,
    refused: usize,
}

impl Teller {
    fn new(program: &'static str, target: String) -> Self {
        Self {
            program,
            target,
            copied: 0,
            there: 0,
            refused: 0,
        }
    }

    /// Says what is in the way of something.
    fn refuse(&mut self, why: &str) {
        self.refused += 1;
        say(self.program, &why);
    }

    /// Says what came of a process; answers its checksum if it is in the other store.
    fn tell(
        &mut self,
        item: &CopyItem,
        outcome: Result<CopyOutcome, Error>,
        done: &str,
    ) -> Option<u64> {
        let called = called(item);
        match outcome {
            Ok(CopyOutcome::Copied {
                tasks,
                changes,
                checksum,
            }) => {
                self.copied += 1;
                print(&format!(
                    "{done} {called}: tasks {tasks}, changes {changes}"
                ));
                Some(checksum)
            }
            Ok(CopyOutcome::AlreadyThere { checksum }) => {
                self.there += 1;
                print(&format!("{called} is there already, and the same"));
                Some(checksum)
            }
            Ok(CopyOutcome::Taken(existing)) => {
                let target = &self.target;
                self.refuse(&format!(
                    "{called} is not copied: there is another process \"{existing}\" in {target}; \
                     give one of them another name"
                ));
                None
            }
            Err(error) => {
                self.refuse(&format!("{called} is not copied: {error}"));
                None
            }
        }
    }

    /// Says of a process that was copied if that is not true any more.
    fn compare(&mut self, item: &CopyItem, outcome: Result<Comparison, Error>) {
        let called = called(item);
        match outcome {
            Ok(Comparison::Same) => {}
            Ok(Comparison::SourceChanged) => self.refuse(&format!(
                "{called} was changed while it was copied; end what changes it, delete the copy, \
                 and copy it once more"
            )),
            Ok(Comparison::CopyDiffers) => self.refuse(&format!(
                "{called} is not in {} as it was copied; somebody changed it there, or it is \
                 damaged",
                self.target
            )),
            Err(error) => self.refuse(&format!("{called} was copied, and not compared: {error}")),
        }
    }

    /// Says what it comes to in all, and answers whether all is well.
    fn finish(self, dry_run: bool) -> bool {
        let Self {
            copied,
            there,
            refused,
            ..
        } = self;
        let (copying, compared) = if dry_run {
            ("to copy", "nothing was changed")
        } else {
            ("copied", "each was compared")
        };
        print(&format!(
            "In all: {copying} {copied}, there already {there}, not copied or not the same \
             {refused}; {compared}"
        ));
        refused == 0
    }
}

fn called(item: &CopyItem) -> String {
    let name = &item.name;
    match item.deleted_at() {
        None => format!("\"{name}\""),
        Some(at) => format!("\"{name}\" from the trash, deleted {at},"),
    }
}
