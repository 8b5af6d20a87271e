//! A database server of a test's own, for the tests of this crate and of the programs.

mod system;

use std::io::{self, Read as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

pub(crate) use self::system::{as_ordinary_user, end, free_port, private_directory, program};
use self::system::{children, ordinary_user, running, signal_to};
use crate::{Address, PostgresOptions, init};

/// How long a server may take to start or to end.
const WITHIN: Duration = Duration::from_secs(60);

/// How often a server is looked for.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// How often another port is tried.
const PORTS: u32 = 5;

/// What each server is started with; later settings win.
const SETTINGS: &[&str] = &[
    "max_connections=200",
    "max_wal_senders=8",
    "shared_buffers=64MB",
    "log_min_messages=warning",
];

/// A database server that ends with the test.
#[derive(Debug)]
pub struct Cluster {
    directory: PathBuf,
    port: u16,
    settings: Vec<String>,
    server: Option<Child>,
    databases: AtomicU32,
}

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum NoCluster {
    /// PostgreSQL is not on this machine.
    #[error("there is no PostgreSQL here ({0} is not found); install Debian's postgresql")]
    Missing(&'static str),
    /// It is, and does not start.
    #[error("PostgreSQL does not start: {0}")]
    Failed(String),
}

impl From<io::Error> for NoCluster {
    fn from(error: io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

impl Cluster {
    /// Starts a server. Without PostgreSQL the answer is `None`, said aloud; with `CI=true` it is
    /// an error.
    pub fn start() -> Result<Option<Self>, NoCluster> {
        Self::start_with(&[])
    }

    /// Starts a server with settings, such as `fsync=off`.
    pub fn start_with(settings: &[&str]) -> Result<Option<Self>, NoCluster> {
        match Self::initialised(settings) {
            Ok(mut cluster) => {
                cluster.run()?;
                Ok(Some(cluster))
            }
            Err(missing @ NoCluster::Missing(_)) => {
                if std::env::var("CI").is_ok_and(|value| value == "true") {
                    return Err(missing);
                }
                eprintln!("SKIPPED: {missing}");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    fn initialised(settings: &[&str]) -> Result<Self, NoCluster> {
        program("postgres").ok_or(NoCluster::Missing("postgres"))?;
        let program = program("initdb").ok_or(NoCluster::Missing("initdb"))?;
        let directory = private_directory()?;
        let mut initdb = as_ordinary_user(&program);
        initdb
            .args([
                "--username=pm",
                "--auth=trust",
                "--no-sync",
                "--encoding=UTF8",
            ])
            .args(["--locale=C", "--pgdata"])
            .arg(directory.join("data"));
        let made = initdb.stdin(Stdio::null()).output()?;
        if !made.status.success() {
            let words = String::from_utf8_lossy(&made.stderr).into_owned();
            return Err(NoCluster::Failed(words));
        }
        Ok(Self {
            directory,
            port: 0,
            settings: settings.iter().map(ToString::to_string).collect(),
            server: None,
            databases: AtomicU32::new(0),
        })
    }

    /// Starts a server that follows this one from now on, which knows it by `name`.
    pub fn standby(&self, name: &str) -> Result<Self, NoCluster> {
        let program = program("pg_basebackup").ok_or(NoCluster::Missing("pg_basebackup"))?;
        let directory = private_directory()?;
        let mut backup = as_ordinary_user(&program);
        backup.arg("--dbname").arg(format!(
            "host=127.0.0.1 port={} user=pm application_name={name}",
            self.port
        ));
        // What it writes for recovery names the server that it came from.
        backup.args(["--write-recovery-conf", "--no-sync", "--checkpoint=fast"]);
        backup.arg("--pgdata").arg(directory.join("data"));
        let made = backup.stdin(Stdio::null()).output()?;
        if !made.status.success() {
            let words = String::from_utf8_lossy(&made.stderr).into_owned();
            return Err(NoCluster::Failed(words));
        }
        let mut standby = Self {
            directory,
            port: 0,
            settings: self.settings.clone(),
            server: None,
            databases: AtomicU32::new(0),
        };
        standby.run()?;
        Ok(standby)
    }

    /// Starts the server, on the port that it had if there was one.
    pub fn run(&mut self) -> Result<(), NoCluster> {
        let mut last = String::new();
        for _ in 0..PORTS {
            let port = match self.port {
                0 => free_port()?,
                port => port,
            };
            match self.run_on(port) {
                Ok(()) => {
                    self.port = port;
                    return Ok(());
                }
                // Another program may have taken the port.
                Err(NoCluster::Failed(words)) => last = words,
                Err(error) => return Err(error),
            }
        }
        Err(NoCluster::Failed(last))
    }

    fn run_on(&mut self, port: u16) -> Result<(), NoCluster> {
        let program = program("postgres").ok_or(NoCluster::Missing("postgres"))?;
        let mut postgres = as_ordinary_user(&program);
        postgres.arg("-D").arg(self.directory.join("data"));
        postgres.args(["-p", &port.to_string(), "-h", "127.0.0.1", "-k"]);
        postgres.arg(&self.directory);
        for setting in SETTINGS {
            postgres.args(["-c", setting]);
        }
        for setting in &self.settings {
            postgres.args(["-c", setting]);
        }
        postgres.stdin(Stdio::null()).stdout(Stdio::null());
        let mut server = postgres.stderr(Stdio::piped()).spawn()?;
        let deadline = Instant::now() + WITHIN;
        loop {
            if let Some(status) = server.try_wait()? {
                let mut words = String::new();
                if let Some(mut errors) = server.stderr.take() {
                    errors.read_to_string(&mut words)?;
                }
                return Err(NoCluster::Failed(format!("{status}: {words}")));
            }
            // It writes this line once it lets clients in.
            let ready = std::fs::read_to_string(self.directory.join("data/postmaster.pid"));
            let is_ready = ready.is_ok_and(|text| {
                let said = text.lines().nth(7).map(str::trim);
                matches!(said, Some("ready" | "standby"))
            });
            if is_ready && TcpStream::connect(("127.0.0.1", port)).is_ok() {
                // Nobody reads on, and the server is not to wait for that.
                let errors = server.stderr.take();
                std::thread::spawn(move || {
                    errors.map(|mut errors| io::copy(&mut errors, &mut io::sink()))
                });
                self.server = Some(server);
                return Ok(());
            }
            if Instant::now() > deadline {
                end(&mut server, "QUIT");
                return Err(NoCluster::Failed("it takes too long".to_owned()));
            }
            std::thread::sleep(LOOK_EVERY);
        }
    }

    /// Kills the server and all that it started, by `SIGKILL`: none of them has a moment for anything.
    pub fn crash(&mut self) {
        // So that none goes on without the others.
        self.freeze();
        if let Some(mut server) = self.server.take() {
            let children = children(server.id());
            signal_to("KILL", &[server.id().to_string()]);
            signal_to("KILL", &children);
            let _ = server.wait();
            // The next one refuses to start beside any of them.
            let deadline = Instant::now() + WITHIN;
            while Instant::now() < deadline && running().iter().any(|(it, _)| children.contains(it))
            {
                std::thread::sleep(LOOK_EVERY);
            }
        }
    }

    /// Ends the server at once: it writes nothing more, and leaves nothing behind in the system.
    pub fn kill(&mut self) {
        if let Some(mut server) = self.server.take() {
            end(&mut server, "QUIT");
        }
    }

    /// Stops the server in the middle of whatever it does, as a stuck disk would: the machine goes on
    /// taking in what is sent to it, and nobody answers.
    pub fn freeze(&self) {
        self.signal_all("STOP");
    }

    /// Lets a server go on that was frozen.
    pub fn thaw(&self) {
        self.signal_all("CONT");
    }

    /// Sends a signal to the server and to all that it started.
    fn signal_all(&self, signal: &str) {
        let Some(server) = &self.server else {
            return;
        };
        // The server first, so that it starts nothing while the others are looked for.
        signal_to(signal, &[server.id().to_string()]);
        signal_to(signal, &children(server.id()));
    }

    /// Puts a file into the server's directory, which the server alone can read.
    pub fn put_file(&self, name: &str, content: &[u8]) -> Result<(), NoCluster> {
        let file = self.directory.join("data").join(name);
        std::fs::write(&file, content)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600))?;
            if let Some((user, group)) = ordinary_user() {
                std::os::unix::fs::chown(&file, Some(user), Some(group))?;
            }
        }
        Ok(())
    }

    /// The port on which it listens, on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// A new database, without tables.
    pub fn empty_database(&self) -> Result<Address, NoCluster> {
        let name = format!("pm{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.sql("postgres", &format!("CREATE DATABASE {name}"))?;
        self.address(&name)
    }

    /// A new database with tables.
    pub fn database(&self) -> Result<Address, NoCluster> {
        let address = self.empty_database()?;
        let options = PostgresOptions {
            allow_unsafe_database: true,
            ..PostgresOptions::default()
        };
        init(&address, &options).map_err(|error| NoCluster::Failed(error.to_string()))?;
        Ok(address)
    }

    /// The address of a database in it.
    pub fn address(&self, database: &str) -> Result<Address, NoCluster> {
        let address = format!("postgres://pm@127.0.0.1:{}/{database}", self.port);
        let address = address.parse::<Address>();
        address.map_err(|error| NoCluster::Failed(error.to_string()))
    }

    /// Runs a statement; answers what `psql` prints of it.
    pub fn sql(&self, database: &str, statement: &str) -> Result<String, NoCluster> {
        let program = program("psql").ok_or(NoCluster::Missing("psql"))?;
        let port = self.port.to_string();
        let told = Command::new(program)
            .args([
                "-X",
                "-q",
                "-A",
                "-t",
                "-h",
                "127.0.0.1",
                "-U",
                "pm",
                "-p",
                &port,
            ])
            .args(["-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement])
            .stdin(Stdio::null())
            .output()?;
        if told.status.success() {
            return Ok(String::from_utf8_lossy(&told.stdout).trim().to_owned());
        }
        Err(NoCluster::Failed(
            String::from_utf8_lossy(&told.stderr).into_owned(),
        ))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // A server that is frozen hears nothing.
        self.thaw();
        self.kill();
        // A test that failed left enough to be looked at: its words.
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}
