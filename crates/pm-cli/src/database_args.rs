//! The options of a store in a database.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use pm_core::visible::for_terminal;
use pm_postgres::{Address, FeedMode, OpenError, PostgresOptions, PostgresStore};

use crate::{ConfigError, Place, env, parse_switch, path_parser};

/// The largest file with a password that is read, in bytes.
const PASSWORD_FILE_MAX: u64 = 1 << 20;

/// How long a database may take to answer before it is said that it is waited for.
const QUIET_WAIT: Duration = Duration::from_secs(1);

/// Which database processes are stored in, and how it is used.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Storage")]
pub struct DatabaseArgs {
    /// PostgreSQL database to store in, in place of a directory: `postgres://user@host/database`
    ///
    /// Any number of servers may use it, on any number of machines. Make its tables first, with
    /// `pm store init` or `pm-mcp-http store init`. The password comes from `PM_STORE_PASSWORD_FILE` or ~/.pgpass.
    #[arg(long, env = env::STORE, value_name = "URL", hide_env_values = true)]
    pub store: Option<String>,

    /// Workspace in the database; each has processes of its own
    #[arg(long, env = env::WORKSPACE, value_name = "NAME", default_value = "default")]
    pub workspace: String,

    /// Connections to the database, besides one that listens
    #[arg(long, env = env::STORE_CONNECTIONS, value_name = "NUMBER", default_value_t = 8, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=1000))]
    pub store_connections: usize,

    /// How the changes of other servers are found
    #[arg(long, env = env::FEED, value_name = "HOW", default_value = "listen", value_enum)]
    pub feed: FeedArg,

    /// File that holds the password of the database
    #[arg(long, env = env::STORE_PASSWORD_FILE, value_name = "FILE", value_parser = path_parser())]
    pub store_password_file: Option<PathBuf>,

    /// Use a database that may lose acknowledged changes in a power cut (fsync is off)
    #[arg(long, env = env::ALLOW_UNSAFE_DATABASE, value_parser = parse_switch)]
    pub allow_unsafe_database: bool,
}

/// How the changes of other servers are found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum FeedArg {
    /// The database tells, within some milliseconds
    #[default]
    Listen,
    /// It is asked every second, for what passes on no notifications
    Poll,
}

/// A database, and how it is used.
#[derive(Debug, Clone)]
pub struct Database {
    /// Its address, with the password.
    pub address: Address,
    /// How it is used.
    pub options: PostgresOptions,
}

impl DatabaseArgs {
    /// The database that is named; `None` if none is.
    pub fn database(&self) -> Result<Option<Database>, ConfigError> {
        let Some(url) = self.store.as_deref().filter(|url| !url.trim().is_empty()) else {
            return Ok(None);
        };
        let mut address: Address = url.parse()?;
        // What is in the environment is not on the command line, which all can read.
        let is_from_environment = std::env::var(env::STORE).is_ok_and(|value| value == url);
        if address.has_password() && !is_from_environment {
            return Err(ConfigError::PublicPassword);
        }
        if let Some(password) = self.password(&address)? {
            address = address.with_password(password);
        }
        let options = PostgresOptions {
            workspace: self.workspace.clone(),
            connections: self.store_connections,
            allow_unsafe_database: self.allow_unsafe_database,
            feed: match self.feed {
                FeedArg::Listen => FeedMode::Listen,
                FeedArg::Poll => FeedMode::Poll,
            },
            ..PostgresOptions::default()
        };
        Ok(Some(Database { address, options }))
    }

    /// The options that name the same database to another program, which finds its password as this
    /// one does; empty if none is named.
    pub fn for_another_program(&self) -> Result<Vec<String>, ConfigError> {
        let Some(Database { address, options }) = self.database()? else {
            return Ok(Vec::new());
        };
        let url = self.store.clone().unwrap_or_else(|| address.to_string());
        if url.parse::<Address>()?.has_password() {
            return Err(ConfigError::PublicPassword);
        }
        let mut words = vec!["--store".to_owned(), url];
        words.extend(["--workspace".to_owned(), options.workspace]);
        if let Some(file) = &self.store_password_file {
            let file = std::path::absolute(file).unwrap_or_else(|_| file.clone());
            let file = file.display().to_string();
            words.extend(["--store-password-file".to_owned(), file]);
        }
        if self.allow_unsafe_database {
            words.push("--allow-unsafe-database".to_owned());
        }
        Ok(words)
    }

