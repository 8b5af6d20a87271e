//! The servers that are measured: ours, the bare echo server that is the ceiling, and one that
//! runs already.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::{
    caller::Caller,
    load::{self, Limit, Load},
    proc,
    statistics::Latencies,
    wire::{Endpoint, Era},
};
use crate::server::{Server, http_command};

/// The name of our server in the tables.
pub(super) const OURS: &str = "process manager";

/// What a good answer to a call holds: ours and the reference's, which is spaced otherwise.
const PROOF: &[&str] = &[r#"success\":true"#, r#"success\": true"#];

/// What is asked of the echo server, and so what its answer holds.
const ECHO: &str = "hello";

/// A server that is measured.
pub(super) struct Target {
    /// Its name in the tables.
    pub(super) name: String,
    endpoint: Endpoint,
    kind: Kind,
    /// The process, where we have started it.
    server: Option<Server>,
    /// Where it keeps its files, where we may put some there.
    pub(super) files: Option<PathBuf>,
}

/// What a server offers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The tools of a process manager.
    ProcessManager {
        /// Whether its tools take `process`; without, they work in what was loaded last.
        takes_process: bool,
    },
    /// One tool, `echo`.
    Echo,
}

/// What one round showed.
pub(super) struct Round {
    /// Good calls a second.
    pub(super) rate: f64,
    /// How long each good call took.
    pub(super) latencies: Latencies,
    /// The share of calls that failed.
    pub(super) failed: f64,
    /// How many processors the server kept busy, where we may know.
    pub(super) server_cpu: Option<f64>,
    /// How many processors the generator kept busy.
    pub(super) generator_cpu: Option<f64>,
}

/// What is called in a round.
pub(super) enum Call<'a> {
    /// `task_list`, or the echo server's one tool.
    Read,
    /// `task_next`, of our server alone.
    Next,
    /// `task_job_add` to this task.
    Write(&'a str),
}

impl Target {
    /// Starts our server over a directory.
    pub(super) fn ours(binary: &Path, storage: &Path) -> Result<Self> {
        let server = Server::start(clean(http_command(binary, "127.0.0.1:0", storage)))?;
        let kind = Kind::ProcessManager {
            takes_process: true,
        };
        Self::started(OURS, server, kind)
    }

    /// Starts our server over a database; nothing comes into the directory.
    pub(super) fn over_database(binary: &Path, storage: &Path, address: &str) -> Result<Self> {
        let mut command = clean(http_command(binary, "127.0.0.1:0", storage));
        command.env("PM_STORE", address);
        let kind = Kind::ProcessManager {
            takes_process: true,
        };
        Self::started("over PostgreSQL", Server::start(command)?, kind)
    }

    /// Starts the echo server.
    pub(super) fn echo(binary: &Path) -> Result<Self> {
        let mut command = Command::new(binary);
        command.arg("echo");
        let server = Server::start(clean(command))?;
        Self::started("bare echo", server, Kind::Echo)
    }

    /// Starts an echo server that answers as much as `task_list` does in the table of reads.
    pub(super) fn echo_same_answer(binary: &Path) -> Result<Self> {
        let task = json!({
            "description": ECHO,
            "job_count": 20,
        });
        let answer = json!({
            "success": true,
            "process_name": "Bench small",
            "revision": 22,
            "task_count": 1,
            "tasks": { "stock": task },
        });
        let mut command = Command::new(binary);
        command.args(["echo", &answer.to_string()]);
        let server = Server::start(clean(command))?;
        Self::started("echo, same answer", server, Kind::Echo)
    }

    fn started(name: &str, server: Server, kind: Kind) -> Result<Self> {
        Ok(Self {
            name: name.to_owned(),
            endpoint: server.url("/mcp").parse()?,
            kind,
            server: Some(server),
            files: None,
        })
    }

    /// Takes a server that runs already, and that keeps its files in the directory.
    pub(super) fn running(endpoint: &Endpoint, files: Option<PathBuf>) -> Result<Self> {
        let mut caller = Caller::open(endpoint, Era::Sessions)?;
        let parameters = caller.parameters("task_list")?;
        caller.close()?;
        Ok(Self {
            name: endpoint.authority.clone(),
            endpoint: endpoint.clone(),
            kind: Kind::ProcessManager {
                takes_process: parameters.iter().any(|name| name == "process"),
            },
            server: None,
            files,
        })
    }

    /// Where it listens.
    pub(super) fn authority(&self) -> &str {
        &self.endpoint.authority
    }

    /// The process id, where we have started it.
    pub(super) fn pid(&self) -> Option<u32> {
        self.server.as_ref().map(Server::pid)
    }

