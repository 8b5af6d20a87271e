//! One of the writers: server after server, each of which is killed.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::ledger::{Change, Ledger};
use super::moment::Moment;
use super::{TASK, Tally};
use crate::mcp;
use crate::stdio_server::StdioServer;
use crate::storage::Storage;

/// How many calls are sent ahead of their answers, so that one is always under way.
const AHEAD: usize = 4;

/// One of the writers.
pub(super) struct Writer {
    number: usize,
    program: PathBuf,
    dir: PathBuf,
    /// How much longer a server takes than one over files.
    times: u64,
    luck: fastrand::Rng,
    ledger: Ledger,
    tally: Tally,
    left_behind: HashSet<OsString>,
}

impl Writer {
    /// One that has written nothing yet.
    pub(super) fn new(number: usize, program: &Path, storage: &Storage, seed: u64) -> Self {
        Self {
            number,
            program: program.to_owned(),
            dir: storage.path().to_owned(),
            times: if storage.is_of_files() { 1 } else { 4 },
            luck: fastrand::Rng::with_seed(seed),
            ledger: Ledger::default(),
            tally: Tally::default(),
            left_behind: HashSet::new(),
        }
    }

    /// What it did, at its end.
    pub(super) fn retire(mut self) -> (Tally, Ledger) {
        self.tally.left_behind = self.left_behind.len();
        self.tally.acknowledged = self.ledger.acknowledged.len();
        self.tally.sent = self.ledger.sent;
        (self.tally, self.ledger)
    }

    /// A server's life and death; again where it had ended before it was killed.
    pub(super) fn cycle(&mut self) {
        while !self.live() {}
        self.tally.cycles += 1;
    }

    /// Starts a server, writes, and kills it; whether it was alive until then.
    fn live(&mut self) -> bool {
        let moment = Moment::any(&mut self.luck);
        let mut server = self.start(moment);
        if moment == Moment::Opening {
            self.send_ahead(&mut server);
        } else {
            self.look_back(&mut server);
            self.write(&mut server, moment);
        }
        if moment == Moment::Ending {
            server.close_input();
        }
        moment.await_it(&mut self.luck, self.times);
        let was_alive = server.process.kill().code().is_none();
        // What it had answered before it died was acknowledged, too.
        while let Some(answer) = server.receive() {
            self.take(&answer);
        }
        self.ledger.died();
        self.look_for_rests();
        was_alive
    }

    /// Starts a server, and says hello to it; one that is to be killed while it starts is not
    /// waited for.
    fn start(&mut self, moment: Moment) -> StdioServer {
        let mut command = StdioServer::command_of(&self.program, &self.dir);
        if moment != Moment::Opening {
            return StdioServer::open(&mut command, VERSION).0;
        }
        let mut server = StdioServer::spawn(&mut command);
        let hello = mcp::initialize(VERSION, "pm-tests");
        server.send(&mcp::request(0, "initialize", hello));
        server.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        server
    }

    /// Asks for the last change that was acknowledged by the server before.
    fn look_back(&mut self, server: &mut StdioServer) {
        let Some(Change::Job { process, name }) = self.ledger.acknowledged.last() else {
            return;
        };
        let wanted = json!({"process": process, "task_name": TASK, "job_name": name});
        let answer = server.call("task_job_get", wanted);
        let found = answer.object["jobs"].as_array();
        if !found.is_some_and(|jobs| jobs.iter().any(|job| job["name"] == **name)) {
            let fault = format!("the next server does not know {name}: {}", answer.text);
            self.tally.faults.push(fault);
        }
    }

    /// Makes some changes, and leaves some under way unless the server is to be at rest.
    fn write(&mut self, server: &mut StdioServer, moment: Moment) {
        let enough = self.ledger.acknowledged.len() + self.luck.usize(0..12);
        while self.ledger.acknowledged.len() < enough {
            self.send_ahead(server);
            self.receive(server);
        }
        match moment {
            Moment::Changing | Moment::Opening => self.send_ahead(server),
            Moment::Ending | Moment::Resting => {
                while self.ledger.under_way() > 0 {
                    self.receive(server);
                }
            }
        }
    }

    fn send_ahead(&mut self, server: &mut StdioServer) {
        while self.ledger.under_way() < AHEAD {
            let change = Change::new(self.number, self.ledger.sent);
            let (tool, arguments) = change.call();
            let call = server.send_call(tool, arguments);
            self.ledger.sent(call, change);
        }
    }

    fn receive(&mut self, server: &StdioServer) {
        let answer = server.receive();
        let answer = answer.unwrap_or_else(|| panic!("it died:\n{}", server.process.log()));
        self.take(&answer);
    }

    fn take(&mut self, answer: &serde_json::Value) {
        // Nobody is to be refused: not for being late, and not for what others do.
        self.tally.faults.extend(self.ledger.answered(answer).err());
    }

    /// Notes temporary files whose writers are dead: those whose lock nobody holds.
    fn look_for_rests(&mut self) {
        for name in super::audit::temporary(&self.dir) {
            let lock = name.to_str().and_then(|name| {
                let (lock, _) = name
                    .strip_prefix('.')?
                    .strip_suffix(".pm-tmp")?
                    .rsplit_once('.')?;
                Some(self.dir.join(".pm/locks").join(format!("{lock}.lock")))
            });
            let lock = lock.and_then(|lock| File::open(lock).ok());
            if lock.is_some_and(|lock| lock.try_lock().is_ok()) {
                self.left_behind.insert(name);
            }
        }
    }
}

/// The protocol's version that llama-server speaks.
const VERSION: &str = "2024-11-05";
