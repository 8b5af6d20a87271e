//! The address of a database as a person writes it, and what it says of protection.
//!
//! It is read here and not by the driver, which knows no `sslmode=verify-full` and would take
//! `require` for an encryption that proves nothing.

use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

/// The port of a server that does not say otherwise.
const PORT: u16 = 5432;

/// How soon a connection is found to be dead if its other side is gone.
const DEAD_AFTER: Duration = Duration::from_secs(10);

/// What may stand behind the `?`.
const PARAMETERS: &str = "sslmode, sslrootcert, application_name, host";

/// The address of a database.
#[derive(Clone)]
pub struct Address {
    /// One for each server, the first one first.
    configs: Vec<Config>,
    protection: Protection,
}

/// How connections are protected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Protection {
    /// Not at all.
    Plain,
    /// By TLS with the name in a certificate of one of these authorities, or of the system's.
    Verified { authorities: Option<PathBuf> },
}

/// Why a text is no address of a database. None of these words shows a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressProblem {
    /// It is of another kind.
    #[error(
        "the address of the database begins with postgres://, as in \
         postgres://user@host/database"
    )]
    Scheme,
    /// It does not say where to.
    #[error("the address of the database lacks its {0}; write postgres://user@host/database")]
    Lacks(&'static str),
    /// A part of it has no meaning.
    #[error("the {0} in the address of the database cannot be read")]
    Unreadable(&'static str),
    /// Something stands behind the `?` that is not known.
    #[error(
        "the address of the database has the parameter {0:?}; those that it can have are {PARAMETERS}"
    )]
    Parameter(String),
    /// A mode that does not exist, or that protects nothing for certain.
    #[error(
        "sslmode={0} protects nothing for certain; write sslmode=verify-full, or sslmode=disable \
         for a network that you trust"
    )]
    SslMode(String),
}

impl Address {
    /// Whether the text has a password in it.
    pub fn has_password(&self) -> bool {
        let has = |config: &Config| config.get_password().is_some();
        self.configs.iter().any(has)
    }

    /// The address, with a password that was kept elsewhere.
    pub fn with_password(mut self, password: impl AsRef<[u8]>) -> Self {
        for config in &mut self.configs {
            config.password(password.as_ref());
        }
        self
    }

    /// Host, port, database and user of each server, as a file of passwords names them.
    pub fn servers(&self) -> Vec<[String; 4]> {
        let server = |config: &Config| {
            let host = match config.get_hosts().first() {
                Some(Host::Tcp(host)) => host.clone(),
                // As libpq has it.
                _ => "localhost".to_owned(),
            };
            let port = config.get_ports().first().copied().unwrap_or(PORT);
            let user = config.get_user().unwrap_or_default();
            let database = config.get_dbname().unwrap_or_default();
            [host, port.to_string(), database.to_owned(), user.to_owned()]
        };
        self.configs.iter().map(server).collect()
    }

    /// How each of the servers is connected to, the first one first.
    pub(crate) fn configs(&self) -> &[Config] {
        &self.configs
    }

    pub(crate) fn protection(&self) -> &Protection {
        &self.protection
    }
}

/// Without the password.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let servers = self.servers();
        let [_, _, database, user] = servers.first().cloned().unwrap_or_default();
        let places = servers
            .iter()
            .map(|[host, port, ..]| format!("{host}:{port}"));
        let places: Vec<String> = places.collect();
        write!(f, "postgres://{user}@{}/{database}", places.join(","))
    }
}

/// As [`Display`](fmt::Display): nothing that prints an address is to show its password.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Address {
    type Err = AddressProblem;

    fn from_str(text: &str) -> Result<Self, AddressProblem> {
        let rest = ["postgres://", "postgresql://"];
        let rest = rest
            .iter()
            .find_map(|scheme| text.trim().strip_prefix(scheme));
        let rest = rest.ok_or(AddressProblem::Scheme)?;
        let (rest, parameters) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
        let (login, places) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (user, password) = match login.split_once(':') {
            Some((user, password)) => (user, Some(password)),
            None => (login, None),
        };
        let parameters = Parameters::read(parameters)?;

        let mut config = Config::new();
        config.user(filled(decoded(user, "user")?, "user")?);
        config.dbname(filled(decoded(database, "database")?, "database")?);
        if let Some(password) = password {
            config.password(percent_decode_str(password).collect::<Vec<u8>>());
        }
        let places = parameters.host.as_deref().unwrap_or(places).split(',');
        let places: Vec<_> = places.map(host_and_port).collect::<Result<_, _>>()?;
        let is_local = places.iter().all(|(host, _)| is_this_machine(host));
        let name = parameters.application_name;
        config
            .application_name(name.as_deref().unwrap_or("process-manager"))
            .keepalives_idle(DEAD_AFTER)
            .tcp_user_timeout(DEAD_AFTER);
        let protection = match (parameters.protection, is_local) {
            (Some(Protection::Plain), _) => Protection::Plain,
            (None, true) if parameters.authorities.is_none() => Protection::Plain,
            _ => Protection::Verified {
                authorities: parameters.authorities,
            },
        };
        config.ssl_mode(match protection {
            Protection::Plain => SslMode::Disable,
            Protection::Verified { .. } => SslMode::Require,
        });
        let server = |(host, port)| {
            let mut config = config.clone();
            config.host(host).port(port);
            config
        };
        Ok(Self {
            configs: places.into_iter().map(server).collect(),
            protection,
        })
    }
}

/// What stands behind the `?`.
#[derive(Default)]
struct Parameters {
    protection: Option<Protection>,
    authorities: Option<PathBuf>,
    application_name: Option<String>,
    host: Option<String>,
}