    /// One more caller.
    pub(super) fn caller(&self, era: Era) -> Result<Caller> {
        Caller::open(&self.endpoint, era)
    }

    /// Callers that have a process open.
    pub(super) fn callers(&self, era: Era, count: usize, process: &str) -> Result<Vec<Caller>> {
        let mut callers = (0..count)
            .map(|_| self.caller(era))
            .collect::<Result<Vec<_>>>()?;
        let opens = match self.kind {
            Kind::Echo => 0,
            Kind::ProcessManager { takes_process } if era == Era::Sessionless => {
                usize::from(!takes_process)
            }
            Kind::ProcessManager { .. } => count,
        };
        for caller in callers.iter_mut().take(opens) {
            caller.call("process_load", &json!({ "name": process }))?;
        }
        Ok(callers)
    }

    /// Runs one round of load: new callers, some calls to warm up before reads, then the calls
    /// that count.
    pub(super) fn round(
        &self,
        era: Era,
        connections: usize,
        process: &str,
        call: &Call<'_>,
        limit: Limit,
    ) -> Result<Round> {
        let callers = self.callers(era, connections, process)?;
        if matches!(call, Call::Read | Call::Next) {
            let warm_up = Limit {
                time: limit.time / 10,
                ..limit
            };
            self.drive(&callers, era, process, call, warm_up)?;
        }
        let used = || [self.pid(), Some(std::process::id())].map(|pid| proc::cpu_time(pid?));
        let before = used();
        let load = self.drive(&callers, era, process, call, limit)?;
        let [server, generator] = used();
        let [server_before, generator_before] = before;
        let busy = |before: Option<Duration>, after: Option<Duration>| {
            Some(after?.saturating_sub(before?).as_secs_f64() / load.time.as_secs_f64())
        };
        for caller in callers {
            caller.close()?;
        }
        Ok(Round {
            rate: load.rate(),
            failed: load.failed_share(),
            server_cpu: busy(server_before, server),
            generator_cpu: busy(generator_before, generator),
            latencies: load.latencies,
        })
    }

    /// Keeps `call` running on the connection of each caller.
    pub(super) fn drive(
        &self,
        callers: &[Caller],
        era: Era,
        process: &str,
        call: &Call<'_>,
        limit: Limit,
    ) -> Result<Load> {
        let (tool, mut arguments) = match (self.kind, call) {
            (Kind::Echo, _) => ("echo", json!({ "text": ECHO })),
            (_, Call::Read) => ("task_list", json!({})),
            (_, Call::Next) => ("task_next", json!({})),
            (_, Call::Write(task)) => ("task_job_add", super::process::job(task)),
        };
        let names_process = Kind::ProcessManager {
            takes_process: true,
        };
        if self.kind == names_process && era == Era::Sessionless {
            insert(&mut arguments, "process", process);
        }
        let proof = match self.kind {
            Kind::Echo => &[ECHO],
            Kind::ProcessManager { .. } => PROOF,
        };
        let request = |caller: &Caller| caller.wire().tools_call(tool, &arguments);
        let load = load::drive(callers, request, proof, limit)
            .with_context(|| format!("{} failed at {tool}", self.name))?;
        let (failed, answer) = &load.failed;
        // What others fail at is counted; ours must not.
        if *failed > 0 && self.server.is_some() {
            bail!("{failed} calls of {tool} failed, one with {answer}");
        }
        Ok(load)
    }

    /// Asks the server to end, where we have started it.
    pub(super) fn stop(self) -> Result<()> {
        self.server.map_or(Ok(()), Server::stop)
    }
}

fn insert(arguments: &mut Value, name: &str, value: &str) {
    if let Some(arguments) = arguments.as_object_mut() {
        arguments.insert(name.to_owned(), value.into());
    }
}

/// Takes the settings of whoever runs the measurement away from a command.
fn clean(mut command: Command) -> Command {
    let settings = std::env::vars_os().map(|(name, _)| name);
    for name in settings.filter(|name| name.to_string_lossy().starts_with("PM_")) {
        command.env_remove(name);
    }
    command
}

/// Fails where our server has not kept what it acknowledged.
pub(super) fn expect_jobs(
    target: &Target,
    caller: &mut Caller,
    task: &str,
    expected: usize,
) -> Result<()> {
    if target.server.is_none() {
        return Ok(());
    }
    let listed = caller.call("task_list", &json!({}))?;
    let found = listed.pointer(&format!("/tasks/{task}"));
    // None is said where there is none.
    let found = found.map(|task| task["job_count"].as_u64().unwrap_or_default());
    if found != u64::try_from(expected).ok() {
        bail!("{expected} jobs were acknowledged, and the task has {found:?}");
    }
    Ok(())
}