    /// The password that is kept elsewhere; `None` if the address has one, or there is none.
    fn password(&self, address: &Address) -> Result<Option<String>, ConfigError> {
        if let Some(file) = &self.store_password_file {
            let unreadable = |reason: String| ConfigError::PasswordFile {
                file: file.clone(),
                reason,
            };
            let text = read(file).map_err(|error| unreadable(pm_core::reason(&error)))?;
            let password = text.lines().next().unwrap_or_default();
            if password.is_empty() {
                return Err(unreadable("there is none in its first line".to_owned()));
            }
            return Ok(Some(password.to_owned()));
        }
        if address.has_password() {
            return Ok(None);
        }
        let home = etcetera::home_dir().ok();
        let of_home = home.map(|home| home.join(".pgpass"));
        let file = std::env::var_os("PGPASSFILE")
            .map(PathBuf::from)
            .or(of_home);
        // As with libpq, a file that others can read does not count.
        let text = file
            .filter(|file| is_private(file))
            .and_then(|file| read(&file).ok());
        Ok(text.and_then(|text| kept_password(&text, &address.servers())))
    }
}

impl Database {
    /// Opens the store.
    pub fn open(&self) -> Result<PostgresStore, ConfigError> {
        self.patiently(PostgresStore::open)
    }

    /// Opens the store if the database answers at once, and says nothing if it does not.
    pub fn open_at_once(&self) -> Result<PostgresStore, ConfigError> {
        Ok(PostgresStore::open(&self.address, &self.at_once())?)
    }

    /// The options of somebody who waits for no database that is away.
    fn at_once(&self) -> PostgresOptions {
        PostgresOptions {
            reach_within: self.options.reach_within.min(QUIET_WAIT),
            ..self.options.clone()
        }
    }

    /// Does what needs the database. If that does not answer soon, it is said, so that nobody waits
    /// without knowing for what, and it is tried again for as long as the options say.
    pub fn patiently<T>(
        &self,
        doing: impl Fn(&Address, &PostgresOptions) -> Result<T, OpenError>,
    ) -> Result<T, ConfigError> {
        let whole = self.options.reach_within;
        match doing(&self.address, &self.at_once()) {
            Err(OpenError::Unusable {
                address,
                source,
                is_away: true,
            }) if whole > QUIET_WAIT => say_away(&address, &source.to_string(), whole),
            done => return Ok(done?),
        }
        Ok(doing(&self.address, &self.options)?)
    }

    /// The place of its processes.
    pub fn place(&self) -> Place {
        Place::Database {
            address: self.address.to_string(),
            workspace: self.options.workspace.trim().to_owned(),
        }
    }
}

/// Says that a database does not answer, and for how long it is waited for: in the log, or to whoever
/// looks at a program that keeps none.
fn say_away(address: &str, why: &str, patience: Duration) {
    let seconds = patience.as_secs();
    let told = format!(
        "The database at {address} cannot be reached: {why}. It is tried again for {seconds} s."
    );
    if tracing::dispatcher::has_been_set() {
        tracing::warn!("{told}");
        return;
    }
    // Perhaps nobody reads it, which is no reason to fail.
    let _ = writeln!(std::io::stderr(), "{}", for_terminal(&told));
}

fn read(file: &Path) -> std::io::Result<String> {
    use std::io::Read as _;
    let mut text = String::new();
    let file = std::fs::File::open(file)?;
    file.take(PASSWORD_FILE_MAX).read_to_string(&mut text)?;
    Ok(text)
}

#[cfg(unix)]
fn is_private(file: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata(file).is_ok_and(|it| it.mode() % 0o100 == 0)
}

#[cfg(not(unix))]
fn is_private(_: &Path) -> bool {
    true
}