impl Parameters {
    fn read(text: &str) -> Result<Self, AddressProblem> {
        let mut read = Self::default();
        for parameter in text.split('&').filter(|parameter| !parameter.is_empty()) {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            match name {
                "sslmode" => read.protection = Some(protection(&decoded(value, "sslmode")?)?),
                "sslrootcert" => {
                    let file = decoded(value, "sslrootcert")?;
                    // libpq's word for the authorities of the system, which count here if none are
                    // named.
                    read.authorities = (file != "system").then(|| file.into());
                }
                "application_name" => {
                    read.application_name = Some(decoded(value, "application_name")?);
                }
                "host" => read.host = Some(value.to_owned()),
                _ => return Err(AddressProblem::Parameter(name.to_owned())),
            }
        }
        Ok(read)
    }
}

fn protection(mode: &str) -> Result<Protection, AddressProblem> {
    match mode {
        "disable" => Ok(Protection::Plain),
        "require" | "verify-full" => Ok(Protection::Verified { authorities: None }),
        other => Err(AddressProblem::SslMode(other.to_owned())),
    }
}

fn host_and_port(place: &str) -> Result<(String, u16), AddressProblem> {
    let unreadable = || AddressProblem::Unreadable("port");
    let (host, port) = match place.strip_prefix('[') {
        // An address of version 6 has colons of its own.
        Some(rest) => {
            let (host, rest) = rest
                .split_once(']')
                .ok_or(AddressProblem::Unreadable("host"))?;
            (host, rest.strip_prefix(':'))
        }
        None => match place.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (place, None),
        },
    };
    let port = port.map_or(Ok(PORT), |port| port.parse().map_err(|_| unreadable()))?;
    Ok((filled(decoded(host, "host")?, "host")?, port))
}

/// Whether what is sent to a host stays on this machine: a directory with a socket in it, or a
/// loopback address.
fn is_this_machine(host: &str) -> bool {
    let is_loopback = host
        .parse::<IpAddr>()
        .is_ok_and(|ip| ip.to_canonical().is_loopback());
    Path::new(host).is_absolute() || host == "localhost" || is_loopback
}

fn decoded(text: &str, what: &'static str) -> Result<String, AddressProblem> {
    let decoded = percent_decode_str(text).decode_utf8();
    let decoded = decoded.map_err(|_| AddressProblem::Unreadable(what))?;
    if decoded.contains('\0') {
        return Err(AddressProblem::Unreadable(what));
    }
    Ok(decoded.into_owned())
}

fn filled(text: String, what: &'static str) -> Result<String, AddressProblem> {
    if text.is_empty() {
        return Err(AddressProblem::Lacks(what));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Address, String> {
        text.parse()
            .map_err(|problem: AddressProblem| problem.to_string())
    }

    #[test]
    fn an_address_is_shown_without_its_password() {
        let address = read("postgres://pm:s3%40cret@db1:6432,[::1]/plans").unwrap();
        let shown = "postgres://pm@db1:6432,::1:5432/plans";
        assert_eq!(
            (format!("{address}"), format!("{address:?}")),
            (shown.into(), shown.into())
        );
        assert!(address.has_password());
        assert_eq!(address.configs()[0].get_password(), Some(&b"s3@cret"[..]));
        assert!(!read("postgres://pm@db1/plans").unwrap().has_password());
    }

    #[test]
    fn what_leaves_this_machine_is_verified_unless_it_is_said_not_to_be() {
        let protection = |text: &str| read(text).unwrap().protection().clone();
        let verified = |file: Option<&str>| Protection::Verified {
            authorities: file.map(Into::into),
        };
        for local in [
            "127.0.0.1",
            "[::1]:5433",
            "localhost",
            "%2Frun%2Fpostgresql",
        ] {
            let address = format!("postgres://pm@{local}/pm");
            assert_eq!(protection(&address), Protection::Plain, "{local}");
        }
        let with = |parameters: &str| protection(&format!("postgres://pm@db1/pm{parameters}"));
        assert_eq!(with(""), verified(None));
        assert_eq!(with("?sslmode=require"), verified(None));
        assert_eq!(with("?sslmode=disable"), Protection::Plain);
        assert_eq!(with("?sslrootcert=%2Fca.pem"), verified(Some("/ca.pem")));
        assert_eq!(protection("postgres://pm@localhost,db1/pm"), verified(None));
        let local = "postgres://pm@localhost/pm?sslmode=verify-full&sslrootcert=ca.pem";
        assert_eq!(protection(local), verified(Some("ca.pem")));
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let refused = |text: &str| read(text).unwrap_err();
        let told = [
            "mysql://pm@db1/pm",
            "postgres://db1/pm",
            "postgres://pm@db1",
            "postgres://pm@/pm",
            "postgres://pm@db1:x/pm",
            "postgres://pm@db1/pm?sslmode=prefer",
            "postgres://pm@db1/pm?options=-c",
            "postgres://pm@db1/p%00m",
        ];
        insta::assert_snapshot!(told.map(refused).join("\n"), @r#"
        the address of the database begins with postgres://, as in postgres://user@host/database
        the address of the database lacks its user; write postgres://user@host/database
        the address of the database lacks its database; write postgres://user@host/database
        the address of the database lacks its host; write postgres://user@host/database
        the port in the address of the database cannot be read
        sslmode=prefer protects nothing for certain; write sslmode=verify-full, or sslmode=disable for a network that you trust
        the address of the database has the parameter "options"; those that it can have are sslmode, sslrootcert, application_name, host
        the database in the address of the database cannot be read
        "#);
    }
}