/// The password that a `.pgpass` has for one of these servers: the first line that fits, of host,
/// port, database, user and password with colons between them.
fn kept_password(text: &str, servers: &[[String; 4]]) -> Option<String> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let mut lines = lines.filter_map(|line| {
        let mut fields = fields(line);
        let password = fields.pop()?;
        (fields.len() == 4).then_some((fields, password))
    });
    let fits = |fields: &[String]| {
        let fits = |(field, value): (&String, &String)| field == "*" || field == value;
        servers
            .iter()
            .any(|server| fields.iter().zip(server).all(fits))
    };
    lines
        .find(|(fields, _)| fits(fields))
        .map(|(_, password)| password)
}

/// The fields of a line, at the colons that have no backslash in front; all that follows the fourth
/// is the last one.
fn fields(line: &str) -> Vec<String> {
    let mut fields = Vec::new();
    let mut field = String::new();
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            ':' if fields.len() < 4 => fields.push(std::mem::take(&mut field)),
            '\\' => field.extend(letters.next()),
            other => field.push(other),
        }
    }
    fields.push(field);
    fields
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Example {
        #[command(flatten)]
        database: DatabaseArgs,
    }

    fn database(arguments: &[&str]) -> Result<Option<Database>, String> {
        let all = ["example"].into_iter().chain(arguments.iter().copied());
        let args = Example::try_parse_from(all).map_err(|error| error.to_string())?;
        args.database.database().map_err(|error| error.to_string())
    }

    #[test]
    fn a_password_on_the_command_line_is_refused_and_not_shown() {
        assert!(database(&[]).unwrap().is_none());
        assert!(database(&["--store", ""]).unwrap().is_none());
        let told = database(&["--store", "postgres://pm:s3cret@db1/pm"]).unwrap_err();
        assert!(
            told.contains("PM_STORE_PASSWORD_FILE") && !told.contains("s3cret"),
            "{told}"
        );
        let told = database(&["--store", "mysql://db1"]).unwrap_err();
        assert!(told.contains("postgres://"), "{told}");
        assert!(database(&["--store-connections", "0"]).is_err());
    }

    #[test]
    fn another_program_is_told_of_the_database_and_not_of_its_password() {
        let words = |arguments: &[&str]| {
            let all = ["example"].into_iter().chain(arguments.iter().copied());
            let args = Example::parse_from(all).database;
            args.for_another_program()
                .map_err(|error| error.to_string())
        };
        assert_eq!(words(&[]).unwrap(), [""; 0]);
        let url = "postgres://pm@db1/pm?sslmode=disable";
        let named = words(&["--store", url, "--workspace", "ours"]).unwrap();
        assert_eq!(named, ["--store", url, "--workspace", "ours"]);
        let told = words(&["--store", "postgres://pm:s3cret@db1/pm"]).unwrap_err();
        assert!(told.contains("PM_STORE_PASSWORD_FILE"), "{told}");
    }

    #[test]
    fn a_password_comes_from_its_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let path = file.path().to_str().unwrap();
        let url = [
            "--store",
            "postgres://pm@db1/pm",
            "--store-password-file",
            path,
        ];
        let told = database(&url).unwrap_err();
        assert!(told.contains(path), "{told}");
        std::fs::write(file.path(), "s3cret\n").unwrap();
        let found = database(&url).unwrap().unwrap();
        assert!(found.address.has_password());
        let place = found.place().to_string();
        assert_eq!(place, "postgres://pm@db1:5432/pm, workspace default");
    }

    #[test]
    fn a_file_of_passwords_is_read_as_libpq_does() {
        let server = ["db1", "5432", "pm", "ann"].map(str::to_owned);
        let found = |text: &str| kept_password(text, std::slice::from_ref(&server));
        let text = "# ours\ndb2:*:*:*:no\ndb1:5432:pm:ann:a\\:b\\\\c:d\n*:*:*:*:last";
        assert_eq!(found(text).as_deref(), Some("a:b\\c:d"));
        assert_eq!(found("*:*:*:ann:any").as_deref(), Some("any"));
        assert_eq!(found("db1:5432:pm:bob:no\nnonsense"), None);
    }
}
